"""What branches and their members do: meetings, diaries, talks, visits, zones, posts, liaison with workers."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pithead.demo.doing import Doing, Done, fine
from pithead.kernel.periods import Kind
from pithead.org.access import Actor, RoleCode
from pithead.org.models import Person, Unit
from pithead.practices.models import Bond, BondKind

MONTHLY, QUARTERLY = ("theme_day", "committee_meeting"), ("general_meeting", "party_lesson")
ON_PAPER = 3  # every third branch keeps paper; the others' superiors have a system
EARLIER = 6  # times


class PartyLife:
    def __init__(self, doing: Doing):
        self.doing, self.pack, self.chance = doing, doing.pack, doing.chance
        self.members = doing.customs.members

    def tell(self) -> Iterator[Done]:
        for turn, branch in enumerate(self.doing.branches):
            yield from self._meetings(turn, branch)
            yield from self._diaries(branch)
            yield from self._reflections(branch)
        for section in self.doing.sections:
            yield from self._talks(section)
            yield from self._visits(section)
        for bond in self.doing.customs.bonds:
            yield from self._bond(bond)

    # ── meetings ──
    def _meetings(self, turn: int, branch: Unit) -> Iterator[Done]:
        doing = self.doing
        by = doing.holder(RoleCode.BRANCH_SECRETARY, branch.code)
        home = doing.organisation.pack["branches"][turn]["serves"][0]
        for kind, practices in ((Kind.MONTH, MONTHLY), (Kind.QUARTER, QUARTERLY)):
            for practice in practices:
                for day in doing.due(kind, home):
                    yield self._meeting(practice, by, branch, day, on_paper=turn % ON_PAPER == 0)
        for group in doing.organisation.groups_of(branch.code):
            for day in doing.due(Kind.MONTH, home):
                yield self._meeting("group_meeting", by, group, day, on_paper=turn % ON_PAPER == 0)
        if turn % 4 == 0:
            day = doing.day(max(doing.today - dt.timedelta(days=30), doing.start), doing.today - dt.timedelta(days=2))
            present = self._present(branch)
            answers = {"present": present, **fine("criticism"), "file_no": f"组织生活会{day:%Y}-{turn + 1}"}
            yield doing.done("org_life_meeting", by, doing.moment(day, 15), answers, unit=branch)

    def _meeting(self, practice: str, by: Actor, unit: Unit, day: dt.date, *, on_paper: bool) -> Done:
        doing, at = self.doing, self.doing.moment(day, 15)
        if not on_paper:
            number = f"ZH{day:%Y%m%d}-{self.chance.randrange(1000, 10000)}"
            return doing.done(practice, by, at, {}, unit=unit, elsewhere=number)
        answers: dict[str, Any] = {"present": self._present(unit), "file_no": f"{day:%Y}-{day:%m%d}"}
        if practice in self.pack["meetings"]:
            answers["topic"] = self.chance.choice(self.pack["meetings"][practice])
        if practice == "party_lesson":
            answers["speaker"] = doing.person(by)
        if practice == "committee_meeting":
            answers["present"] = answers["present"][:5]
        return doing.done(practice, by, at, answers, unit=unit)

    def _present(self, unit: Unit) -> list[Person]:
        code = unit.code.rpartition("-")[0] if unit.kind == "party_group" else unit.code
        members = self.members[code]
        if unit.kind == "party_group":
            groups = self.doing.organisation.groups_of(code)
            members = members[groups.index(unit) :: len(groups)]
        return [one for one in members if self.chance.random() < 0.93] or members[:3]

    # ── listening ──
    def _diaries(self, branch: Unit) -> Iterator[Done]:
        doing = self.doing
        by = doing.holder(RoleCode.BRANCH_SECRETARY, branch.code)
        for day in doing.due(Kind.WEEK, branch.code):
            yield self._entry(by, "branch_secretary", day)
        for member in self.members[branch.code]:
            joined = max(member.hired_on or doing.start, doing.start)
            for day in doing.due(Kind.QUARTER, branch.code, joined):
                yield self._entry(doing.calling.actor(member), "member", day)

    def _entry(self, by: Actor, role: str, day: dt.date) -> Done:
        about, said, handled = self.chance.choice(self.pack["diary"])
        answers = {"about": about, "said": said, "handled": handled}
        return self.doing.done("service_diary", by, self.doing.moment(day, 18), answers, role=role)

    def _talks(self, section: Unit) -> Iterator[Done]:
        doing, said = self.doing, self.pack["talks"]
        share = said["weak"].get(section.code, said["usual"])
        leaders = [doing.head(section.code), doing.secretary(section.code), doing.deputy(section.code, 0)]
        for turn, person in enumerate(doing.people_of(section)):
            by = leaders[turn % len(leaders)]
            if person.pk == by.person_id or self.chance.random() > share:
                continue
            why = "hired" if person.hired_on and person.hired_on >= doing.start else "year"
            first = person.hired_on if why == "hired" and person.hired_on else doing.start
            last = min(first + dt.timedelta(days=6), doing.today - dt.timedelta(days=1)) if why == "hired" else None
            day = doing.day(min(first, last or first), last or doing.today - dt.timedelta(days=1))
            if last is None and turn % 2:  # half of the talks of a year are had in its spring
                day = first + (day - first) // EARLIER
            answers = {"who": person, "why": why, "state": "calm"}
            if self.chance.random() < 0.4:
                answers["said"] = self.chance.choice(self.pack["talk"])
            yield doing.done("talk", by, doing.moment(day), answers, unit=section)

    def _visits(self, section: Unit) -> Iterator[Done]:
        doing = self.doing
        people = [one for crew in doing.organisation.crews_of(section.code) for one in doing.crews[crew.pk]]
        for day in doing.due(Kind.MONTH, section.code):
            answers = {"who": self.chance.choice(people), "why": self.chance.choice(self.pack["visit"])}
            yield doing.done("home_visit", doing.head(section.code), doing.moment(day, 16), answers, unit=section)
        for turn, crew in enumerate(doing.organisation.crews_of(section.code)):
            for day in doing.due(Kind.QUARTER, section.code):
                came = {"crew": crew, "count": Decimal(len(doing.crews[crew.pk]) - turn), "heard": []}
                by = doing.deputy(section.code, turn)
                yield doing.done("crew_symposium", by, doing.moment(day, 14), came, unit=crew)

    def _reflections(self, branch: Unit) -> Iterator[Done]:
        """Private: that it was done is all that is kept."""
        questions = ("two_skins", "effort", "able", "hard", "watertight", "together")
        by = self.doing.holder(RoleCode.BRANCH_SECRETARY, branch.code)
        for day in self.doing.due(Kind.QUARTER, branch.code):
            yield self.doing.done("six_self_questions", by, self.doing.moment(day, 20), fine(*questions))

    # ── zones, posts, workers, cells ──
    def _bond(self, bond: Bond) -> Iterator[Done]:
        kind = Kind.QUARTER if bond.kind == BondKind.POST else Kind.MONTH
        section = bond.unit if bond.unit.kind == "section" else bond.unit.parent
        for day in self.doing.due(kind, section.code if section else "", bond.since):
            yield self._bonded(bond, self.doing.moment(day))

    def _bonded(self, bond: Bond, at: dt.datetime) -> Done:
        doing = self.doing
        if bond.kind == BondKind.CELL:
            problems = [{"problem": one, "action": how} for one, how in self.chance.sample(self.pack["dual"], 3)]
            sheet = {**fine("last"), "problems": problems}
            return doing.done("dual_cell", doing.leader(bond.unit), at, sheet, bond=bond, unit=bond.unit)
        assert bond.person is not None
        practice, answers = self._asked(bond)
        by = doing.calling.actor(bond.person)
        return doing.done(practice, by, at, answers, bond=bond, unit=bond.unit, place=bond.place, role="member")

    def _asked(self, bond: Bond) -> tuple[str, dict[str, Any]]:
        match BondKind(bond.kind):
            case BondKind.ZONE:
                return "member_zone", {"zone": bond.place, **fine("people", "rules", "hazards", "standard")}
            case BondKind.POST:
                return "model_post", {"kept": "all"}
            case _:
                return "member_liaison", {"worker": bond.worker}
