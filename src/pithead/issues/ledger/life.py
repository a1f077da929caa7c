"""What a row says happened, as steps of the declared workflow."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pithead.issues.ledger.columns import ASSIGNED, CLOSED, FAILED, FIXED
from pithead.issues.ledger.outcomes import Outcome
from pithead.issues.ledger.rows import LedgerRow
from pithead.issues.workflows import Relation
from pithead.org.models import Unit

ON_SPOT_GRADES = ("", "D", "C", "B")  # graver ones are assigned to somebody
UNTOLD = "台账没有写整改时间"
NAMELESS = "台账没有写姓名"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A name in the ledger, and the person if the mine knows him."""

    name: str = NAMELESS
    pk: int | None = None
    unit_id: int | None = None


def is_same(one: Somebody, other: Somebody) -> bool:
    """Whoever is not known is who he is called."""
    return one.pk == other.pk if one.pk is not None and other.pk is not None else one.name == other.name


@dataclass(frozen=True, slots=True)
class Event:
    """One step to be written. `mark` is the same whenever the ledger says the same."""

    verb: str
    state: str
    at: dt.datetime
    by: Somebody
    mark: str
    note: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    owner: Somebody | None = None
    due: dt.datetime | None = None
    acted_as: str = ""


@dataclass(slots=True)
class Told:
    """A row with everything found that it names. `key` is the same for the same hazard in every ledger."""

    row: LedgerRow
    key: str
    unit: Unit
    outcome: Outcome
    body: Unit | None
    place_id: int | None
    finders: tuple[Somebody, ...]
    owner: Somebody | None
    checker: Somebody | None
    zone: dt.tzinfo
    default_grade: str

    @property
    def grade(self) -> str:
        return self.row.text("grade") or self.default_grade

    @property
    def found_at(self) -> dt.datetime:
        return self.row.found.begins(self.zone)

    @property
    def due_at(self) -> dt.datetime | None:
        return self.outcome.due.ends(self.zone) if self.outcome.due else None

    def events(self, state: str = "") -> Iterator[Event]:
        """From a state on, or all of them; nothing where the row has not come further."""
        stage = self.outcome.stage
        if not state:
            yield self._raised()
            state = "found"
        if state == "found" and stage != "found":
            if self._is_spot():
                yield self._fixed("fix_on_spot")
                state = FIXED
            else:
                yield self._assigned()
                state = ASSIGNED
        if state == ASSIGNED and stage in (FIXED, CLOSED, FAILED):
            yield self._fixed("fix")
            state = FIXED
        if state == FIXED and stage in (CLOSED, FAILED):
            yield self._checked()

    def _is_spot(self) -> bool:
        return self.outcome.spot and self.outcome.stage != ASSIGNED and self.grade in ON_SPOT_GRADES

    def _raised(self) -> Event:
        who = self.finders[0] if self.finders else None
        names = "、".join(one.name for one in self.finders) or self.row.text("body") or NAMELESS
        by = Somebody(names, who.pk if who else None)
        note = "；".join(self._kept())
        finder = Relation.FINDER.value if who else ""
        return Event("raise", "found", self.found_at, by, self._mark("raise", ""), note, acted_as=finder)

    def _kept(self) -> Iterator[str]:
        """Words of the row that no later step carries."""
        yield from self.row.kept
        if self.outcome.stage == "found" and (measure := self.row.text("measure")):
            yield f"台账措施：{measure}"

    def _assigned(self) -> Event:
        facts = {name: said for name in ("measure", "supervisor") if (said := self.row.text(name))}
        by, owner, due = Somebody(self.row.text("supervisor") or NAMELESS), self.owner, self.due_at
        note = f"责任人：{owner.name}" if owner and owner.pk is None else ""
        known = owner if owner and owner.pk is not None else None
        return Event("assign", ASSIGNED, self.found_at, by, self._mark("assign", ""), note, facts, owner=known, due=due)

    def _fixed(self, verb: str) -> Event:
        assert self.outcome.fixed is not None
        said = self.row.text("done") or (self.row.text("measure") if verb == "fix_on_spot" else "")
        note = "；".join(part for part in (said or "已整改", "" if self.outcome.told else UNTOLD) if part)
        at = max(self.outcome.fixed.begins(self.zone), self.found_at)
        by = self.owner or Somebody()
        acted_as = Relation.OWNER.value if self.owner and verb == "fix" else ""
        return Event(verb, FIXED, at, by, self._mark(verb, self.outcome.fixed), note, acted_as=acted_as)

    def _checked(self) -> Event:
        assert self.outcome.checked is not None
        assert self.outcome.fixed is not None
        verb, state = ("pass", CLOSED) if self.outcome.stage == CLOSED else ("fail", ASSIGNED)
        at = max(self.outcome.checked.begins(self.zone), self.outcome.fixed.begins(self.zone), self.found_at)
        note = "复查合格" if verb == "pass" else "复查不合格"
        return Event(verb, state, at, self.checker or Somebody(), self._mark(verb, self.outcome.checked), note)

    def _mark(self, verb: str, when: Any) -> str:
        return hashlib.sha256(f"{self.key}|{verb}|{when}".encode()).hexdigest()
