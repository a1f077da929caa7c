"""A small standard for tests, workbooks of scores for it, and shorthands for entries and for settling a month."""

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from pithead.assess.actions import (
    EntryDraft,
    approve_cycle,
    close_cycle,
    finalise_cycle,
    load_standard,
    publish_cycle,
)
from pithead.assess.actions.score_import import COLUMNS
from pithead.assess.models import Cycle, EntryKind, Item, Standard
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.org.testing import Cast

SMALL_PACK: dict[str, Any] = {
    "code": "small",
    "title": "小标准",
    "subject": "section",
    "owner": "PTY",
    "full_marks": 100,
    "bonus_cap": 5,
    "tie_breakers": ["B", "A1"],
    "tiers": [
        {"code": "excellent", "name": "优秀", "floor": 90},
        {"code": "good", "name": "良好", "floor": 80},
        {"code": "fair", "name": "一般", "floor": 70},
        {"code": "poor", "name": "较差", "floor": 0},
    ],
    "peer_groups": [
        {"code": "mining", "name": "采掘", "specialties": ["extraction", "tunnelling"]},
        {"code": "other", "name": "其他", "specialties": []},
    ],
    "bonus": [{"code": "J1", "name": "自查出重大隐患", "points": 1, "office": "SAF", "text": "每条加 1 分"}],
    "vetoes": [
        {
            "code": "V1",
            "name": "重伤及以上事故",
            "effect": "cap_tier",
            "dimension": None,
            "office": "SAF",
            "text": "档次封顶",
        },
        {
            "code": "V2",
            "name": "瞒报",
            "effect": "zero_dimension",
            "dimension": "B",
            "office": "SAF",
            "text": "安全类记零分",
        },
    ],
}
SCORE_HEADINGS = [names[0] for names in COLUMNS.values()]
GOOD_SCORES: list[Sequence[Any]] = [
    ("综采一队", "B1", 1.5, "", "1312 工作面上隅角支护滞后", "细则 B1", "安全科", "2026-06-12"),
    ("M1", "B1", 2, "", "皮带机头缺护栏", "", "", ""),
    ("通风队", "J1", "", 1, "自查出局部通风机双回路隐患", "", "安全科", ""),
    ("通风队", "B1", "缺项", "", "本月停产检修", "", "", ""),
    ("煤一队", "V1", "一票否决", "", "6 月 20 日重伤 1 起", "事故报告", "", ""),
    ("煤一队", "", "", 0.5, "抢险表现突出", "", "党委工作部", ""),
    ("合计", "", 3.5, 1.5, "", "", "", ""),
]


def score_book(*rows: Sequence[Any], head: Sequence[str] = tuple(SCORE_HEADINGS), sheet: str = "打分") -> bytes:
    """A workbook as an office would send it; `head` makes it another one."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"nan_inf_to_errors": True})
    page = workbook.add_worksheet(sheet)
    for number, row in enumerate([head, *rows]):
        page.write_row(number, 0, row)
    workbook.close()
    return target.getvalue()


def small_pack(**changes: Any) -> dict[str, Any]:
    """Two dimensions, four items of 100 points, one bonus, two vetoes; B2 does not apply to ventilation."""
    dimensions = [
        {"code": "A", "name": "班子建设好", "items": [_item("A1", 30, "PTY"), _item("A2", 10, "PRO")]},
        {"code": "B", "name": "安全生产好", "items": [_item("B1", 40, "SAF"), _item("B2", 20, "SAF", ["ventilation"])]},
    ]
    return SMALL_PACK | {"dimensions": dimensions} | changes


def branch_pack() -> dict[str, Any]:
    """A standard of branches whose only item is the score of the section they serve by `small_pack`."""
    item = _item("P1", 100, "PTY")
    item["clauses"][0] |= {"kind": "link", "points": None, "link": {"standard": "small", "dimensions": []}}
    bare = {"bonus": [], "bonus_cap": 0, "vetoes": [], "tie_breakers": []}
    parts = [{"code": "P", "name": "支部", "items": [item]}]
    return small_pack(code="bra", title="支部标准", subject="branch", dimensions=parts, **bare)


def _item(code: str, full: int, office: str, not_for: list[str] | None = None) -> dict[str, Any]:
    clause = {"code": f"{code}.1", "text": f"{code} 每处不合格扣 1 分", "kind": "step", "points": 1, "office": office}
    return {"code": code, "name": f"要求{code}", "full": full, "not_for": not_for or [], "clauses": [clause]}


def issue_small_standard(cast: Cast, at: dt.datetime, **changes: Any) -> Standard:
    return load_standard(by=cast.system(), at=at, mine=cast.mine, pack=small_pack(**changes), in_force_from="2026-01")


def draft(
    standard: Standard,
    unit: Unit,
    code: str,
    points: str = "0",
    kind: str = "deduction",
    office: Unit | None = None,
    **more: Any,
) -> EntryDraft:
    """`draft(standard, cast.units["ZC1"], "B1", "1.5")`: a deduction of 1.5 by the office that scores B1."""
    item = Item.objects.get(standard=standard, code=code)
    first = item.clauses.order_by("position").first()
    assert first is not None
    return EntryDraft(
        unit_id=unit.pk,
        item=item,
        kind=EntryKind(kind),
        points=Decimal(points),
        reason=more.pop("reason", f"{code} 检查发现的问题"),
        office_id=office.pk if office else first.office_id,
        **more,
    )


PUBLICITY = dt.timedelta(days=6)  # longer than any publicity of tests; on their morning June has been over for as long


def publish(cycle: Cycle, *, by: Actor, at: dt.datetime) -> Cycle:
    """Whatever lies between open and published, at one moment."""
    close_cycle(by=by, at=at, cycle=cycle)
    approve_cycle(by=by, at=at, cycle=cycle, minutes="2026年第7次")
    publish_cycle(by=by, at=at, cycle=cycle)
    return cycle


def settle(cycle: Cycle, *, by: Actor, at: dt.datetime) -> Cycle:
    """All the way: published six days ago, final at `at`."""
    publish(cycle, by=by, at=at - PUBLICITY)
    return finalise_cycle(by=by, at=at, cycle=cycle)
