"""Two quarters of what people did, through the same actions the pages use: most of it handed over together, as phones do; what was
found by itself, because it becomes a matter; then signatures, and what somebody had written wrongly."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from pithead.demo.calling import Calling
from pithead.demo.customs import Customs
from pithead.demo.doing import ONE_DAY, Doing, Done
from pithead.demo.matters import Told
from pithead.demo.organisation import Organisation
from pithead.demo.party_life import PartyLife
from pithead.demo.planned import Planned
from pithead.demo.site_life import SiteLife
from pithead.issues.actions import IssueDraft
from pithead.issues.models import Issue
from pithead.kernel import packs
from pithead.org.models import Unit
from pithead.practices.actions import Handed, correct, record, record_all, sign, withdraw
from pithead.practices.models import Record

LEAST_DAYS = 10  # of a story that has just begun nothing is told
CORRECTED = {"home_visit": "写错了人", "crew_symposium": "人数数错了", "walkabout": "见的是家属，点错了"}
WITHDRAWN = {"patrol": "填到别的责任区去了"}


class Records:
    def __init__(self, organisation: Organisation, calling: Calling, customs: Customs, seed: int, start: dt.date):
        self.organisation, self.calling = organisation, calling
        self.mine, self.today = organisation.mine, calling.clock.today
        self.pack: dict[str, Any] = packs.load("demo", "records")
        self.chance = random.Random(f"{seed}/records")
        self.doing = Doing(organisation, calling, customs, self.pack, self.chance, start)
        self.now = calling.clock.at(self.today, 7)

    def live(self) -> list[Told]:
        """The matters that came of it, with what is still to happen to them."""
        if (self.today - self.doing.start).days < LEAST_DAYS:
            return []
        planned = Planned(self.doing)
        told = [*PartyLife(self.doing).tell(), *SiteLife(self.doing).tell(), *planned.tell()]
        done = sorted(told, key=lambda one: one.at)
        found = [(said, self._turned_bad(done, said)) for said in self.pack["found"]]
        bad = [(said, one) for said, one in found if one is not None]
        apart = {one.draft.id for _, one in bad}
        plain = [one for one in done if one.draft.id not in apart]
        record_all(mine=self.mine, handed=[Handed(one.by, one.at, one.draft) for one in plain])
        planned.checks()
        self._sign(plain)
        self._mend(plain)
        return [told for said, one in bad for told in self._lead_on(said, one)]

    # ── what was not as it should be ──
    def _turned_bad(self, done: list[Done], said: dict[str, Any]) -> Done | None:
        """Of what was done there about then, one in which something was found."""
        day = self.today - said["ago"] * ONE_DAY
        there = [one for one in done if self._fits(one, said)]
        nearest = min(there, key=lambda one: abs((one.at.date() - day).days), default=None)
        if nearest is None:
            return None
        bad = replace(nearest, draft=replace(nearest.draft, answers=_failing(nearest, said)))
        done[done.index(nearest)] = bad
        return bad

    def _fits(self, one: Done, said: dict[str, Any]) -> bool:
        unit, place = one.draft.unit, one.draft.place
        if (
            unit is None
            or one.draft.practice.code != said["practice"]
            or _section(unit) != said.get("unit", _section(unit))
        ):
            return False
        if "where" in said and (place is None or said["where"] not in place.name):
            return False
        return said["practice"] != "four_threes_heading" or "permanent" in one.draft.answers

    def _lead_on(self, said: dict[str, Any], one: Done) -> Iterator[Told]:
        made = record(by=one.by, at=one.at, mine=self.mine, draft=one.draft)
        steps = said.get("steps")
        if steps is None:
            steps = packs.load("demo", "matters")["lives"][said["life"]]
        assert one.draft.unit is not None
        unit = self.organisation.units[_section(one.draft.unit)]
        owner = self.doing.person(self.doing.deputy(unit.code, 1))
        if owner.pk == one.by.person_id:
            owner = self.doing.person(self.doing.deputy(unit.code, 2))
        for issue in Issue.objects.filter(record_matter__record=made).order_by("pk"):
            draft = IssueDraft(kind=issue.kind, unit=unit)
            told = Told(draft, one.by, one.at, [list(step) for step in steps], "当班处理，班后验收", {"owner": owner})
            told.issue = issue
            yield told

    # ── afterwards ──
    def _sign(self, done: list[Done]) -> None:
        wanted = {one.draft.id: one for one in done if one.signers}
        for made in (
            Record.objects.filter(pk__in=wanted)
            .select_related("mine", "practice", "version", "unit")
            .order_by("happened_at", "pk")
        ):
            one = wanted[made.pk]
            for field, person in one.signers:
                at = min(one.at + dt.timedelta(hours=15), self.now)
                sign(by=self.calling.actor(person), at=at, record=made, field=field)

    def _mend(self, done: list[Done]) -> None:
        for practice, reason in (CORRECTED | WITHDRAWN).items():
            one = next((one for one in reversed(done) if one.draft.practice.code == practice), None)
            if one is None:
                continue
            made = Record.objects.get(pk=one.draft.id)
            at = min(one.at + dt.timedelta(hours=3), self.now)
            if practice in WITHDRAWN:
                withdraw(by=one.by, at=at, record=made, reason=reason)
                continue
            draft = replace(one.draft, id=self._id(), answers=self._corrected(one))
            correct(by=one.by, at=at, record=made, draft=draft, reason=reason)

    def _corrected(self, one: Done) -> dict[str, Any]:
        answers = dict(one.draft.answers)
        if "count" in answers:
            return {**answers, "count": answers["count"] - 1}
        if "met" in answers:
            return {**answers, "met": "family"}
        people = self.doing.people_of(self.organisation.units[one.draft.unit.code]) if one.draft.unit else []
        return {**answers, "who": next(one for one in people if one != answers["who"])}

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)


def _section(unit: Unit) -> str:
    return unit.code.partition("-")[0]


def _failing(one: Done, said: dict[str, Any]) -> dict[str, Any]:
    answers, key, text = dict(one.draft.answers), said["field"], said["text"]
    standing = answers.get(key)
    if said["practice"] == "four_threes_heading":
        row = {**answers["permanent"][0], key: {"value": Decimal(95), "text": text}}
        return {**answers, "permanent": [row]}
    if isinstance(standing, dict):
        return {**answers, key: {"ok": False, "text": text}}
    return {**answers, key: {"value": "watch", "text": text} if key == "state" else text}
