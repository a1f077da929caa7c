"""Zones, model posts, who looks after whom, party group and crew."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.issues.models import Issue, Role
from pithead.issues.testing import raised
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Membership, Person, Place, Serves, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices.actions import BondDraft, end_bond, set_bond
from pithead.practices.models import Bond
from pithead.practices.queries.bonds import bonds, own_bonds

JULY, DAY = dt.date(2026, 7, 1), dt.timedelta(days=1)


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
    return set_bond(by=cast.actor(who) if who else cast.system(), at=at, mine=cast.mine, draft=draft, **given)  # type: ignore[arg-type]


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


def test_a_crew_is_paired_with_a_group_of_the_branch_that_serves_it(cast: Cast, at: dt.datetime, member: None) -> None:
    with pytest.raises(Refused, match="不服务煤一队 / 一班，不能结对"):
        put(cast, at, BondDraft("cell", group=cast.units["ZB1-1"], crew=cast.units["M1-1"]), who="")
    Serves.objects.filter(server=cast.units["ZB1"]).update(until=dt.date(2026, 6, 30))
    with pytest.raises(Refused, match="在 2026-07-01 不服务"):
        put(cast, at, BondDraft("cell", group=cast.units["ZB1-1"], crew=cast.units["ZC1-1"]))
    assert not Bond.objects.exists()


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


def _homeless(cast: Cast) -> BondDraft:
    Person.objects.filter(pk=cast.people["worker"].pk).update(unit=None)
    worker = Person.objects.get(pk=cast.people["worker"].pk)
    return BondDraft("workers", person=cast.people["crew_leader"], worker=worker)


def _departed(cast: Cast) -> BondDraft:
    worker = cast.people["worker"]
    worker.left_on = JULY - DAY
    return BondDraft("workers", person=cast.people["crew_leader"], worker=worker)


def _closed(cast: Cast) -> BondDraft:
    crew = cast.units["ZC1-2"]
    crew.closed_on = JULY - DAY
    return BondDraft("cell", group=cast.units["ZB1-1"], crew=crew)


def _nowhere(cast: Cast) -> BondDraft:
    place = Place.objects.create(mine=cast.mine, code="Z9", name="井口", kind="zone", since=OPENED)
    return BondDraft("zone", person=cast.people["worker"], place=place)


def _elsewhere(cast: Cast) -> BondDraft:
    return BondDraft("workers", person=cast.people["crew_leader"], worker=cast.people["stranger"])


@pytest.mark.parametrize(
    ("drafted", "why"),
    [
        (_homeless, "没有所在单位"),
        (_departed, "离矿"),
        (_closed, "撤销"),
        (_nowhere, "还没有归到区队"),
        (_elsewhere, "不在一个矿"),
    ],
)
def test_who_or_what_is_gone_or_elsewhere_is_bound_to_nobody(
    cast: Cast, at: dt.datetime, member: None, drafted: Callable[[Cast], BondDraft], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        put(cast, at, drafted(cast))
    assert not Bond.objects.exists()


def test_a_post_that_is_taken_says_by_whom(cast: Cast, at: dt.datetime, member: None) -> None:
    draft = BondDraft("post", person=cast.people["crew_leader"], label="支架工示范岗")
    put(cast, at, draft)
    with pytest.raises(Refused, match="牛铁柱 · 示范岗“支架工示范岗”"):
        put(cast, at, draft, since=JULY + DAY)


def test_it_ends_no_earlier_than_it_begins(cast: Cast, at: dt.datetime, zone: Place) -> None:
    with pytest.raises(Refused, match="早于开始日期"):
        put(cast, at, BondDraft("zone", person=cast.people["worker"], place=zone), until=dt.date(2026, 6, 1))


def test_a_month_that_is_over_stays_as_it_was(cast: Cast, at: dt.datetime, zone: Place) -> None:
    draft = BondDraft("zone", person=cast.people["worker"], place=zone)
    with pytest.raises(Refused, match="最早从 2026-07-01 起"):
        put(cast, at, draft, since=JULY - DAY)
    bond = put(cast, at, draft, who="", since=dt.date(2026, 1, 1))
    with pytest.raises(Refused, match="最早从 2026-07-01 起"):
        end_bond(by=cast.actor("section_head"), at=at, bond=bond, on=JULY - 2 * DAY)
    assert end_bond(by=cast.actor("section_head"), at=at, bond=bond, on=JULY - DAY).until == JULY - DAY


def test_who_may_not_arrange_may_not(cast: Cast, at: dt.datetime, zone: Place) -> None:
    draft = BondDraft("zone", person=cast.people["worker"], place=zone)
    for who in ("worker", "crew_leader", "assessor", "stranger", "liaison_officer"):
        with pytest.raises(PermissionDenied):
            put(cast, at, draft, who=who)
    bond = put(cast, at, draft, who="branch_secretary")
    for who in ("worker", "crew_leader", "assessor", "stranger"):
        with pytest.raises(PermissionDenied):
            end_bond(by=cast.actor(who), at=at, bond=bond, on=JULY)


# ── the page ──
def a_violation(cast: Cast, at: dt.datetime, state: str) -> None:
    issue = raised(cast, "section_head", at, "violation", people=((Role.SUBJECT, cast.people["worker"]),))
    Issue.objects.filter(pk=issue.pk).update(state=state)


def looked_after(cast: Cast, at: dt.datetime, since: dt.date) -> None:
    draft = BondDraft("workers", person=cast.people["crew_leader"], worker=cast.people["worker"])
    put(cast, at, draft, who="", since=since)


def months(cast: Cast, member: str, on: dt.date) -> list[int | None]:
    actor = cast.actor(member)
    lines = (*bonds(actor, cast.mine, on), *own_bonds(actor, cast.mine, on))
    return list({line.bond.pk: line.clean for line in lines}.values())


def test_months_without_a_violation_are_for_the_member_and_his_secretary(
    cast: Cast, at: dt.datetime, member: None
) -> None:
    looked_after(cast, at, dt.date(2026, 1, 15))
    on = dt.date(2026, 8, 14)
    assert months(cast, "crew_leader", on) == [6]
    assert months(cast, "branch_secretary", on) == [6]
    assert months(cast, "section_head", on) == [None]
    assert months(cast, "party_officer", on) == [None]
    assert months(cast, "worker", on) == [None]
    assert months(cast, "mine_leader", on) == []


def test_only_a_confirmed_violation_during_the_bond_counts(cast: Cast, at: dt.datetime, member: None) -> None:
    looked_after(cast, at, dt.date(2026, 1, 15))
    on = dt.date(2026, 10, 10)
    for state in ("reported", "void"):
        a_violation(cast, at, state)
        assert months(cast, "crew_leader", on) == [8]
        Issue.objects.all().delete()
    a_violation(cast, at, "confirmed")
    assert months(cast, "crew_leader", on) == [3]


def test_a_zone_is_arranged_and_ended_on_the_page(cast: Cast, zone: Place, signed_in: Callable[[str], Client]) -> None:
    client, today = signed_in("section_head"), timezone.localdate()
    said = {"zone-place": zone.pk, "zone-person": cast.people["worker"].staff_no, "zone-since": today.isoformat()}
    assert "马小军" in client.post("/duties/bonds/zone/new/", said, follow=True).content.decode()
    assert client.post("/duties/bonds/zone/new/", {**said, "zone-since": (today + DAY).isoformat()}).status_code == 422
    assert client.post("/duties/bonds/zone/new/", {**said, "zone-person": "没有这个人"}).status_code == 422
    assert client.post("/duties/bonds/nothing/new/", said).status_code == 404
    bond = Bond.objects.get()
    assert "已结束" in client.post(f"/duties/bonds/{bond.pk}/end/", follow=True).content.decode()
    assert client.post("/duties/bonds/999999/end/").status_code == 404


def test_a_post_a_worker_and_a_cell_are_arranged_on_the_page(
    cast: Cast, member: None, signed_in: Callable[[str], Client]
) -> None:
    client, leader = signed_in("branch_secretary"), cast.people["crew_leader"].staff_no
    today = timezone.localdate().isoformat()
    sent = {
        "post": {"post-person": leader, "post-label": "支架工示范岗"},
        "workers": {"workers-person": leader, "workers-worker": cast.people["worker"].staff_no},
        "cell": {"cell-group": cast.units["ZB1-1"].pk, "cell-crew": cast.units["ZC1-1"].pk},
    }
    for kind, said in sent.items():
        response = client.post(f"/duties/bonds/{kind}/new/", {**said, f"{kind}-since": today}, follow=True)
        assert "已安排" in response.content.decode(), kind
    assert "身边无违章" in client.get("/duties/bonds/").content.decode()


def test_who_may_not_arrange_finds_no_page(
    cast: Cast, zone: Place, signed_in: Callable[[str], Client], at: dt.datetime
) -> None:
    bond = put(cast, at, BondDraft("zone", person=cast.people["worker"], place=zone))
    for member in ("worker", "crew_leader", "mine_leader", "assessor"):
        client = signed_in(member)
        assert client.get("/duties/bonds/").status_code == 404
        assert client.post("/duties/bonds/zone/new/").status_code == 404
        assert client.post(f"/duties/bonds/{bond.pk}/end/").status_code == 404
    assert signed_in("stranger").get("/duties/bonds/").status_code == 404


def test_the_same_number_of_queries_whatever_there_is(cast: Cast, at: dt.datetime, zone: Place, member: None) -> None:
    counts = []
    for who in ("worker", "section_clerk"):
        draft = BondDraft("workers", person=cast.people["crew_leader"], worker=cast.people[who])
        put(cast, at, draft)
        put(cast, at, BondDraft("zone", person=cast.people[who], place=zone))
        with CaptureQueriesContext(connection) as queries:
            bonds(cast.actor("branch_secretary"), cast.mine, dt.date(2026, 7, 6))
        counts.append(len(queries))
    assert counts[0] == counts[1]
