"""What the mine asks for a time only, by an order with an end, and which sections it means to check."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from pithead.demo.doing import ONE_DAY, Doing, Done, fine
from pithead.org.access import RoleCode
from pithead.practices.actions import approve, plan_check, switch_on
from pithead.practices.models import Proposal

MINUTES = "党政联席会纪要 11 号"


class Planned:
    def __init__(self, doing: Doing):
        self.doing, self.pack, self.chance = doing, doing.pack, doing.chance

    def tell(self) -> Iterator[Done]:
        for said in self.pack["orders"]:
            first = self.doing.today - said["since"] * ONE_DAY
            if first <= self.doing.start:
                continue
            days = [first + number * ONE_DAY for number in range(said["days"])]
            self._order(said, days)
            for day in days:
                yield from self._calm(day) if said["practice"] == "stability_report" else self._screened(day)

    def _order(self, said: Mapping[str, Any], days: list[dt.date]) -> None:
        """By the party office; a leader allows what is more than a role may be asked for."""
        doing, practice = self.doing, self.doing.customs.practices[said["practice"]]
        at = doing.calling.clock.at(days[0] - ONE_DAY, 16)
        by = doing.holder(RoleCode.PARTY_OFFICER, "PTY")
        until, order_no = days[-1], said["order_no"].format(year=days[0].year)
        made = switch_on(by=by, at=at, practice=practice, since=days[0], until=until, order_no=order_no)
        if isinstance(made, Proposal):
            leader = doing.calling.leader("党委书记")
            approve(by=leader, at=at + dt.timedelta(hours=1), proposal=made, approval=MINUTES)

    def _calm(self, day: dt.date) -> Iterator[Done]:
        doing = self.doing
        for section in doing.sections:
            if self._does(section.code):
                by = doing.secretary(section.code)
                yield doing.done("stability_report", by, doing.moment(day, 17), fine("calm"), unit=section)

    def _screened(self, day: dt.date) -> Iterator[Done]:
        doing = self.doing
        for section in doing.sections:
            for crew in doing.organisation.crews_of(section.code):
                if self._does(section.code):
                    shift = doing.shifts[crew.pk]
                    starts = doing.calling.clock.at(day, shift.starts_at.hour, shift.starts_at.minute)
                    at = starts + dt.timedelta(minutes=5 + self.chance.randrange(20))
                    none: dict[str, Any] = {"exceptions": []}
                    yield doing.done("health_screening", doing.leader(crew), at, none, unit=crew, shift=shift)

    def _does(self, section: str) -> bool:
        share = self.pack["diligence"]["slow" if section in self.pack["slow"] else "usual"]
        return bool(self.chance.random() < share / 100)

    def checks(self) -> None:
        """Weeks are counted from the one that runs, days from its Monday."""
        doing, units = self.doing, self.doing.organisation.units
        monday = doing.today - doing.today.weekday() * ONE_DAY
        for said in self.pack["checks"]:
            plan_check(
                by=doing.holder(RoleCode.ASSESSOR, said["office"]),
                at=doing.calling.clock.at(doing.today, 7),
                practice=doing.customs.practices["follow_up_visit"],
                office=units[said["office"]],
                unit=units[said["unit"]],
                on=monday + dt.timedelta(weeks=said["week"], days=said["day"]),
            )
