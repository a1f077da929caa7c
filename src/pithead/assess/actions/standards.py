"""Standards out of packs. An issued version never changes: a changed pack becomes the next version."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from pithead.assess.actions.seals import seal_standard
from pithead.assess.models import (
    ClauseKind,
    Counting,
    Dimension,
    Item,
    ItemKind,
    PeerGroup,
    ScoreClause,
    Standard,
    StandardState,
    Tier,
    VetoEffect,
)
from pithead.kernel import audit, packs
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind
from pithead.rules.models import Clause

OTHER_BONUS = "JF"  # a bonus without a code of its own: "其他加分"


@transaction.atomic
def load_standard(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    pack: str | dict[str, Any],
    in_force_from: str,
    clause: Clause | None = None,
) -> Standard:
    """Issue the version a pack describes, in force from a period. The same code from the same period is issued once.

    `pack` is a code under `packs/standards/` or the pack itself. Refuses packs whose sums or offices do not hold.
    """
    by.require(Capability.STANDARD_ISSUE, mine)
    content = packs.load("standards", pack) if isinstance(pack, str) else pack
    start = str(Period.parse(in_force_from))
    standing = Standard.objects.filter(mine=mine, code=content["code"], in_force_from=start).first()
    if standing:
        return standing
    offices = _offices(mine, content)
    _check_sum(content)
    standard = _create(mine, content, start, offices, clause)
    _Parts(standard, content, offices).create()
    audit.write(
        by=by,
        at=at,
        mine=mine.code,
        action="assess.standard.issued",
        subject=("standard", standard.pk, str(standard)),
        after={"code": standard.code, "version": standard.version, "in_force_from": start},
    )
    seal_standard(standard, at)
    return standard


def _offices(mine: Unit, content: dict[str, Any]) -> dict[str, Unit]:
    found = {unit.code: unit for unit in Unit.objects.filter(mine=mine, kind=UnitKind.OFFICE)}
    named = {content["owner"]}
    named |= {
        clause["office"]
        for dimension in content["dimensions"]
        for item in dimension["items"]
        for clause in item["clauses"]
    }
    named |= {item["office"] for item in (*content.get("bonus", ()), *content.get("vetoes", ()))}
    if missing := sorted(named - set(found)):
        raise Refused(
            Reason(
                f"标准“{content['title']}”要用到科室 {'、'.join(missing)}，本矿没有这些代码的科室，请先建立科室",
                content["code"],
            )
        )
    return found


def _check_sum(content: dict[str, Any]) -> None:
    full = sum(Decimal(str(item["full"])) for dimension in content["dimensions"] for item in dimension["items"])
    if full != Decimal(str(content["full_marks"])):
        raise Refused(Reason(f"各项标准分合计 {full}，应为 {content['full_marks']}，请核对后再发布", content["code"]))


def _create(
    mine: Unit, content: dict[str, Any], start: str, offices: dict[str, Unit], clause: Clause | None
) -> Standard:
    last = Standard.objects.filter(mine=mine, code=content["code"]).aggregate(last=Max("version"))["last"] or 0
    return Standard.objects.create(
        mine=mine,
        code=content["code"],
        version=last + 1,
        title=content["title"],
        subject=content["subject"],
        state=StandardState.ISSUED,
        in_force_from=start,
        clause=clause or _clause(mine, content),
        owner=offices[content["owner"]],
        full_marks=Decimal(str(content["full_marks"])),
        bonus_cap=Decimal(str(content["bonus_cap"])),
        tie_breakers=content.get("tie_breakers", []),
    )


def _clause(mine: Unit, content: dict[str, Any]) -> Clause | None:
    """The clause a pack says it stands under, where the mine has enacted that policy pack."""
    policy = packs.load("policies", content["policy"]) if content.get("policy") else None
    if policy is None:
        return None
    return (
        Clause.objects.filter(policy__mine=mine, policy__title=policy["title"], number=content["clause"])
        .order_by("-policy__in_force_from")
        .first()
    )


class _Parts:
    """Creates what hangs under a standard, in the order of the pack."""

    def __init__(self, standard: Standard, content: dict[str, Any], offices: dict[str, Unit]):
        self.standard, self.content, self.offices = standard, content, offices
        self.items: list[Item] = []
        self.clauses: list[tuple[Item, list[dict[str, Any]]]] = []

    def create(self) -> None:
        self._tiers_and_groups()
        dimensions = self._dimensions()
        for dimension, part in zip(dimensions, self.content["dimensions"], strict=True):
            for item in part["items"]:
                self._add(item, ItemKind.SCORED, dimension=dimension, full_marks=Decimal(str(item["full"])))
        for bonus in self._bonuses():
            self._add(bonus, ItemKind.BONUS)
        by_code = {dimension.code: dimension for dimension in dimensions}
        for veto in self.content.get("vetoes", ()):
            effect, aim = VetoEffect(veto["effect"]), by_code.get(veto.get("dimension") or "")
            self._add(veto, ItemKind.VETO, veto_effect=effect, veto_dimension=aim)
        Item.objects.bulk_create(self.items)
        ScoreClause.objects.bulk_create(
            [
                self._clause(item, clause, place)
                for item, clauses in self.clauses
                for place, clause in enumerate(clauses, 1)
            ]
        )

    def _tiers_and_groups(self) -> None:
        for position, tier in enumerate(self.content["tiers"], 1):
            Tier.objects.create(standard=self.standard, position=position, **tier)
        for position, group in enumerate(self.content["peer_groups"], 1):
            PeerGroup.objects.create(standard=self.standard, position=position, **group)

    def _dimensions(self) -> list[Dimension]:
        return Dimension.objects.bulk_create(
            [
                Dimension(standard=self.standard, code=part["code"], name=part["name"], position=position)
                for position, part in enumerate(self.content["dimensions"], 1)
            ]
        )

    def _bonuses(self) -> list[dict[str, Any]]:
        listed = list(self.content.get("bonus", ()))
        if not self.standard.bonus_cap:
            return listed
        other = {
            "code": OTHER_BONUS,
            "name": "其他加分",
            "text": "经考核领导小组认定的其他加分",
            "office": self.content["owner"],
        }
        return [*listed, other]

    def _add(self, part: dict[str, Any], kind: ItemKind, **more: Any) -> None:
        item = Item(
            standard=self.standard,
            kind=kind,
            code=part["code"],
            name=part["name"],
            not_for=part.get("not_for") or [],
            position=len(self.items) + 1,
            **more,
        )
        self.items.append(item)
        self.clauses.append((item, part.get("clauses") or [{**part, "code": f"{part['code']}.1"}]))

    def _clause(self, item: Item, part: dict[str, Any], position: int) -> ScoreClause:
        points, cap = part.get("points"), part.get("cap")
        return ScoreClause(
            item=item,
            code=part["code"],
            text=part["text"],
            kind=ClauseKind(part.get("kind", "manual")),
            points=None if points is None else Decimal(str(points)),
            cap=None if cap is None else Decimal(str(cap)),
            counting=Counting(part.get("counting") or "started"),
            office=self.offices[part["office"]],
            automation=part.get("automation", "M"),
            position=position,
        )
