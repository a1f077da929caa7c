"""How somebody stands to a matter on the day he acts, worked out from dated posts."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils import timezone

from pithead.issues.models import Involved, Issue, Role, Step, mark_of
from pithead.issues.queries.posts import is_office_empty
from pithead.issues.queries.settings import Setting
from pithead.issues.workflows import WORKFLOWS, Relation
from pithead.org.access import Actor, Capability, RoleCode
from pithead.org.models import Post, Unit

R = Relation


def relations_of(by: Actor, issue: Issue, setting: Setting, at: dt.datetime) -> frozenset[Relation]:
    """Three queries at most. Who has no name, the system included, is only anybody."""
    if by.person_id is None:
        return frozenset((R.ANYBODY,))
    found = {R.ANYBODY, *standing(by, issue.unit, issue.office, at, setting)}
    found.update(_by_name(by.person_id, issue))
    if issue.owner_unit is not None and by.can(Capability.ISSUE_HANDLE, issue.owner_unit):
        found.add(R.HEAD)
    body = issue.found_by_unit
    if body is not None and (by.can(Capability.ISSUE_HANDLE, body) or _oversees_as(by, body)):
        found.add(R.BODY)
    if issue.is_confidential and R.LEADER in found and is_office_empty(issue, at):
        found.add(R.OFFICE)
    return frozenset(found)


def standing(by: Actor, unit: Unit, office: Unit, at: dt.datetime, setting: Setting) -> Iterator[Relation]:
    """By posts alone."""
    if by.can(Capability.ISSUE_HANDLE, unit):
        yield R.HEAD
    if by.can(Capability.ISSUE_OVERSEE, by.mine):
        yield R.LEADER
    if _oversees_as(by, office):
        yield R.OFFICE
    for grant in by.grants:
        if grant.role is RoleCode.SECTION_HEAD and unit.path.startswith(grant.unit.path):
            yield R.SECTION_HEAD
        if grant.role is RoleCode.BRANCH_SECRETARY:
            served = (grant.unit.path, *by.served.get(grant.unit.pk, ()))
            if unit.path.startswith(served):
                yield R.SECRETARY
    if (chiefs := setting.titles.get("chief")) and _holds_title(by, chiefs, at):
        yield R.CHIEF


def _oversees_as(by: Actor, office: Unit) -> bool:
    """With a post of that very office; where a mine has no such office, the leaders of the mine."""
    held = any(grant.role is not RoleCode.WORKER and grant.unit.pk == office.pk for grant in by.grants)
    return held and by.can(Capability.ISSUE_OVERSEE, office)


def _holds_title(by: Actor, titles: Iterable[str], at: dt.datetime) -> bool:
    day = timezone.localdate(at)
    return Post.objects.on(day).filter(person=by.person_id, unit=by.mine, title__in=titles).exists()


def _by_name(person: int, issue: Issue) -> Iterator[Relation]:
    if issue.found_by_id == person:
        yield R.FINDER
    if issue.owner_id == person:
        yield R.OWNER
    who = mark_of(person) if issue.is_confidential else str(person)
    roles = set(Involved.objects.filter(issue=issue, who=who).values_list("role", flat=True))
    if Role.AUTHOR in roles:
        yield R.FINDER
    if roles & {Role.SUBJECT, Role.JOINT}:
        yield R.CONCERNED
    if Role.MENTOR in roles:
        yield R.MENTOR
    flow = WORKFLOWS[issue.kind]
    steps = Step.objects.filter(Q(by=person) | Q(owner=person), issue=issue)
    found = list(steps.values_list("verb", "by", "owner"))
    did = {verb for verb, by, _ in found if by == person}
    was_his = any(owner == person for _, _, owner in found)  # handed on for a minute, it is still no other's work
    if was_his or any(move.fixes and move.verb in did for move in flow.moves):
        yield R.RECTIFIER
    if any(move.confirms and move.verb in did for move in flow.moves):
        yield R.CONFIRMER
