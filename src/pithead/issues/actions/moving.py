"""One step along the declared workflow. What is not in the table does not happen, whoever asks."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import transaction

from pithead.issues.actions import clocks
from pithead.issues.actions.demands import demand_faults
from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.recording import (
    Act,
    alarm,
    authors_of,
    held,
    involve,
    let_in_seconds,
    log,
    require_seen,
    tell,
    tell_concerned,
    write_step,
)
from pithead.issues.actions.rehoming import rehome, tell_new_unit
from pithead.issues.actions.words import content_mark
from pithead.issues.models import Issue, Step
from pithead.issues.queries import Setting, is_seconded, relations_of, setting_of, who_may
from pithead.issues.workflows import WORKFLOWS, Move, Relation, State, Workflow
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.vault import KeyGone
from pithead.org.access import Actor, Capability


@transaction.atomic
def move(*, by: Actor, at: dt.datetime, issue: Issue, verb: str, draft: StepDraft | None = None) -> Issue:
    """The matter as it is after it. The same step sent again changes nothing; another one under its id is refused."""
    by.require(Capability.ISSUE_RAISE, issue.mine)
    draft = draft or StepDraft()
    issue = held(issue)
    require_seen(by, issue)
    mark = _fingerprint(by, issue, verb, draft)
    if _is_standing(issue, draft, mark):
        return issue
    if issue.erased_at is not None:
        raise Refused(f"{issue}已到期清除，不能再办")
    flow, setting = WORKFLOWS[issue.kind], setting_of(issue.mine, issue.kind)
    found = _declared(flow, issue, verb)
    relations = relations_of(by, issue, setting, at)
    allowed = who_may(found, issue, setting, at)
    who = relations & allowed
    _require_relation(by, found, who, allowed)
    asked = _Asked(flow, setting, by, at, issue, found, relations, who, draft)
    if reasons := list(_faults(asked)):
        raise Refused(reasons)
    try:
        _carry_out(asked, Act(by, at, verb, found.label, draft, ",".join(sorted(who)), mark, found.verifies))
    except KeyGone as error:
        raise Refused(f"{issue}的内容已清除，不能再办") from error
    return issue


def _fingerprint(by: Actor, issue: Issue, verb: str, draft: StepDraft) -> str:
    owner = draft.owner.pk if draft.owner else ""
    people = sorted((role, person.pk) for role, person in draft.people)
    said = (verb, draft.note.strip(), owner, draft.due_at, draft.grade, sorted(draft.facts.items()), people)
    unit, place = (one.pk if one else "" for one in (draft.unit, draft.place))
    return content_mark(issue.pk, by.staff_no, *said, unit, place, draft.place_text.strip(), draft.category)


def _is_standing(issue: Issue, draft: StepDraft, mark: str) -> bool:
    step = Step.objects.filter(pk=draft.id).first()
    if step is not None and (step.issue_id != issue.pk or step.fingerprint != mark):
        raise Refused("这个编号已经用在另一步上，请重新填写")
    return step is not None


def _declared(flow: Workflow, issue: Issue, verb: str) -> Move:
    found = flow.find(verb)
    if found is None:
        raise Refused(f"{flow.label}没有“{verb}”这一步")
    if issue.state not in found.sources:
        raise Refused(f"{issue}现在是“{issue.state_label}”，不能“{found.label}”")
    return found


def _require_relation(by: Actor, found: Move, who: frozenset[Relation], allowed: frozenset[Relation]) -> None:
    if not who:
        said = "、".join(str(relation.label) for relation in Relation if relation in allowed)
        raise PermissionDenied(f"“{found.label}”由{said}办理，{by.name}不是")


# ── what stands against it ──
@dataclass(frozen=True)
class _Asked:
    """A move as it was asked for; `who`: the relations by which this person may make it."""

    flow: Workflow
    setting: Setting
    by: Actor
    at: dt.datetime
    issue: Issue
    found: Move
    relations: frozenset[Relation]
    who: frozenset[Relation]
    draft: StepDraft


def _faults(asked: _Asked) -> Iterable[Reason]:
    flow, setting, issue, found = asked.flow, asked.setting, asked.issue, asked.found
    for relation in asked.relations & set(found.never):
        yield Reason(f"{asked.by.name}是{relation.label}，“{found.label}”要由另一个人来办")
    if found.grades and issue.grade not in found.grades:
        yield Reason(f"{issue.grade_label}的{flow.label}不能“{found.label}”")
    if found.within and (issue.due_at is None or asked.at > issue.due_at):
        yield Reason("已经到期，到期前才能延期")
    if found.verb == "extend" and issue.extended >= setting.extensions:
        yield Reason(f"最多延期 {setting.extensions} 次，已经延过 {issue.extended} 次")
    words = issue.steps.select_related("by__mine").order_by("-seq")
    if found.seconds and not is_seconded(issue, setting, found, words, asked.by, asked.who, asked.at):
        yield Reason(f"“{found.label}”要两个人、两种身份：先由另一方“{_label(flow, found.seconds)}”")
    if (first := found.owner_first.get(issue.grade)) and not _owner_did(issue, first):
        yield Reason(f"{issue.grade_label}的{flow.label}，责任人要先亲自“{_label(flow, first)}”")
    if found.verifies and (left := Issue.objects.open().filter(origin=issue).count()):
        yield Reason(f"还有 {left} 条措施没有销号")
    yield from demand_faults(flow, setting, asked.at, issue, found, asked.draft)


def _label(flow: Workflow, verb: str) -> str:
    found = flow.find(verb)
    return found.label if found else verb


def _owner_did(issue: Issue, verb: str) -> bool:
    return issue.owner_id is not None and issue.steps.filter(verb=verb, by=issue.owner_id).exists()


# ── done ──
def _carry_out(asked: _Asked, act: Act) -> None:
    issue, found, draft, before = asked.issue, asked.found, asked.draft, asked.issue.state
    target = asked.flow.state(found.target or (issue.stopped_in if found.resumes else before))
    if draft.owner is not None:
        issue.owner, issue.owner_unit = draft.owner, draft.owner.unit
    issue.clause = draft.clause or issue.clause
    graded = found.sets_grade or draft.grade
    issue.grade = graded or issue.grade
    told = rehome(issue, found, draft) if found.rehomes else {}
    _set_clock(asked, target)
    issue.state = target.code
    issue.verified = issue.verified or found.verifies
    involve(issue, draft.people)
    write_step(issue, replace(act, draft=replace(draft, grade=graded, facts={**draft.facts, **told})), before=before)
    issue.save()
    log(issue, act, "issues.issue.moved", before=asked.flow.state(before).label)
    let_in_seconds(issue, asked.setting, found.verb, act.at)
    if graded:
        alarm(issue, asked.setting, f"step:{issue.seq}:alarm", act.at)
    if "unit" in told:
        tell_new_unit(issue, asked.setting, f"step:{issue.seq}:unit", act.at)
    _tell(asked.flow, issue, found, act)


def _set_clock(asked: _Asked, target: State) -> None:
    """While the matter is still in the state it leaves."""
    issue, setting, found, at = asked.issue, asked.setting, asked.found, asked.at
    if asked.flow.state(issue.state).end:
        clocks.begin_again(issue)
    if target.stops:
        clocks.stop(issue, at)
        if target.clock:
            clocks.start(issue, setting, target, at)
    elif found.resumes:
        clocks.resume(issue, setting, target, at)
    elif target.end:
        clocks.end(issue, setting, at)
    elif target.code != issue.state or found.restarts:
        clocks.forget_stop(issue)
        clocks.start(issue, setting, target, at, asked.draft.due_at)
    elif found.verb == "extend":
        issue.due_at, issue.extended = asked.draft.due_at, issue.extended + 1
        clocks.set_climb(issue, setting)
    elif found.to_grades or found.sets_grade:
        clocks.shorten(issue, setting, target)


def _tell(flow: Workflow, issue: Issue, found: Move, act: Act) -> None:
    """A new owner hears of it; whoever raised it hears the answer and the end, whoever it is about what he may appeal."""
    key = f"step:{issue.seq}"
    if act.draft.owner is not None:
        tell(issue, [act.draft.owner], f"{found.label}，由你负责", key, act.at)
    ended = flow.state(issue.state).end
    if (ended or (found.fixes and flow.anonymous)) and not flow.confidential:
        people = [person for person in authors_of(issue) if person.pk != act.by.person_id]
        tell(issue, people, f"{found.label}，现在是“{issue.state_label}”", f"{key}:told", act.at)
    tell_concerned(issue, found.tells, f"{key}:concerned", act)
