"""What filling a form costs, by a stated model (`packs/filling.yaml`). Forms in, figures out; knows no mine and no database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pithead.practices.content import MEMBER, FieldKind, FieldSpec, PracticeSpec, Prefill, QuotaSpec
from pithead.practices.models import Every, Per
from pithead.practices.pack_rules import filling
from pithead.practices.words import POSTS

ON_A_SHIFT = (Every.SHIFT, Every.DAY)
LEADS = {"crew": "crew_leader", "section": "section_head", "branch": "branch_secretary"}


@dataclass(frozen=True)
class Load:
    """What somebody has to put in that is not filled in already, and how long everything takes him."""

    inputs: float = 0
    seconds: float = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(self.inputs + other.inputs, self.seconds + other.seconds)

    def times(self, count: float) -> "Load":
        return Load(self.inputs * count, self.seconds * count)

    @property
    def minutes(self) -> float:
        return round(self.seconds / 60, 1)


def record_cost(spec: PracticeSpec) -> Load:
    """Of one record when nothing is out of order: what must be filled, and the one tap that all is well."""
    model = filling()["seconds"]
    cost = Load(1, model["open"] + model["fine"])
    for field, count in _fields(spec):
        cost += _field_cost(field, model).times(count)
    return cost


def usual_cost(spec: PracticeSpec) -> Load:
    """Of a record as weeks go: now and then there is something to write."""
    given = filling()
    cost = record_cost(spec)
    for field, count in _fields(spec):
        if not field.required and not field.prefill and field.kind is not FieldKind.CHECK:
            share = given["optional"] * count
            cost += Load(share, share * given["seconds"][field.kind])
    for row in _rows_now_and_then(spec):
        cost += _field_cost(row, given["seconds"]).times(given["optional"])
    if any(field.kind is FieldKind.CHECK for field, _ in _fields(spec)):
        cost += Load(given["exceptions"], given["exceptions"] * given["exception"])
    return cost


def weekly(specs: Iterable[PracticeSpec]) -> dict[str, Load]:
    """What one holder of each role is asked for in a week. What several share is counted for
    whoever leads the unit it is counted of, otherwise for whom the form names first."""
    found: dict[str, Load] = defaultdict(Load)
    for spec in specs:
        cost = usual_cost(spec)
        for quota in _adding(spec):
            for role in _bearers(spec, quota):
                found[role] += cost.times(records_a_week(spec, quota))
    return dict(found)


def deed_cost(code: str) -> Load:
    """Of one thing put in besides records, by the fields it asks for."""
    given = filling()
    kinds = given["deeds"][code]
    return Load(len(kinds), given["seconds"]["open"] + sum(given["seconds"][kind] for kind in kinds))


def filled_already(spec: PracticeSpec) -> tuple[int, int]:
    """Of one record: how many fields are filled in when it opens, and how many have to be typed."""
    known = typed = 0
    for field, count in _fields(spec):
        if field.prefill:
            known += count
        elif field.required and field.kind is not FieldKind.CHECK:
            typed += count
    return known, typed


def on_a_shift(specs: Iterable[PracticeSpec], role: str) -> list[tuple[PracticeSpec, Load]]:
    """What an uneventful shift asks of a role: each practice due every shift or every day, with what its records cost."""
    return [
        (spec, record_cost(spec).times(quota.count))
        for spec in specs
        for quota in _adding(spec)
        if quota.every in ON_A_SHIFT and role in _bearers(spec, quota)
    ]


def records_a_week(spec: PracticeSpec, quota: QuotaSpec) -> float:
    given = filling()
    often = "work_day" if quota.every is Every.DAY and not spec.rest_days else str(quota.every)
    return float(given["weekly"][often] * given["shares"][str(quota.per)] * quota.count)


def _adding(spec: PracticeSpec) -> tuple[QuotaSpec, ...]:
    """Those underground or at night are among the others of their kind, unless they ask for more than all of these."""
    kinds: dict[tuple[str, str], list[QuotaSpec]] = defaultdict(list)
    for one in spec.quotas:
        kinds[one.per, one.among].append(one)
    return tuple(one for same in kinds.values() for one in _most(spec, same))


def _most(spec: PracticeSpec, same: Iterable[QuotaSpec]) -> list[QuotaSpec]:
    narrow = [one for one in same if one.only or one.distinct]
    plain = [one for one in same if one not in narrow]
    dearest = max(narrow, key=lambda one: records_a_week(spec, one), default=None)
    if dearest is None or sum(records_a_week(spec, one) for one in plain) >= records_a_week(spec, dearest):
        return plain
    return [dearest]


def _bearers(spec: PracticeSpec, quota: QuotaSpec) -> tuple[str, ...]:
    match quota.per:
        case Per.SEAT:
            return tuple(role for role in spec.performers if role in POSTS)
        case Per.MEMBER:
            return (MEMBER,)
    leads = LEADS.get(quota.among)
    return (leads,) if leads in spec.performers else spec.performers[:1]


def _fields(spec: PracticeSpec) -> Iterator[tuple[FieldSpec, int]]:
    """Every field that is filled by itself, and how often in one record. Of a chain that is drawn from: the dearest draw."""
    drawn = _dearest(spec)
    for field in spec.form:
        if field.kind is FieldKind.ROWS and field.prefill is Prefill.LAST and drawn is None:
            yield field, int(filling()["rows"])  # each of them is looked at
        elif field.kind is FieldKind.ROWS:
            times = _rows(field) if drawn is None else int(field.key in drawn)
            yield from ((row, times) for row in field.rows)
        else:
            yield field, 1


def _dearest(spec: PracticeSpec) -> set[str] | None:
    """Keys of the steps that cost most, as many as are drawn; None where nothing is drawn."""
    if not spec.sampled:
        return None
    model = filling()["seconds"]
    cost = {one.key: sum(_field_cost(row, model).seconds for row in one.rows) for one in spec.form if one.rows}
    return set(sorted(cost, key=cost.__getitem__, reverse=True)[: spec.sampled])


def _rows(field: FieldSpec) -> int:
    """How many are filled when nothing is out of order: those who are not fit, say, are nobody."""
    return int(filling()["rows"]) if field.required and field.prefill is not Prefill.LAST else 0


def _rows_now_and_then(spec: PracticeSpec) -> Iterator[FieldSpec]:
    for field in spec.form:
        if field.kind is FieldKind.ROWS and not field.prefill and not spec.sampled and not _rows(field):
            yield from field.rows


def _field_cost(field: FieldSpec, model: dict[str, Any]) -> Load:
    if field.prefill:
        return Load(0, model["prefilled"])
    if field.kind is FieldKind.CHECK or not field.required:
        return Load()
    return Load(1, model[field.kind])
