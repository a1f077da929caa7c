"""Reported as the wrong kind: as long as nothing was done it becomes another one, with everything that was said and everybody
who said it."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from pithead.issues.actions import clocks
from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.raising import climb_if_repeated
from pithead.issues.actions.recording import Act, authors_of, held, log, tell, write_step
from pithead.issues.actions.words import public_faults
from pithead.issues.models import Issue
from pithead.issues.queries import is_untouched, rekind_faults, relations_of, setting_of
from pithead.issues.queries.matter import REKINDERS
from pithead.issues.queries.raising import office_of
from pithead.issues.workflows import WORKFLOWS, Relation
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability

REKIND = "rekind"


@transaction.atomic
def rekind(*, by: Actor, at: dt.datetime, issue: Issue, kind: str) -> Issue:
    """The matter as it begins again. Asked for again it is what it is. Grade and clock are those of its new kind."""
    by.require(Capability.ISSUE_RAISE, issue.mine)
    issue = held(issue)
    if issue.kind == kind:
        return issue
    who = _require_fit(by, at, issue, kind)
    was, before, state = issue.kind_label, issue.state_label, issue.state
    _begin_as(issue, kind, at)
    label = f"由{was}改报为{issue.kind_label}"
    act = Act(by, at, REKIND, label, StepDraft(note=label, grade=issue.grade), ",".join(sorted(who)))
    write_step(issue, act, before=state)
    issue.save()
    log(issue, act, "issues.issue.rekinded", before=before)
    tell(
        issue,
        [one for one in authors_of(issue) if one.pk != by.person_id],
        f"{label}，由{issue.office}办理",
        REKIND,
        at,
    )
    return issue


def _require_fit(by: Actor, at: dt.datetime, issue: Issue, kind: str) -> frozenset[Relation]:
    """In which relations this person may."""
    if kind not in WORKFLOWS:
        raise Refused(f"没有“{kind}”这一类")
    relations = relations_of(by, issue, setting_of(issue.mine, issue.kind), at)
    if not relations & REKINDERS:
        raise PermissionDenied(f"改报由提出人或主管科室办理，{by.name}不是")
    into = WORKFLOWS[kind]
    reasons = list(rekind_faults(issue, into, relations, untouched=is_untouched(issue)))
    if reasons := reasons + list(public_faults(into, issue.mine, issue.text, "内容")):
        raise Refused(reasons)
    return relations & REKINDERS


def _begin_as(issue: Issue, kind: str, at: dt.datetime) -> None:
    flow, setting = WORKFLOWS[kind], setting_of(issue.mine, kind)
    issue.kind, issue.state, issue.grade = kind, flow.first.code, setting.default_grade
    issue.category = issue.category if issue.category in flow.categories else ""
    issue.office = office_of(issue.mine, setting)
    issue.repeats = None
    climb_if_repeated(flow, setting, issue)
    clocks.start(issue, setting, flow.first, at)
