"""What a score sheet does not say: tiers, peer groups, tie-breakers, the cap of bonuses. From the standard in force, else
from the usual one for such units."""

from decimal import Decimal
from typing import Any

from pithead.assess.contents import Content, complete
from pithead.assess.rubrics.marks import written
from pithead.assess.rubrics.offices import Offices
from pithead.kernel import packs

USUAL = {"section": "six-good", "crew": "six-type", "branch": "five-star"}
_SUBJECTS = (("branch", ("支部", "五星")), ("crew", ("班组", "六型")), ("section", ("区队", "六好", "队")))
BONUS_CAP = 5  # where a sheet has bonuses, and nothing says how many count


def subject_of(*names: str) -> str | None:
    """What kind of unit a title speaks of."""
    joined = " ".join(names)
    return next((subject for subject, words in _SUBJECTS if any(word in joined for word in words)), None)


def settings(code: str, subject: str, standing: Content | None, offices: Offices) -> tuple[Content, str]:
    """The frame around dimensions and items, and a sentence about where it came from."""
    known = code in packs.codes("standards")
    base = complete(standing or packs.load("standards", code if known else USUAL[subject]))
    if standing is None and not known:
        base |= {"policy": None, "clause": None}
    owner = base["owner"] if offices.knows(base["owner"]) else ""
    source = f"现行的“{base['title']}”" if standing else f"通用的“{base['title']}”"
    return {**base, "code": code, "owner": owner}, f"档次、分组和公示天数表里没有，照{source}"


def tie_breakers(base: Content, dimensions: list[dict[str, Any]]) -> list[str]:
    """The same dimensions by name; else the one about safety."""
    old = {dimension["code"]: dimension["name"] for dimension in base["dimensions"]}
    new = {dimension["name"]: dimension["code"] for dimension in dimensions}
    kept = [new[old[code]] for code in base["tie_breakers"] if old.get(code) in new]
    return kept or [dimension["code"] for dimension in dimensions if "安全" in dimension["name"]][:1]


def scaled_tiers(base: Content, full: Decimal) -> list[dict[str, Any]]:
    """Floors are points: of a standard with 120 points, 90 out of 100 are 108."""
    share = full / Decimal(str(base["full_marks"] or 100))
    return [
        {**tier, "floor": written((Decimal(str(tier["floor"])) * share).quantize(Decimal("0.01")))}
        for tier in base["tiers"]
    ]
