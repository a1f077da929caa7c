"""What higher layers add to the pages of results: papers to download."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pithead.assess.models import Cycle
from pithead.org.access import Actor
from pithead.ui.registry import Registry


@dataclass(frozen=True)
class Download:
    label: str  # 通报 .docx
    url: str


downloads: Registry[Callable[[Actor, Cycle], Sequence[Download]]] = Registry()
