"""What others have to say about a matter: whoever knows where it comes from says so here, and its page shows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pithead.issues.models import Issue
from pithead.org.access import Actor
from pithead.ui.registry import Registry


@dataclass(frozen=True)
class Remark:
    """One sentence. `url`: where the reader may look at it himself."""

    text: str
    url: str = ""


Source = Callable[[Actor, Issue], Iterable[Remark]]  # for whoever may open the matter, a fixed number of queries

remarks: Registry[Source] = Registry()
