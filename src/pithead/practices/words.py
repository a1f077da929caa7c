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
    Prefill.LEADER: "当班班组长",
    Prefill.LAST: "上次的",
    Prefill.ROSTER: "在册名单",
}
# What a pack's keys are called.
PARTS = {
    "code": "编号", "title": "名称", "summary": "简介", "source": "来源", "on": "全矿采用", "practices": "做法",
    "outcomes": "凭什么看有没有用", "judged_months": "前后各看几个月",
    "purpose": "为了什么", "performers": "谁来做", "quotas": "次数", "form": "栏目", "raises": "引出的事项",
    "confidentiality": "谁看得到", "readers": "谁可以看", "text_months": "内容保存几个月", "fine": "没有问题时点的那句话",
    "elsewhere": "上级系统里可能已有", "rest_days": "休息日也做", "check": "检查的种类", "holds": "三抓", "duty": "第一责任",
    "sampled": "抽几行", "dormant": "平时停用", "clause": "依据的条款", "aliases": "别的叫法",
    "every": "周期", "count": "几次", "per": "按什么算", "among": "哪一种", "only": "限于", "distinct": "要不同的",
    "within": "几天以内",
    "key": "编号", "label": "名称", "kind": "类型", "help": "提示", "required": "必填", "options": "选项",
    "fails": "算有问题的选项", "unit": "计量单位", "least": "最小能填", "most": "最大能填", "low": "低于它算有问题",
    "high": "高于它算有问题", "longest": "最多几个字", "measured": "实测值", "prefill": "自动填好", "subject": "关于谁",
    "about": "关于哪里", "rows": "每行的栏目",
}  # fmt: skip
# Roles that are posts: every one of them but what everybody is.
POSTS = tuple(code.value for code in ROLES if code != RoleCode.WORKER)


def in_words(quota: Any) -> str:
    """A `Quota` or a `QuotaSpec` as people say it: 每月每个班组 2 次，井下."""
    if quota.every == Every.EVENT:
        whose = "包保他的党员" if quota.per == Per.BOND else "每名职工"
        return f"{EVENTS[quota.among]}后 {quota.within} 天内，{whose} {quota.count} 次"
    among = {**UNITS, **BONDS}.get(quota.among)
    whom = f"每个{among}" if among else "" if quota.per == Per.SEAT else PER[str(quota.per)]
    only = f"，{ONLY[quota.only]}" if quota.only else ""
    return f"{EVERY[str(quota.every)]}{whom} {quota.count} {'个班次' if quota.distinct else '次'}{only}"
