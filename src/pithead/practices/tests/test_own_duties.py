"""What one person has to do, from wherever it comes to him."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.org.models import Membership, Person, Post, Serves
from pithead.org.testing import OPENED, TODAY, Cast
from pithead.practices.lines import Line, late_line, lines_of
from pithead.practices.models import Bond, Practice
from pithead.practices.queries.own import Duties, own_duties
from pithead.practices.tests.worlds import a_zone, done, take_over

WALK = {
    "code": "walk",
    "title": "走动管理",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "month", "count": 8}, {"every": "month", "count": 4, "only": "underground"}],
}
MEETING = {
    "code": "meeting",
    "title": "区务会",
    "performers": ["section_head", "branch_secretary"],
    "quotas": [{"every": "week", "per": "unit", "among": "section"}],
}
TALK = {
    "code": "talk",
    "title": "谈心谈话",
    "performers": ["branch_secretary", "section_head", "crew_leader"],
    "quotas": [
        {"every": "year", "per": "worker"},
        {"every": "event", "per": "worker", "among": "hired", "within": 7},
    ],
}
VISIT = {
    "code": "visit",
    "title": "科室包保",
    "performers": ["liaison_officer"],
    "quotas": [{"every": "month", "per": "pair"}],
}
PATROL = {
    "code": "patrol",
    "title": "井下安全巡逻",
    "performers": ["member", "crew_leader"],
    "quotas": [{"every": "week", "count": 3, "per": "zone"}],
}
ASK = {
    "code": "ask",
    "title": "私自问",
    "performers": ["section_head"],
    "quotas": [{"every": "week"}],
    "confidentiality": "private",
}


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    take_over(cast, WALK, MEETING, TALK, VISIT, PATROL, ASK)


def duties(cast: Cast, member: str, on: dt.date = TODAY) -> Duties:
    return own_duties(cast.actor(member), cast.mine, on)


def told(cast: Cast, member: str, on: dt.date = TODAY) -> dict[str, Line]:
    return {line.title: line for line in lines_of(duties(cast, member, on).open, on)}


def test_of_ones_own_chair(cast: Cast) -> None:
    done(cast, "walk", "branch_secretary", dt.date(2026, 7, 2), cast.units["ZC1"])
    line = told(cast, "branch_secretary")["走动管理"]
    assert (line.done, line.expected, line.when) == (1, 8, "本月还差 7 次 · 到 7 月 31 日")
    assert line.notes == ("其中下井还差 4 次",)
    assert "走动管理" not in told(cast, "section_head")


def test_what_a_unit_owes_is_told_to_everybody_who_may_do_it_until_one_has(cast: Cast) -> None:
    for member, whom in (("section_head", ""), ("branch_secretary", "综采一队")):
        line = told(cast, member)["区务会"]
        assert (line.whom, line.when) == (whom, "本周还差 1 次 · 到周日")
        assert line.url.endswith("?unit=ZC1")
    done(cast, "meeting", "section_head", TODAY, cast.units["ZC1"])
    for member in ("section_head", "branch_secretary"):
        assert "区务会" not in told(cast, member)
        assert [line.title for line in lines_of(duties(cast, member).done, TODAY)] == ["区务会"]
    assert "区务会" not in told(cast, "crew_leader")


def test_everybody_of_ones_unit_is_one_line(cast: Cast) -> None:
    few = [line.whom for line in lines_of(duties(cast, "crew_leader").open, TODAY) if line.title == "谈心谈话"]
    assert few == ["马小军"]  # nobody is asked to talk with himself
    many = told(cast, "section_head")["谈心谈话"]
    assert many.whom == "4 人"
    assert many.when.startswith("今年还差 4 人")
    assert {name for name, _ in many.people} == {"马小军", "牛铁柱", "祝小雨"}
    assert many.people[0][1].endswith(f"/records/new/talk/?subject={number_of(cast, many.people[0][0])}")
    assert many.notes == ("您本人也在内，由别人来做",)
    done(cast, "talk", "section_head", TODAY, cast.units["ZC1"], subjects=[cast.people["worker"]])
    after = told(cast, "section_head")["谈心谈话"]
    assert after.done == 1
    assert {name for name, _ in after.people} == {"牛铁柱", "祝小雨"}


def number_of(cast: Cast, name: str) -> str:
    return next(person.staff_no for person in cast.people.values() if person.name == name)


def test_when_many_are_left_they_are_a_number(cast: Cast) -> None:
    for number in range(5):
        person = Person.objects.create(
            mine=cast.mine, staff_no=f"3{number}", name=f"组员{number}", unit=cast.units["ZC1-1"]
        )
        Membership.objects.create(mine=cast.mine, person=person, unit=cast.units["ZC1-1"], since=OPENED)
    line = told(cast, "section_head")["谈心谈话"]
    assert (line.expected, line.people) == (9, ())
    assert line.url.endswith("/records/new/talk/")


def test_somebody_new_is_owed_a_talk_within_the_week_and_after_it_until_it_was_had(cast: Cast) -> None:
    new = Person.objects.create(
        mine=cast.mine, staff_no="30001", name="新来的", unit=cast.units["ZC1-1"], hired_on=dt.date(2026, 7, 3)
    )
    Membership.objects.create(mine=cast.mine, person=new, unit=cast.units["ZC1-1"], since=dt.date(2026, 7, 3))
    events = [one for one in lines_of(duties(cast, "crew_leader").open, TODAY) if "新入职" in one.when]
    assert [(one.whom, one.when) for one in events] == [("新来的", "新入职，应在周五前")]
    assert "subject=30001" in events[0].url
    later = dt.date(2026, 7, 20)
    (late,) = (late_line(one, later) for one in duties(cast, "crew_leader", later).late if one.is_event)
    assert late.when == "新入职，应在 7 月 10 日前，已过 10 天"
    done(cast, "talk", "crew_leader", dt.date(2026, 7, 15), cast.units["ZC1-1"], subjects=[new])
    assert not [one for one in duties(cast, "crew_leader", later).late if one.is_event]


def test_an_office_owes_a_visit_to_each_section_it_is_the_contact_of(cast: Cast) -> None:
    line = told(cast, "liaison_officer")["科室包保"]
    assert (line.whom, line.url.partition("?")[2]) == ("综采一队", "unit=ZC1")
    assert "科室包保" not in told(cast, "other_assessor")
    Serves.objects.create(mine=cast.mine, server=cast.units["SAF"], unit=cast.units["ZC1"], since=OPENED)
    assert [one.custom.code for one in duties(cast, "liaison_officer").open] == ["visit"]
    done(cast, "visit", "liaison_officer", TODAY, cast.units["ZC1"])
    assert "科室包保" not in told(cast, "liaison_officer")


def test_a_zone_is_walked_by_those_who_answer_for_it(cast: Cast) -> None:
    zone = a_zone(cast)
    worker = cast.people["worker"]
    Membership.objects.create(mine=cast.mine, person=worker, unit=cast.units["ZB1"], since=OPENED)
    assert "井下安全巡逻" not in told(cast, "worker")
    Bond.objects.create(
        mine=cast.mine, kind="zone", unit=cast.units["ZC1"], person=worker, place=zone, since=dt.date(2026, 7, 1)
    )
    line = told(cast, "worker")["井下安全巡逻"]
    assert (line.whom, line.when) == ("Z1 责任区", "本周还差 3 次 · 到周日")
    assert "place=Z1" in line.url


def test_what_was_not_done_in_time_is_named_with_since_when(cast: Cast) -> None:
    late = {one.custom.code: late_line(one, TODAY) for one in duties(cast, "section_head").late}
    assert late["meeting"].when == "欠 5 次，从 6 月 7 日起"
    assert "day=2026-06-07" in late["meeting"].again
    assert late["meeting"].is_late


def test_what_counts_for_two_quotas_is_late_once(cast: Cast) -> None:
    for day in range(1, 7):
        done(cast, "walk", "branch_secretary", dt.date(2026, 6, day), cast.units["ZC1"], underground=day < 2)
    (line,) = [late_line(one, TODAY) for one in duties(cast, "branch_secretary").late if one.custom.code == "walk"]
    assert line.when == "欠 3 次，从 6 月 30 日起"  # six of eight, one of four underground


def test_what_only_says_how_is_in_no_figure_of_what_is_late(cast: Cast) -> None:
    quotas = [*WALK["quotas"], {"every": "week", "distinct": "shift"}]
    take_over(cast, {**WALK, "code": "shifts", "title": "各班", "quotas": quotas}, code="shifts")
    (line,) = [late_line(one, TODAY) for one in duties(cast, "branch_secretary").late if one.custom.code == "shifts"]
    assert line.when == "欠 8 次，从 6 月 30 日起"


def test_whoever_takes_a_chair_over_goes_on_with_what_was_done(cast: Cast) -> None:
    first = cast.people["branch_secretary"].posts.get()
    done(cast, "walk", "branch_secretary", dt.date(2026, 7, 1), cast.units["ZC1"])
    first.until = dt.date(2026, 7, 2)
    first.save()
    person = Person.objects.create(mine=cast.mine, staff_no="30002", name="后任", hired_on=OPENED)
    Post.objects.create(
        mine=cast.mine, person=person, role="branch_secretary", unit=first.unit, since=dt.date(2026, 7, 3), seat=first
    )
    cast.people["follower"] = person
    line = told(cast, "follower")["走动管理"]
    assert (line.done, line.expected) == (1, 8)
    assert "前任做了的算数，没做的接着做" in line.notes
    assert not [one for one in duties(cast, "follower").late if one.custom.code == "walk"]
    assert not duties(cast, "branch_secretary").open


def test_a_private_practice_is_only_named_to_those_it_is_for(cast: Cast) -> None:
    assert [one.code for one in duties(cast, "section_head").private] == ["ask"]
    assert not duties(cast, "branch_secretary").private
    assert "私自问" not in told(cast, "section_head")


def test_whoever_has_no_duty_has_none(cast: Cast) -> None:
    assert duties(cast, "worker") == Duties()
    assert not duties(cast, "hr_officer").open
    assert own_duties(cast.actor("stranger"), cast.other_mine, TODAY) == Duties()


def test_what_is_switched_on_in_the_middle_of_a_month_is_owed_in_part(cast: Cast) -> None:
    Practice.objects.filter(code="walk").get().method.adoptions.update(since=dt.date(2026, 7, 16))
    assert told(cast, "branch_secretary", dt.date(2026, 7, 20))["走动管理"].expected == 4


def test_two_versions_within_a_month_ask_for_their_days_in_one_line(cast: Cast) -> None:
    fewer = {**WALK, "quotas": [{"every": "month", "count": 4}]}
    take_over(cast, fewer, MEETING, TALK, VISIT, PATROL, ASK, since=dt.date(2026, 7, 16))
    done(cast, "walk", "branch_secretary", dt.date(2026, 7, 17), cast.units["ZC1"])
    line = told(cast, "branch_secretary", dt.date(2026, 7, 20))["走动管理"]
    assert (line.done, line.expected, line.notes) == (1, 6, ("其中下井还差 2 次",))


def _grow(cast: Cast, turn: int) -> None:
    """A section more, with people, a crew's zone and somebody new."""
    unit = cast.units["ZC1-2"]
    for number in range(5):
        person = Person.objects.create(
            mine=cast.mine, staff_no=f"4{turn}{number}", name="人", unit=unit, hired_on=dt.date(2026, 7, 3)
        )
        Membership.objects.create(mine=cast.mine, person=person, unit=unit, since=dt.date(2026, 7, 3))
    a_zone(cast, f"Y{turn}")
    Serves.objects.create(mine=cast.mine, server=cast.units["ZB1"], unit=unit, since=dt.date(2026, 6, turn + 1))
    done(cast, "walk", "branch_secretary", dt.date(2026, 7, 1 + turn), cast.units["ZC1"])


@pytest.mark.parametrize("member", ["branch_secretary", "section_head", "crew_leader"])
def test_the_same_number_of_queries_whatever_there_is(cast: Cast, member: str) -> None:
    counts = []
    for turn in range(3):
        _grow(cast, turn)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            duties(cast, member)
        counts.append(len(queries))
    assert counts[1] == counts[2], counts
