"""Clean rows → what they tell about hazards: whose, where, by whom, how far; each hazard once."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace

from pithead.issues.ledger.columns import ASSIGNED, CLOSED, FAILED, FIXED, WANTED
from pithead.issues.ledger.dates import Moment
from pithead.issues.ledger.life import Somebody, Told, is_same
from pithead.issues.ledger.names import Names
from pithead.issues.ledger.outcomes import Outcome, outcome_of
from pithead.issues.ledger.rows import LedgerRow, Reading
from pithead.kernel.refusal import Refused
from pithead.org.models import Unit
from pithead.org.queries.directory import normal

_PUNCTUATION = re.compile(r"[\s,.;:!?、，。；：！？\"'“”()（）]+")
_FAR = ("found", ASSIGNED, FAILED, FIXED, CLOSED)  # from the least to the most that can have happened
SELF_CHECKED = "复查人就是发现人或负责人，按规定要由另一个人复查，导入后等待复查"
NOBODY = "没有写复查人，不知道是不是另一个人复查的，导入后等待复查"
SAID_TWICE = "和前面的行是同一条隐患（日期、单位、地点、内容都一样），只算一条，以进展最多的为准"


class Teller:
    def __init__(self, reading: Reading, names: Names, now: Moment, zone: dt.tzinfo, default_grade: str) -> None:
        self._reading, self._names, self._now = reading, names, now
        self._zone, self._default_grade = zone, default_grade

    def tell(self) -> list[Told]:
        """Adds failures to the reading; rows that failed are left out."""
        return self._once(told for row in self._reading.rows if (told := self._told(row)) is not None)

    def _told(self, row: LedgerRow) -> Told | None:
        outcome = outcome_of(self._reading, row, self._now)
        unit = self._unit(row)
        if outcome is None or unit is None or self._reading.has_failed(row):
            return None
        finders = self._people(row, "finders", unit)
        owners = self._people(row, "owner", unit)
        checkers = self._people(row, "rechecker", unit)
        involved = (*finders, *owners)
        others = [one for one in checkers if not any(is_same(one, other) for other in involved)]
        if not others and (outcome.stage == CLOSED or (checkers and outcome.stage == FAILED)):
            outcome = self._unchecked(row, outcome, SELF_CHECKED if checkers else NOBODY)
        return Told(
            row=row,
            key=_key(row, unit),
            unit=unit,
            outcome=outcome,
            body=self._names.body(row.text("body")),
            place_id=self._names.place(row.text("place")),
            finders=finders,
            owner=owners[0] if owners else None,
            checker=others[0] if others else None,
            zone=self._zone,
            default_grade=self._default_grade,
        )

    def _unit(self, row: LedgerRow) -> Unit | None:
        found: Moment | None = row.values.get("found")
        if not (text := row.text("unit")):
            return None
        try:
            return self._names.unit(text, found.day if found else self._now.day)
        except Refused as refused:
            self._reading.fail(row, refused.reasons[0].message, "unit")
            return None

    def _people(self, row: LedgerRow, name: str, unit: Unit) -> tuple[Somebody, ...]:
        return tuple(self._somebody(text, unit) for text in row.people(name))

    def _somebody(self, text: str, unit: Unit) -> Somebody:
        known = self._names.person(text, unit)
        return Somebody(known.name, known.pk, known.unit_id) if known else Somebody(text)

    def _unchecked(self, row: LedgerRow, outcome: Outcome, why: str) -> Outcome:
        """Who found or fixed it does not check it, and nobody is nobody: it still waits for somebody else."""
        self._reading.remark(row, why)
        return replace(outcome, stage=FIXED, checked=None)

    def _once(self, told: Iterable[Told]) -> list[Told]:
        found: dict[str, Told] = {}
        for one in told:
            first = found.get(one.key)
            if first is None:
                found[one.key] = one
            elif one.row.text("number") and not _is_alike(one, first):
                where = first.row.header.where(first.row.row)
                message = f"“{one.row.text('number')}”在{where}已经用在另一条隐患上，请核对"
                self._reading.fail(one.row, message, "number")
            else:
                self._reading.remark(one.row, SAID_TWICE)
                further = _FAR.index(one.outcome.stage) >= _FAR.index(first.outcome.stage)
                found[one.key] = self._together(one, first) if further else self._together(first, one)
        return list(found.values())

    def _together(self, told: Told, other: Told) -> Told:
        """Who found or owned it by either row checks it by neither."""
        finders = [one for one in other.finders if not any(is_same(one, known) for known in told.finders)]
        told.finders = (*told.finders, *finders)
        involved = (*told.finders, *(owner for owner in (told.owner, other.owner) if owner))
        if told.checker and any(is_same(told.checker, one) for one in involved):
            told.checker = None
            if told.outcome.stage in (CLOSED, FAILED):
                told.outcome = self._unchecked(told.row, told.outcome, SELF_CHECKED)
        return told


def _is_alike(one: Told, other: Told) -> bool:
    return one.unit.pk == other.unit.pk and one.row.found.day == other.row.found.day


def _key(row: LedgerRow, unit: Unit) -> str:
    """The ledger's own number, where it has real ones; otherwise what everybody would recognise the hazard by. A day report
    says the place in its sentence, a month report in a column of its own: together they are the same words."""
    if number := row.text("number"):
        said = f"{WANTED['number'][0]}|{number.upper()}"
    else:
        where, words = (_PUNCTUATION.sub("", normal(row.text(name))) for name in ("place", "text"))
        said = f"{row.found.day}|{unit.pk}|{words if where in words else where + words}"
    return f"ledger:{hashlib.sha256(said.encode()).hexdigest()[:57]}"
