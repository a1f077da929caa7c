"""What a move asks for, checked against what was handed over."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from pithead.issues.actions.clocks import limit_of
from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.rehoming import rehoming_faults
from pithead.issues.actions.words import fact_faults, file_faults, people_faults, text_faults
from pithead.issues.models import Issue, Role, mark_of
from pithead.issues.queries import Setting, demands_of, is_sparse, moment_after
from pithead.issues.workflows import WORKFLOWS, Demand, Move, Workflow
from pithead.kernel.refusal import Reason
from pithead.org.access import RoleCode
from pithead.org.models import Person, Post
from pithead.org.queries import calendar_of

LATEST = dt.timedelta(days=400)


def demand_faults(
    flow: Workflow, setting: Setting, at: dt.datetime, issue: Issue, found: Move, draft: StepDraft
) -> Iterable[Reason]:
    becomes = draft.grade if found.to_grades else issue.grade
    wanted = demands_of(found, becomes, sparse=is_sparse(flow, setting))
    for demand in wanted:
        if not _is_met(demand, draft):
            yield Reason(f"“{found.label}”要写明{demand.label}")
    yield from text_faults(flow, setting, issue.mine, draft.note.strip(), "说明")
    yield from fact_faults(flow, setting, draft.facts)
    yield from people_faults(flow, setting, issue.mine, draft.people)
    yield from file_faults(flow, issue.mine, draft.files)
    yield from _mentor_faults(issue, draft)
    yield from _surplus(wanted, found, draft)
    yield from rehoming_faults(issue, found, draft, at)
    if draft.owner is not None:
        yield from _owner_faults(flow, issue, draft.owner, at)
    if draft.grade:
        yield from _grade_faults(flow, issue, found, draft.grade)
    if draft.due_at is not None:
        yield from _due_faults(setting, at, issue, found, draft.due_at)
    if draft.happened_at is not None and draft.happened_at > at + dt.timedelta(minutes=10):
        yield Reason("办理时间晚于现在，请核对")


def _is_met(demand: Demand, draft: StepDraft) -> bool:
    match demand:
        case Demand.NOTE:
            return bool(draft.note.strip())
        case Demand.OWNER:
            return draft.owner is not None
        case Demand.DUE:
            return draft.due_at is not None
        case Demand.GRADE:
            return bool(draft.grade)
        case Demand.PHOTO:
            return any(file.content_type.startswith("image/") for file in draft.files)
        case Demand.CLAUSE:
            return draft.clause is not None
        case Demand.MENTOR:
            return any(role == Role.MENTOR for role, _ in draft.people)
        case _:
            fact = draft.facts.get(demand.value)
            return bool(fact.strip()) if isinstance(fact, str) else fact is not None


def _mentor_faults(issue: Issue, draft: StepDraft) -> Iterable[Reason]:
    """Nobody helps himself."""
    concerned = set(issue.involved.filter(role=Role.SUBJECT).values_list("who", flat=True)) if draft.people else set()
    for _, person in draft.people:
        if concerned & {str(person.pk), mark_of(person.pk)}:
            yield Reason(f"{person.name}就是当事人，帮扶人要写别人")


def _surplus(wanted: tuple[Demand, ...], found: Move, draft: StepDraft) -> Iterable[Reason]:
    """What a move does not ask for would change the matter past the table."""
    given = {
        Demand.OWNER: draft.owner,
        Demand.DUE: draft.due_at,
        Demand.GRADE: draft.grade,
        Demand.CLAUSE: draft.clause,
        Demand.MENTOR: draft.people,
    }
    for demand, value in given.items():
        if value and demand not in wanted:
            yield Reason(f"“{found.label}”时不能改{demand.label}")


def _owner_faults(flow: Workflow, issue: Issue, owner: Person, at: dt.datetime) -> Iterable[Reason]:
    if owner.mine_id != issue.mine_id or owner.left_on is not None:
        yield Reason(f"{owner.name}不在{issue.mine}，不能作责任人")
    elif issue.grade in flow.led_by_leaders and not _is_leader(owner, at):
        yield Reason(f"{issue.grade_label}的{flow.label}要由矿领导包案")


def _is_leader(person: Person, at: dt.datetime) -> bool:
    return Post.objects.on(timezone.localdate(at)).filter(person=person, role=RoleCode.MINE_LEADER).exists()


def _grade_faults(flow: Workflow, issue: Issue, found: Move, grade: str) -> Iterable[Reason]:
    order = list(flow.grades)
    allowed = found.to_grades or tuple(order)
    if grade not in allowed:
        yield Reason(f"“{found.label}”的级别可以是：{'、'.join(flow.grades[one] for one in allowed)}")
    elif found.upward and order.index(grade) <= order.index(issue.grade):
        yield Reason(f"现在已经是{issue.grade_label}")


def _due_faults(setting: Setting, at: dt.datetime, issue: Issue, found: Move, due: dt.datetime) -> Iterable[Reason]:
    """No assigner gives more time than the setting does; an extension at most as much again."""
    clock = WORKFLOWS[issue.kind].state(found.target or issue.state).clock
    limit: dt.datetime | None = limit_of(issue, setting, clock, at)
    if found.verb == "extend" and issue.due_at is not None:
        duration = setting.deadline(clock, issue.grade)
        limit = moment_after(issue.due_at, duration, calendar_of(issue.mine)) if duration else None
        if due <= issue.due_at:
            yield Reason("延期后的时间要晚于原来的时间")
    if due <= at:
        yield Reason("完成时间已经过了，请核对")
    elif due > (limit or at + LATEST):
        latest = timezone.localtime(limit or at + LATEST)
        yield Reason(f"完成时间最晚到 {latest:%Y-%m-%d %H:%M}")
