"""When, where, from which chair, about whom: what a record is worked out to be before its answers are read."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Refused
from pithead.org.models import CrewShift, Membership, MineCalendar, Place, Post, Shift, ShiftSystem, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices.actions import RecordDraft, adopt, load_pack, record, set_version
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.models import Bond, Practice, Record
from pithead.practices.models.methods import spec_of
from pithead.practices.queries.performing import may_perform, version_on
from pithead.practices.sampling import drawn
from pithead.practices.tests.worlds import a_zone, take_over

OK = {"kind": "check", "required": True}
PLACE = {"key": "place", "label": "在哪里", "kind": "place", "about": True}
DAY = dt.timedelta(days=1)


def practice(cast: Cast, code: str, *performers: str, form: Any = (), quotas: Any = (), **more: Any) -> Practice:
    take_over(
        cast,
        {
            "code": code,
            "title": code,
            "performers": list(performers),
            "form": list(form),
            "quotas": list(quotas),
            **more,
        },
        code=f"m_{code}",
    )
    return Practice.objects.get(code=code)


def write(cast: Cast, at: dt.datetime, one: Practice, who: str, answers: Any = None, **more: Any) -> Record:
    return record(by=cast.actor(who), at=at, mine=cast.mine, draft=RecordDraft(one, answers or {}, **more))


@pytest.fixture
def shifts(cast: Cast) -> dict[str, Shift]:
    system = ShiftSystem.objects.create(mine=cast.mine, code="three_eight", name="三八制")
    told = (("夜班", 22, True), ("早班", 6, False), ("中班", 14, False))
    return {
        name: Shift.objects.create(system=system, number=n, name=name, starts_at=dt.time(hour), hours=8, is_night=night)
        for n, (name, hour, night) in enumerate(told, 1)
    }


def on(cast: Cast, shift: Shift, unit: str = "ZC1-1") -> None:
    CrewShift.objects.create(mine=cast.mine, unit=cast.units[unit], system=shift.system, shift=shift, since=OPENED)


def hour(day: int, hours: int) -> dt.datetime:
    return dt.datetime(2026, 7, day, hours, tzinfo=timezone.get_current_timezone())


# ── when ──
def test_a_night_is_booked_where_the_mine_books_it(cast: Cast, shifts: dict[str, Shift]) -> None:
    one = practice(cast, "look", "crew_leader", form=[PLACE])
    on(cast, shifts["夜班"])
    made = write(cast, hour(6, 23), one, "crew_leader")
    assert (made.shift, made.night, made.happened_on.day) == (shifts["夜班"], True, 6)
    MineCalendar.objects.create(mine=cast.mine, night_books_next_day=True)
    told = [(hour(6, 21), 7), (hour(6, 23), 7), (hour(7, 3), 7), (hour(7, 7), 7)]  # before, within twice, after it
    for moment, day in told:
        made = write(cast, moment, one, "crew_leader")
        assert (made.shift, made.happened_on.day) == (shifts["夜班"], day), moment


def test_who_has_no_shift_is_on_the_one_that_runs(cast: Cast, shifts: dict[str, Shift]) -> None:
    one = practice(cast, "look", "branch_secretary", form=[PLACE])
    assert write(cast, hour(6, 10), one, "branch_secretary").shift == shifts["早班"]
    assert write(cast, hour(7, 1), one, "branch_secretary").night


def test_a_shift_that_is_said_is_taken(cast: Cast, shifts: dict[str, Shift]) -> None:
    one = practice(cast, "look", "crew_leader")
    on(cast, shifts["早班"])
    made = write(cast, hour(6, 23), one, "crew_leader", shift=shifts["中班"], happened_at=hour(6, 15))
    assert (made.shift, made.happened_on.day, made.arrived_at) == (shifts["中班"], 6, hour(6, 23))


def test_neither_tomorrow_nor_what_is_long_past(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "look", "crew_leader")
    with pytest.raises(Refused, match="晚于现在"):
        write(cast, at, one, "crew_leader", happened_at=at + dt.timedelta(hours=1))
    with pytest.raises(Refused, match="62 天以前"):
        write(cast, at, one, "crew_leader", happened_at=at - 63 * DAY)
    assert write(cast, at, one, "crew_leader", happened_at=at - 61 * DAY).happened_on == (at - 61 * DAY).date()


def test_the_version_of_the_day_counts(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "look", "crew_leader", form=[{"key": "old", "label": "旧", **OK}])
    spec = PracticeSpec.from_plain(
        {"code": "look", "title": "look", "performers": ["crew_leader"], "form": [{"key": "new", "label": "新", **OK}]}
    )
    set_version(by=cast.system(), at=at, practice=one, spec=spec, since=at.date())
    assert write(cast, at, one, "crew_leader", {"new": {"ok": True}}).version.number == 2
    earlier = write(cast, at, one, "crew_leader", {"old": {"ok": True}}, happened_at=at - 3 * DAY)
    assert earlier.version.number == 1
    with pytest.raises(Refused, match="没有这几栏：new"):
        write(cast, at, one, "crew_leader", {"new": {"ok": True}}, happened_at=at - 3 * DAY)


def test_the_post_of_the_day_counts(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "look", "crew_leader")
    Post.objects.filter(person=cast.people["crew_leader"]).update(until=at.date() - 2 * DAY)
    with pytest.raises(PermissionDenied):
        write(cast, at, one, "crew_leader")
    assert write(cast, at, one, "crew_leader", happened_at=at - 2 * DAY).role == "crew_leader"


def test_only_where_it_is_in_use(cast: Cast, at: dt.datetime) -> None:
    spec = MethodSpec("slow", "慢慢来", practices=(PracticeSpec("look", "当班一看", performers=("crew_leader",)),))
    known: dict[str, Any] = {"by": cast.system(), "at": at}
    method = load_pack(**known, mine=cast.mine, spec=spec, since=OPENED)
    one = Practice.objects.get(code="look")
    with pytest.raises(Refused, match="“一班”在 2026-07-06 没有采用“慢慢来”"):
        write(cast, at, one, "crew_leader")
    adopt(**known, method=method, unit=cast.units["ZC1"], since=at.date())
    assert write(cast, at, one, "crew_leader").unit == cast.units["ZC1-1"]
    with pytest.raises(Refused, match="没有采用"):
        write(cast, at, one, "crew_leader", happened_at=at - DAY)


# ── about whom ──
def test_a_branch_secretary_speaks_for_the_only_section_his_branch_serves(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "meet", "branch_secretary", quotas=[{"every": "week", "per": "unit", "among": "section"}])
    made = write(cast, at, one, "branch_secretary")
    assert (made.unit, made.performer_unit) == (cast.units["ZC1"], cast.units["ZB1"])


def test_who_leads_several_says_which(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "shift", "section_head", quotas=[{"every": "day", "per": "unit", "among": "crew"}])
    with pytest.raises(Refused, match="哪个单位"):
        write(cast, at, one, "section_head")
    with pytest.raises(PermissionDenied):
        write(cast, at, one, "section_head", unit=cast.units["M1-1"])
    assert write(cast, at, one, "section_head", unit=cast.units["ZC1-2"]).unit == cast.units["ZC1-2"]


def test_an_office_visits_the_sections_it_serves(cast: Cast, at: dt.datetime) -> None:
    section = {"key": "section", "label": "哪个区队", "kind": "unit", "about": True, "required": True}
    one = practice(cast, "visit", "liaison_officer", form=[section], quotas=[{"every": "month", "per": "pair"}])
    made = write(cast, at, one, "liaison_officer", {"section": cast.units["ZC1"]})
    assert (made.performer_unit, made.unit) == (cast.units["PRO"], cast.units["ZC1"])
    with pytest.raises(PermissionDenied):
        write(cast, at, one, "liaison_officer", {"section": cast.units["M1"]})


def test_a_zone_is_of_its_unit_and_says_whether_it_is_below(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "patrol", "crew_leader", form=[PLACE], quotas=[{"every": "week", "per": "zone"}])
    made = write(cast, at, one, "crew_leader", {"place": a_zone(cast)})
    assert (made.unit, made.underground) == (cast.units["ZC1"], True)
    with pytest.raises(PermissionDenied):
        write(cast, at, one, "crew_leader", {"place": a_zone(cast, "Z9", "M1")})
    gone = a_zone(cast, "Z2")
    Place.objects.filter(pk=gone.pk).update(until=at.date() - DAY)
    gone.refresh_from_db()
    with pytest.raises(Refused, match="没有在用"):
        write(cast, at, one, "crew_leader", {"place": gone})


def test_a_member_performs_what_members_do_and_nobody_else(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "diary", "member", quotas=[{"every": "quarter", "per": "member"}])
    with pytest.raises(PermissionDenied, match="党员填写"):
        write(cast, at, one, "worker")
    group = add_unit(cast.units["ZB1"], UnitKind.PARTY_GROUP, "ZB1-1", "第一党小组")
    Membership.objects.create(mine=cast.mine, person=cast.people["worker"], unit=group, since=OPENED)
    made = write(cast, at, one, "worker")
    assert (made.role, made.seat, made.unit) == ("member", None, group)


def test_of_several_bonds_one_is_said(cast: Cast, at: dt.datetime) -> None:
    zones = [a_zone(cast, code) for code in ("Z1", "Z2")]
    group = add_unit(cast.units["ZB1"], UnitKind.PARTY_GROUP, "ZB1-1", "第一党小组")
    worker = cast.people["worker"]
    Membership.objects.create(mine=cast.mine, person=worker, unit=group, since=OPENED)
    one = practice(cast, "zone", "member", form=[PLACE], quotas=[{"every": "month", "per": "bond", "among": "zone"}])
    known = {"mine": cast.mine, "kind": "zone", "unit": cast.units["ZC1"], "since": OPENED}
    bonds = [Bond.objects.create(**known, person=worker, place=zone) for zone in zones]
    other = Bond.objects.create(**known, person=cast.people["crew_leader"], place=zones[0])
    with pytest.raises(Refused, match="有几处"):
        write(cast, at, one, "worker")
    assert write(cast, at, one, "worker", {"place": zones[1]}).bond == bonds[1]
    made = write(cast, at, one, "worker", bond=bonds[0])
    assert (made.bond, made.place, made.unit) == (bonds[0], zones[0], cast.units["ZC1"])
    with pytest.raises(PermissionDenied):
        write(cast, at, one, "worker", bond=other)


def test_nobody_is_talked_with_by_those_he_does_not_work_for(cast: Cast, at: dt.datetime) -> None:
    who = {"key": "who", "label": "和谁谈", "kind": "person", "subject": True, "required": True}
    one = practice(cast, "talk", "crew_leader", form=[who], quotas=[{"every": "year", "per": "worker"}])
    assert write(cast, at, one, "crew_leader", {"who": cast.people["worker"]}).people.get().role == "subject"
    with pytest.raises(PermissionDenied):
        write(cast, at, one, "crew_leader", {"who": cast.people["section_head"]})


def test_whoever_has_no_person_performs_nothing(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "look", "crew_leader")
    version = version_on(one, at.date())
    assert version is not None
    assert may_perform(cast.system(), version, at.date()) == ()
    with pytest.raises(PermissionDenied):
        record(by=cast.system(), at=at, mine=cast.mine, draft=RecordDraft(one))


def test_a_practice_of_another_mine_is_none(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "look", "mine_leader")
    with pytest.raises((Refused, PermissionDenied)):
        record(by=cast.actor("stranger"), at=at, mine=cast.other_mine, draft=RecordDraft(one))
    assert not Record.objects.exists()


# ── what else comes with it ──
def test_what_another_system_holds_asks_nothing_more(cast: Cast, at: dt.datetime) -> None:
    form = [{"key": "topic", "label": "讲什么", "kind": "text", "required": True}]
    lesson = practice(cast, "lesson", "branch_secretary", form=form, elsewhere=True)
    made = write(cast, at, lesson, "branch_secretary", elsewhere=" 2026-07 ")
    assert (made.elsewhere, made.answers) == ("2026-07", {})
    other = practice(cast, "other", "branch_secretary", form=form)
    with pytest.raises(Refused, match="上级系统里没有"):
        write(cast, at, other, "branch_secretary", elsewhere="2026-07")


def test_a_photo_is_ones_own(cast: Cast, at: dt.datetime) -> None:
    one = practice(cast, "look", "crew_leader", form=[{"key": "roof", "label": "顶帮", **OK}], raises="hazard")
    file = StoredFile.objects.create(
        mine="QSY", name="a.jpg", content_type="image/jpeg", size=1, sha256="0" * 64, stored_at=at, stored_by="somebody"
    )
    bad = {"roof": {"ok": False, "text": "掉渣"}}
    with pytest.raises(Refused, match="自己在这里上传"):
        write(cast, at, one, "crew_leader", bad, files={"roof": (file,)})
    StoredFile.objects.filter(pk=file.pk).update(stored_by=cast.people["crew_leader"].staff_no)
    file.refresh_from_db()
    with pytest.raises(Refused, match="不能放照片"):
        write(cast, at, one, "crew_leader", bad, files={"nothing": (file,)})
    made = write(cast, at, one, "crew_leader", bad, files={"roof": (file,)})
    assert made.files.get().file == file
    assert Issue.objects.get().steps.get().attachments.get().file == file


def test_of_a_chain_those_are_asked_that_the_day_draws(cast: Cast, at: dt.datetime) -> None:
    rows = [{"key": "ok", "label": "好", **OK}]
    form = [{"key": f"step{n}", "label": f"第 {n} 道", "kind": "rows", "rows": rows} for n in range(5)]
    one = practice(cast, "chain", "crew_leader", form=form, sampled=2)
    version = version_on(one, at.date())
    assert version is not None
    spec, unit = spec_of(version), cast.units["ZC1-1"]
    asked = drawn(spec, unit, at.date(), None)
    assert asked == drawn(spec, unit, at.date(), None)
    assert len(asked) == 2
    days = [drawn(spec, unit, at.date() + n * DAY, None) for n in range(60)]
    assert set().union(*days) == {f"step{n}" for n in range(5)}
    with pytest.raises(Refused, match="这次要填这一项"):
        write(cast, at, one, "crew_leader", {next(iter(asked)): [{"ok": {"ok": True}}]})
    assert write(cast, at, one, "crew_leader", {key: [{"ok": {"ok": True}}] for key in asked}).failing == 0


def test_who_is_looked_after_already_is_not_a_second_matter(cast: Cast, at: dt.datetime) -> None:
    row = [
        {"key": "who", "label": "谁", "kind": "person", "required": True},
        {
            "key": "state",
            "label": "怎么安排",
            "kind": "choice",
            "options": {"fit": "适合", "not": "今天不上岗"},
            "fails": ["not"],
        },
    ]
    form = [{"key": "exceptions", "label": "不适合的人", "kind": "rows", "rows": row}]
    secret = {"confidentiality": "restricted", "readers": ["section_head"], "text_months": 1}
    one = practice(cast, "screening", "crew_leader", form=form, raises="care", **secret)
    arranged = {"value": "not", "text": "歇一个班"}
    answers = {"exceptions": [{"who": cast.people["worker"], "state": arranged}]}
    for moment in (at, at + DAY):
        made = write(cast, moment, one, "crew_leader", answers)
        assert not made.people.exists()
    assert Issue.objects.get().kind == "care"
    stranger = {"exceptions": [{"who": cast.people["section_head"], "state": arranged}]}
    with pytest.raises(Refused, match="不是你负责的人"):
        write(cast, at, one, "crew_leader", stranger)
