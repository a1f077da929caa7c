"""A standard's rows out of its content: what loading a pack, drafting and rewriting have in common."""

from decimal import Decimal
from typing import Any

from pithead.assess.contents import OTHER_BONUS_WORDS, Content, complete
from pithead.assess.models import (
    ClauseKind,
    Counting,
    Dimension,
    Item,
    ItemKind,
    PeerGroup,
    ScoreClause,
    Standard,
    Tier,
    VetoEffect,
)
from pithead.kernel import packs
from pithead.org.models import Unit, UnitKind
from pithead.rules.models import Clause


def offices_of(mine: Unit) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(mine=mine, kind=UnitKind.OFFICE)}


def write_header(standard: Standard, content: Content, clause: Clause | None = None) -> None:
    """Everything of a standard that is not a part of it; not saved. Code, version and state are not the content's."""
    standard.title = content["title"]
    standard.subject = content["subject"]
    standard.owner = Unit.objects.get(mine=standard.mine, kind=UnitKind.OFFICE, code=content["owner"])
    standard.clause = clause or _clause_named(standard.mine, content)
    standard.full_marks = Decimal(str(content["full_marks"]))
    standard.bonus_cap = Decimal(str(content["bonus_cap"]))
    for name in ("tie_breakers", "publicity_days", "aggregation", "weights"):
        setattr(standard, name, content[name])


def _clause_named(mine: Unit, content: Content) -> Clause | None:
    """The clause a content says it stands under, of the latest edition the mine has enacted. A policy is named by the code
    of its pack or by its title."""
    policy = content["policy"]
    if not policy:
        return None
    title = packs.load("policies", policy)["title"] if policy in packs.codes("policies") else policy
    editions = Clause.objects.filter(policy__mine=mine, policy__title=title, number=content["clause"])
    return editions.order_by("-policy__in_force_from").first()


def create_parts(standard: Standard, content: Content) -> None:
    _Parts(standard, complete(content), offices_of(standard.mine)).create()


def replace_parts(standard: Standard, content: Content) -> None:
    """Of a draft: nothing refers to its parts yet."""
    for parts in (standard.items, standard.dimensions, standard.tiers, standard.peer_groups):
        parts.all().delete()
    create_parts(standard, content)


class _Parts:
    """Creates what hangs under a standard, in the order of its content."""

    def __init__(self, standard: Standard, content: Content, offices: dict[str, Unit]):
        self.standard, self.content, self.offices = standard, content, offices
        self.items: list[Item] = []
        self.clauses: list[tuple[Item, list[Content]]] = []

    def create(self) -> None:
        self._tiers_and_groups()
        dimensions = self._dimensions()
        for dimension, part in zip(dimensions, self.content["dimensions"], strict=True):
            for item in part["items"]:
                marks = {"full_marks": Decimal(str(item["full"])), "not_for": item["not_for"]}
                self._add(item, ItemKind.SCORED, dimension=dimension, **marks)
        for bonus in self._bonuses():
            self._add(bonus, ItemKind.BONUS)
        by_code = {dimension.code: dimension for dimension in dimensions}
        for veto in self.content["vetoes"]:
            effect, aim = VetoEffect(veto["effect"]), by_code.get(veto["dimension"])
            self._add(veto, ItemKind.VETO, veto_effect=effect, veto_dimension=aim)
        Item.objects.bulk_create(self.items)
        numbered = [(item, clause, place) for item, found in self.clauses for place, clause in enumerate(found, 1)]
        ScoreClause.objects.bulk_create([self._clause(*one) for one in numbered])

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

    def _bonuses(self) -> list[Content]:
        if not self.content["bonus_cap"]:
            return self.content["bonus"]
        other = complete({"bonus": [OTHER_BONUS_WORDS | {"office": self.content["owner"]}]})
        return [*self.content["bonus"], *other["bonus"]]

    def _add(self, part: Content, kind: ItemKind, **more: Any) -> None:
        position = len(self.items) + 1
        item = Item(standard=self.standard, kind=kind, code=part["code"], name=part["name"], position=position, **more)
        self.items.append(item)
        self.clauses.append((item, part["clauses"]))

    def _clause(self, item: Item, part: Content, position: int) -> ScoreClause:
        points, cap = part["points"], part["cap"]
        return ScoreClause(
            item=item,
            code=part["code"],
            text=part["text"],
            kind=ClauseKind(part["kind"]),
            points=None if points is None else Decimal(str(points)),
            cap=None if cap is None else Decimal(str(cap)),
            counting=Counting(part["counting"]),
            office=self.offices[part["office"]],
            automation=part["automation"],
            link=part["link"],
            feeds=part["feeds"],
            gauge=part["gauge"],
            position=position,
        )
