"""Duties counted by hand, as the decision says it: day by day, with plain loops and without SQL."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from pithead.kernel.periods import Kind
from pithead.org.models import Unit
from pithead.org.models.units import PARTY_KINDS
from pithead.practices.models import PracticeVersion, Quota, Record
from pithead.practices.tests.duty_worlds import Ground, World

ONE = dt.timedelta(days=1)
Key = tuple[int, int]


def holds(fact: Any, day: dt.date) -> bool:
    return fact.since <= day and (fact.until is None or day <= fact.until)


def stands(unit: Unit | None, day: dt.date) -> bool:
    return unit is None or unit.closed_on is None or day <= unit.closed_on


def binds(bond: Any, day: dt.date) -> bool:
    """It holds, and nobody and nothing it is about is gone."""
    ends = [one.left_on for one in (bond.person, bond.worker) if one is not None]
    ends += [bond.place.until] if bond.place is not None else []
    return holds(bond, day) and stands(bond.group, day) and all(end is None or day <= end for end in ends)


def _meet(one: Any, other: Any) -> bool:
    """Whether there is a day on which both hold."""
    return any(holds(one, day) and holds(other, day) for day in (one.since, other.since))


def _is_one(quota: Quota, other: Quota) -> bool:
    same = quota.version_id == other.version_id and quota.every == other.every
    return same and (quota.per, quota.among) == (other.per, other.among)


@dataclass(frozen=True)
class Holder:
    """Who answers for a key on a day, and for which unit it counts."""

    about: Unit
    answers: Unit
    performer: int | None
    on_leave: bool
    role: str = ""


@dataclass
class Counting:
    ground: Ground
    world: World
    now: bool = False
    private: bool = False

    def rows(self) -> set[tuple[Any, ...]]:
        """(practice, quota, role, key, key2, answers, about, performer, start, due, expected, done, late)."""
        versions = {version.pk: version for version in self.world.versions}
        found = set()
        for quota in self.world.quotas:
            version = versions[quota.version_id]
            if version.confidentiality == "private" and not self.private:
                continue
            given = self._happenings(quota, version) if quota.every == "event" else self._periods(quota, version)
            found |= {row for row in given if row[10] > 0}
        return found

    def once(self, rows: set[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], tuple[int, int, int]]]:
        """What the tables add up: for each quota the largest of those that ask the same keys in the same periods. As rows are
        told, without the quota."""
        quotas = {quota.pk: quota for quota in self.world.quotas}
        left = [row for row in rows if not self._aside(quotas[row[1]])]
        while left:
            first = left[0]
            same = [row for row in left if _is_one(quotas[row[1]], quotas[first[1]]) and row[3:10] == first[3:10]]
            left = [row for row in left if row not in same]
            expected = max(row[10] for row in same)
            done = min(expected - (row[10] - row[11]) for row in same)
            yield (first[0], *first[2:10]), (expected, done, max(row[12] for row in same))

    def _aside(self, quota: Quota) -> bool:
        """It says how, not how much: there are plain ones, and none of them in the same periods."""
        alike = [one for one in self.world.quotas if one.version_id == quota.version_id]
        alike = [one for one in alike if (one.per, one.among) == (quota.per, quota.among)]
        plain = [one for one in alike if not one.only and not one.distinct]
        return bool(plain) and quota not in plain and all(one.every != quota.every for one in plain)

    # ── by the calendar ──
    def _periods(self, quota: Quota, version: PracticeVersion) -> Iterator[tuple[Any, ...]]:
        for days in self._spans(quota.every):
            if not version.rest_days and not any(self.world.calendar.is_workday(day) for day in days):
                continue
            standing: dict[Key, dict[dt.date, Holder]] = {}
            for day in days:
                if holds(version, day):
                    for key, holder in self._holders(quota, version, day):
                        standing.setdefault(key, {})[day] = holder
            for key, by_day in standing.items():
                holder = self._today(quota, version).get(key) if self.now else by_day[max(by_day)]
                if holder is not None:
                    covered = sum(not holder.on_leave for holder in by_day.values())
                    expected = floor(Fraction(quota.count * covered, len(days)) + Fraction(1, 2))
                    yield self._row(quota, version, key, holder, days, expected)

    def _today(self, quota: Quota, version: PracticeVersion) -> dict[Key, Holder]:
        """Who holds the row today in a unit that was asked at any time, whether or not the version still holds."""
        found = getattr(self, f"_each_{quota.per}")(quota, version, self.world.today)
        today = self.world.today
        return {
            key: holder
            for key, holder in found
            if stands(holder.about, today) and self._ever_adopted(version, holder.about)
        }

    def _ever_adopted(self, version: PracticeVersion, unit: Unit) -> bool:
        return any(
            unit.path.startswith(one.unit.path) and one.method_id == version.practice.method_id and _meet(one, version)
            for one in self.world.adoptions
        )

    def _spans(self, every: str) -> Iterator[list[dt.date]]:
        """The days of every period that counts."""
        kind = Kind.DAY if every == "shift" else Kind(every)
        seen = set()
        day = self.world.today if self.now else self.world.start
        last = self.world.today if self.now else self.world.end
        while day <= last:
            period = self.world.calendar.period_of(day, kind)
            first, end = self.world.calendar.bounds(period)
            if period not in seen and (self.now or end <= last):
                seen.add(period)
                yield [first + n * ONE for n in range((end - first).days + 1)]
            day += ONE

    def _adopted(self, version: PracticeVersion, unit: Unit, day: dt.date) -> bool:
        return any(
            unit.path.startswith(adoption.unit.path)
            for adoption in self.world.adoptions
            if adoption.method_id == version.practice.method_id and holds(adoption, day)
        )

    def _on_shift(self, unit: Unit, day: dt.date) -> bool:
        for turn in self.world.crew_shifts:
            later = turn.shift is not None and turn.shift.is_night and self.world.calendar.night_books_next_day
            if turn.unit_id == unit.pk and holds(turn, day - ONE if later else day):
                return True
        return False

    def _away(self, person: int | None, day: dt.date) -> bool:
        return any(leave.person_id == person and holds(leave, day) for leave in self.world.leaves)

    # ── of whom or what ──
    def _holders(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        for key, holder in getattr(self, f"_each_{quota.per}")(quota, version, day):
            on_shift = quota.every != "shift" or self._on_shift(holder.about, day)
            if on_shift and stands(holder.about, day) and self._adopted(version, holder.about, day):
                yield key, holder

    def _each_seat(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        roles = {one.role for one in self.world.roles if one.version_id == version.pk and one.part == "performs"}
        for post in self.world.posts:
            if post.role in roles and holds(post, day):
                away = self._away(post.person_id, day)
                yield (post.seat_id or post.pk, 0), Holder(post.unit, post.unit, post.person_id, away, post.role)

    def _members(self, party: bool, day: dt.date) -> Iterator[Any]:
        for row in self.world.memberships:
            if (row.unit.kind in PARTY_KINDS) == party and holds(row, day):
                yield row

    def _each_member(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        for row in self._members(True, day):
            yield (row.person_id, 0), Holder(row.unit, row.unit, row.person_id, self._away(row.person_id, day))

    def _each_worker(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        for row in self._members(False, day):
            yield (row.person_id, 0), Holder(row.unit, row.unit, None, self._away(row.person_id, day))

    def _each_unit(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        for unit in self.ground.units:
            if unit.kind == quota.among:
                yield (unit.pk, 0), Holder(unit, unit, None, False)

    def _each_pair(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        for row in self.world.serves:
            if (
                row.server.kind == "office"
                and row.unit.kind == "section"
                and holds(row, day)
                and stands(row.server, day)
            ):
                yield (row.server_id, row.unit_id), Holder(row.unit, row.server, None, False)

    def _each_zone(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        for place in self.world.places:
            if place.kind == "zone" and place.unit is not None and holds(place, day):
                yield (place.pk, 0), Holder(place.unit, place.unit, None, False)

    def _each_bond(self, quota: Quota, version: PracticeVersion, day: dt.date) -> Iterator[tuple[Key, Holder]]:
        for bond in self.world.bonds:
            if bond.kind == quota.among and binds(bond, day):
                yield (bond.pk, 0), Holder(bond.unit, bond.unit, bond.person_id, self._away(bond.person_id, day))

    # ── when something happened ──
    def _happenings(self, quota: Quota, version: PracticeVersion) -> Iterator[tuple[Any, ...]]:
        found = self._bound(quota) if quota.per == "bond" else self._met(quota)
        for key, day, then, holder in found:
            end = day + quota.within * ONE
            counts = day <= self.world.today <= end if self.now else self.world.start <= end <= self.world.end
            if counts and holds(version, day) and self._adopted(version, then, day):
                days = [day + n * ONE for n in range(quota.within + 1)]
                yield self._row(quota, version, (key, 0), holder, days, quota.count)

    def _met(self, quota: Quota) -> Iterator[tuple[int, dt.date, Unit, Holder]]:
        party = quota.per == "member"
        for person, day in set(self._events(quota.among, party)):
            end = day + quota.within * ONE
            then = [row.unit for row in self._members(party, day) if row.person_id == person]
            still = [row.unit for row in self._members(party, end) if row.person_id == person]
            if then and still and stands(then[0], day) and stands(still[0], end):
                yield person, day, then[0], Holder(still[0], still[0], person if party else None, False)

    def _bound(self, quota: Quota) -> Iterator[tuple[int, dt.date, Unit, Holder]]:
        """Whoever looks after somebody, from the day something happened to him until the time has run out."""
        for bond in self.world.bonds:
            party = bond.unit.kind in PARTY_KINDS
            for person, day in set(self._events(quota.among, party)) if bond.kind == "workers" else ():
                end = day + quota.within * ONE
                lasts = binds(bond, day) and binds(bond, end) and stands(bond.unit, end)
                if bond.worker_id == person and lasts:
                    yield bond.pk, day, bond.unit, Holder(bond.unit, bond.unit, bond.person_id, False)

    def _events(self, event: str, party: bool) -> Iterator[tuple[int, dt.date]]:
        match event:
            case "hired":
                yield from ((one.pk, one.hired_on) for one in self.ground.people if one.hired_on)
            case "injured":
                yield from ((one.person_id, one.since) for one in self.world.leaves if one.kind == "injury")
            case "returned":
                for one in self.world.leaves:
                    if one.until is not None and (one.until - one.since).days + 1 > 30:
                        yield one.person_id, one.until + ONE
            case "violated":
                for one in self.world.matters:
                    if one.kind == "violation" and one.state not in ("reported", "void") and one.on is not None:
                        yield from ((person, one.on) for person in one.subjects)
            case "transferred":
                for row in self.world.memberships:
                    before = [one for one in self.world.memberships if one.person_id == row.person_id]
                    before = [one for one in before if (one.unit.kind in PARTY_KINDS) == party]
                    if (row.unit.kind in PARTY_KINDS) == party and any(o.until == row.since - ONE for o in before):
                        yield row.person_id, row.since

    # ── what was done ──
    def _row(
        self, quota: Quota, version: PracticeVersion, key: Key, holder: Holder, days: list[dt.date], expected: int
    ) -> tuple[Any, ...]:
        counted = [record for record in self.world.records if self._counts(record, quota, version, key, days)]
        shifts = {record.shift_id for record in counted} - {None}
        done = min(len(shifts) if quota.distinct else len(counted), expected)
        late = expected - done if days[-1] < self.world.today else 0
        named = version.practice_id, quota.pk, holder.role, *key, holder.answers.pk, holder.about.pk, holder.performer
        return *named, days[0], days[-1], expected, done, late

    def _counts(self, record: Record, quota: Quota, version: PracticeVersion, key: Key, days: list[dt.date]) -> bool:
        if record.practice_id != version.practice_id or not record.is_current or record.withdrawn:
            return False
        if (quota.only == "night" and not record.night) or (quota.only == "underground" and not record.underground):
            return False
        if record.happened_on not in days or not holds(version, record.happened_on):
            return False
        return self._is_of(record, quota, key)

    def _is_of(self, record: Record, quota: Quota, key: Key) -> bool:
        match quota.per:
            case "seat":
                return record.seat_id == key[0]
            case "member":
                return record.performer_id == key[0]
            case "unit":
                return record.unit_id == key[0]
            case "pair":
                return (record.performer_unit_id, record.unit_id) == key
            case "zone":
                return record.place_id == key[0]
            case "bond":
                return record.bond_id == key[0]
        named = [one for one in self.world.subjects if one.record_id == record.pk and one.role == "subject"]
        return any(one.person_id == key[0] for one in named)
