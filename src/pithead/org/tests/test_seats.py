"""A chair outlives who sits on it."""

import datetime as dt

from pithead.org.access import RoleCode
from pithead.org.actions import NewPost, appoint, release_person, relieve
from pithead.org.models import Post
from pithead.org.testing import OPENED, Cast

JUNE = dt.date(2026, 6, 1)


def head(cast: Cast) -> Post:
    return Post.objects.get(role=RoleCode.SECTION_HEAD)


def follow(
    cast: Cast, at: dt.datetime, member: str, since: dt.date, title: str = "", role: str = "section_head"
) -> Post:
    new = NewPost(cast.people[member], role, cast.units["ZC1"], since, title)
    return appoint(by=cast.system(), at=at, new=new)


def seat(post: Post) -> int:
    post.refresh_from_db()
    return post.seat_id or post.pk


def test_a_successor_takes_the_chair(cast: Cast, at: dt.datetime) -> None:
    first = head(cast)
    relieve(by=cast.system(), at=at, post=first, on=JUNE)
    second = follow(cast, at, "worker", JUNE + dt.timedelta(days=10))
    relieve(by=cast.system(), at=at, post=second, on=JUNE + dt.timedelta(days=20))
    third = follow(cast, at, "section_clerk", JUNE + dt.timedelta(days=21))
    assert seat(first) == seat(second) == seat(third) == first.pk


def test_he_may_be_entered_before_the_other_has_ended(cast: Cast, at: dt.datetime) -> None:
    first, second = head(cast), follow(cast, at, "worker", JUNE)
    assert seat(second) == second.pk
    relieve(by=cast.system(), at=at, post=first, on=JUNE - dt.timedelta(days=1))
    assert seat(second) == first.pk


def test_a_chair_that_stood_empty_for_long_is_a_new_one(cast: Cast, at: dt.datetime) -> None:
    first = head(cast)
    relieve(by=cast.system(), at=at, post=first, on=dt.date(2026, 1, 1))
    assert seat(follow(cast, at, "worker", dt.date(2026, 4, 3))) == first.pk
    again = follow(cast, at, "section_clerk", dt.date(2026, 4, 4))
    assert seat(again) == again.pk


def test_deputies_sit_side_by_side_each_on_the_chair_of_his_title(cast: Cast, at: dt.datetime) -> None:
    role = "deputy_section_head"
    one = follow(cast, at, "worker", OPENED, "生产副队长", role)
    other = follow(cast, at, "crew_leader", OPENED, "机电副队长", role)
    assert seat(one) != seat(other)
    relieve(by=cast.system(), at=at, post=one, on=JUNE)
    relieve(by=cast.system(), at=at, post=other, on=JUNE)
    for member, title, before in (("section_clerk", "机电副队长", other), ("liaison_officer", "生产副队长", one)):
        after = follow(cast, at, member, JUNE + dt.timedelta(days=1), title, role)
        assert seat(after) == before.pk


def test_one_follows_one(cast: Cast, at: dt.datetime) -> None:
    """Two who come after one who left: one sits on his chair, the other brings his own."""
    first = head(cast)
    relieve(by=cast.system(), at=at, post=first, on=JUNE)
    posts = [follow(cast, at, member, JUNE + dt.timedelta(days=1)) for member in ("worker", "section_clerk")]
    assert sorted(seat(post) == first.pk for post in posts) == [False, True]


def test_who_leaves_the_mine_leaves_his_chair(cast: Cast, at: dt.datetime) -> None:
    first, second = head(cast), follow(cast, at, "worker", at.date())
    release_person(by=cast.system(), at=at, person=cast.people["section_head"], on=at.date() - dt.timedelta(days=1))
    assert seat(second) == first.pk
