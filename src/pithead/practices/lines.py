"""A duty in words: what, for whom, by when, and the address of the form that is filled in for it already."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from pithead.org.models import Unit
from pithead.org.queries import place_of
from pithead.practices.models import BondKind, Event, Every, Per
from pithead.practices.queries.customs import Custom
from pithead.practices.queries.own import Coming, Counted, Duty
from pithead.practices.queries.patrol import THIS
from pithead.practices.words import in_words

WEEKDAYS = "一二三四五六日"
MANY = {Per.WORKER: "人", Per.UNIT: "个单位", Per.ZONE: "个责任区", Per.PAIR: "个区队", Per.BOND: "处"}
ONLY = {"underground": "下井", "night": "夜班"}


@dataclass(frozen=True)
class Line:
    """`again`: the form for what was done in time and not written down. `people`: by name, with the address of the form
    about each."""

    title: str
    whom: str
    when: str
    notes: tuple[str, ...]
    done: int
    expected: int
    url: str
    is_late: bool = False
    again: str = ""
    people: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        return " · ".join(part for part in (self.title, self.whom) if part)


def line_of(duty: Duty, today: dt.date) -> Line:
    notes = [_also(one, duty) for one in duty.others] if duty.keys == 1 else []
    if duty.inherited:
        notes.append("前任做了的算数，没做的接着做")
    if duty.oneself:
        notes.append("您本人也在内，由别人来做")
    people = tuple((person.name, address(duty.custom, subject=person.staff_no)) for person in duty.left_people)
    when, url = _when(duty, today), people[0][1] if people else form_of(duty)
    return Line(duty.custom.title, _whom(duty), when, tuple(notes), duty.done, duty.expected, url, people=people)


def late_line(duty: Duty, today: dt.date) -> Line:
    """What should have been done by a day that is gone; of an event it still has to be done."""
    if duty.is_event:
        when = f"{Event(duty.quota.among).label}，应在{day(duty.due, today)}前，已过 {(today - duty.due).days} 天"
    else:
        when = f"欠 {duty.late} 次，从{day(duty.due, today)}起"
    again = "" if duty.is_event else form_of(duty, on=duty.due)
    return Line(
        duty.custom.title, _whom(duty), when, (), duty.done, duty.expected, form_of(duty), is_late=True, again=again
    )


def coming_line(coming: Coming, today: dt.date) -> str:
    """从 7 月 7 日起 · 每月 8 次；每月 4 次，井下."""
    asked = [quota for quota in coming.custom.quotas if quota.version_id == coming.custom.version.pk]
    return f"从{day(coming.since, today)}起 · {'；'.join(map(in_words, asked))}"


def lines_of(duties: Sequence[Duty], today: dt.date) -> list[Line]:
    return [line_of(duty, today) for duty in duties]


def form_of(duty: Duty, on: dt.date | None = None) -> str:
    """Filled in with all that is known."""
    known: dict[str, str | int] = {}
    if duty.keys == 1:
        known = {
            "unit": duty.about.code if duty.about is not None and duty.quota.per in (Per.UNIT, Per.PAIR) else "",
            "place": _place(duty),
            "bond": duty.bond.pk if duty.bond is not None else "",
            "subject": _subject(duty),
        }
    return address(duty.custom, **known, day=on.isoformat() if on else "")


def address(custom: Custom, **known: str | int) -> str:
    asked = urlencode({name: value for name, value in known.items() if value})
    url = reverse("practices:record", args=[custom.code])
    return f"{url}?{asked}" if asked else url


def _place(duty: Duty) -> str:
    place = duty.place or (duty.bond.place if duty.bond is not None else None)
    return place.code if place is not None else ""


def _subject(duty: Duty) -> str:
    person = duty.person or (duty.bond.worker if duty.bond is not None else None)
    return person.staff_no if person is not None else ""


def _whom(duty: Duty) -> str:
    if duty.keys > 1:
        return f"{duty.keys} {'人' if duty.is_event else MANY.get(Per(duty.quota.per), '处')}"
    if duty.bond is not None:
        return _bond(duty)
    if duty.quota.per == Per.WORKER:
        return duty.person.name if duty.person is not None else _unit(duty.about)
    if duty.place is not None:
        return duty.place.name
    return _unit(duty.about) if duty.quota.per in (Per.UNIT, Per.PAIR) and not duty.at_home else ""


def _unit(unit: Unit | None) -> str:
    return place_of(unit).replace(" / ", "")


def _bond(duty: Duty) -> str:
    bond = duty.bond
    assert bond is not None
    match BondKind(bond.kind):
        case BondKind.ZONE:
            return str(bond.place or bond.label)
        case BondKind.WORKERS:
            return str(bond.worker or "")
        case BondKind.CELL:
            return f"{bond.group}和{_unit(bond.unit)}"
        case BondKind.POST:
            return bond.label


def _when(duty: Duty, today: dt.date) -> str:
    """本周还差 1 次 · 到周日；新入职，应在 7 月 13 日前."""
    if duty.is_event and duty.keys == 1:
        return f"{Event(duty.quota.among).label}，应在{day(duty.due, today)}前"
    if duty.is_event:
        return f"{Event(duty.quota.among).label}，还差 {duty.left} 人"
    this = THIS[Every(duty.quota.every)]
    if not duty.left:
        return f"{this}做够了"
    counted = MANY.get(Per(duty.quota.per), "处") if duty.keys > 1 and duty.expected == duty.keys else "次"
    until = "" if duty.due == duty.start else f" · 到{day(duty.due, today)}"
    return f"{this}还差 {duty.left} {'个班' if duty.quota.distinct else counted}{until}"


def _also(one: Counted, duty: Duty) -> str:
    """其中下井还差 2 次."""
    this = "其中" if one.quota.every == duty.quota.every else THIS[Every(one.quota.every)]
    return f"{this}{ONLY.get(one.quota.only, '')}还差 {one.left} {'个班次' if one.quota.distinct else '次'}"


def day(date: dt.date, today: dt.date) -> str:
    """As people say it inside a sentence: 今天, 周日, 7 月 31 日 with a space before it; of another year with the year."""
    ahead = (date - today).days
    if ahead in (0, 1, -1):
        return {0: "今天", 1: "明天", -1: "昨天"}[ahead]
    if 1 < ahead < 7:
        return f"周{WEEKDAYS[date.weekday()]}"
    year = "" if date.year == today.year else f" {date.year} 年"
    return f"{year} {date.month} 月 {date.day} 日"
