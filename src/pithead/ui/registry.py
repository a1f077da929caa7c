"""Registering upward: an app says here what faces should show of it, and never imports a face.

Apps register in `apps.py: ready()`. Faces read. Nothing here knows a mine or a right: a capability is a name.
"""

import datetime as dt
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


@dataclass(frozen=True)
class Asked:
    """What somebody searches for: words that all must be there, and the day it is."""

    words: tuple[str, ...]
    on: dt.date


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, its page, and what tells it from others of that name."""

    title: str
    url: str
    detail: str = ""
    tone: str = ""  # "", warn, accent, good, info: of the detail


@dataclass(frozen=True)
class SearchSource:
    """What can be searched: (actor, what is asked, how many) → hits, the best first, in a fixed number of queries and only what
    the actor may open. `by` says what it is found by; without the capability anywhere it is not asked."""

    label: str
    by: str
    find: Callable[[Any, Asked, int], Sequence[Hit]]
    capability: str | None = None
    order: int = 50


NAV_GROUPS = ("日常", "考核", "激励", "组织", "系统")

navigation: Registry[NavEntry] = Registry()
todo_sources: Registry[TodoSource] = Registry()
home_cards: Registry[HomeCard] = Registry()
search_sources: Registry[SearchSource] = Registry()
