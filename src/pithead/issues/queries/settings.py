"""Deadlines, posts and times of keeping of one kind in one mine: as shipped in `packs/issues/`, or as the mine has set them."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import timezone

from pithead.issues.models import WorkflowSetting
from pithead.issues.workflows import WORKFLOWS, Demand, Move, Relation, Workflow
from pithead.kernel import packs
from pithead.kernel.calendars import Calendar
from pithead.org.models import Unit

DURATION = re.compile(r"(\d{1,3})(h|d|w)")
POSTS = ("owner", "section_head", "secretary", "office", "leader", "manager")
POST_LABELS = {
    "owner": "责任人",
    "section_head": "责任单位负责人",
    "secretary": "支部书记",
    "office": "主管科室",
    "leader": "分管领导",
    "manager": "矿长",
}

UNITS = {"h": "小时", "d": "天", "w": "个工作日"}
CLOCKS = {
    "assign": "分派",
    "rectify": "整改、办理",
    "recheck": "复查、认可",
    "confirm": "核实认定",
    "analyse": "分析原因",
    "carry_out": "落实措施",
    "answer": "答复",
    "mentor": "帮教",
    "revisit": "回访",
    "plan": "定方案",
    "review": "小结",
    "report": "定方案",
    "settle": "化解",
}
# What a mine may set, as its form calls it.
FIELDS = {
    "offices": "主管科室",
    "titles": "职务",
    "default_grade": "没写级别的算",
    "deadlines": "期限",
    "levels": "超期报给谁",
    "extensions": "最多延期几次",
    "repeat_days": "同一地点同一类几天内重复升一级",
    "keep_months": "办完后保存几个月",
    "detail": "登记具体情况",
    "roles": "办理人",
}
TITLE_LABELS = {"chief": "总工程师", "leader": "分管领导", "manager": "矿长"}
BOUNDS = {"extensions": (0, 9), "repeat_days": (0, 365), "keep_months": (1, 120)}  # extensions: at most as declared
MOST_LEVELS = 6


@dataclass(frozen=True)
class Level:
    """`after` the deadline, or half-way to it."""

    after: str  # a duration or "half"
    to: tuple[str, ...]
    listed: bool = False

    @property
    def label(self) -> str:
        return "、".join(POST_LABELS[post] for post in self.to)

    def moment(self, started: dt.datetime, due: dt.datetime) -> dt.datetime:
        """What was late when its clock began here climbs from then on: nobody could have been told before."""
        due = max(due, started)
        if self.after == "half":
            return started + (due - started) / 2
        return due + _plain(self.after)


@dataclass(frozen=True)
class Setting:
    """`roles`: who may make a move, where a mine has it otherwise than the table."""

    offices: tuple[str, ...]
    titles: Mapping[str, tuple[str, ...]]
    default_grade: str
    deadlines: Mapping[str, Mapping[str, str]]
    levels: tuple[Level, ...]
    extensions: int
    repeat_days: int
    keep_months: int | None
    detail: bool
    roles: Mapping[str, tuple[Relation, ...]]

    def deadline(self, clock: str, grade: str) -> str:
        """ "" where none runs by itself."""
        by_grade = self.deadlines.get(clock, {})
        return by_grade.get(grade) or by_grade.get("", "")

    def climbs_at(self, level: int, started: dt.datetime | None, due: dt.datetime | None) -> dt.datetime | None:
        """When a clock of this length climbs to the level after `level`."""
        if started is None or due is None or level >= len(self.levels):
            return None
        return self.levels[level].moment(started, due)


def setting_of(mine: Unit, kind: str) -> Setting:
    """One query."""
    own = WorkflowSetting.objects.filter(mine=mine, kind=kind).values_list("content", flat=True).first()
    return read_setting(content_of(kind) | (own or {}), kind)


def is_sparse(flow: Workflow, setting: Setting) -> bool:
    """Holds next to nothing: what happened is in the paper file."""
    return bool(flow.sparse) and not setting.detail


def demands_of(move: Move, grade: str, *, sparse: bool) -> tuple[Demand, ...]:
    """What this move asks for, of a matter of this grade. Where next to nothing is held, a plan is a number of the paper file."""
    wanted = dict.fromkeys((*move.demands, *move.by_grade.get(grade, ())))
    return tuple(Demand.FILE_NO if sparse and demand is Demand.PLAN else demand for demand in wanted)


def content_of(kind: str) -> dict[str, Any]:
    """As shipped."""
    return dict(_shipped(kind))


@lru_cache(maxsize=32)
def _shipped(kind: str) -> dict[str, Any]:
    return packs.load("issues", kind)


def read_setting(content: Mapping[str, Any], kind: str) -> Setting:
    keep = content.get("keep_months")
    return Setting(
        offices=tuple(content["offices"]),
        titles={name: tuple(titles) for name, titles in content.get("titles", {}).items()},
        default_grade=content.get("default_grade", ""),
        deadlines=content["deadlines"],
        levels=tuple(
            Level(level["after"], tuple(level["to"]), level.get("listed", False)) for level in content["levels"]
        ),
        extensions=min(content.get("extensions", 0), WORKFLOWS[kind].extensions),
        repeat_days=content.get("repeat_days", 0),
        keep_months=keep,
        detail=content.get("detail", True),
        roles={verb: tuple(Relation(one) for one in who) for verb, who in content.get("roles", {}).items()},
    )


# ── durations: 8h, 3d, 5w (working days) ──
def spoken(duration: str) -> str:
    """8h → 8小时."""
    return f"{duration[:-1]}{UNITS[duration[-1]]}" if duration else ""


def _plain(text: str) -> dt.timedelta:
    found = DURATION.fullmatch(text)
    assert found is not None
    return dt.timedelta(hours=int(found[1])) if found[2] == "h" else dt.timedelta(days=int(found[1]))


def moment_after(start: dt.datetime, duration: str, calendar: Calendar) -> dt.datetime:
    """Working days end with the last of them."""
    if not duration.endswith("w"):
        return start + _plain(duration)
    last = calendar.add_workdays(timezone.localdate(start), int(duration[:-1]))
    midnight = dt.datetime.combine(last + dt.timedelta(days=1), dt.time())
    return timezone.make_aware(midnight, timezone.get_default_timezone())
