"""Confidential matters: one way to read them, which leaves a row in the log; and the end of keeping."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.recording import Act, held, log, require_seen
from pithead.issues.actions.turns import each, each_mine
from pithead.issues.actions.words import opened_facts
from pithead.issues.models import Attachment, Involved, Issue, Notice, Role, Step
from pithead.issues.queries import relations_of, setting_of
from pithead.issues.workflows import WORKFLOWS, Relation
from pithead.kernel import audit, vault
from pithead.kernel.files import discard
from pithead.kernel.models import StoredFile
from pithead.org.access import Actor, system
from pithead.org.models import Unit, UnitKind


@dataclass(frozen=True)
class StepRead:
    step: Step
    note: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Matter:
    """A matter in clear. `people`: role and name. `gone`: its key is no more, and with it everything it said."""

    issue: Issue
    text: str
    facts: dict[str, Any]
    steps: tuple[StepRead, ...]
    people: tuple[tuple[Role, str], ...]
    gone: bool = False


@transaction.atomic
def read_matter(*, by: Actor, at: dt.datetime, issue: Issue) -> Matter:
    """The only door to what a confidential matter says: named posts, owner, mentor and the person concerned. Every opening
    is an event of the log. What is not confidential is read without one."""
    require_seen(by, issue)
    if issue.is_confidential:
        own = Relation.CONCERNED in relations_of(by, issue, setting_of(issue.mine, issue.kind), at)
        log(
            issue,
            Act(by, at, "read", "查看", StepDraft(), Relation.CONCERNED.value if own else ""),
            "issues.matter.read",
        )
    try:
        return _veiled(_opened(issue), by, at)
    except vault.KeyGone:
        steps = (StepRead(step, "", {}) for step in issue.steps.select_related("by", "owner"))
        return Matter(issue, "", {}, tuple(steps), (), gone=True)


def _opened(issue: Issue) -> Matter:
    steps = tuple(
        StepRead(
            step,
            _text(issue, step.note, f"step.{step.pk}.note"),
            opened_facts(issue.pk, step.facts, f"step.{step.pk}.facts"),
        )
        for step in issue.steps.select_related("by", "owner")
    )
    people = tuple((Role(one.role), _text(issue, one.name, "name")) for one in issue.involved.order_by("pk"))
    facts = opened_facts(issue.pk, issue.facts, "facts")
    return Matter(issue, _text(issue, issue.text, "text"), facts, steps, people)


def _veiled(matter: Matter, by: Actor, at: dt.datetime) -> Matter:
    """Who only said the same is not told who else did: he reads his own name, and how many there are besides."""
    issue, me = matter.issue, str(by.person_id)
    others = set(issue.involved.filter(role=Role.AUTHOR).exclude(who=me).values_list("who", flat=True))
    if not WORKFLOWS[issue.kind].anonymous or not others:
        return matter
    if relations_of(by, issue, setting_of(issue.mine, issue.kind), at) - {Relation.ANYBODY, Relation.FINDER}:
        return matter
    for read in matter.steps:
        if str(read.step.by_id) in others:
            read.step.by_name = "另一位提出人"
    people = tuple((role, name) for role, name in matter.people if role != Role.AUTHOR)
    return replace(matter, people=((Role.AUTHOR, by.name), (Role.AUTHOR, f"另有 {len(others)} 人"), *people))


def _text(issue: Issue, stored: str, where: str) -> str:
    return vault.open_text(issue.pk, stored, where=where) if issue.is_confidential else stored


def rotate_keys(*, at: dt.datetime) -> int:
    """A new master key over the keys of all matters and records; how many. Every mine's log says so."""
    count = vault.rotate()
    for mine in Unit.objects.filter(kind=UnitKind.MINE):
        subject, after = ("key", "matters", "保密内容"), {"changed": count}
        audit.write(by=system(mine), at=at, mine=mine.code, action="issues.keys.rotated", subject=subject, after=after)
    return count


# ── the end of keeping ──
def forget_expired(*, at: dt.datetime, mine: Unit | None = None) -> int:
    """Past its time a matter loses names, texts, files and its key; kind, grade, dates and unit stay, to be counted."""
    if mine is None:
        return each_mine(lambda one: forget_expired(at=at, mine=one))
    expired = Issue.objects.filter(mine=mine, expires_on__lte=timezone.localdate(at), erased_at=None)
    return each(list(expired.order_by("expires_on").values_list("pk", flat=True)), lambda pk: _forget(pk, at))


def _forget(pk: UUID, at: dt.datetime) -> bool:
    """The key goes first: whatever happens after, nobody reads it again."""
    issue = held(Issue(pk=pk))
    if issue.erased_at is not None or issue.expires_on is None or issue.expires_on > timezone.localdate(at):
        return False
    if issue.is_confidential:
        vault.destroy(issue.pk)
    _erase_steps(issue, at)
    Involved.objects.filter(issue=issue).delete()
    Notice.objects.filter(issue=issue).delete()
    issue.text, issue.facts, issue.place_text, issue.fingerprint = "", {}, "", ""
    issue.found_by = issue.owner = issue.found_by_unit = issue.owner_unit = issue.place = issue.clause = None
    issue.erased_at = at
    issue.save()
    log(issue, Act(system(issue.mine), at, "erase", "到期清除", StepDraft()), "issues.matter.erased")
    return True


def _erase_steps(issue: Issue, at: dt.datetime) -> None:
    files = list(StoredFile.objects.filter(pk__in=Attachment.objects.filter(step__issue=issue).values("file")))
    Attachment.objects.filter(step__issue=issue).delete()
    kept = set(Attachment.objects.filter(file__in=files).values_list("file_id", flat=True))
    for file in files:
        if file.pk not in kept:
            discard(file, at=at)
    Step.objects.filter(issue=issue).update(by=None, by_name="", owner=None, note="", facts={}, fingerprint="")
