"""What other systems of the demo mine would tell: two quarters by day and by month, and the headline figures of a year before."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pithead.demo.calling import Calling
from pithead.demo.organisation import Organisation
from pithead.demo.story import SHOCKS, STRENGTHS
from pithead.kernel import packs
from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Period
from pithead.measures.actions import FigureDraft, Origin, correct_figure, give_figures
from pithead.measures.models import Given, Source
from pithead.measures.queries import quantities_of
from pithead.org.access import RoleCode
from pithead.org.models import Unit
from pithead.org.queries import calendar_of

ONE_DAY = dt.timedelta(days=1)
USUAL = 85  # the strength at which plans are just met
Said = tuple[str, Period, float]


class Figures:
    """Sections that are strong in the story meet their plans, waste less and are found in order."""

    def __init__(self, organisation: Organisation, calling: Calling, seed: int, months: list[Period]):
        self.organisation, self.calling, self.months = organisation, calling, months
        self.mine, self.today = organisation.mine, calling.clock.today
        self.pack: dict[str, Any] = packs.load("demo", "figures")
        self.chance = random.Random(f"{seed}/figures")
        self.calendar: Calendar = calendar_of(self.mine)
        self.offices = {code: one.offices[0] for code, one in quantities_of(self.mine).items()}

    def live(self) -> None:
        for ago, month in reversed(list(enumerate(reversed(self.months)))):
            before = Period.month(month.year - 1, month.number)
            self._give(before, [self._last_year(unit, before) for unit in self._sections()])
            self._give(month, [self._month(unit, month, ago) for unit in self._sections()])
        self._correct()

    def _sections(self) -> list[Unit]:
        return [self.organisation.units[one["code"]] for one in self.organisation.pack["sections"]]

    # ── told ──
    def _month(self, unit: Unit, month: Period, ago: int) -> tuple[Unit, list[Said]]:
        base, gain = STRENGTHS[unit.code]
        strength = base + gain * (len(self.months) - 1 - ago) + SHOCKS.get((unit.code, ago), 0)
        days, is_over = self._days(month), self.calendar.bounds(month)[1] < self.today
        said = [*self._production(unit, month, days, strength, by_shift=True), *self._attendance(unit, days, strength)]
        if is_over:
            said += [*self._quality(unit, month, strength), *self._order(unit, month, strength)]
        return unit, said

    def _last_year(self, unit: Unit, month: Period) -> tuple[Unit, list[Said]]:
        strength = STRENGTHS[unit.code][0] - 3
        days = [day for day in self._days(month) if self._same_day(day) < self.today]
        said = list(self._production(unit, month, days, strength, by_shift=False))
        if self.calendar.bounds(month)[1] < self._same_day(self.today, -1):
            said += self._quality(unit, month, strength)
        return unit, said

    @staticmethod
    def _same_day(day: dt.date, years: int = 1) -> dt.date:
        return day.replace(year=day.year + years, day=min(day.day, 28))

    def _days(self, month: Period) -> list[dt.date]:
        start, end = self.calendar.bounds(month)
        return [start + step * ONE_DAY for step in range((min(end, self.today - ONE_DAY) - start).days + 1)]

    def _sway(self, strength: float, much: float = 0.02) -> float:
        """About 1; a point of strength is worth three thousandths."""
        return 1 + (strength - USUAL) * 0.003 + self.chance.gauss(0, much)

    def _production(
        self, unit: Unit, month: Period, days: list[dt.date], strength: float, *, by_shift: bool
    ) -> Iterator[Said]:
        said = self.pack["plans"].get(unit.specialty, self.pack["plans"]["other"])
        plan = said["plan"] * (1 if by_shift else self.pack["last_year"])
        yield said["planned"], month, plan
        if "shares" not in said:
            if days:
                yield said["done"], month, min(plan, round(plan * self._sway(strength)))
            return
        whole = (self.calendar.bounds(month)[1] - self.calendar.bounds(month)[0]).days + 1
        for day in days:
            done = plan / whole * self._sway(strength, 0.08)
            for number, share in enumerate(said["shares"] if by_shift else (), 1):
                yield said["done"], Period.shift_of(day, number), done * share * self._sway(USUAL, 0.05)
            if not by_shift:
                yield said["done"], Period.day(day), done
            if by_shift and self.chance.random() < 0.02 + max(USUAL - strength, 0) * 0.003:
                yield "stoppage_hours", Period.day(day), self.chance.choice((0.5, 1, 1.5, 2.5))

    def _quality(self, unit: Unit, month: Period, strength: float) -> Iterator[Said]:
        if works := self.pack["works"].get(unit.specialty):
            failed = self._count((98 - strength) / 20)
            first = max(works - failed - self._count(max(100 - strength, 1) / 5), 0)
            yield from (("works_inspected", month, works), ("works_passed", month, works - failed))
            yield "works_first_rate", month, first
            if failed:
                yield "rework", month, failed
        yield "check_score", month, min(strength + 3 + self.chance.gauss(0, 1.2), 99)

    def _order(self, unit: Unit, month: Period, strength: float) -> Iterator[Said]:
        """Cost, equipment, absences, leaders underground."""
        quota = self.pack["material"].get(unit.specialty, self.pack["material"]["other"])
        yield from (
            ("material_quota", month, quota),
            ("material_cost", month, quota * (2 - self._sway(strength, 0.03))),
        )
        required = self.pack["leaders"] * self.pack["descents"]
        short = self._count(max(94 - strength, 0) / 8)
        yield from (
            ("descents_required", month, required),
            ("descents", month, required + self.chance.randint(2, 9) - short),
        )
        yield "shifts_accompanied", month, 3 * len(self._days(month))
        few = {"descents_short": short, "shifts_alone": self._count(max(90 - strength, 0) / 10)}
        few |= {"equipment_unsafe": self._count(max(88 - strength, 0) / 30), "absent": self._count((97 - strength) / 9)}
        yield from ((code, month, count) for code, count in few.items() if count)

    def _attendance(self, unit: Unit, days: list[dt.date], strength: float) -> Iterator[Said]:
        due = round(self.organisation.section(unit.code)["people"] * self.pack["attendance"])
        for day in days:
            there = due - self._count(due * (0.045 - (strength - USUAL) * 0.001))
            yield from (("attendance_planned", Period.day(day), due), ("attendance", Period.day(day), there))

    def _count(self, mean: float) -> int:
        """How many of something that happens about so often."""
        return max(round(self.chance.gauss(mean, max(mean, 0.2) ** 0.5)), 0)

    # ── handed over ──
    def _give(self, month: Period, told: list[tuple[Unit, list[Said]]]) -> None:
        end = self.calendar.bounds(month)[1]
        by_office: dict[str, list[FigureDraft]] = defaultdict(list)
        for unit, said in told:
            for code, on, value in said:
                by_office[self.offices[code]].append(FigureDraft(code, unit, on, Decimal(str(round(max(value, 0), 1)))))
        for hour, (office, title) in enumerate(self.pack["offices"].items(), 8):
            if drafts := by_office[office]:
                at = self.calling.clock.at(min(end + ONE_DAY, self.today), hour)
                by = self.calling.holder(RoleCode.ASSESSOR, office)
                file = Origin(Source.IMPORT, f"{title} {month.label}.xlsx")
                give_figures(by=by, at=at, mine=self.mine, drafts=drafts, source=file)

    def _correct(self) -> None:
        """What somebody had entered wrongly: both stay."""
        for said in self.pack["corrected"]:
            if said["ago"] >= len(self.months):
                continue
            end = self.calendar.bounds(self.months[-1 - said["ago"]])[1]
            rows = Given.objects.filter(mine=self.mine, unit__code=said["unit"], quantity=said["quantity"], day=end)
            if given := rows.select_related("mine", "unit").first():
                at = self.calling.clock.at(end + 5 * ONE_DAY, 10)
                by = self.calling.holder(RoleCode.ASSESSOR, self.offices[said["quantity"]])
                assert given.value is not None
                value = given.value * Decimal(str(said["by"]))
                correct_figure(by=by, at=at, given=given, value=value, reason=said["reason"])
