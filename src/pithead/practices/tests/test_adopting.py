"""A unit takes a method over and leaves it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Serves
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices import actions
from pithead.practices.models import Adoption, WorkMethod
from pithead.practices.queries.library import library
from pithead.practices.testing import WALK

JULY, AUGUST = dt.date(2026, 7, 10), dt.date(2026, 8, 1)


@pytest.fixture
def method(cast: Cast, at: dt.datetime) -> WorkMethod:
    return actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=WALK, since=dt.date(2026, 1, 1))


def adopt(cast: Cast, at: dt.datetime, method: WorkMethod, code: str, since: dt.date = JULY) -> Adoption:
    unit = cast.mine if code == "QSY" else cast.units[code]
    return actions.adopt(by=cast.actor("party_officer"), at=at, method=method, unit=unit, since=since)


def leave(cast: Cast, at: dt.datetime, adoption: Adoption, on: dt.date = AUGUST) -> Adoption:
    return actions.leave(by=cast.actor("party_officer"), at=at, adoption=adoption, on=on, note="任务变了")


def standing() -> list[tuple[str, dt.date, dt.date | None]]:
    return list(Adoption.objects.order_by("unit__code", "since").values_list("unit__code", "since", "until"))


def test_a_section_takes_a_method_over_and_its_branch_with_it(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    adopt(cast, at, method, "ZC1")
    assert standing() == [("ZB1", JULY, None), ("ZC1", JULY, None)]
    assert AuditEvent.objects.filter(action="practices.method.adopted").count() == 2


def test_twice_is_once(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    assert adopt(cast, at, method, "ZC1") == adopt(cast, at, method, "ZC1")
    assert AuditEvent.objects.filter(action="practices.method.adopted").count() == 2


def test_a_branch_that_has_it_keeps_it_as_it_is(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    adopt(cast, at, method, "ZB1", dt.date(2026, 7, 2))
    adopt(cast, at, method, "ZC1")
    assert standing() == [("ZB1", dt.date(2026, 7, 2), None), ("ZC1", JULY, None)]


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ("QSY", "ZC1", "“青石峪煤矿”从 2026-07-10 起已经采用.*不必另行采用"),
        ("QSY", "ZB1", "不必另行采用"),
        ("ZC1", "ZC1-1", "“综采一队”从 2026-07-10 起已经采用.*不必另行采用"),
        ("ZC1-1", "ZC1", "下级“一班”从 2026-07-10 起已经采用.*请它先退出"),
        ("ZC1", "QSY", "请它先退出"),
        ("ZC1", "ZC1", "已经采用.*请换一个日期"),
    ],
)
def test_a_method_holds_once_on_any_way_down_the_tree(
    cast: Cast, at: dt.datetime, method: WorkMethod, first: str, then: str, words: str
) -> None:
    adopt(cast, at, method, first)
    before = standing()
    with pytest.raises(Refused, match=words):
        adopt(cast, at, method, then, AUGUST)
    assert standing() == before


def test_after_it_was_left_it_may_be_taken_over_again(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    leave(cast, at, adopt(cast, at, method, "ZC1-1"))
    with pytest.raises(Refused, match="到 2026-08-01 为止"):
        adopt(cast, at, method, "ZC1-1", AUGUST)
    adopt(cast, at, method, "ZC1", dt.date(2026, 8, 2))
    assert ("ZC1-1", JULY, AUGUST) in standing()


@pytest.mark.parametrize("code", ["DW", "BYL"])
def test_only_units_that_do_something_take_methods_over(
    cast: Cast, at: dt.datetime, method: WorkMethod, code: str
) -> None:
    unit = cast.other_mine if code == "BYL" else cast.units[code]
    with pytest.raises(Refused, match="不能采用工作法"):
        actions.adopt(by=replace(cast.system(), mine=cast.mine.parent), at=at, method=method, unit=unit, since=JULY)


def test_months_that_are_over_stay_as_they_were(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    with pytest.raises(Refused, match="最早从 2026-07-01 起"):
        adopt(cast, at, method, "ZC1", dt.date(2026, 6, 30))
    adoption = adopt(cast, at, method, "ZC1", dt.date(2026, 7, 1))
    with pytest.raises(Refused, match="退出日期不能更早"):
        leave(cast, at, adoption, dt.date(2026, 6, 1))
    early = actions.adopt(by=cast.system(), at=at, method=method, unit=cast.units["M1"], since=dt.date(2026, 1, 1))
    with pytest.raises(Refused, match="最早从 2026-07-01 起"):
        leave(cast, at, early, dt.date(2026, 6, 29))
    assert leave(cast, at, early, dt.date(2026, 6, 30)).until == dt.date(2026, 6, 30)


def test_a_unit_that_is_closed_by_then_takes_nothing_over(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    unit = cast.units["M1"]
    unit.closed_on = dt.date(2026, 7, 5)
    unit.save()
    with pytest.raises(Refused, match="还没有设立或已经撤销"):
        adopt(cast, at, method, "M1")


def test_a_section_that_leaves_takes_its_branch_along(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    adoption = adopt(cast, at, method, "ZC1")
    leave(cast, at, adoption)
    leave(cast, at, adoption)
    assert standing() == [("ZB1", JULY, AUGUST), ("ZC1", JULY, AUGUST)]
    assert set(Adoption.objects.values_list("note", flat=True)) == {"任务变了"}
    assert AuditEvent.objects.filter(action="practices.method.left").count() == 2
    with pytest.raises(Refused, match="已定于 2026-08-01 退出"):
        leave(cast, at, adoption, dt.date(2026, 9, 1))


def test_a_branch_stays_while_another_section_of_its_own_uses_the_method(
    cast: Cast, at: dt.datetime, method: WorkMethod
) -> None:
    Serves.objects.create(mine=cast.mine, server=cast.units["ZB1"], unit=cast.units["M1"], since=OPENED)
    adoption = adopt(cast, at, method, "ZC1")
    other = adopt(cast, at, method, "M1")
    leave(cast, at, adoption)
    assert ("ZB1", JULY, None) in standing()
    leave(cast, at, other)
    assert ("ZB1", JULY, AUGUST) in standing()


@pytest.mark.parametrize(
    ("member", "code"), [("section_head", "M1"), ("branch_secretary", "M1"), ("section_head", "QSY"), ("worker", "ZC1")]
)
def test_nobody_decides_for_others(cast: Cast, at: dt.datetime, method: WorkMethod, member: str, code: str) -> None:
    unit = cast.mine if code == "QSY" else cast.units[code]
    with pytest.raises(PermissionDenied):
        actions.adopt(by=cast.actor(member), at=at, method=method, unit=unit, since=JULY)


@pytest.mark.parametrize(("member", "code"), [("section_head", "ZC1"), ("branch_secretary", "ZC1")])
def test_who_leads_a_section_adopts_for_it(
    cast: Cast, at: dt.datetime, method: WorkMethod, member: str, code: str
) -> None:
    actions.adopt(by=cast.actor(member), at=at, method=method, unit=cast.units[code], since=JULY)
    assert len(standing()) == 2


def test_a_committee_above_its_branch_is_no_section(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    extra = add_unit(cast.units["DW"], "branch", "ZB2", "机关党支部")
    actions.adopt(by=cast.system(), at=at, method=method, unit=extra, since=JULY)
    assert standing() == [("ZB2", JULY, None)]


def test_a_section_is_listed_once_with_the_branch_that_came_with_it(
    cast: Cast, at: dt.datetime, method: WorkMethod, signed_in: Callable[[str], Client]
) -> None:
    adopt(cast, at, method, "ZC1")
    adopt(cast, at, method, "M1")
    (line,) = library(cast.mine, AUGUST)
    assert [str(user) for user in line.users] == ["综采一队及党支部", "煤一队"]
    client = signed_in("party_officer")
    assert "2 个单位采用" in client.get("/practices/").content.decode()
    assert client.get(f"/practices/methods/{method.code}/").content.decode().count("综采一队党支部") == 1
    Adoption.objects.filter(unit=cast.units["ZB1"]).update(since=dt.date(2026, 7, 2))
    (line,) = library(cast.mine, AUGUST)
    assert [str(user) for user in line.users] == ["综采一队", "煤一队", "综采一队党支部"], "it came by itself"
