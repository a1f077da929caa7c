"""Zones, model posts, who looks after whom, party group and crew."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Membership, Place, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices.actions import BondDraft, end_bond, set_bond
from pithead.practices.models import Bond

JULY = dt.date(2026, 7, 1)


@pytest.fixture
def zone(cast: Cast) -> Place:
    unit = cast.units["ZC1"]
    return Place.objects.create(mine=cast.mine, code="Z1", name="8201 运输顺槽", kind="zone", unit=unit, since=OPENED)


@pytest.fixture
def member(cast: Cast) -> None:
    """The crew leader is in the party, in its first group."""
    group = add_unit(cast.units["ZB1"], UnitKind.PARTY_GROUP, "ZB1-1", "第一党小组")
    cast.units["ZB1-1"] = group
    Membership.objects.create(mine=cast.mine, person=cast.people["crew_leader"], unit=group, since=OPENED)


def put(cast: Cast, at: dt.datetime, draft: BondDraft, *, who: str = "section_head", **more: object) -> Bond:
    given = {"since": JULY, **more}
    return set_bond(by=cast.actor(who), at=at, mine=cast.mine, draft=draft, **given)  # type: ignore[arg-type]


def test_a_zone_is_given_to_a_member_and_counts_for_the_unit_of_the_zone(
    cast: Cast, at: dt.datetime, zone: Place
) -> None:
    draft = BondDraft("zone", person=cast.people["worker"], place=zone, label="1 号", promise="班班走到")
    bond = put(cast, at, draft)
    assert (bond.unit, bond.since, bond.until) == (cast.units["ZC1"], JULY, None)
    assert put(cast, at, draft) == bond
    assert Bond.objects.count() == 1
    event = AuditEvent.objects.get(action="practices.bond.set")
    assert event.after["person"] == cast.people["worker"].staff_no
    assert cast.people["worker"].name not in event.subject_label


def test_two_at_one_zone_stand_beside_each_other_one_twice_does_not(cast: Cast, at: dt.datetime, zone: Place) -> None:
    put(cast, at, BondDraft("zone", person=cast.people["worker"], place=zone))
    put(cast, at, BondDraft("zone", person=cast.people["crew_leader"], place=zone))
    with pytest.raises(Refused, match=r"日期重叠了"):
        put(cast, at, BondDraft("zone", person=cast.people["worker"], place=zone), since=dt.date(2026, 8, 1))


def test_what_has_ended_may_begin_again(cast: Cast, at: dt.datetime, zone: Place) -> None:
    draft = BondDraft("zone", person=cast.people["worker"], place=zone)
    bond = put(cast, at, draft)
    day = dt.date(2026, 7, 10)
    end_bond(by=cast.actor("section_head"), at=at, bond=bond, on=day)
    end_bond(by=cast.actor("section_head"), at=at, bond=bond, on=day)
    assert AuditEvent.objects.filter(action="practices.bond.ended").count() == 1
    assert put(cast, at, draft, since=dt.date(2026, 7, 11)).pk != bond.pk
    with pytest.raises(Refused, match="结束日期不能更早"):
        end_bond(by=cast.actor("section_head"), at=at, bond=Bond.objects.order_by("pk")[1], on=JULY)


def test_a_worker_is_looked_after_by_one_member(cast: Cast, at: dt.datetime, member: None) -> None:
    worker = cast.people["section_clerk"]
    bond = put(cast, at, BondDraft("workers", person=cast.people["crew_leader"], worker=worker))
    assert bond.unit == worker.unit
    other = cast.people["worker"]
    Membership.objects.create(mine=cast.mine, person=other, unit=cast.units["ZB1-1"], since=OPENED)
    with pytest.raises(Refused, match="已有安排"):
        put(cast, at, BondDraft("workers", person=other, worker=worker))


def test_only_members_have_model_posts_and_look_after_others(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="不是党员"):
        put(cast, at, BondDraft("post", person=cast.people["worker"], label="支架工示范岗"))
    with pytest.raises(Refused, match="不是党员"):
        put(cast, at, BondDraft("workers", person=cast.people["worker"], worker=cast.people["section_clerk"]))


def test_a_party_group_and_a_crew_are_one_cell(cast: Cast, at: dt.datetime, member: None) -> None:
    draft = BondDraft("cell", group=cast.units["ZB1-1"], crew=cast.units["ZC1-1"])
    assert put(cast, at, draft).unit == cast.units["ZC1-1"]
    with pytest.raises(Refused, match="日期重叠了"):
        put(cast, at, BondDraft("cell", group=cast.units["ZB1-1"], crew=cast.units["ZC1-2"]))


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (lambda cast, zone: BondDraft("zone", person=cast.people["worker"]), "请选一个责任区"),
        (lambda cast, zone: BondDraft("zone", place=zone), "请写工号或姓名"),
        (lambda cast, zone: BondDraft("post", person=cast.people["crew_leader"]), "请写示范岗的名称"),
        (
            lambda cast, zone: BondDraft(
                "workers", person=cast.people["crew_leader"], worker=cast.people["crew_leader"]
            ),
            "不能写本人",
        ),
        (lambda cast, zone: BondDraft("cell", crew=cast.units["ZC1-1"]), "请选一个党小组"),
        (lambda cast, zone: BondDraft("cell", group=cast.units["ZB1-1"], crew=cast.units["ZC1"]), "请选一个班组"),
        (lambda cast, zone: BondDraft("zone", person=cast.people["stranger"], place=zone), "不是白云飞所在煤矿的"),
    ],
)
def test_what_is_missing_is_said(
    cast: Cast, at: dt.datetime, zone: Place, member: None, draft: object, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        put(cast, at, draft(cast, zone))  # type: ignore[operator]
    assert not Bond.objects.exists()


def test_it_ends_no_earlier_than_it_begins(cast: Cast, at: dt.datetime, zone: Place) -> None:
    with pytest.raises(Refused, match="早于开始日期"):
        put(cast, at, BondDraft("zone", person=cast.people["worker"], place=zone), until=dt.date(2026, 6, 1))


def test_who_may_not_arrange_may_not(cast: Cast, at: dt.datetime, zone: Place) -> None:
    draft = BondDraft("zone", person=cast.people["worker"], place=zone)
    for who in ("worker", "crew_leader", "assessor", "stranger", "liaison_officer"):
        with pytest.raises(PermissionDenied):
            put(cast, at, draft, who=who)
    bond = put(cast, at, draft, who="branch_secretary")
    for who in ("worker", "crew_leader", "assessor", "stranger"):
        with pytest.raises(PermissionDenied):
            end_bond(by=cast.actor(who), at=at, bond=bond, on=JULY)
