"""Deadlines, posts and times of keeping, as a mine wants them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pithead.issues.actions.setting_faults import setting_faults
from pithead.issues.models import Issue, WorkflowSetting
from pithead.issues.queries import content_of
from pithead.issues.queries.settings import CLOCKS, FIELDS, POST_LABELS, TITLE_LABELS, spoken
from pithead.issues.workflows import WORKFLOWS, Relation, Workflow
from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

WORDED = {"half": "过半", "0h": "到期"}  # when a level climbs


@transaction.atomic
def set_workflow(*, by: Actor, at: dt.datetime, mine: Unit, kind: str, content: Mapping[str, Any]) -> WorkflowSetting:
    """`content` holds what differs from `packs/issues/<kind>.yaml`; clocks that run keep their deadline."""
    by.require(Capability.ISSUE_SETTINGS, mine)
    flow = WORKFLOWS.get(kind)
    if flow is None:
        raise Refused(f"没有“{kind}”这一类")
    if reasons := list(setting_faults(mine, flow, content)):
        raise Refused(reasons)
    setting, _ = WorkflowSetting.objects.get_or_create(mine=mine, kind=kind)
    hold(setting, "content")
    before, after = content_of(kind) | setting.content, content_of(kind) | dict(content)
    changed = [key for key in FIELDS if before.get(key) != after.get(key)]
    setting.content = dict(content)
    setting.save(update_fields=["content"])
    if not changed:
        return setting
    # Levels may have been added for what had climbed them all: it is planned anew by the next turn of the clock.
    Issue.objects.open().filter(mine=mine, kind=kind, climbs_at=None, due_at__isnull=False).update(climbs_at=at)
    was, now = ({key: _said(flow, key, one.get(key)) for key in changed} for one in (before, after))
    subject = ("workflow", kind, flow.label)
    audit.write(by=by, at=at, mine=mine.code, action="issues.workflow.set", subject=subject, before=was, after=now)
    return setting


# ── as the log tells it ──
def _said(flow: Workflow, key: str, value: Any) -> str:
    if key == "deadlines":
        return "；".join(_deadline_said(flow, *one) for one in value.items())
    if key == "levels":
        return "；".join(_level_said(level) for level in value)
    if key == "titles":
        return "；".join(f"{TITLE_LABELS.get(name, name)}：{'、'.join(said)}" for name, said in value.items())
    if key == "roles":
        return "；".join(_role_said(flow, *one) for one in (value or {}).items()) or "同出厂"
    if key == "default_grade":
        return flow.grades.get(value, "")
    return "、".join(value) if key == "offices" else str(value)


def _deadline_said(flow: Workflow, clock: str, by_grade: Mapping[str, str]) -> str:
    said = (f"{flow.grades.get(grade, '')}{spoken(duration)}" for grade, duration in by_grade.items())
    return f"{CLOCKS.get(clock, clock)} {'、'.join(said)}"


def _level_said(level: Mapping[str, Any]) -> str:
    after = WORDED.get(level["after"]) or f"超期{spoken(level['after'])}"
    to = "、".join(POST_LABELS[post] for post in level["to"])
    return f"{after}报{to}{'（挂牌）' if level.get('listed') else ''}"


def _role_said(flow: Workflow, verb: str, who: list[str]) -> str:
    move = flow.find(verb)
    return f"{move.label if move else verb}：{'、'.join(str(Relation(one).label) for one in who)}"
