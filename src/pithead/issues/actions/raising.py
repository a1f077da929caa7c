"""Something is found or said."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from pithead.issues.actions import clocks
from pithead.issues.actions.drafts import Fact, IssueDraft, StepDraft
from pithead.issues.actions.recording import (
    UNNAMED,
    Act,
    alarm,
    hour_of,
    involve,
    let_in_seconds,
    log,
    tell_concerned,
    write_step,
)
from pithead.issues.actions.words import (
    content_mark,
    fact_faults,
    file_faults,
    kept_facts,
    kept_text,
    people_faults,
    text_faults,
)
from pithead.issues.models import Involved, Issue, Role, mark_of
from pithead.issues.queries import Setting, is_sparse, setting_of
from pithead.issues.queries.raising import may_raise, office_of
from pithead.issues.workflows import WORKFLOWS, Relation, Workflow
from pithead.kernel import vault
from pithead.kernel.db import hold
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability, RoleCode
from pithead.org.models import Person, Unit, UnitKind

AHEAD = dt.timedelta(minutes=10)  # how far a phone's clock may run before ours
LONG_AGO = dt.timedelta(days=2 * 366)  # a year was mistyped


class AlreadyOpen(Refused):
    """The answer says that somebody has one of a confidential kind."""

    def __init__(self, person: Person, issue: Issue):
        super().__init__(f"{person.name}已有在办的{issue.kind_label}，请与区队长联系")
        self.issue = issue


def raise_issue(*, by: Actor, at: dt.datetime, mine: Unit, draft: IssueDraft) -> Issue:
    """Sent twice it is raised once; another content or another author under the same id is refused."""
    by.require(Capability.ISSUE_RAISE, mine)
    if draft.kind not in WORKFLOWS:
        raise Refused(f"没有“{draft.kind}”这一类")
    mark = _fingerprint(by, draft)
    try:
        with transaction.atomic():
            return _standing(mine, draft, mark) or _raise(by, at, mine, draft, mark)
    except AlreadyOpen as refused:  # who asked whether somebody is under care is written down
        log(refused.issue, Act(by, at, "raise", "再次登记", StepDraft()), "issues.issue.refused")
        raise
    except IntegrityError:  # the same one, sent over two connections
        if (issue := _standing(mine, draft, mark)) is not None:
            return issue
        raise


def _fingerprint(by: Actor, draft: IssueDraft) -> str:
    people = sorted((role, person.pk) for role, person in draft.people)
    place = draft.place.pk if draft.place else draft.place_text
    unit = draft.unit.pk if draft.unit else ""
    said = (draft.kind, draft.text.strip(), draft.grade, draft.category, place, unit, draft.found_at, draft.anonymous)
    return content_mark("" if draft.anonymous else by.staff_no, *said, people, sorted(draft.facts.items()))


def _standing(mine: Unit, draft: IssueDraft, mark: str) -> Issue | None:
    if draft.source_key and (issue := Issue.objects.filter(mine=mine, source_key=draft.source_key).first()):
        return issue  # the import's row: what has become of it since stands
    issue = Issue.objects.filter(pk=draft.id).first()
    if issue is not None and (issue.mine_id != mine.pk or issue.fingerprint != mark):
        raise Refused("这个编号已经用在另一条上，请重新填报")
    return issue


@dataclass(frozen=True)
class _Raising:
    """Everything known about what is about to be raised."""

    flow: Workflow
    setting: Setting
    by: Actor
    at: dt.datetime
    mine: Unit
    unit: Unit
    office: Unit
    draft: IssueDraft
    mark: str


def _raise(by: Actor, at: dt.datetime, mine: Unit, draft: IssueDraft, mark: str) -> Issue:
    flow, setting = WORKFLOWS[draft.kind], setting_of(mine, draft.kind)
    unit = _responsible(flow, draft.unit or mine)
    # Who looks after the whole, looks after its parts.
    office = draft.origin.office if draft.origin else office_of(mine, setting)
    new = _Raising(flow, setting, by, at, mine, unit, office, draft, mark)
    _require(new)
    if reasons := list(_faults(new)):
        raise Refused(reasons)
    _refuse_second(new)
    if draft.anonymous:
        new = replace(new, at=hour_of(at))
    if flow.confidential:
        vault.new_key(draft.id)  # a crash before the end leaves a key to nothing
    issue = _issue(new)
    climb_if_repeated(flow, setting, issue)
    clocks.start(issue, setting, flow.first, new.at)
    issue.save(force_insert=True)
    _record(new, issue)
    let_in_seconds(issue, setting, "raise", new.at)
    alarm(issue, setting, "raised", new.at)
    return issue


# ── whose ──
def _responsible(flow: Workflow, unit: Unit) -> Unit:
    """A confidential matter names a section, not the dozen people of a crew."""
    if flow.confidential and unit.kind == UnitKind.CREW and unit.parent is not None:
        return unit.parent
    return unit


def _require(new: _Raising) -> None:
    """The crew leader speaks for the crew and its people, though the section is named."""
    flow, named = new.flow, (person.unit for _, person in new.draft.people)
    crews = (unit for unit in named if unit is not None and unit.path.startswith(new.unit.path))
    if not any(_may_raise(new, unit) for unit in (new.draft.unit or new.unit, *crews)):
        who = "、".join(str(relation.label) for relation in flow.raised_by)
        raise PermissionDenied(f"{flow.label}由{who}登记")


def _may_raise(new: _Raising, unit: Unit) -> bool:
    return may_raise(new.by, new.flow, new.setting, unit, new.office, new.at)


# ── what ──
def _faults(new: _Raising) -> Iterable[Reason]:
    flow, setting, draft, mine = new.flow, new.setting, new.draft, new.mine
    if not draft.text.strip() and not is_sparse(flow, setting):
        yield Reason("请写一句话：在哪里，什么问题")
    yield from text_faults(flow, setting, mine, draft.text.strip(), "内容")
    yield from fact_faults(flow, setting, draft.facts)
    yield from people_faults(flow, setting, mine, draft.people)
    yield from _stranger_faults(new)
    yield from file_faults(flow, mine, draft.files)
    yield from _code_faults(flow, draft)
    yield from _subject_faults(flow, draft)
    yield from _where_faults(new)
    if draft.found_at is not None and draft.found_at > new.at + AHEAD:
        yield Reason("发现时间晚于现在，请核对")
    if draft.found_at is not None and draft.found_at < new.at - LONG_AGO:
        yield Reason("发现时间是两年以前，请核对年份")
    if draft.anonymous and not flow.anonymous:
        yield Reason(f"{flow.label}要实名")
    if draft.found_by_unit is not None and not _speaks_for(new.by, draft.found_by_unit):
        yield Reason(f"{new.by.name}不在{draft.found_by_unit}任职，不能写作检查单位")
    if (origin := draft.origin) and (origin.mine_id != mine.pk or WORKFLOWS[origin.kind].leads_to != flow.kind):
        yield Reason(f"{flow.label}不能登记在{origin.kind_label}下面，只有本矿事故的措施才登记为短板")
    elif origin is not None:
        yield from _origin_faults(new.by, origin)


def _where_faults(new: _Raising) -> Iterable[Reason]:
    flow, draft, mine = new.flow, new.draft, new.mine
    if new.unit.mine_id != mine.pk or (draft.place is not None and draft.place.mine_id != mine.pk):
        yield Reason(f"责任单位和地点要是{mine}的")
    if len(draft.place_text) > 64:
        yield Reason("地点最多 64 字")
    if flow.confidential and (draft.place or draft.place_text):
        yield Reason(f"{flow.label}不登记地点")


def _origin_faults(by: Actor, origin: Issue) -> Iterable[Reason]:
    """Held: nobody closes it before what is still to be done for it stands there."""
    hold(origin, "closed_at")
    if not Issue.objects.visible_to(by).filter(pk=origin.pk).exists():
        raise PermissionDenied(f"{by.name}看不到{origin}")
    if origin.closed_at is not None:
        yield Reason(f"{origin}已经办结，不能再登记措施；要先重新打开")


def _speaks_for(by: Actor, unit: Unit) -> bool:
    return by.is_system or any(grant.unit.pk == unit.pk and grant.role is not RoleCode.WORKER for grant in by.grants)


def _subject_faults(flow: Workflow, draft: IssueDraft) -> Iterable[Reason]:
    subjects = [person for role, person in draft.people if role == Role.SUBJECT]
    if flow.needs_subject and len(subjects) != 1:
        yield Reason(f"{flow.label}要写明是谁，一人一件")


def _stranger_faults(new: _Raising) -> Iterable[Reason]:
    """Whoever leads a unit speaks of its people; of others the office does."""
    people = () if _may_raise(new, new.mine) else new.draft.people
    for _, person in people:
        unit = person.unit or new.mine
        if not (unit.path.startswith(new.unit.path) and _may_raise(new, unit)):
            yield Reason(f"{person.name}不是{new.unit}的人，请由所在单位或{new.office}登记")


def _refuse_second(new: _Raising) -> None:
    """One person one plan. Said only when nothing else stands against it, so that nobody finds it out by asking."""
    flow = new.flow
    if not (flow.confidential and flow.needs_subject):
        return
    person = next(person for role, person in new.draft.people if role == Role.SUBJECT)
    hold(person)  # two who notice the same at the same time
    marked = Involved.objects.filter(mine=person.mine, who=mark_of(person.pk), role=Role.SUBJECT)
    open_one = Issue.objects.open().filter(kind=flow.kind, pk__in=marked.values("issue")).select_related("mine").first()
    if open_one is not None:
        raise AlreadyOpen(person, open_one)


def _code_faults(flow: Workflow, draft: IssueDraft) -> Iterable[Reason]:
    if draft.grade and draft.grade not in flow.grades:
        yield Reason(f"{flow.label}的级别有：{'、'.join(flow.grades.values()) or '（不分级）'}")
    elif draft.grade and draft.grade not in flow.alone:
        yield Reason(f"{flow.grades[draft.grade]}要由两人共同认定，请先按低一级上报")
    if draft.category and draft.category not in flow.categories:
        yield Reason(f"{flow.label}的类别有：{'、'.join(flow.categories.values()) or '（不分类）'}")


def _issue(new: _Raising) -> Issue:
    flow, draft = new.flow, new.draft
    return Issue(
        id=draft.id,
        mine=new.mine,
        kind=flow.kind,
        state=flow.first.code,
        grade=draft.grade or new.setting.default_grade,
        category="" if flow.confidential else draft.category,
        unit=new.unit,
        office=new.office,
        place=draft.place,
        place_text=draft.place_text.strip(),
        text=kept_text(flow, draft.id, draft.text.strip(), "text"),
        facts=kept_facts(flow, draft.id, _facts(flow, draft), "facts"),
        found_at=draft.found_at or new.at,
        found_by_id=None if draft.anonymous else new.by.person_id,
        found_by_unit=None if draft.anonymous else draft.found_by_unit or _body_of(new.by),
        arrived_at=new.at,
        source=draft.source,
        source_key=draft.source_key or str(draft.id),
        fingerprint=new.mark,
        clause=draft.clause,
        origin=draft.origin,
    )


def _facts(flow: Workflow, draft: IssueDraft) -> dict[str, Fact]:
    """What a confidential matter is about lies with its words, under its key."""
    sealed = {"category": draft.category} if flow.confidential and draft.category else {}
    return {**draft.facts, **sealed}


def _body_of(by: Actor) -> Unit | None:
    """The office somebody inspects for: his colleagues there may look at it again."""
    return next((grant.unit for grant in by.grants if grant.unit.kind == UnitKind.OFFICE), None)


def _record(new: _Raising, issue: Issue) -> None:
    draft = new.draft
    step = StepDraft(id=uuid5(draft.id, "raise"), happened_at=draft.found_at, grade=issue.grade, files=draft.files)
    finder = Relation.FINDER.value
    act = Act(new.by, new.at, "raise", "上报", step, finder, new.mark, named=not draft.anonymous)
    write_step(issue, act, before="")
    issue.save(update_fields=["seq"])
    if not new.flow.confidential:
        _keep_author(new.by, issue, draft.anonymous)
    involve(issue, draft.people)
    log(issue, act, "issues.issue.raised")
    tell_concerned(issue, new.flow.tells, "raised:concerned", act)


def _keep_author(by: Actor, issue: Issue, anonymous: bool) -> None:
    """An author without a name is still one: the count of those who said it stays right when matters are merged."""
    named = by.person_id is not None and not anonymous
    who, name = (str(by.person_id), by.name) if named else (uuid5(issue.pk, "author").hex, UNNAMED)
    Involved.objects.create(issue=issue, mine=issue.mine, role=Role.AUTHOR, who=who, name=name)


# ── again ──
def climb_if_repeated(flow: Workflow, setting: Setting, issue: Issue) -> None:
    """The same place and category within the days of the setting: one grade up."""
    if not flow.repeats or not issue.category or not (issue.place or issue.place_text):
        return
    hold(issue.place or issue.mine)  # two who report the same at the same time: one of them is the second
    since = issue.found_at - dt.timedelta(days=setting.repeat_days)
    same = Issue.objects.filter(mine=issue.mine, kind=issue.kind, category=issue.category, place=issue.place)
    if issue.place is None:
        same = same.filter(place_text=issue.place_text)
    counted = same.filter(found_at__range=(since, issue.found_at)).exclude(state__in=("void", "merged"))
    issue.repeats = counted.order_by("-found_at").first()
    if issue.repeats is not None:
        issue.grade = _next_grade(flow, issue.grade)


def _next_grade(flow: Workflow, grade: str) -> str:
    """One up, but never to what two people must decide."""
    order = [one for one in flow.grades if not any(move.sets_grade == one for move in flow.moves)]
    return order[min(order.index(grade) + 1, len(order) - 1)] if grade in order else grade
