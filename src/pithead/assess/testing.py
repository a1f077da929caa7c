"""A small standard for tests, and a shorthand for entries."""

import datetime as dt
from decimal import Decimal
from typing import Any

from pithead.assess.actions import EntryDraft, load_standard
from pithead.assess.models import EntryKind, Item, Standard
from pithead.org.models import Unit
from pithead.org.testing import Cast


def small_pack(**changes: Any) -> dict[str, Any]:
    """Two dimensions, four items of 100 points, one bonus, two vetoes; C2 does not apply to ventilation."""
    pack: dict[str, Any] = {
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
        "dimensions": [
            {"code": "A", "name": "班子建设好", "items": [_item("A1", 30, "PTY"), _item("A2", 10, "PRO")]},
            {
                "code": "B",
                "name": "安全生产好",
                "items": [_item("B1", 40, "SAF"), _item("B2", 20, "SAF", ["ventilation"])],
            },
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
    return pack | changes


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
