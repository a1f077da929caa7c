"""People: coming, moving, leaving, posts, leave."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org import actions
from pithead.org.access import RoleCode, system
from pithead.org.actions import NewPerson, NewPost
from pithead.org.models import Leave, Membership, Person, Post
from pithead.org.testing import OPENED, TODAY, Cast

MAY = dt.date(2026, 5, 1)
ONE_DAY = dt.timedelta(days=1)


def stays(person: Person) -> list[tuple]:
    return list(
        Membership.objects.filter(person=person).order_by("since", "pk").values_list("unit__code", "since", "until")
    )


# ── coming ──
def test_a_person_comes_into_a_crew_and_a_branch(cast: Cast, at: dt.datetime) -> None:
    spec = NewPerson(
        "30001", "陈实", cast.units["ZC1-1"], MAY, party_unit=cast.units["ZB1"], id_number="640121198801010017"
    )
    for _ in range(2):
        person = actions.add_person(by=cast.actor("hr_officer"), at=at, mine=cast.mine, new=spec)
    assert person.unit == cast.units["ZC1-1"]
    assert {code for code, _, _ in stays(person)} == {"ZC1-1", "ZB1"}
    event = AuditEvent.objects.get(action="org.person.added")
    assert event.subject_label == "陈实 30001"
    assert "640121198801010017" not in str(event.after)


def test_adding_a_whole_mine_takes_few_queries(
    cast: Cast, at: dt.datetime, django_assert_max_num_queries: Callable
) -> None:
    new = [NewPerson(f"4{number:04}", f"工友{number}", cast.units["ZC1-1"], MAY) for number in range(300)]
    with django_assert_max_num_queries(20):  # inserts of 58 rows: SQLite takes 999 values
        people = actions.add_people(by=cast.system(), at=at, mine=cast.mine, new=new)
    assert len(people) == 300


def test_people_who_cannot_be_added_are_named_and_nobody_is(cast: Cast, at: dt.datetime) -> None:
    crew = cast.units["ZC1-1"]
    new = [
        NewPerson("30001", "陈实", crew, MAY),
        NewPerson("30001", "陈虚", crew, MAY),
        NewPerson("10001", "别人", crew, MAY),
        NewPerson("", "无号", crew, MAY),
        NewPerson("3/1", "斜杠", crew, MAY),
        NewPerson("NEW", "新人", crew, MAY),
        NewPerson("30004", "年幼", crew, MAY, born_on=dt.date(2010, 5, 2)),
        NewPerson("30005", "刚满", crew, MAY, born_on=dt.date(2010, 5, 1)),
        NewPerson("30002", "早到", crew, dt.date(2019, 1, 1)),
        NewPerson("30003", "邻居", cast.other_mine, MAY),
    ]
    with pytest.raises(Refused) as refused:
        actions.add_people(by=cast.actor("hr_officer"), at=at, mine=cast.mine, new=new)
    assert [reason.message for reason in refused.value.reasons] == [
        "工号 30001 出现了两次",
        "工号 10001 已经是马小军，不能再给别人",
        "每个人都要有工号和姓名",
        "工号 3/1 里不能有“/”",
        "工号 NEW 不能作编号，请换一个",
        "年幼（30004）：2010-05-02 出生，不满 16 周岁，依法不能用工，请核对",
        "早到（30002）的单位在 2019-01-01 还没有设立或已经撤销",
        "邻居（30003）的单位不在本矿",
    ]
    assert not Person.objects.filter(staff_no="30001").exists()


def test_what_is_written_about_a_person_is_amended_without_telling_the_log_secrets(cast: Cast, at: dt.datetime) -> None:
    worker = cast.people["worker"]
    for _ in range(2):
        actions.amend_person(
            by=cast.actor("hr_officer"), at=at, person=worker, name="马小军", job="支架工", phone="13900000000"
        )
    event = AuditEvent.objects.get(action="org.person.amended")
    assert event.after == {"job": "支架工", "phone": "（不记录）"}
    assert Person.objects.get(pk=worker.pk).phone == "13900000000"
    with pytest.raises(Refused, match="要有姓名"):
        actions.amend_person(by=cast.actor("hr_officer"), at=at, person=worker, name="")
    with pytest.raises(Refused, match="不满 16 周岁"):
        actions.amend_person(
            by=cast.actor("hr_officer"), at=at, person=worker, name="马小军", born_on=dt.date(2024, 3, 1)
        )


# ── moving and leaving ──
def test_a_move_ends_the_stay_before_it_and_leaves_the_party_line_alone(cast: Cast, at: dt.datetime) -> None:
    worker, by = cast.people["worker"], cast.actor("hr_officer")
    actions.move_person(by=by, at=at, person=worker, unit=cast.units["ZB1"], since=MAY)
    for _ in range(2):
        actions.move_person(by=by, at=at, person=worker, unit=cast.units["M1-1"], since=MAY)
    assert sorted(stays(worker), key=str) == sorted(
        [("ZC1-1", OPENED, MAY - ONE_DAY), ("ZB1", MAY, None), ("M1-1", MAY, None)], key=str
    )
    assert Person.objects.get(pk=worker.pk).unit == cast.units["M1-1"]
    assert AuditEvent.objects.filter(action="org.person.moved").count() == 2


def test_a_second_move_on_the_same_day_corrects_the_first(cast: Cast, at: dt.datetime) -> None:
    worker, by = cast.people["worker"], cast.actor("hr_officer")
    for code in ("M1-1", "TF"):
        actions.move_person(by=by, at=at, person=worker, unit=cast.units[code], since=MAY)
    assert stays(worker) == [("ZC1-1", OPENED, MAY - ONE_DAY), ("TF", MAY, None)]


@pytest.mark.parametrize(
    ("code", "since", "sentence"),
    [
        ("M1-1", TODAY + ONE_DAY, "调动日期不能晚于今天"),
        ("M1-1", dt.date(2019, 12, 31), "还没有设立"),
        ("BYL", MAY, "不在马小军所在的矿"),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    cast: Cast, at: dt.datetime, code: str, since: dt.date, sentence: str
) -> None:
    unit = cast.units.get(code, cast.other_mine)
    company = cast.mine.parent
    assert company is not None
    with pytest.raises(Refused, match=sentence):  # by somebody who reaches both mines
        actions.move_person(by=system(company), at=at, person=cast.people["worker"], unit=unit, since=since)


def test_a_move_into_the_time_before_the_last_one_is_refused(cast: Cast, at: dt.datetime) -> None:
    worker, by = cast.people["worker"], cast.actor("hr_officer")
    actions.move_person(by=by, at=at, person=worker, unit=cast.units["TF"], since=MAY)
    with pytest.raises(Refused, match="从 2026-05-01 起在“通风队”"):
        actions.move_person(by=by, at=at, person=worker, unit=cast.units["M1"], since=MAY - ONE_DAY)


def test_who_leaves_the_mine_loses_posts_and_account_but_not_history(cast: Cast, at: dt.datetime) -> None:
    leader, by = cast.people["crew_leader"], cast.actor("hr_officer")
    account = cast.account("crew_leader")
    for _ in range(2):
        actions.release_person(by=by, at=at, person=leader, on=TODAY)
    account.refresh_from_db()
    assert not account.is_active
    assert stays(leader) == [("ZC1-1", OPENED, TODAY)]
    assert Post.objects.get(person=leader).until == TODAY
    assert AuditEvent.objects.filter(action="org.person.released").count() == 1
    with pytest.raises(Refused, match="已于 2026-07-06 离矿"):
        actions.move_person(by=by, at=at, person=leader, unit=cast.units["TF"], since=TODAY)
    with pytest.raises(Refused, match="已于 2026-07-06 离矿，不能任“班组长”"):
        actions.appoint(by=by, at=at, new=NewPost(leader, RoleCode.CREW_LEADER, cast.units["ZC1-1"], TODAY))


def test_leaving_is_neither_tomorrow_nor_before_the_last_move(cast: Cast, at: dt.datetime) -> None:
    worker, by = cast.people["worker"], cast.actor("hr_officer")
    with pytest.raises(Refused, match="离矿日期不能晚于今天"):
        actions.release_person(by=by, at=at, person=worker, on=TODAY + ONE_DAY)
    actions.move_person(by=by, at=at, person=worker, unit=cast.units["TF"], since=MAY)
    with pytest.raises(Refused, match="在 2026-05-01 还有新的归属"):
        actions.release_person(by=by, at=at, person=worker, on=MAY - ONE_DAY)


# ── posts ──
def test_a_post_is_taken_once_and_left_once(cast: Cast, at: dt.datetime) -> None:
    by, worker = cast.actor("hr_officer"), cast.people["worker"]
    for _ in range(2):
        post = actions.appoint(
            by=by, at=at, new=NewPost(worker, RoleCode.DEPUTY_CREW_LEADER, cast.units["ZC1-1"], MAY, "生产副班长")
        )
    assert post.role_label == "生产副班长"
    for _ in range(2):
        actions.relieve(by=by, at=at, post=post, on=TODAY)
    assert AuditEvent.objects.filter(action__startswith="org.post").count() == 2
    assert Post.objects.on(TODAY).filter(person=worker).exists()
    assert not Post.objects.on(TODAY + ONE_DAY).filter(person=worker).exists()
    with pytest.raises(Refused, match="免职日期不能更早"):
        actions.relieve(by=by, at=at, post=post, on=OPENED)


def test_nobody_gives_himself_rights(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("administrator")
    with pytest.raises(Refused, match="不能给自己任职"):
        actions.appoint(by=by, at=at, new=NewPost(cast.people["administrator"], RoleCode.AUDITOR, cast.mine, TODAY))


@pytest.mark.parametrize(
    ("member", "role", "code", "since", "sentence"),
    [
        ("worker", "king", "ZC1", MAY, "没有“king”这种职务"),
        ("worker", RoleCode.WORKER, "ZC1", MAY, "没有“worker”这种职务"),
        ("stranger", RoleCode.SECTION_HEAD, "ZC1", MAY, "白云飞不是“综采一队”所在矿的人"),
        ("worker", RoleCode.SECTION_HEAD, "ZC1", dt.date(2019, 1, 1), "还没有设立"),
    ],
)
def test_a_post_that_cannot_be_is_refused(
    cast: Cast, at: dt.datetime, member: str, role: str, code: str, since: dt.date, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.appoint(by=cast.system(), at=at, new=NewPost(cast.people[member], role, cast.units[code], since))


def test_a_post_does_not_end_before_it_began(cast: Cast, at: dt.datetime) -> None:
    new = NewPost(cast.people["worker"], RoleCode.CREW_LEADER, cast.units["ZC1-1"], MAY, until=OPENED)
    with pytest.raises(Refused, match="结束日期早于开始日期"):
        actions.appoint(by=cast.system(), at=at, new=new)


# ── leave ──
def test_leave_is_recorded_once_and_may_end_early(cast: Cast, at: dt.datetime) -> None:
    by, worker = cast.actor("hr_officer"), cast.people["worker"]
    for _ in range(2):
        leave = actions.record_leave(by=by, at=at, person=worker, kind="sick", since=MAY, until=None)
    for _ in range(2):
        actions.end_leave(by=by, at=at, leave=leave, on=TODAY)
    assert Leave.objects.get().until == TODAY
    events = AuditEvent.objects.filter(action__startswith="org.leave")
    assert events.count() == 2
    assert "sick" not in str(list(events.values_list("after", flat=True)))


def test_overlapping_and_backward_leave_is_refused(cast: Cast, at: dt.datetime) -> None:
    by, worker = cast.actor("hr_officer"), cast.people["worker"]
    leave = actions.record_leave(by=by, at=at, person=worker, kind="annual", since=MAY, until=TODAY)
    with pytest.raises(Refused, match="已登记年休假（2026-05-01 至 2026-07-06），与这次重叠"):
        actions.record_leave(by=by, at=at, person=worker, kind="sick", since=TODAY, until=None)
    with pytest.raises(Refused, match="早于开始日期"):
        actions.record_leave(by=by, at=at, person=worker, kind="sick", since=TODAY, until=MAY)
    with pytest.raises(Refused, match="休假从 2026-05-01 开始"):
        actions.end_leave(by=by, at=at, leave=leave, on=OPENED)


def test_the_verbs_ask_for_the_right_first(cast: Cast, at: dt.datetime) -> None:
    by, worker, crew = cast.actor("crew_leader"), cast.people["worker"], cast.units["ZC1-1"]
    verbs: list[Callable[[], object]] = [
        lambda: actions.add_person(by=by, at=at, mine=cast.mine, new=NewPerson("30001", "陈实", crew, MAY)),
        lambda: actions.amend_person(by=by, at=at, person=worker, name="改名"),
        lambda: actions.move_person(by=by, at=at, person=worker, unit=crew, since=MAY),
        lambda: actions.release_person(by=by, at=at, person=worker, on=TODAY),
        lambda: actions.appoint(by=by, at=at, new=NewPost(worker, RoleCode.CREW_LEADER, crew, MAY)),
        lambda: actions.relieve(by=by, at=at, post=Post.objects.get(person=cast.people["section_head"]), on=TODAY),
        lambda: actions.record_leave(by=by, at=at, person=worker, kind="sick", since=MAY, until=None),
    ]
    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()
