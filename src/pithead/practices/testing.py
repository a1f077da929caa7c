"""A small work method for tests, apart from those that ship: they change. And one practice of it that asks too much."""

from dataclasses import replace
from typing import Any

from pithead.practices.content import FieldKind, FieldSpec, MethodSpec, PracticeSpec, Prefill, QuotaSpec
from pithead.practices.models import Every
from pithead.practices.pack import read_method

TEXT = """\
code: walk
title: 走动工作法
summary: 书记走到现场去听，班组长看好每个班
source: 矿上自创
practices:
  - code: walkabout
    title: 走动管理
    purpose: 走到班前会、井下去，听到什么当场记下
    source: 每月 8 次为默认
    performers: [branch_secretary]
    quotas:
      - {every: month, count: 8}
      - {every: month, count: 4, only: underground}
    raises: request
    form:
      - {key: place, label: 走到哪里, kind: place, prefill: last, about: true, required: true}
      - {key: met, label: 见了谁, kind: choice, options: {crew: 当班班组, person: 个别职工}, required: true}
      - {key: heard, label: 听到的问题, kind: text, raises: request}
  - code: shift_look
    title: 当班一看
    performers: [crew_leader, deputy_crew_leader]
    quotas:
      - {every: shift, per: unit, among: crew}
    raises: hazard
    form:
      - {key: roof, label: 顶帮, kind: check, required: true}
      - {key: gas, label: 瓦斯, kind: number, unit: '%', least: '0', high: '0.8', most: '10', measured: true, required: true}
  - code: zero_report
    title: 维稳零报告
    performers: [section_head]
    dormant: true
    quotas:
      - {every: day}
    form:
      - {key: quiet, label: 有没有不稳定的事, kind: check, required: true}
"""
WALK = read_method(TEXT, "walk.yaml")


def asking(code: str, spec: MethodSpec = WALK, **how: Any) -> MethodSpec:
    """The pack with one practice changed."""
    practices = tuple(replace(one, **how) if one.code == code else one for one in spec.practices)
    return replace(spec, practices=practices)


# One of a single practice.
IDLE = MethodSpec("idle", "备用工作法", practices=(replace(WALK.practices[0], code="idle_walk"),))

# What offices come to sections for.
_INSPECTION = PracticeSpec("inspection", "督查回访", performers=("assessor",), check="mine")
INSPECTIONS = MethodSpec("inspections", "督查", on=True, practices=(_INSPECTION,))

# Three times a day twenty texts: more than anybody may be asked for.
HEAVY: dict[str, Any] = {
    "quotas": (QuotaSpec(Every.DAY, count=3),),
    "form": tuple(FieldSpec(f"text_{at}", f"听到的第 {at} 件事", required=True) for at in range(20)),
}

# What a crew looks at, and who looked.
_LOOK = PracticeSpec(
    "look",
    "班前一看",
    performers=("crew_leader",),
    raises="hazard",
    form=(
        FieldSpec("roof", "顶帮", FieldKind.CHECK, required=True),
        FieldSpec("looked", "看的人", FieldKind.SIGNER, prefill=Prefill.ME),
    ),
)
LOOKS = MethodSpec("looks", "班前一看", on=True, practices=(_LOOK,))
