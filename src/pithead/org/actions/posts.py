"""Who is responsible for what, from when until when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ROLES, Actor, Capability, RoleCode
from pithead.org.actions.people import stands
from pithead.org.actions.seats import seat_posts
from pithead.org.models import Person, Post, Unit

PostKey = tuple[int, str, int]  # person, role, unit


@dataclass(frozen=True)
class NewPost:
    person: Person
    role: str
    unit: Unit
    since: dt.date
    title: str = ""
    until: dt.date | None = None


def appoint(*, by: Actor, at: dt.datetime, new: NewPost) -> Post:
    return appoint_all(by=by, at=at, new=[new])[0]


@transaction.atomic
def appoint_all(*, by: Actor, at: dt.datetime, new: Sequence[NewPost]) -> list[Post]:
    """All or none. A post that is held already is returned as it is. Nobody appoints himself: rights come from posts."""
    for unit in {spec.unit.pk: spec.unit for spec in new}.values():
        by.require(Capability.ORG_EDIT, unit)
    _hold_people([spec.person for spec in new])
    known = list(Post.objects.filter(person__in={spec.person.pk for spec in new}).select_related("person", "unit"))
    ended = {(_post_key(post), post.since): post for post in known if post.until}
    held = {_post_key(post): post for post in known if post.until is None}
    if reasons := [
        Reason(problem) for spec in new if (problem := _post_problem(by, spec) or _ended_problem(spec, ended))
    ]:
        raise Refused(reasons)
    held = {_post_key(spec): ended[key] for spec in new if (key := (_post_key(spec), spec.since)) in ended} | held
    fresh = [spec for spec in new if _post_key(spec) not in held]
    made = Post.objects.bulk_create([_post(spec) for spec in fresh], batch_size=500)
    seat_posts(made)
    _log_posts(by, at, "org.post.taken", made)
    held |= {_post_key(post): post for post in made}
    return [held[_post_key(spec)] for spec in new]


def _hold_people(people: Sequence[Person]) -> None:
    """As everybody who changes where people belong; and whether they have left is what is true now."""
    for mine in Unit.objects.filter(pk__in={person.mine_id for person in people}).order_by("pk"):
        hold(mine)
    left = dict(Person.objects.filter(pk__in={person.pk for person in people}).values_list("pk", "left_on"))
    for person in people:
        person.left_on = left[person.pk]


def _ended_problem(spec: NewPost, ended: dict[tuple[PostKey, dt.date], Post]) -> str:
    """One post begins only once on a day. What was said before with the same end is returned as it is."""
    post = ended.get((_post_key(spec), spec.since))
    if post is None or post.until == spec.until:
        return ""
    return f"{spec.person.name}从 {spec.since} 起任过“{post.role_label}”，到 {post.until} 为止，请换一个开始日期"


def _post_key(row: Post | NewPost) -> PostKey:
    return row.person.pk, str(row.role), row.unit.pk


def _post(spec: NewPost) -> Post:
    return Post(
        mine_id=spec.person.mine_id,
        person=spec.person,
        role=str(spec.role),
        unit=spec.unit,
        title=spec.title,
        since=spec.since,
        until=spec.until,
    )


def _post_problem(by: Actor, spec: NewPost) -> str:
    if spec.role not in set(RoleCode) - {RoleCode.WORKER}:
        return f"没有“{spec.role}”这种职务"
    label = spec.title or ROLES[RoleCode(spec.role)].label
    if by.person_id == spec.person.pk:
        return f"不能给自己任职：“{label}”请由别人来办"
    if spec.person.left_on:
        return f"{spec.person.name}已于 {spec.person.left_on} 离矿，不能任“{label}”"
    if spec.unit.mine_id not in (spec.person.mine_id, None):
        return f"{spec.person.name}不是“{spec.unit.name}”所在矿的人"
    if not stands(spec.unit, spec.since):
        return f"“{spec.unit.name}”在 {spec.since} 还没有设立或已经撤销"
    return f"“{label}”的结束日期早于开始日期" if spec.until and spec.until < spec.since else ""


@transaction.atomic
def relieve(*, by: Actor, at: dt.datetime, post: Post, on: dt.date) -> Post:
    """`on` is the last day in the post."""
    by.require(Capability.ORG_EDIT, post.unit)
    hold(post.person.mine)
    post.refresh_from_db(fields=("until",))
    if post.until == on:
        return post
    if on < post.since:
        raise Refused(f"{post.person.name}从 {post.since} 起任“{post.role_label}”，免职日期不能更早")
    post.until = on
    post.save()
    seat_posts([post])
    _log_posts(by, at, "org.post.left", [post])
    return post


def _log_posts(by: Actor, at: dt.datetime, action: str, posts: Sequence[Post]) -> None:
    changes = [
        audit.Change(
            "person",
            str(post.person.pk),
            f"{post.person.name} {post.person.staff_no}",
            after={
                "role": post.role,
                "title": post.title,
                "unit": post.unit.name,
                "since": post.since.isoformat(),
                "until": post.until.isoformat() if post.until else None,
            },
        )
        for post in posts
    ]
    if changes:
        audit.write_many(by=by, at=at, mine=posts[0].person.mine.code, action=action, changes=changes)
