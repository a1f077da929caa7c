"""Somebody near a member broke a rule: a talk is owed by itself, and nobody else is told of whom."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pithead.issues.models import Role
from pithead.issues.testing import Story, grow_cast
from pithead.org.models import Membership
from pithead.org.queries import calendar_of
from pithead.org.testing import OPENED, Cast
from pithead.practices.actions import load_pack, shipped_pack
from pithead.practices.lines import day
from pithead.practices.models import Bond, Practice, Record
from pithead.practices.queries.missing import Wanted, missing
from pithead.practices.queries.own import own_duties
from pithead.practices.tests.worlds import JANUARY, done

SignIn = Callable[[str], Client]
WORKER, DAY = "马小军", dt.timedelta(days=1)


@pytest.fixture
def bond(cast: Cast) -> Bond:
    """The crew leader is in the party and looks after the worker; another member has a bond with somebody else."""
    spec = shipped_pack("member_work")
    load_pack(by=cast.system(), at=timezone.now() - 99 * DAY, mine=cast.mine, spec=spec, since=JANUARY)
    grow_cast(cast)
    for member in ("crew_leader", "section_clerk"):
        Membership.objects.create(mine=cast.mine, person=cast.people[member], unit=cast.units["ZB1"], since=OPENED)
    common = {"mine": cast.mine, "kind": "workers", "unit": cast.units["ZC1-1"], "since": OPENED}
    Bond.objects.create(person=cast.people["section_clerk"], worker=cast.people["crew_leader"], **common)
    return Bond.objects.create(person=cast.people["crew_leader"], worker=cast.people["worker"], **common)


def violation(cast: Cast, at: dt.datetime, *steps: tuple[str, str]) -> Story:
    story = Story(cast, at)
    story.begins("assessor", "violation", people=((Role.SUBJECT, cast.people["worker"]),), category="work")
    story.follows(*steps)
    return story


def talks(cast: Cast, member: str, today: dt.date) -> list[tuple[str, dt.date]]:
    found = own_duties(cast.actor(member), cast.mine, today)
    lines = [*(("late", one) for one in found.late), *(("open", one) for one in found.open)]
    lines += [("done", one) for one in found.done]
    return [(where, one.due) for where, one in lines if one.custom.code == "no_violation_nearby"]


def test_a_confirmed_violation_opens_a_talk_with_its_day_and_the_talk_clears_it(
    cast: Cast, bond: Bond, signed_in: SignIn
) -> None:
    today, client = timezone.localdate(), signed_in("crew_leader")
    story = violation(cast, timezone.now())
    assert "党员身边无违章" not in client.get("/duties/").content.decode(), "it is not confirmed yet"
    story.follows(("inspector", "confirm"))
    shown = client.get("/duties/").content.decode()
    assert f"三违认定，应在{day(today + 7 * DAY, today)}前" in shown
    assert "党员身边无违章" in shown
    url = f"/records/new/no_violation_nearby/?bond={bond.pk}&amp;subject={cast.people['worker'].staff_no}"
    assert f'{url}">去做' in shown
    form = client.get(url.replace("&amp;", "&")).content.decode()
    assert f"{WORKER} {cast.people['worker'].staff_no}" in form
    said = {"worker": cast.people["worker"].staff_no, "change": "先停电再检修", "bond": bond.pk}
    assert client.post(reverse("practices:record", args=["no_violation_nearby"]), said).status_code == 302
    assert Record.objects.get().bond == bond
    assert talks(cast, "crew_leader", today) == [("done", today + 7 * DAY)]
    assert f'{url}">再做' in client.get("/duties/").content.decode()


def test_nobody_but_the_member_is_told_of_whom(cast: Cast, bond: Bond, at: dt.datetime, signed_in: SignIn) -> None:
    violation(cast, at, ("inspector", "confirm"))
    for member in cast.people:
        expected = [("open", at.date() + 7 * DAY)] if member == "crew_leader" else []
        assert talks(cast, member, at.date() + DAY) == expected, member


def test_behind_the_figure_of_the_board_stands_whose_it_was_not_about_whom(
    cast: Cast, bond: Bond, at: dt.datetime
) -> None:
    violation(cast, at, ("inspector", "confirm"))
    bounds = dt.date(2026, 7, 1), dt.date(2026, 7, 31)
    for member in ("section_head", "branch_secretary", "mine_leader", "crew_leader"):
        wanted = Wanted(cast.mine, None, bounds, bounds[1], Practice.objects.get(code="no_violation_nearby"))
        found = missing(cast.actor(member), wanted, calendar_of(cast.mine))
        assert [line.whom for line in found.lines] == ["包保职工 1 名"], member


@pytest.mark.parametrize(
    "steps",
    [
        (("inspector", "dismiss"),),
        (("inspector", "confirm"), ("worker", "appeal"), ("mine_leader", "cancel")),
    ],
)
def test_what_was_no_violation_owes_nothing(
    cast: Cast, bond: Bond, at: dt.datetime, steps: tuple[tuple[str, str], ...]
) -> None:
    violation(cast, at, *steps)
    assert talks(cast, "crew_leader", at.date()) == []
    assert talks(cast, "crew_leader", at.date() + 9 * DAY) == []


def test_what_stands_after_an_appeal_is_owed_from_the_day_it_was_confirmed(
    cast: Cast, bond: Bond, at: dt.datetime
) -> None:
    violation(cast, at, ("inspector", "confirm"), ("worker", "appeal"), ("mine_leader", "uphold"))
    assert talks(cast, "crew_leader", at.date()) == [("open", at.date() + 7 * DAY)]


def test_a_talk_that_came_late_is_still_a_talk(cast: Cast, bond: Bond, at: dt.datetime) -> None:
    violation(cast, at, ("inspector", "confirm"))
    due = at.date() + 7 * DAY
    assert talks(cast, "crew_leader", due + DAY) == [("late", due)]
    done(cast, "no_violation_nearby", "crew_leader", due + DAY, cast.units["ZC1-1"])
    assert talks(cast, "crew_leader", due + DAY) == [("late", due)], "with somebody else"
    done(cast, "no_violation_nearby", "crew_leader", due + DAY, cast.units["ZC1-1"], bond=bond)
    assert talks(cast, "crew_leader", due + DAY) == []


def test_who_looked_after_him_before_owes_nothing(cast: Cast, bond: Bond, at: dt.datetime) -> None:
    Bond.objects.filter(pk=bond.pk).update(until=at.date() + 3 * DAY)
    violation(cast, at, ("inspector", "confirm"))
    assert talks(cast, "crew_leader", at.date() + DAY) == []
