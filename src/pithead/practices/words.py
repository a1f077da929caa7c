"""What codes of practices are called: for pages, and for whoever writes a pack."""

from typing import Any

from pithead.issues.queries import WORKFLOWS
from pithead.org.access import ROLES, RoleCode
from pithead.org.models import UnitKind
from pithead.practices.content import DUTIES, HOLDS, MEMBER, FieldKind, Prefill
from pithead.practices.models import BondKind, Confidentiality, Event, Every, Per

PERFORMERS: dict[str, str] = {MEMBER: "党员", **{code.value: role.label for code, role in ROLES.items()}}
MATTERS: dict[str, str] = {kind: flow.label for kind, flow in WORKFLOWS.items()}
EVERY: dict[str, str] = {str(one.value): str(one.label) for one in Every}
PER: dict[str, str] = {str(one.value): str(one.label) for one in Per}
EVENTS: dict[str, str] = {str(one.value): str(one.label) for one in Event}
BONDS: dict[str, str] = {str(one.value): str(one.label) for one in BondKind}
UNITS: dict[str, str] = {
    str(one.value): str(one.label) for one in UnitKind if one not in (UnitKind.GROUP, UnitKind.COMPANY)
}
CONFIDENTIALITY: dict[str, str] = {str(one.value): str(one.label) for one in Confidentiality}
AMONG: dict[str, str] = {"": "", **UNITS, **BONDS, **EVENTS}
ONLY = {"": "", "underground": "井下", "night": "夜班"}
DISTINCT = {"": "", "shift": "班次"}
CHECKS = {"": "", "mine": "矿级检查", "safety": "安全检查"}
HOLD: dict[str, str] = {"": "", **HOLDS}
DUTY: dict[str, str] = {"": "", **DUTIES}
KINDS: dict[str, str] = {
    FieldKind.CHECK: "检查项",
    FieldKind.CHOICE: "单选",
    FieldKind.NUMBER: "数字",
    FieldKind.TEXT: "文字",
    FieldKind.PERSON: "一个人",
    FieldKind.PEOPLE: "几个人",
    FieldKind.UNIT: "单位",
    FieldKind.PLACE: "地点",
    FieldKind.PHOTO: "照片",
    FieldKind.SIGNER: "签认人",
    FieldKind.ROWS: "几行",
}
PREFILLS: dict[str, str] = {
    Prefill.NONE: "",
    Prefill.SHIFT: "当前班次",
    Prefill.PLACE: "作业地点",
    Prefill.UNIT: "本单位",
    Prefill.ME: "填写人",
    Prefill.LAST: "上次的",
    Prefill.ROSTER: "在册名单",
}
# Roles that are posts: every one of them but what everybody is.
POSTS = tuple(code.value for code in ROLES if code != RoleCode.WORKER)


def in_words(quota: Any) -> str:
    """A `Quota` or a `QuotaSpec` as people say it: 每月每个班组 2 次，井下."""
    if quota.every == Every.EVENT:
        return f"{EVENTS[quota.among]}后 {quota.within} 天内，每名职工 {quota.count} 次"
    among = {**UNITS, **BONDS}.get(quota.among)
    whom = f"每个{among}" if among else "" if quota.per == Per.SEAT else PER[str(quota.per)]
    only = f"，{ONLY[quota.only]}" if quota.only else ""
    return f"{EVERY[str(quota.every)]}{whom} {quota.count} {'个班次' if quota.distinct else '次'}{only}"
