"""A standard's rows as the dict they were made from."""

from functools import lru_cache

from pithead.assess.contents import OTHER_BONUS, Content, complete
from pithead.assess.models import Item, ItemKind, ScoreClause, Standard
from pithead.assess.queries.cycles import standard_items
from pithead.kernel import packs


def content_of(standard: Standard) -> Content:
    """The full form of what the standard says: creating it from this content gives the same rows. Five queries."""
    items = [item for item in standard_items(standard) if item.code != OTHER_BONUS]
    dimensions = standard.dimensions.order_by("position")
    return complete(
        {
            **_header(standard),
            "tiers": list(standard.tiers.order_by("position").values("code", "name", "floor")),
            "peer_groups": list(standard.peer_groups.order_by("position").values("code", "name", "specialties")),
            "dimensions": [
                {
                    "code": dimension.code,
                    "name": dimension.name,
                    "items": [_item(item) for item in items if item.dimension_id == dimension.pk],
                }
                for dimension in dimensions
            ],
            "bonus": [_item(item) for item in items if item.kind == ItemKind.BONUS],
            "vetoes": [_item(item) for item in items if item.kind == ItemKind.VETO],
        }
    )


def _header(standard: Standard) -> Content:
    same = ("code", "title", "subject", "full_marks", "bonus_cap", "tie_breakers")
    how = ("publicity_days", "aggregation", "weights")
    clause = standard.clause
    return {
        **{name: getattr(standard, name) for name in (*same, *how)},
        "owner": standard.owner.code,
        "policy": _policy_codes().get(clause.policy.title, clause.policy.title) if clause else None,
        "clause": clause.number if clause else None,
    }


def _item(item: Item) -> Content:
    return {
        "code": item.code,
        "name": item.name,
        "full": item.full_marks,
        "not_for": item.not_for,
        "effect": item.veto_effect,
        "dimension": item.veto_dimension.code if item.veto_dimension else None,
        "clauses": [_clause(clause) for clause in item.clauses.all()],
    }


def _clause(clause: ScoreClause) -> Content:
    same = ("code", "text", "kind", "points", "cap", "counting", "automation", "link", "feeds", "gauge")
    return {**{name: getattr(clause, name) for name in same}, "office": clause.office.code}


@lru_cache(maxsize=1)
def _policy_codes() -> dict[str, str]:
    """A policy that came as a pack is named by the pack's code, any other by its title."""
    return {packs.load("policies", code)["title"]: code for code in packs.codes("policies")}
