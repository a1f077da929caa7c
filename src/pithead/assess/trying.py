"""What a month would have come to under another content, without a database: what was found then is counted as the new
content counts it. `queries.trial` brings the facts of a month and tells what moved.

Items are matched by code. A deduction under a clause whose points changed costs in proportion; what is taken from another
standard keeps its share of the item; what falls under no clause costs what it did. Where nothing changed nothing moves.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pithead.assess.contents import OTHER_BONUS_WORDS, Content, scored_items
from pithead.assess.models import ClauseKind, EntryKind, VetoEffect
from pithead.assess.scoring import Placed, Rules, Share, Tally, TierFloor, item_score, place
from pithead.kernel.rounding import ZERO, to_cent


@dataclass(frozen=True)
class Found:
    """An entry. `declared`: 缺项 by the standard itself; `linked`: computed from another standard."""

    unit_id: int
    kind: str  # EntryKind
    item: str
    clause: str
    points: Decimal
    declared: bool = False
    linked: bool = False


@dataclass(frozen=True)
class Contestant:
    unit_id: int
    group: str  # code of the peer group it had
    specialty: str


class Recount:
    """One old and one new content; both full forms."""

    def __init__(self, old: Content, new: Content):
        self.old, self.new = old, new
        self.old_items = {item["code"]: item for _, item in scored_items(old)}
        self.new_items = {item["code"]: item for _, item in scored_items(new)}
        self.old_bonus, self.new_bonus = _bonus(old), _bonus(new)
        self.effects = {veto["code"]: veto for veto in new["vetoes"]}

    def place(self, contestants: Sequence[Contestant], found: Sequence[Found]) -> list[Placed]:
        by_unit: dict[int, list[Found]] = defaultdict(list)
        for one in found:
            by_unit[one.unit_id].append(one)
        return place([self._tally(unit, by_unit[unit.unit_id]) for unit in contestants], self.rules)

    @cached_property
    def rules(self) -> Rules:
        """Tiers are numbered by their place."""
        tiers = tuple(TierFloor(pk, Decimal(str(tier["floor"]))) for pk, tier in enumerate(self.new["tiers"]))
        full, cap = Decimal(str(self.new["full_marks"])), Decimal(str(self.new["bonus_cap"]))
        return Rules(full, cap, tiers, tuple(self.new["tie_breakers"]))

    # ── one unit ──
    def _tally(self, unit: Contestant, found: Sequence[Found]) -> Tally:
        vetoes = [self.effects[one.item] for one in found if one.kind == EntryKind.VETO and one.item in self.effects]
        zeroed = {veto["dimension"] for veto in vetoes if veto["effect"] == VetoEffect.ZERO_DIMENSION}
        missing = self._not_asked(unit, found)
        shares: dict[str, Share] = defaultdict(Share)
        items: dict[str, Share] = {}
        for dimension, item in scored_items(self.new):
            if item["code"] in missing:
                continue
            full = Decimal(str(item["full"]))
            lost = self._lost(item["code"], found)
            got = ZERO if dimension["code"] in zeroed else item_score(full, lost)
            items[item["code"]] = Share(got, full)
            shares[dimension["code"]] += items[item["code"]]
        return Tally(
            unit_id=unit.unit_id,
            group_id=self._group(unit),
            whole=sum(shares.values(), Share()),
            bonus=self._earned(found),
            tier_capped=any(veto["effect"] == VetoEffect.CAP_TIER for veto in vetoes),
            shares={**shares, **items},
        )

    def _not_asked(self, unit: Contestant, found: Iterable[Found]) -> set[str]:
        """Items that do not apply: by hand as then; by the standard as it now says, where it says so differently."""
        codes = set()
        for one in found:
            if one.kind == EntryKind.NOT_APPLICABLE and not (one.declared and self._asks_differently(one.item)):
                codes.add(one.item)
        for code, item in self.new_items.items():
            if self._asks_differently(code) and unit.specialty in item["not_for"]:
                codes.add(code)
        return codes

    def _asks_differently(self, code: str) -> bool:
        old, new = self.old_items.get(code), self.new_items.get(code)
        return old is None or new is None or sorted(old["not_for"]) != sorted(new["not_for"])

    def _lost(self, code: str, found: Iterable[Found]) -> Decimal:
        old, new = self.old_items.get(code), self.new_items[code]
        if old is None:
            return ZERO
        taken = [one for one in found if one.item == code and one.kind == EntryKind.DEDUCTION]
        linked = [one for one in taken if one.linked]
        if linked and _is_linked(new):
            return to_cent(sum((_scaled(one.points, old["full"], new["full"]) for one in linked), ZERO))
        return self._sum(old, new, [one for one in taken if not one.linked])

    def _earned(self, found: Iterable[Found]) -> Decimal:
        """A bonus may also stand at a scored item."""
        old, new = {**self.old_items, **self.old_bonus}, {**self.new_items, **self.new_bonus}
        by_item: dict[str, list[Found]] = defaultdict(list)
        for one in found:
            if one.kind == EntryKind.BONUS and one.item in new:
                by_item[one.item].append(one)
        return to_cent(sum((self._sum(old[code], new[code], given) for code, given in by_item.items()), ZERO))

    def _sum(self, old: Content, new: Content, found: Iterable[Found]) -> Decimal:
        before, after = _clauses(old), _clauses(new)
        only = next(iter(before)) if len(before) == 1 else ""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for one in found:
            code = one.clause or only
            sums[code] += one.points
        total = ZERO
        for code, points in sums.items():
            then, now = before.get(code), after.get(code)
            if then and now:
                points = _scaled(points, then["points"] or 1, now["points"] or 1) if _counted(then, now) else points
                if now["cap"] is not None and now["cap"] != then["cap"]:
                    points = min(points, Decimal(str(now["cap"])))
            total += points
        return to_cent(total)

    def _group(self, unit: Contestant) -> int:
        groups = self.new["peer_groups"]
        if _grouping(self.old) == _grouping(self.new):
            return next((pk for pk, group in enumerate(groups) if group["code"] == unit.group), 0)
        named = (pk for pk, group in enumerate(groups) if unit.specialty and unit.specialty in group["specialties"])
        rest = (pk for pk, group in enumerate(groups) if not group["specialties"])
        return next(named, next(rest, 0))

    # ── what has no counterpart ──
    def dropped(self, found: Sequence[Found]) -> dict[tuple[str, str], Decimal]:
        """(code, name) of old items that the new content does not have → the points that fall away with them. Bonus and veto
        items are named only where they had been used."""
        vetoes = {veto["code"]: veto for veto in self.old["vetoes"]}
        gone = _without(self.old_items, self.new_items) | _without(self.old_bonus, self.new_bonus)
        gone |= _without(vetoes, self.effects)
        points = dict.fromkeys(_without(self.old_items, self.new_items), ZERO)
        for one in found:
            if one.item in gone and one.kind != EntryKind.NOT_APPLICABLE:
                points[one.item] = points.get(one.item, ZERO) + one.points
        return {(code, gone[code]["name"]): value for code, value in points.items()}

    def added(self) -> list[tuple[str, str, Decimal]]:
        """(code, name, full marks) of new items: nothing was found against them, so they count in full."""
        new = [item for code, item in self.new_items.items() if code not in self.old_items]
        return [(item["code"], item["name"], Decimal(str(item["full"]))) for item in new]

    def linked_otherwise(self) -> list[str]:
        """Codes of items whose link is new or another one: what they would have taken then is not known."""
        return [
            code
            for code, item in self.new_items.items()
            if _is_linked(item) and _links(item) != _links(self.old_items.get(code, {"clauses": []}))
        ]


def _without(these: Mapping[str, Content], those: Mapping[str, Content]) -> dict[str, Content]:
    return {code: item for code, item in these.items() if code not in those}


def _bonus(content: Content) -> dict[str, Content]:
    other = [{**OTHER_BONUS_WORDS, "clauses": []}] if content["bonus_cap"] else []
    return {item["code"]: item for item in (*content["bonus"], *other)}


def _clauses(item: Content) -> Mapping[str, Content]:
    return {clause["code"]: clause for clause in item["clauses"]}


def _counted(then: Content, now: Content) -> bool:
    """The clause has points, and other ones than before."""
    return bool(then["points"] and now["points"] and then["points"] != now["points"])


def _scaled(points: Decimal, before: float, after: float) -> Decimal:
    return points if before == after else points * Decimal(str(after)) / Decimal(str(before))


def _links(item: Content) -> list[Content]:
    return [clause["link"] for clause in item["clauses"] if clause["kind"] == ClauseKind.LINK]


def _is_linked(item: Content) -> bool:
    return any(_links(item))


def _grouping(content: Content) -> list[tuple[str, list[str]]]:
    return [(group["code"], group["specialties"]) for group in content["peer_groups"]]
