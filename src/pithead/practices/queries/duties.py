"""Who owes what, until when, and what of it is done: computed in one statement, never stored. docs/duties.md defines it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pithead.kernel.calendars import Calendar
from pithead.kernel.db import listed, read_by_hand
from pithead.org.models import Unit
from pithead.org.queries import calendar_of
from pithead.practices.queries import endings, statement
from pithead.practices.queries.spans import Span, spans_around, spans_ending


@dataclass(frozen=True)
class DutyRow:
    """One quota of one key in one period. `unit_id` answers, `about_id` is whom or what it is about. `performer_id`: who holds
    the chair, the member, the bond; None where the unit answers. `role`: of a chair. `late` only when the period is over."""

    practice_id: int
    quota_id: int
    role: str
    key: int
    key2: int
    unit_id: int
    about_id: int
    performer_id: int | None
    start: dt.date
    due: dt.date
    expected: int
    done: int
    late: int


@dataclass(frozen=True)
class DutyLine:
    """The same summed per practice, unit that answers, unit it is about, and performer."""

    practice_id: int
    role: str
    unit_id: int
    about_id: int
    performer_id: int | None
    expected: int
    done: int
    late: int


@dataclass(frozen=True)
class UnitLine:
    """The same without anybody's name: per practice, post (`role`, where chairs are counted), unit that answers and unit it is
    about."""

    practice_id: int
    per: str
    role: str
    unit_id: int
    about_id: int
    expected: int
    done: int
    late: int


@dataclass(frozen=True)
class Only:
    """`post`: a role, `member`, or `unit` for what no post owes. `answers`: units that owe it. `about`: the unit it is about."""

    post: str = ""
    answers: Sequence[int] = ()
    about: int | None = None


@dataclass(frozen=True)
class Missing:
    """The first of them, the latest before the others; `lines` and `late` of all there are. `quota_id`: that furthest behind."""

    rows: tuple[DutyRow, ...] = ()
    lines: int = 0
    late: int = 0


@dataclass(frozen=True)
class Question:
    """Of the periods whose last day lies in [start, end]; `now`: of those that contain `today`, owed by who answers today.
    `paths`: only of units below these, whether they answer or are what it is about. `private`: with the private practices.
    `calendar`: for who has the mine's already, and saves four of the five queries an answer takes."""

    mine: Unit
    start: dt.date
    end: dt.date
    today: dt.date
    paths: Sequence[str] = ()
    person_id: int | None = None
    practice_id: int | None = None
    private: bool = False
    now: bool = False
    calendar: Calendar | None = None

    def read(self, ending: str, **more: Any) -> list[tuple[Any, ...]]:
        calendar = self.calendar or calendar_of(self.mine)
        spans = spans_around(calendar, self.today) if self.now else spans_ending(calendar, self.start, self.end)
        periods = listed(map(_told, spans)) if spans else ""
        text = statement.put_together(
            ending,
            periods=periods,
            paths=len(self.paths),
            person=self.person_id is not None,
            practice=self.practice_id is not None,
            private=self.private,
            now=self.now,
        )
        params = {**self._params(spans, calendar.night_books_next_day), **more} if spans else {}
        return read_by_hand(text, params) if spans else []

    def _params(self, spans: list[Span], night_later: bool) -> dict[str, Any]:
        return {
            "mine": self.mine.pk,
            "start": self.start.toordinal(),
            "end": self.end.toordinal(),
            "today": self.today.toordinal(),
            "horizon": max(span.last for span in spans).toordinal(),
            "later": int(night_later),
            "person": self.person_id,
            "practice": self.practice_id,
            **{f"path{turn}": path for turn, path in enumerate(self.paths)},
        }


def duty_rows(asked: Question) -> list[DutyRow]:
    return [_row(found) for found in asked.read(endings.EACH)]


def duty_table(asked: Question) -> list[DutyLine]:
    """As `duty_rows`, summed by the database."""
    return [_line(found) for found in asked.read(endings.SUMMED)]


def unit_table(asked: Question) -> list[UnitLine]:
    """What a board shows: as many lines as there are units, however many people."""
    return [UnitLine(*found[:5], *map(int, found[5:])) for found in asked.read(endings.BY_UNIT)]


def missing(asked: Question, only: Only, most: int) -> Missing:
    """What `unit_table` says is late, each by itself."""
    given = [name for name in ("post", "about", "answers") if getattr(only, name)]
    found = asked.read(endings.missing(given, only.answers), post=only.post, about=only.about, most=most)
    return Missing(tuple(_row(one[:13]) for one in found), *map(int, found[0][13:])) if found else Missing()


def _told(span: Span) -> Iterable[int | str | dt.date]:
    return span.every, span.first, span.last, span.first.toordinal(), span.last.toordinal(), int(span.worked)


def _row(found: tuple[Any, ...]) -> DutyRow:
    practice, quota, role, key, key2, unit, about, performer, start, due, expected, done, late = found
    days = dt.date.fromordinal(start), dt.date.fromordinal(due)
    return DutyRow(
        practice, quota, role, key, key2, unit, about, performer or None, *days, int(expected), int(done), int(late)
    )


def _line(found: tuple[Any, ...]) -> DutyLine:
    practice, role, unit, about, performer, expected, done, late = found
    return DutyLine(practice, role, unit, about, performer or None, int(expected), int(done), int(late))
