"""June of a standard that counts matters, and matters told on their way to being confirmed."""

import datetime as dt
from typing import Any

from pithead.assess import actions
from pithead.assess.models import Cycle
from pithead.assess.testing import issue_small_standard, small_pack
from pithead.issues.testing import Story, grow_cast
from pithead.kernel.periods import Period
from pithead.org.testing import Cast

JUNE = dt.timedelta(days=20)  # before the day tests play on: 16 June
FEEDS = {
    "B1.1": [{"kind": "incident", "grades": ["minor_injury"]}],
    "B2.1": [
        {"kind": "incident", "when": "late", "points": 2},
        {"kind": "violation", "grades": ["general", "serious"], "own": "half"},
        {"kind": "hazard", "when": "overdue", "own": "none"},
    ],
}
VETO = [{"kind": "incident", "grades": ["serious_injury", "fatal"]}]


def feeding_pack(**changes: Any) -> dict[str, Any]:
    """The small standard with clauses that count; B1.1 takes 1 point, B2.1 too."""
    pack = small_pack(**changes)
    for dimension in pack["dimensions"]:
        for item in dimension["items"]:
            for clause in item["clauses"]:
                clause["feeds"] = FEEDS.get(clause["code"], [])
    pack["vetoes"] = [{**pack["vetoes"][0], "feeds": VETO}, pack["vetoes"][1]]
    return pack


def open_june(cast: Cast, at: dt.datetime, **changes: Any) -> Cycle:
    """With second people in the offices."""
    grow_cast(cast)
    issue_small_standard(cast, at, **{key: value for key, value in feeding_pack(**changes).items() if key != "code"})
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def incident(cast: Cast, at: dt.datetime, grade: str = "minor_injury", *, in_time: bool = True, **more: Any) -> Story:
    """Reported and confirmed the same day."""
    story = Story(cast, at - JUNE)
    story.begins("worker", "incident", **more)
    story.later(hours=1)
    story.goes_on("assessor", "confirm", grade=grade, facts={"reported_in_time": in_time})
    return story


def violation(cast: Cast, at: dt.datetime, grade: str = "general", by: str = "assessor") -> Story:
    story = Story(cast, at - JUNE)
    story.begins(by, "violation", category="work")
    story.later(hours=1)
    story.goes_on("inspector", "confirm", grade=grade)
    return story
