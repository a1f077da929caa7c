"""Matters whose source says something else by now: their pages and that of the record ask to look again."""

from collections.abc import Sequence

from django.urls import reverse

from pithead.issues.models import Issue
from pithead.issues.queries import WORKFLOWS
from pithead.issues.registry import Remark
from pithead.org.access import Actor
from pithead.practices.models import Record, RecordMatter

LOOK = "请核实是否撤销"


def doubts_about(actor: Actor, issue: Issue) -> Sequence[Remark]:
    """As long as it is open. What has become of the record is told to those who may open it. Two queries at most."""
    rows = RecordMatter.objects.filter(issue=issue, unsaid_by__isnull=False)
    loaded = rows.select_related("record__place", "unsaid_by__place", "record__unit", "unsaid_by__unit__parent")
    one = loaded.first() if issue.closed_at is None else None
    if one is None or one.unsaid_by is None:
        return ()
    new = one.unsaid_by
    done = f"来源记录已{'撤回' if new.withdrawn else '更正'}"
    if not Record.objects.visible_to(actor).filter(pk=new.pk).exists():
        return (Remark(f"{done}，{LOOK}"),)
    what = "" if new.withdrawn else f"：{_changed(one.record, new, issue.kind)}"
    return (Remark(f"{done}{what}，{LOOK}", reverse("practices:kept", args=[new.pk])),)


def _changed(old: Record, new: Record, kind: str) -> str:
    if old.place_id != new.place_id:
        return f"地点改为“{new.place}”" if new.place else "地点去掉了"
    if old.unit_id != new.unit_id:
        return f"单位改为“{new.unit}”"
    return "那一项或人员改了" if WORKFLOWS[kind].needs_subject else "那一项没有问题了"
