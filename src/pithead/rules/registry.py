"""What stands under clauses: whoever points at them says so here, and the page of the paper shows it."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pithead.org.access import Actor
from pithead.rules.models import Policy
from pithead.ui.registry import Registry


@dataclass(frozen=True)
class Standing:
    """One of them: what it is, where it is shown."""

    clause_id: int
    kind: str
    title: str
    url: str


Source = Callable[[Actor, Policy, dt.date], Iterable[Standing]]  # what the reader may open, a fixed number of queries

standing: Registry[Source] = Registry()
