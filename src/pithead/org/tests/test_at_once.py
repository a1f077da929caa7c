"""Two people at two desks: whoever comes second sees what the first has done, not what was on his page."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import Count

from pithead.kernel.db.testing import race
from pithead.kernel.refusal import Refused
from pithead.org import actions
from pithead.org.access import RoleCode
from pithead.org.actions import NewPerson, NewPost
from pithead.org.models import Leave, Membership, Person, Post, User
from pithead.org.testing import TODAY, Cast, make_cast

MAY = dt.date(2026, 5, 1)
JUNE = dt.date(2026, 6, 1)
ONE_DAY = dt.timedelta(days=1)


def stale(cast: Cast, member: str = "worker") -> Person:
    """As a page loaded it, with its unit."""
    return Person.objects.select_related("unit", "mine").get(pk=cast.people[member].pk)


# ── one after the other, the second with what was read before the first ──
def test_a_move_of_somebody_who_has_just_left_is_refused(cast: Cast, at: dt.datetime) -> None:
    before = stale(cast)
    actions.release_person(by=cast.system(), at=at, person=stale(cast), on=JUNE)
    with pytest.raises(Refused, match="已于 2026-06-01 离矿"):
        actions.move_person(by=cast.system(), at=at, person=before, unit=cast.units["M1-1"], since=JUNE)
    assert not Membership.objects.filter(person=before, until=None).exists()
    assert Person.objects.get(pk=before.pk).unit is None


def test_leaving_twice_ends_everything_once(cast: Cast, at: dt.datetime) -> None:
    before = stale(cast)
    actions.release_person(by=cast.system(), at=at, person=stale(cast), on=JUNE)
    again = actions.release_person(by=cast.system(), at=at, person=before, on=JUNE)
    assert (again.left_on, again.unit) == (JUNE, None)


def test_nobody_is_appointed_who_has_just_left(cast: Cast, at: dt.datetime) -> None:
    before = stale(cast)
    actions.release_person(by=cast.system(), at=at, person=stale(cast), on=JUNE)
    with pytest.raises(Refused, match="已于 2026-06-01 离矿"):
        actions.appoint(by=cast.system(), at=at, new=NewPost(before, RoleCode.CREW_LEADER, cast.units["ZC1-1"], TODAY))


def test_the_log_says_where_somebody_was_when_he_moved(cast: Cast, at: dt.datetime) -> None:
    before = stale(cast)
    actions.move_person(by=cast.system(), at=at, person=stale(cast), unit=cast.units["M1-1"], since=MAY)
    actions.move_person(by=cast.system(), at=at, person=before, unit=cast.units["TF"], since=JUNE)
    assert before.unit == cast.units["TF"]
    stays = Membership.objects.filter(person=before).order_by("since").values_list("unit__code", "until")
    assert list(stays) == [("ZC1-1", MAY - ONE_DAY), ("M1-1", JUNE - ONE_DAY), ("TF", None)]


def test_a_post_that_ended_with_the_leaving_is_left_as_it_is(cast: Cast, at: dt.datetime) -> None:
    post = Post.objects.select_related("person", "unit").get(person=cast.people["crew_leader"])
    actions.release_person(by=cast.system(), at=at, person=stale(cast, "crew_leader"), on=JUNE)
    assert actions.relieve(by=cast.system(), at=at, post=post, on=JUNE).until == JUNE  # as it is already


def test_a_post_begins_only_once_on_a_day(cast: Cast, at: dt.datetime) -> None:
    new = NewPost(cast.people["worker"], RoleCode.CREW_LEADER, cast.units["ZC1-1"], MAY)
    ended = NewPost(cast.people["worker"], RoleCode.CREW_LEADER, cast.units["ZC1-1"], MAY, until=TODAY)
    post = actions.appoint(by=cast.system(), at=at, new=new)
    actions.relieve(by=cast.system(), at=at, post=post, on=TODAY)
    with pytest.raises(Refused, match="从 2026-05-01 起任过“班组长”，到 2026-07-06 为止"):
        actions.appoint(by=cast.system(), at=at, new=new)
    assert actions.appoint(by=cast.system(), at=at, new=ended) == post


# ── at the same moment ──
def at_once(*works: Callable[[], object]) -> list[object]:
    """What went wrong, other than a refusal in words."""
    return [one for one in race(*works) if isinstance(one, Exception) and not isinstance(one, Refused)]


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_the_same_moment_leave_one_truth(at: dt.datetime) -> None:
    cast = make_cast()
    by, worker, crews = cast.system(), cast.people["worker"], ("ZC1-2", "M1-1", "TF")
    moves = [
        lambda unit=cast.units[code]: actions.move_person(by=by, at=at, person=stale(cast), unit=unit, since=TODAY)
        for code in crews
    ]
    leader = NewPost(worker, RoleCode.CREW_LEADER, cast.units["ZC1-1"], MAY)
    new = NewPerson("30001", "陈实", cast.units["ZC1-1"], MAY)
    sick = {"kind": "sick", "since": MAY, "until": TODAY}
    assert at_once(*moves) == []
    assert at_once(*[lambda: actions.issue_codes(by=by, at=at, people=[stale(cast)])] * 3) == []
    assert at_once(*[lambda: actions.add_person(by=by, at=at, mine=cast.mine, new=new)] * 3) == []
    assert at_once(*[lambda: actions.appoint(by=by, at=at, new=leader)] * 3) == []
    assert at_once(*[lambda: actions.record_leave(by=by, at=at, person=stale(cast), **sick)] * 3) == []
    open_stays = Membership.objects.filter(until=None).values("person").annotate(stays=Count("pk"))
    assert all(row["stays"] == 1 for row in open_stays)
    assert User.objects.filter(person=worker).count() == Person.objects.filter(staff_no="30001").count() == 1
    assert Post.objects.filter(person=worker).count() == Leave.objects.filter(person=worker).count() == 1
    release = lambda: actions.release_person(by=by, at=at, person=stale(cast), on=TODAY)  # noqa: E731
    assert at_once(release, release, *moves) == []
    assert not Membership.objects.filter(person=worker, until=None).exists()
