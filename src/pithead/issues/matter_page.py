"""The life of a matter as its page tells it: step by step, with what each one set."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pithead.issues.actions import Matter, StepRead
from pithead.issues.models import Attachment, Issue, Role, Step
from pithead.issues.queries import Level, Setting, files_of
from pithead.issues.queries.board import called, deadline_said, place_of
from pithead.issues.queries.settings import POST_LABELS
from pithead.issues.workflows import FACTS, MENTOR_STEPS, REHOMED, WORKFLOWS, Workflow
from pithead.org.access import Actor

OTHER_VERBS = {"raise": "上报", "merge": "合并", "correct": "更正", "rekind": "改报"}
CLIMB = "climb"


@dataclass(frozen=True)
class Told:
    """A fact in words."""

    label: str
    value: str


@dataclass(frozen=True)
class StepLine:
    seq: int
    label: str
    by: str
    at: dt.datetime
    note: str
    facts: tuple[Told, ...]
    files: tuple[Attachment, ...]
    corrections: tuple[tuple[dt.datetime, str], ...]
    tone: str
    may_correct: bool


@dataclass(frozen=True)
class Life:
    about: tuple[Told, ...]
    people: tuple[Told, ...]
    steps: tuple[StepLine, ...]
    overdue: bool
    climbed: str
    deadline: str
    deadline_on_paper: str
    next_level: str


def life_of(actor: Actor, matter: Matter, setting: Setting, now: dt.datetime) -> Life:
    """One query, for the files."""
    issue, flow = matter.issue, WORKFLOWS[matter.issue.kind]
    files = files_of(issue)
    corrections: dict[object, list[tuple[dt.datetime, str]]] = {}
    for read in matter.steps:
        if read.step.corrects_id is not None:
            corrections.setdefault(read.step.corrects_id, []).append((read.step.at, read.note))
    lines = [
        _line(actor, flow, setting, read, files.get(read.step.pk, []), corrections.get(read.step.pk, []))
        for read in matter.steps
        if read.step.corrects_id is None
    ]
    return Life(
        about=tuple(_about(matter, flow)),
        people=tuple(_people(matter)),
        steps=tuple(lines),
        overdue=issue.due_at is not None and issue.due_at < now,
        climbed=_climbed(issue, setting),
        deadline=deadline_said(issue.due_at),
        deadline_on_paper=deadline_said(issue.due_at, year=True),
        next_level=_next_level(issue, setting),
    )


def _people(matter: Matter) -> list[Told]:
    """One author is whoever found it; several came together when matters were merged."""
    several = _authors(matter) > 1
    return [Told(str(Role(role).label), name) for role, name in matter.people if role != Role.AUTHOR or several]


def _authors(matter: Matter) -> int:
    return sum(role == Role.AUTHOR for role, _ in matter.people)


def _finder(matter: Matter, flow: Workflow) -> str:
    """Where several said the same, they stand among the people; who reads it may not be told their names."""
    if matter.issue.erased_at or (flow.anonymous and _authors(matter) > 1):
        return ""
    return matter.issue.found_by.name if matter.issue.found_by else "未署名"


def _about(matter: Matter, flow: Workflow) -> list[Told]:
    issue, facts = matter.issue, matter.facts
    found = [
        Told("类别", flow.categories.get(issue.category or facts.get("category", ""), "")),
        Told("级别", issue.grade_label),
        Told("责任单位", called(issue.unit)),
        Told("主管", issue.office.name),
        Told("地点", place_of(issue)),
        Told("责任人", issue.owner.name if issue.owner else ""),
        Told("提出人" if flow.anonymous else "发现人", _finder(matter, flow)),
        Told("检查单位", issue.found_by_unit.name if issue.found_by_unit else ""),
        Told("依据的条款", str(issue.clause) if issue.clause else ""),
        *facts_told(facts),
    ]
    return [told for told in found if told.value]


def facts_told(facts: Mapping[str, Any]) -> list[Told]:
    labels = {**FACTS, **REHOMED}
    return [Told(labels[key], _fact(key, value)) for key, value in facts.items() if key in labels]


def _fact(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return MENTOR_STEPS.get(value, str(value)) if key == "step" else str(value)


def _posts(issue: Issue, level: Level) -> str:
    """As long as it is nobody's, whoever leads the unit hears instead of an owner."""
    posts = dict.fromkeys("section_head" if one == "owner" and not issue.owner_id else one for one in level.to)
    return "、".join(POST_LABELS[post] for post in posts)


def _next_level(issue: Issue, setting: Setting) -> str:
    if issue.climbs_at is None or issue.level >= len(setting.levels):
        return ""
    level = setting.levels[issue.level]
    said = _posts(issue, level)
    return f"提醒{said}" if level.after == "half" else f"起报给{said}"


def _climbed(issue: Issue, setting: Setting) -> str:
    """To whom the matter has climbed on its present clock; a reminder half-way is no climbing."""
    level = setting.levels[issue.level - 1] if 0 < issue.level <= len(setting.levels) else None
    return _posts(issue, level) if level is not None and level.after != "half" else ""


def _line(
    actor: Actor,
    flow: Workflow,
    setting: Setting,
    read: StepRead,
    files: list[Attachment],
    corrections: list[tuple[dt.datetime, str]],
) -> StepLine:
    step = read.step
    return StepLine(
        seq=step.seq,
        label=_label(flow, step, setting),
        by=step.by_name,
        at=step.at,
        note=read.note,
        facts=tuple(_set_by(flow, step, read.facts)),
        files=tuple(files),
        corrections=tuple(corrections),
        tone="accent" if step.verb == CLIMB else "good" if step.verifies else "",
        may_correct=step.by_id is not None and step.by_id == actor.person_id,
    )


def _label(flow: Workflow, step: Step, setting: Setting) -> str:
    if step.verb == CLIMB:
        level = setting.levels[step.level - 1] if 0 < step.level <= len(setting.levels) else None
        word = "临期提醒" if level is not None and level.after == "half" else "超期，报"
        return f"{word}{level.label}" if level else "超期升级"
    found = flow.find(step.verb)
    return found.label if found else OTHER_VERBS.get(step.verb, step.verb)


def _set_by(flow: Workflow, step: Step, facts: Mapping[str, Any]) -> list[Told]:
    found = []
    if step.grade in flow.grades:  # before it was reported as another kind it had those of the first
        found.append(Told("级别", flow.grades[step.grade]))
    if step.owner is not None:
        found.append(Told("责任人", step.owner.name))
    if step.due_at is not None:
        found.append(Told("完成时间", f"{timezone.localtime(step.due_at):%Y-%m-%d %H:%M}"))
    return [*found, *facts_told(facts)]
