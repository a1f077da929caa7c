"""Who holds a post at a time: notices go to posts, not to people."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.queries.settings import Setting
from pithead.org.access import RoleCode
from pithead.org.models import Person, Post, Serves, ids_of

LEADS = (RoleCode.SECTION_HEAD, RoleCode.DEPUTY_SECTION_HEAD, RoleCode.CREW_LEADER)


def people_at(issue: Issue, post: str, setting: Setting, at: dt.datetime) -> list[Person]:
    """Those at a post on that day. Where nobody holds it, the next one up: an overdue matter always reaches somebody."""
    day = timezone.localdate(at)
    match post:
        case "owner":
            owner = issue.owner if issue.owner is not None and issue.owner.left_on is None else None
            return [owner] if owner is not None else people_at(issue, "section_head", setting, at)
        case "section_head":
            return _heads(issue, day) or people_at(issue, "office", setting, at)
        case "secretary":
            return _secretaries(issue, day) or people_at(issue, "section_head", setting, at)
        case "office":
            return _holding(Q(unit=issue.office), day) or _leaders(issue, day, ())
        case _:
            return _leaders(issue, day, setting.titles.get(post, ())) or _leaders(issue, day, ())


def _holding(which: Q, day: dt.date) -> list[Person]:
    posts = Post.objects.on(day).filter(which).select_related("person").order_by("person_id")
    return list({post.person_id: post.person for post in posts}.values())


def _heads(issue: Issue, day: dt.date) -> list[Person]:
    """The section head; where the unit has none on that day, whoever else leads it, or holds a post in it if it is an office."""
    above = ids_of(issue.unit.path)
    heads = _holding(Q(role=RoleCode.SECTION_HEAD, unit__in=above), day)
    return heads or _holding(Q(role__in=LEADS, unit__in=above), day) or _holding(Q(unit=issue.unit), day)


def _secretaries(issue: Issue, day: dt.date) -> list[Person]:
    branches = Serves.objects.on(day).filter(unit__in=ids_of(issue.unit.path)).values("server")
    return _holding(Q(role=RoleCode.BRANCH_SECRETARY, unit__in=branches), day)


def _leaders(issue: Issue, day: dt.date, titles: tuple[str, ...]) -> list[Person]:
    which = Q(role=RoleCode.MINE_LEADER, unit=issue.mine)
    return _holding(which & Q(title__in=titles) if titles else which, day)
