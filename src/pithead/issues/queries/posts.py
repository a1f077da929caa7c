"""Who holds a post at a time: notices go to posts, not to people; of a confidential matter to those who may read it."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from pithead.issues.models import Issue, Role, mark_of
from pithead.issues.queries.settings import Setting
from pithead.issues.workflows import WORKFLOWS, Move, Relation, Visibility
from pithead.org.access import ROLES, Capability, RoleCode, actor_for
from pithead.org.models import Person, Post, Serves, Unit, ids_of

LEADS = (RoleCode.SECTION_HEAD, RoleCode.DEPUTY_SECTION_HEAD, RoleCode.CREW_LEADER)


def people_at(issue: Issue, post: str, setting: Setting, at: dt.datetime) -> list[Person]:
    """Those at a post on that day. Where nobody holds it, the next one up: an overdue matter always reaches somebody. Below
    the leaders a confidential one is told only to readers; leaders are let in by whatever climbs to them."""
    day = timezone.localdate(at)
    match post:
        case "owner":
            owner = issue.owner if issue.owner is not None and issue.owner.left_on is None else None
            return [owner] if owner is not None else people_at(issue, "section_head", setting, at)
        case "section_head":
            return _told(issue, _heads(issue, day), at) or people_at(issue, "office", setting, at)
        case "secretary":
            return _told(issue, _secretaries(issue, day), at) or people_at(issue, "section_head", setting, at)
        case "office":
            return _told(issue, _holding(Q(unit=issue.office), day), at) or _above(issue, day, setting)
        case _:
            return _titled(issue, day, setting, post) or _above(issue, day, setting)


def is_asked_as_leader(person_id: int, mine: Unit, setting: Setting, at: dt.datetime) -> bool:
    """What only leaders may decide is asked of the one in charge of it; where nobody is, of each of them. One query."""
    posts = Post.objects.on(timezone.localdate(at)).filter(role=RoleCode.MINE_LEADER, unit=mine)
    held = list(posts.values_list("person_id", "title"))
    in_charge = {person for person, title in held if title in setting.titles.get("leader", ())}
    return person_id in (in_charge or {person for person, _ in held})


def readers_among(issue: Issue, people: Iterable[Person], at: dt.datetime) -> list[Person]:
    """Those of them who can open it. A few queries for each: for the handful of people at a post."""
    day, same = timezone.localdate(at), Issue.objects.filter(pk=issue.pk)
    return [one for one in people if same.visible_to(actor_for(one, on=day, face="system")).exists()]


def _told(issue: Issue, people: list[Person], at: dt.datetime) -> list[Person]:
    """Nobody below the leaders is told of what he cannot open."""
    if issue.is_confidential:
        return readers_among(issue, _others(issue, people), at)
    return readers_among(issue, people, at) if WORKFLOWS[issue.kind].visibility is Visibility.OFFICE else people


def _others(issue: Issue, people: Iterable[Person]) -> list[Person]:
    """Than the person concerned."""
    concerned = set(issue.involved.filter(role=Role.SUBJECT).values_list("who", flat=True))
    return [one for one in people if not {str(one.pk), mark_of(one.pk)} & concerned]


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


# ── two sides ──
def who_may(found: Move, issue: Issue, setting: Setting, at: dt.datetime) -> frozenset[Relation]:
    """In which relations a move is made that day; two queries for each that others may stand in for."""
    who = set(setting.roles.get(found.verb, found.who))
    for relation, others in found.stands_in.items():
        if relation in who and not holders(issue, relation, at):
            who.update([one for one in others if holders(issue, one, at)][:1])
    return frozenset(who)


def holders(issue: Issue, relation: Relation, at: dt.datetime) -> list[Person]:
    """By post, and not the person concerned. Three queries at most."""
    day = timezone.localdate(at)
    match relation:
        case Relation.SECTION_HEAD:
            found = _holding(Q(role=RoleCode.SECTION_HEAD, unit__in=ids_of(issue.unit.path)), day)
        case Relation.SECRETARY:
            found = _secretaries(issue, day)
        case Relation.OFFICE:
            oversee = [role for role, one in ROLES.items() if Capability.ISSUE_OVERSEE in one.grants]
            found = _holding(Q(role__in=oversee, unit=issue.office), day)
        case Relation.LEADER:
            found = _leading(issue, day)
        case _:
            raise ValueError(f"{relation} is no post")
    return _others(issue, found)


def leaders_needed(found: Move, issue: Issue, setting: Setting, said: str, at: dt.datetime) -> list[Person]:
    """As few of them as can be. Where a leader is one of the two sides, from the first word on, which is `said`; where leaders
    are both, the one in charge at once."""
    sides = (Relation.LEADER in who_may(found, issue, setting, at)) + is_office_empty(issue, at)
    first = said == found.seconds
    if sides + first < 2:
        return []
    return (
        _leading(issue, timezone.localdate(at)) if sides + first > 2 else _above(issue, timezone.localdate(at), setting)
    )


def is_office_empty(issue: Issue, at: dt.datetime) -> bool:
    """Where a mine has no such office, or nobody else is in it, the leaders of the mine look after it."""
    return issue.office_id == issue.mine_id or not holders(issue, Relation.OFFICE, at)


def _above(issue: Issue, day: dt.date, setting: Setting) -> list[Person]:
    """Where the post below is empty: all leaders of the mine; of a confidential matter as few of them as can be."""
    narrow = ("leader", "manager") if issue.is_confidential else ()
    titled = next(filter(None, (_titled(issue, day, setting, post) for post in narrow)), [])
    return titled or _leading(issue, day)


def _titled(issue: Issue, day: dt.date, setting: Setting, post: str) -> list[Person]:
    titles = setting.titles.get(post, ())
    return _leading(issue, day, title__in=titles) if titles else []


def _leading(issue: Issue, day: dt.date, **more: object) -> list[Person]:
    found = _holding(Q(role=RoleCode.MINE_LEADER, unit=issue.mine, **more), day)
    return _others(issue, found) if issue.is_confidential else found
