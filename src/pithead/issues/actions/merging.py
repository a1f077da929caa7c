"""Two that say the same become one; everybody who said it stays its author."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from pithead.issues.actions import clocks
from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.recording import Act, authors_of, held, log, tell, write_step
from pithead.issues.models import Involved, Issue
from pithead.issues.queries import relations_of, setting_of
from pithead.issues.workflows import WORKFLOWS, Relation, Workflow
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability

MERGE = "merge"


@transaction.atomic
def merge(*, by: Actor, at: dt.datetime, issue: Issue, into: Issue) -> Issue:
    """`issue` ends as part of `into`, which is returned. Held in the order of their keys, so that two merges never wait for
    each other."""
    by.require(Capability.ISSUE_RAISE, issue.mine)
    if issue.pk == into.pk:
        raise Refused("不能并入自己")
    issue, into = _both_held(issue, into)
    if issue.merged_into_id == into.pk:
        return into
    setting = setting_of(issue.mine, issue.kind)
    for one in (issue, into):
        if Relation.OFFICE not in relations_of(by, one, setting, at):
            raise PermissionDenied(f"合并由主管科室办理，{by.name}不是")
    _refuse_unfit(issue, into)
    before = issue.state
    issue.merged_into, issue.state = into, "merged"
    clocks.end(issue, setting, at)
    tell(issue, authors_of(issue), "与别人提的合并，一起办理", "merged", at)
    _move_authors(issue, into)
    for one, label, was in ((issue, "并入另一件", before), (into, "并入一件", into.state)):
        act = Act(by, at, MERGE, label, StepDraft(), Relation.OFFICE.value)
        write_step(one, act, before=was)
        one.save()
        log(one, act, "issues.issue.merged", before=WORKFLOWS[one.kind].state(was).label)
    return into


def _both_held(issue: Issue, into: Issue) -> tuple[Issue, Issue]:
    found = {one.pk: held(one) for one in sorted((issue, into), key=lambda one: one.pk)}
    return found[issue.pk], found[into.pk]


def _refuse_unfit(issue: Issue, into: Issue) -> None:
    flow = WORKFLOWS[issue.kind]
    if not flow.merges or issue.kind != into.kind or issue.mine_id != into.mine_id:
        raise Refused("只有同一类的才能合并")
    if flow.repeats and _where(issue) != _where(into):
        raise Refused("地点或责任单位不同，是两件事，各自整改")
    for one in (issue, into):
        if one.closed_at is not None:
            raise Refused(f"{one}已经是“{one.state_label}”，不能合并")
    if _is_graver(flow, issue, into):
        raise Refused(
            f"要并入的那一件只是{into.grade_label}，这一件是{issue.grade_label}；请反过来，把那一件并到这一件"
        )
    if _gains_time(flow, issue, into):
        raise Refused("要并入的那一件到期更晚，或已暂停，并过去就拖晚了；请反过来并，或各自办完")


def _is_graver(flow: Workflow, issue: Issue, into: Issue) -> bool:
    """Other than by having been taken for a repetition."""
    order, alike = list(flow.grades), issue.category == into.category and into.found_at <= issue.found_at
    climbed = issue.repeats_id is not None and alike and issue.grade in flow.alone
    return bool(order) and order.index(issue.grade) > order.index(into.grade) + climbed


def _gains_time(flow: Workflow, issue: Issue, into: Issue) -> bool:
    """What has come further, or has climbed higher, does not end in what is due later."""
    if issue.due_at is None or (into.due_at is not None and into.due_at <= issue.due_at):
        return False
    order = flow.open_states
    ahead = order.index(issue.state) >= order.index(into.state)
    return into.due_at is None or ahead or issue.level > into.level


def _where(issue: Issue) -> tuple[int, int | None, str]:
    return issue.unit_id, issue.place_id, issue.place_text


def _move_authors(issue: Issue, into: Issue) -> None:
    standing = set(into.involved.values_list("role", "who"))
    Involved.objects.bulk_create(
        Involved(issue=into, mine=into.mine, role=one.role, who=one.who, name=one.name)
        for one in issue.involved.all()
        if (one.role, one.who) not in standing
    )
