"""Records by the thousand are the same rows as records one by one."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pithead.issues.models import Issue
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.actions import assign_shift, set_shift_system
from pithead.org.testing import OPENED
from pithead.practices.actions import Handed, RecordDraft, record, record_all
from pithead.practices.models import Measured, Practice, Record, RecordPerson
from pithead.practices.tests.test_every_practice import FAILING, NOW, SHIPPED, Answering, World, take_over, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def handed(world: World) -> list[Handed]:
    """Every practice once, one with something found, two that another system has."""
    _shifts(world)
    practices = {code: take_over(world, code) for code in SHIPPED}
    found = [_handed(world, practices[code], turn) for turn, code in enumerate(SHIPPED)]
    code, field, inner = next(one for one in FAILING if one[0] == "patrol")
    found.append(_handed(world, practices[code], 101, (field, inner)))
    by = world.actor(SHIPPED["theme_day"][1])
    return [
        *found,
        Handed(by, NOW, RecordDraft(practices["theme_day"], {}, UUID(int=202), elsewhere=" DJ-7 ")),
        Handed(by, NOW, RecordDraft(practices["party_lesson"], {}, UUID(int=203), elsewhere="DJ-8")),
    ]


def _shifts(world: World) -> None:
    system = set_shift_system(by=world.cast.system(), at=NOW, mine=world.cast.mine, code="three_eight")
    what: dict[str, Any] = {"by": world.cast.system(), "at": NOW, "system": system, "since": OPENED}
    assign_shift(**what, unit=world.cast.units["ZC1"])
    assign_shift(**what, unit=world.cast.units["ZC1-1"], shift=system.shifts.get(number=1))


def _handed(world: World, practice: Practice, turn: int, bad: tuple[str, str] = ("", "")) -> Handed:
    spec = SHIPPED[practice.code][1]
    given = Answering(world, spec, bad).given()
    if spec.sampled:  # all steps: which are drawn depends on the shift
        given |= {one.key: [Answering(world, spec, (one.key, "")).given()[one.key][0]] for one in spec.form if one.rows}
    at = NOW - turn % 30 * HOUR
    return Handed(world.actor(spec), at, RecordDraft(practice, given, UUID(int=turn + 1), happened_at=at - HOUR / 2))


def one_by_one(world: World, handed: list[Handed]) -> None:
    for one in handed:
        record(by=one.by, at=one.at, mine=world.cast.mine, draft=one.draft)


def all_together(world: World, handed: list[Handed]) -> None:
    assert record_all(mine=world.cast.mine, handed=handed) == len(handed)


def rows(make: Callable[[World, list[Handed]], None], world: World, handed: list[Handed]) -> dict[str, list[Any]]:
    """What it leaves behind, without the numbers the database gives; of cipher text only that it is there."""
    mark = transaction.savepoint()
    make(world, handed)
    found: dict[str, list[Any]] = {
        "records": [_plain(one) for one in Record.objects.order_by("pk").values()],
        "people": _values(RecordPerson, "record", "person", "role", "field", "signed_at"),
        "numbers": _values(Measured, "record", "practice", "field", "row", "value"),
        "matters": _values(Issue, "id", "kind", "unit", "place", "text"),
        "log": _values(AuditEvent, "at", "actor", "action", "subject_id", "subject_label", "after"),
    }
    transaction.savepoint_rollback(mark)
    return found


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "sealed": bool(one["sealed"])}


def _values(model: Any, *names: str) -> list[Any]:
    return sorted(model.objects.values_list(*names), key=repr)


def test_they_are_the_same_rows(world: World, handed: list[Handed]) -> None:
    singly, together = rows(one_by_one, world, handed), rows(all_together, world, handed)
    for name, found in singly.items():
        assert found, name
        assert together[name] == found, name


def test_handed_over_twice_they_are_there_once(world: World, handed: list[Handed]) -> None:
    assert record_all(mine=world.cast.mine, handed=[*handed, handed[0]]) == len(handed)
    assert record_all(mine=world.cast.mine, handed=handed) == 0
    other = replace(handed[0], draft=replace(handed[0].draft, happened_at=NOW - 3 * HOUR))
    with pytest.raises(Refused, match="这个编号已经用在另一份记录上"):
        record_all(mine=world.cast.mine, handed=[other])


def test_all_or_nothing(world: World, handed: list[Handed]) -> None:
    """What one may not do by itself nobody may do among many."""
    stranger = replace(handed[0], by=world.cast.actor("auditor"), draft=replace(handed[0].draft, id=UUID(int=999)))
    with pytest.raises(PermissionDenied):
        record_all(mine=world.cast.mine, handed=[*handed, stranger])
    assert not Record.objects.exists()
    empty = replace(handed[0], draft=replace(handed[0].draft, id=UUID(int=998), answers={}))
    with pytest.raises(Refused):
        record_all(mine=world.cast.mine, handed=[*handed, empty])


def test_what_belongs_to_another_mine_is_not_taken(world: World, handed: list[Handed]) -> None:
    practice = Practice.objects.get(pk=handed[0].draft.practice.pk)
    practice.mine = world.cast.other_mine
    foreign = replace(handed[0], draft=replace(handed[0].draft, id=UUID(int=997), practice=practice))
    with pytest.raises(Refused, match="没有这一项"):
        record_all(mine=world.cast.mine, handed=[*handed[1:], foreign])
    assert not Record.objects.exists()


def test_as_many_queries_for_ten_as_for_a_hundred(world: World) -> None:
    practice = take_over(world, "talk")

    def queries(count: int, first: int) -> int:
        many = [_handed(world, practice, first + turn) for turn in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            record_all(mine=world.cast.mine, handed=many)
        return len(asked)

    queries(1, 5000)
    assert queries(10, 1000) == queries(100, 2000)
