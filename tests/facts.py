"""Random months of a small mine: figures from outside, matters and records as they lie in their tables, for whatever is counted
out of them.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from pithead.issues.models import Issue, Step
from pithead.kernel import packs
from pithead.measures.models import Given
from pithead.org.models import Unit
from pithead.org.testing import Cast
from pithead.practices.actions import load_pack
from pithead.practices.models import Practice, Record
from pithead.practices.testing import MethodSpec

UNITS = ("QSY", "ZC1", "ZC1-1", "ZC1-2", "M1", "M1-1", "TF", "SAF", "PRO", "DW", "ZB1")
FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 6, 30)
WHO = {"title": "", "performers": ["crew_leader", "section_head", "branch_secretary", "assessor"]}
PRACTICES: tuple[dict[str, Any], ...] = (
    {
        **WHO,
        "code": "patrol",
        "title": "井下安全巡逻",
        "quotas": [{"every": "week", "per": "unit", "among": "section"}],
    },
    {**WHO, "code": "pre_shift", "title": "班前会", "quotas": [{"every": "week", "per": "unit", "among": "crew"}]},
    {**WHO, "code": "visit", "title": "走访", "quotas": [{"every": "month"}]},
)
TALK = {
    **WHO,
    "code": "talk",
    "title": "谈心谈话",
    "quotas": [{"every": "year", "per": "worker"}],
    "confidentiality": "restricted",
    "readers": ["branch_secretary"],
}


@dataclass(frozen=True)
class Fact:
    """Something that happened: what it is, in which unit, on which day, and how much or how it went."""

    what: str
    unit: str
    day: int
    turn: int


BY_DAY = {one["code"]: one["every"] == "day" for one in packs.load("measures", "quantities")["quantities"]}
QUANTITIES = tuple(BY_DAY)
BEGINS = {
    "hazard": "found",
    "violation": "reported",
    "incident": "reported",
    "request": "raised",
    "suggestion": "received",
}
GRADES: dict[str, tuple[str, ...]] = {
    "hazard": ("C", "B", "A", "major"),
    "violation": ("minor", "general", "serious"),
    "incident": ("equipment", "minor_injury", "serious_injury", "fatal"),
    "request": ("",),
    "suggestion": ("",),
}
MATTERS = tuple(GRADES)
DONE = tuple(practice["code"] for practice in PRACTICES)
EVERYTHING = (*QUANTITIES, *MATTERS, *DONE)
MANY = [Fact(what, UNITS[at % 11], at * 7 % 91, at % 12) for at, what in enumerate(EVERYTHING * 8)]  # some of each
FACTS = st.lists(
    st.builds(
        Fact,
        what=st.one_of(*map(st.sampled_from, (QUANTITIES, MATTERS, DONE))),
        unit=st.sampled_from(UNITS),
        day=st.integers(0, (LAST - FIRST).days),
        turn=st.integers(0, 11),
    ),
    max_size=40,
)


def set_out(cast: Cast) -> None:
    """What is asked of everybody."""
    plain = {"code": "customs", "title": "各项规矩", "on": True, "practices": [*PRACTICES, TALK]}
    at, since = dt.datetime(2026, 1, 1, 8, tzinfo=timezone.get_current_timezone()), dt.date(2026, 1, 1)
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=MethodSpec.from_plain(plain), since=since)


def happen(cast: Cast, facts: Iterable[Fact]) -> None:
    """As rows; each arrived in the evening of its day."""
    told = list(facts)
    _give(cast, [one for one in told if one.what in QUANTITIES])
    matters = [(one, _matter(cast, one)) for one in told if one.what in MATTERS]
    Issue.objects.bulk_create(issue for _, issue in matters)
    Step.objects.bulk_create(step for one, issue in matters for step in _steps(one, issue))
    versions = {one.code: one.versions.get() for one in Practice.objects.filter(mine=cast.mine)}  # type: ignore[attr-defined]
    Record.objects.bulk_create(_record(cast, one, versions[one.what]) for one in told if one.what in DONE)


def unit_of(cast: Cast, code: str) -> Unit:
    return cast.units.get(code, cast.mine)


def _moment(one: Fact) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(FIRST + dt.timedelta(days=one.day), dt.time(20)))


def _give(cast: Cast, facts: Iterable[Fact]) -> None:
    """What was said before is corrected."""
    standing = {(one.quantity, one.unit_id, one.day, one.shift): one for one in Given.objects.current()}
    rows = _given(cast, facts)
    for row in rows:
        if before := standing.get((row.quantity, row.unit_id, row.day, row.shift)):
            Given.objects.filter(pk=before.pk).update(superseded=True)
            row.turn = before.turn + 1
    Given.objects.bulk_create(rows)


def _given(cast: Cast, facts: Iterable[Fact]) -> list[Given]:
    rows: dict[tuple[str, str, dt.date, str], Given] = {}
    for one in facts:
        at, by_day = _moment(one), BY_DAY[one.what]
        day = (
            at.date() if by_day else (at.date().replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(1)
        )
        shift = str(one.turn % 3 + 1) if by_day else ""
        rows[one.what, one.unit, day, shift] = Given(
            mine=cast.mine,
            quantity=one.what,
            unit=unit_of(cast, one.unit),
            day=day,
            shift=shift,
            value=Decimal(one.turn) / 4,
            arrived_at=at,
            given_by="统计",
            staff_no="1",
            source="manual",
        )
    return list(rows.values())


def _matter(cast: Cast, one: Fact) -> Issue:
    at, grades = _moment(one), GRADES[one.what]
    is_closed = one.turn % 3 > 0
    end = "confirmed" if one.what in ("violation", "incident") and one.turn % 2 else "closed"
    return Issue(
        mine=cast.mine,
        kind=one.what,
        state=end if is_closed else BEGINS[one.what],
        grade=grades[one.turn % len(grades)],
        unit=unit_of(cast, one.unit),
        office=cast.units["SAF"],
        found_at=at,
        found_by=cast.people["assessor"],
        arrived_at=at,
        closed_at=at + dt.timedelta(days=one.turn) if is_closed else None,
        verified=one.turn % 2 == 0,
        source_key=str(uuid.uuid4()),
        fingerprint="",
    )


def _steps(one: Fact, issue: Issue) -> list[Step]:
    """Its time ran out, or it did not pass."""
    if one.turn % 2:
        return []
    verb, state = ("climb", {"hazard": "assigned", "violation": "mentoring"}.get(one.what, "raised"))
    told = [(verb, level) for level in (1, 2, 3)] + [("fail", 0)] * (one.turn % 4)
    return [
        Step(
            mine=issue.mine,
            issue=issue,
            seq=number,
            at=issue.found_at + dt.timedelta(days=number * 9),
            arrived_at=issue.found_at,
            by_name="系统",
            verb=word,
            level=level,
            from_state=state,
            to_state=state,
            fingerprint="",
        )
        for number, (word, level) in enumerate(told, 1)
    ]


def _record(cast: Cast, one: Fact, version: Any) -> Record:
    at, person = _moment(one), cast.people["crew_leader"]
    return Record(
        mine=cast.mine,
        practice=version.practice,
        version=version,
        performer=person,
        performer_name=person.name,
        role="crew_leader",
        performer_unit=unit_of(cast, one.unit),
        unit=unit_of(cast, one.unit),
        happened_at=at,
        happened_on=at.date(),
        arrived_at=at,
        failing=one.turn % 2,
        fingerprint="",
    )
