"""The meter: what each role is asked to fill in, against what it may be asked for (10.4 B7)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pithead.org.access import RoleCode
from pithead.org.models import Unit
from pithead.practices.content import PracticeSpec
from pithead.practices.metering import Load, on_a_shift, weekly
from pithead.practices.models import Adoption, BurdenCap, PracticeVersion
from pithead.practices.pack_rules import filling
from pithead.practices.words import PERFORMERS


@dataclass(frozen=True)
class RoleLoad:
    """One role: what it would come to, what it is now, and its cap, in minutes a week."""

    role: str
    label: str
    inputs: float
    minutes: float
    before: float
    cap: int

    @property
    def over(self) -> bool:
        """Over the cap, and by this change: what was allowed before needs no asking again."""
        return self.minutes > self.cap and self.minutes > self.before

    @property
    def full(self) -> bool:
        return self.minutes > self.cap


@dataclass(frozen=True)
class ShiftLine:
    title: str
    inputs: float
    seconds: float
    over: bool


@dataclass(frozen=True)
class ShiftLoad:
    """An uneventful shift of the crew leader."""

    lines: tuple[ShiftLine, ...]
    inputs: float
    seconds: float
    most_inputs: int
    most_seconds: int

    @property
    def over(self) -> bool:
        too_long = self.seconds > self.most_seconds or self.inputs > self.most_inputs
        return too_long or any(line.over for line in self.lines)


Specs = Mapping[str, PracticeSpec]


def versions_in_force(mine: Unit, on: dt.date, *, besides: Iterable[int] = ()) -> list[PracticeVersion]:
    """What is asked somewhere in the mine; with the methods `besides` as if they were in use, too. Two queries."""
    used = Adoption.objects.during(on, dt.date.max).filter(mine=mine).values_list("method", flat=True)
    methods = {*used, *besides}
    rows = PracticeVersion.objects.on(on).filter(mine=mine, practice__method__in=methods)
    return list(rows.select_related("practice").order_by("practice__position", "practice_id"))


def days_of_change(mine: Unit, since: dt.date) -> list[dt.date]:
    """That day, and those on which something else begins that is planned: the weight of each is looked at. One query."""
    later = PracticeVersion.objects.filter(mine=mine, since__gt=since)
    return [since, *later.order_by("since").values_list("since", flat=True).distinct()]


def specs_of(versions: Iterable[PracticeVersion]) -> dict[str, PracticeSpec]:
    """By code."""
    return {version.practice.code: PracticeSpec.from_plain(version.content) for version in versions}


def caps_of(mine: Unit) -> dict[str, int]:
    """One query."""
    own = dict(BurdenCap.objects.filter(mine=mine).values_list("role", "minutes"))
    return {**filling()["caps"], **own}


def compare(before: Specs, after: Specs, caps: Mapping[str, int]) -> tuple[RoleLoad, ...]:
    """Every role that is asked for anything before or after."""
    then, now = weekly(before.values()), weekly(after.values())
    roles = [role for role in PERFORMERS if role in then or role in now]
    return tuple(_role_load(role, then.get(role, Load()), now.get(role, Load()), caps) for role in roles)


def _role_load(role: str, then: Load, now: Load, caps: Mapping[str, int]) -> RoleLoad:
    label, cap = PERFORMERS[role], caps.get(role, 0)
    return RoleLoad(role, label, round(now.inputs, 1), now.minutes, then.minutes, cap)


def meter(mine: Unit, on: dt.date) -> tuple[RoleLoad, ...]:
    """As it is. Three queries."""
    specs = specs_of(versions_in_force(mine, on))
    return compare(specs, specs, caps_of(mine))


def shift_load(specs: Iterable[PracticeSpec]) -> ShiftLoad:
    given = filling()["shift"]
    asked = on_a_shift(specs, RoleCode(given["role"]))
    lines = tuple(
        ShiftLine(spec.title, load.inputs, load.seconds, load.seconds > given["record_seconds"]) for spec, load in asked
    )
    inputs, seconds = sum(line.inputs for line in lines), sum(line.seconds for line in lines)
    return ShiftLoad(lines, inputs, seconds, given["inputs"], given["shift_seconds"])
