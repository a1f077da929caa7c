"""What was said without a name and has been answered: whoever said it finds the answer where everybody may look."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from pithead.issues.models import Issue, Step
from pithead.issues.workflows import WORKFLOWS, Workflow
from pithead.org.models import Unit

KINDS = tuple(kind for kind, flow in WORKFLOWS.items() if flow.anonymous and not flow.confidential)
SINCE, MOST = dt.timedelta(days=366), 100


@dataclass(frozen=True)
class Answered:
    """No name, no unit: a crew is a dozen people."""

    kind: str
    text: str
    said_at: dt.datetime
    state: str
    office: str
    answer: str
    answered_at: dt.datetime


def answered_without_name(mine: Unit, now: dt.datetime) -> list[Answered]:
    """The latest first. What was put together with another one is answered there. Two queries."""
    rows = Issue.objects.filter(mine=mine, kind__in=KINDS, found_by=None, erased_at=None, found_at__gte=now - SINCE)
    said = list(rows.select_related("office", "merged_into").order_by("-found_at", "pk")[:MOST])
    answers = _answers(mine, [issue.merged_into_id or issue.pk for issue in said])
    return [_answered(issue, step) for issue in said if (step := answers.get(issue.merged_into_id or issue.pk))]


def _answers(mine: Unit, issues: list[UUID]) -> dict[UUID, Step]:
    """The last step of each that told an answer."""
    verbs = {verb for kind in KINDS for verb in _answering(WORKFLOWS[kind])}
    steps = Step.objects.filter(mine=mine, issue__in=issues, verb__in=verbs).exclude(note="")
    return {step.issue_id: step for step in steps.order_by("seq")}


def _answering(flow: Workflow) -> set[str]:
    """What leads on from where it was received, and what says it is done."""
    first = flow.first.code
    return {
        move.verb
        for move in flow.moves
        if move.target != first and (move.fixes or (first in move.sources and move.target))
    }


def _answered(issue: Issue, step: Step) -> Answered:
    stands = issue.merged_into or issue
    return Answered(
        kind=issue.kind_label,
        text=issue.text,
        said_at=issue.found_at,
        state=stands.state_label,
        office=issue.office.name,
        answer=step.note,
        answered_at=step.at,
    )
