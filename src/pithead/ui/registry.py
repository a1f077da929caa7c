"""Registering upward: an app says here what faces should show of it, and never imports a face.

Apps register in `apps.py: ready()`. Faces read. Nothing here knows a mine or a right: a capability is a name.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """An ordered list that apps add to at start-up."""

    def __init__(self) -> None:
        self._entries: list[T] = []

    def register(self, entry: T) -> T:
        self._entries.append(entry)
        return entry

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries)


@dataclass(frozen=True)
class NavEntry:
    """A line of the side bar: shown to whoever holds the capability anywhere (None: everybody signed in)."""

    group: str  # one of NAV_GROUPS
    label: str
    url_name: str
    capability: str | None = None
    order: int = 50
    on_phone: str = ""  # icon name when the entry is one of the phone's bottom tabs
    alone: tuple[str, str] | None = None  # label and page, by staff number, for those who see nobody but themselves


@dataclass(frozen=True)
class Todo:
    """Something the signed-in person should do now: one sentence, one link."""

    text: str
    url: str
    detail: str = ""
    tone: str = ""  # "", warn, accent, good


TodoSource = Callable[[Any], Sequence[Todo]]  # (actor) → what is due, a fixed number of queries


@dataclass(frozen=True)
class HomeCard:
    """A card of the desk: a template and the function (actor) → context, or None when there is nothing to show this person."""

    template: str
    context: Callable[[Any], dict[str, Any] | None]
    order: int = 50


NAV_GROUPS = ("日常", "考核", "激励", "组织", "系统")

navigation: Registry[NavEntry] = Registry()
todo_sources: Registry[TodoSource] = Registry()
home_cards: Registry[HomeCard] = Registry()
