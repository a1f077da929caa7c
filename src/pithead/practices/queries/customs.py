"""What is asked in a mine in a span of days: its practices as their latest version says."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pithead.org.access import Actor
from pithead.org.models import Unit, ids_of
from pithead.practices.models import Confidentiality, Every, Practice, PracticeVersion, Quota


@dataclass(frozen=True)
class Custom:
    """`asked`: the content of its latest version, as plain values. `quotas`: of all its versions in the span."""

    practice: Practice
    version: PracticeVersion
    quotas: tuple[Quota, ...]

    @property
    def pk(self) -> int:
        return self.practice.pk

    @property
    def code(self) -> str:
        return self.practice.code

    @property
    def title(self) -> str:
        return self.practice.title

    @property
    def asked(self) -> Mapping[str, Any]:
        return self.version.content

    @property
    def performers(self) -> frozenset[str]:
        return frozenset(self.asked.get("performers", ()))

    @property
    def is_private(self) -> bool:
        return self.version.confidentiality == Confidentiality.PRIVATE

    @property
    def is_open(self) -> bool:
        return self.version.confidentiality == Confidentiality.OPEN

    def counts(self, per: str) -> bool:
        """Not once something happens, but regularly."""
        return any(quota.per == per and quota.every != Every.EVENT for quota in self.quotas)


def customs(mine: Unit, start: dt.date, end: dt.date, on: dt.date | None = None) -> list[Custom]:
    """Those asked on at least one day of the span, in the order of the library. `on`: as they are said on that day, unless they
    begin later. Two queries."""
    rows = PracticeVersion.objects.during(start, end).filter(mine=mine).select_related("practice__method")
    latest: dict[int, PracticeVersion] = {}
    quotas: dict[int, tuple[Quota, ...]] = defaultdict(tuple)
    for version in rows.order_by("number").prefetch_related("quotas"):
        if on is None or version.practice_id not in latest or version.since <= on:
            latest[version.practice_id] = version
        quotas[version.practice_id] += tuple(version.quotas.all())
    found = [Custom(version.practice, version, quotas[pk]) for pk, version in latest.items()]
    return sorted(found, key=lambda one: (one.practice.method.title, one.practice.position, one.code))


def counted(found: Iterable[Custom], per: str) -> list[Custom]:
    return [custom for custom in found if custom.counts(per) and not custom.is_private]


def performs(actor: Actor, custom: Custom, path: str) -> bool:
    """Whether one of the actor's posts performs the practice for the unit of that path."""
    return any(
        str(grant.role) in custom.performers and any(path.startswith(one) for one in reach(actor, grant.unit))
        for grant in actor.grants
    )


def reach(actor: Actor, unit: Unit) -> tuple[str, ...]:
    """The unit itself and what it serves, as prefixes of paths."""
    return (unit.path, *actor.served.get(unit.pk, ()))


def homes(units: Mapping[int, Unit], kinds: Iterable[str]) -> dict[int, int]:
    """Unit id → the unit of one of the kinds it stands under, or is itself."""
    wanted, found = set(kinds), {}
    for pk, unit in units.items():
        above = (one for one in reversed(ids_of(unit.path)) if one in units and units[one].kind in wanted)
        home = next(above, None)
        if home is not None:
            found[pk] = home
    return found
