"""What higher layers add to the meter of what people put in, and to the self-check of the rules that relieve them."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from pithead.kernel.calendars import Calendar
from pithead.org.access import Capability
from pithead.org.models import Unit
from pithead.ui.registry import Registry


@dataclass(frozen=True)
class Span:
    """Days; both ends count."""

    start: dt.date
    end: dt.date

    @property
    def weeks(self) -> float:
        return ((self.end - self.start).days + 1) / 7

    def days(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.start, f"{field}__lte": self.end})

    def moments(self, field: str) -> Q:
        since, before = (
            timezone.make_aware(dt.datetime.combine(day, dt.time()))
            for day in (self.start, self.end + dt.timedelta(days=1))
        )
        return Q(**{f"{field}__gte": since, f"{field}__lt": before})


@dataclass(frozen=True)
class Deed:
    """What is put in by hand. `code`: which fields it takes, under `deeds` in `packs/filling.yaml`. `by`: staff number, or the
    role itself where only that is known → how often, in a fixed number of queries. Nobody is told of a single person."""

    code: str
    label: str
    by: Callable[[Unit, Span], Iterable[tuple[str, int]]]


@dataclass(frozen=True)
class Known:
    """A part of what is put in: how much of it was there already, and how much somebody typed, in each of the spans. One query."""

    label: str
    said: str  # what is counted on either side
    count: Callable[[Unit, Sequence[Span]], Sequence[tuple[int, int]]]


@dataclass(frozen=True)
class Look:
    """When and where somebody looks whether the rules are kept."""

    mine: Unit
    today: dt.date
    calendar: Calendar


@dataclass(frozen=True)
class Fault:
    """What is to be mended, and where; `capability`: who may open that page."""

    text: str
    url: str = ""
    capability: Capability | None = None


@dataclass(frozen=True)
class Part:
    """What one app knows of one rule. Without evidence nothing was there to be looked at."""

    rule: str
    evidence: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


deeds: Registry[Deed] = Registry()
knowns: Registry[Known] = Registry()
checks: Registry[Callable[[Look], Iterable[Part]]] = Registry()
