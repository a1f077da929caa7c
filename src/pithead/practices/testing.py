"""Small work methods for tests, apart from those that ship: they change. One practice asks too much; others are confidential."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.test import Client
from django.urls import reverse

from pithead.org.testing import Cast
from pithead.practices.actions import load_pack
from pithead.practices.content import FieldKind, FieldSpec, MethodSpec, PracticeSpec, Prefill, QuotaSpec
from pithead.practices.models import Every, Record
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


# What a superior's system may hold already.
PARTY_LIFE = MethodSpec.from_plain(
    {
        "code": "party_life",
        "title": "三会一课",
        "on": True,
        "practices": [
            {
                "code": "theme_day",
                "title": "主题党日",
                "performers": ["branch_secretary"],
                "quotas": [{"every": "month", "per": "unit", "among": "branch"}],
                "elsewhere": True,
                "form": [{"key": "topic", "label": "干了什么"}],
            }
        ],
    }
)


# ── a talk that few may read, questions somebody asks himself, and markers in every answer of them ──
# The same in every encoding and inside JSON. `LINE` is in what is written to be acted on.
RESTRICTED, PRIVATE, LINE = "Rk4W8qX2m", "Pq7F3A9kX", "Lm5T1vB9z"
RESTRICTED_NUMBER, PRIVATE_NUMBER = "73425519.25", "61830274.75"
SECRETS = (RESTRICTED, PRIVATE, RESTRICTED_NUMBER, PRIVATE_NUMBER)

TALK: dict[str, Any] = {
    "code": "heart_talk",
    "title": "谈心",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "month"}, {"every": "year", "per": "worker"}],
    "confidentiality": "restricted",
    "readers": ["party_officer"],
    "text_months": 12,
    "form": [
        {"key": "who", "label": "和谁谈", "kind": "person", "subject": True, "required": True},
        {"key": "said", "label": "谈了什么", "kind": "text", "longest": 500},
        {
            "key": "state",
            "label": "状态",
            "kind": "choice",
            "options": {"calm": "平稳", "torn": "有心事"},
            "fails": ["torn"],
        },
        {"key": "owed", "label": "欠债", "kind": "number", "unit": "元", "high": "100", "measured": True},
        {
            "key": "things",
            "label": "提到的事",
            "kind": "rows",
            "rows": [
                {"key": "whom", "label": "谁", "kind": "person"},
                {"key": "what", "label": "什么事", "kind": "text"},
            ],
        },
        {"key": "help", "label": "要帮的", "kind": "text", "raises": "request"},
    ],
}
ASK: dict[str, Any] = {
    "code": "ask_myself",
    "title": "问自己",
    "performers": ["section_head"],
    "quotas": [{"every": "month"}],
    "confidentiality": "private",
    "raises": "shortfall",
    "form": [
        {"key": "effort", "label": "出了力没有", "kind": "check"},
        {"key": "calm", "label": "心里有数没有", "kind": "check", "required": True},
        {"key": "mood", "label": "怎么看", "kind": "choice", "options": {"well": "行", "badly": "不行"}},
        {"key": "thoughts", "label": "想了什么", "kind": "text"},
        {"key": "hours", "label": "花了多少时间", "kind": "number"},
        {"key": "todo", "label": "要办的", "kind": "text", "raises": "request"},
    ],
}


def talked(cast: Cast) -> dict[str, str]:
    worker = cast.people["worker"]
    return {
        "who": f"{worker.name} {worker.staff_no}",
        "said": f"家里的事{RESTRICTED}",
        "state": "torn",
        "state-text": f"两口子{RESTRICTED}",
        "owed": RESTRICTED_NUMBER,
        "owed-text": f"欠{RESTRICTED}",
        "things.1.whom": cast.people["crew_leader"].staff_no,
        "things.1.what": f"班里{RESTRICTED}",
        "help": f"请调换班次{LINE}",
    }


def asked() -> dict[str, str]:
    return {
        "effort": "no",
        "effort-text": f"本周下井三次{LINE}",
        "calm": "ok",
        "mood": "badly",
        "thoughts": f"想过{PRIVATE}",
        "hours": PRIVATE_NUMBER,
        "todo": f"和区队长谈一次{LINE}",
    }


@dataclass(frozen=True)
class Confided:
    """`first` was corrected by `talk`."""

    cast: Cast
    at: dt.datetime
    first: Record
    talk: Record
    ask: Record


def confide(cast: Cast, at: dt.datetime) -> Confided:
    """On the pages of the site, by those who perform them; the clock of the site stands at `at`."""
    method = {"code": "confidences", "title": "说心里话", "on": True, "practices": [TALK, ASK]}
    spec, since = MethodSpec.from_plain(method), dt.date(2026, 1, 1)
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=since)
    secretary, head = _client(cast, "branch_secretary"), _client(cast, "section_head")
    _send(secretary, reverse("practices:record", args=["heart_talk"]), talked(cast))
    _send(head, reverse("practices:record", args=["ask_myself"]), asked())
    first, ask = Record.objects.get(practice__code="heart_talk"), Record.objects.get(practice__code="ask_myself")
    again = {**talked(cast), "said": f"另一件事{RESTRICTED}", "reason": f"记错了{RESTRICTED}"}
    _send(secretary, reverse("practices:correct", args=[first.pk]), again)
    return Confided(cast, at, first, Record.objects.get(supersedes=first), ask)


def _client(cast: Cast, member: str) -> Client:
    client = Client()
    client.force_login(cast.account(member))
    return client


def _send(client: Client, url: str, data: dict[str, str]) -> None:
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.content.decode()
