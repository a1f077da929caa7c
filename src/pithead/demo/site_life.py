"""What sections, crews and offices do: meetings before the shift, patrols, walks, checks, liaison, and what they find."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pithead.demo.doing import ONE_DAY, Doing, Done, fine
from pithead.kernel.periods import Kind
from pithead.org.access import RoleCode
from pithead.org.models import Person, Place, Unit
from pithead.practices.queries import drawn

PATROLLED = ("people", "roof", "air", "machines", "water", "left")
SIGNED_SINCE = dt.timedelta(days=21)  # a secretary comes round to signing; what is older was signed on paper


class SiteLife:
    def __init__(self, doing: Doing):
        self.doing, self.pack, self.chance = doing, doing.pack, doing.chance
        self.adopted = doing.customs.adopted
        self.places = {
            unit.pk: list(Place.objects.filter(unit=unit).exclude(kind="zone").order_by("code"))
            for unit in doing.sections
        }
        self.common = list(Place.objects.filter(mine=doing.organisation.mine, code__startswith="GG").order_by("code"))

    def tell(self) -> Iterator[Done]:
        for section in self.doing.sections:
            yield from self._affairs(section)
        yield from self._offices()
        for code, since in self.adopted["walk_and_ask"].items():
            yield from self._walks(self.doing.organisation.units[code], since)
        for zones in self.doing.customs.zones.values():
            for turn, zone in enumerate(zones):
                yield from self._patrols(zone, turn)
        for code, since in self.adopted["pre_shift"].items():
            for crew in self.doing.organisation.crews_of(code):
                yield from self._shifts(self.doing.organisation.units[code], crew, since)
        yield from self._chains()
        yield from self._hard_tasks()

    # ── the section's own affairs ──
    def _affairs(self, section: Unit) -> Iterator[Done]:
        doing, code = self.doing, section.code
        head, secretary = doing.person(doing.head(code)), doing.person(doing.secretary(code))
        deputies = doing.calling.staff.holders[RoleCode.DEPUTY_SECTION_HEAD, code]
        for day in doing.due(Kind.WEEK, code):
            recent = doing.today - day < SIGNED_SINCE
            answers = {"present": [head, secretary, *deputies], "decided": self._decided(), "head": head}
            if recent and secretary != head:
                answers["secretary"] = secretary
            signers = (("secretary", secretary),) if recent and self.chance.random() < 0.8 else ()
            yield doing.done(
                "section_meeting", doing.head(code), doing.moment(day, 17), answers, unit=section, signers=signers
            )
        yield self._division(section, head, deputies)
        yield from self._now_and_then(section, head, [head, *deputies])

    def _decided(self) -> list[dict[str, str]]:
        return [
            {"matter": what, "decision": how}
            for what, how in self.chance.sample(self.pack["section_meeting"], 1 + self.chance.randrange(2))
        ]

    def _division(self, section: Unit, head: Person, deputies: list[Person]) -> Done:
        duties = zip([head, *deputies], [self.pack["duties"][0], *self.pack["duties"][2:]], strict=False)
        rows = [{"who": who, "duty": duty} for who, duty in duties]
        at = self.doing.moment(self.doing.start + 9 * ONE_DAY, 17)
        answers = {"duties": rows, "head": head}
        return self.doing.done("division_of_duties", self.doing.head(section.code), at, answers, unit=section)

    def _now_and_then(self, section: Unit, head: Person, group: list[Person]) -> Iterator[Done]:
        doing, by = self.doing, self.doing.head(section.code)
        for first, last in doing.periods(Kind.QUARTER):
            about, matter, decision = self.chance.choice(self.pack["decisions"])
            answers = {"about": about, "matter": matter, "decision": decision, "present": group, "head": head}
            at = doing.moment(doing.day(first, last), 17)
            yield doing.done("collective_decision", by, at, answers, unit=section)
            paper, how, action = self.chance.choice(self.pack["passing"])
            answers = {"paper": paper, "how": how, "action": action}
            yield doing.done("passing_on", by, doing.moment(doing.day(first, last), 17), answers, unit=section)

    # ── offices ──
    def _offices(self) -> Iterator[Done]:
        doing = self.doing
        for office in doing.organisation.pack["offices"]:
            for turn, code in enumerate(office["contacts"]):
                for day in doing.due(Kind.MONTH, office["code"]):
                    by = doing.calling.actor(
                        doing.calling.staff.holders[RoleCode.LIAISON_OFFICER, office["code"]][turn]
                    )
                    section = doing.organisation.units[code]
                    solved = self.chance.choice(self.pack["liaison"])
                    answers = {"section": section, "met": self.chance.choice(["head", "secretary", "crew"])}
                    yield doing.done(
                        "liaison_visit", by, doing.moment(day), {**answers, "solved": solved}, unit=section
                    )
        for person in doing.calling.staff.holders[RoleCode.PARTY_OFFICER, "PTY"]:
            yield from self._party_office(person)

    def _party_office(self, person: Person) -> Iterator[Done]:
        doing, by = self.doing, self.doing.calling.actor(person)
        for day in doing.due(Kind.QUARTER, "PTY", count=2):
            unit = self.chance.choice(doing.sections)
            answers = {"unit": unit, "topic": self.chance.choice(self.pack["research"]), "heard": []}
            yield doing.done("field_research", by, doing.moment(day), answers, unit=unit)
            unit = self.chance.choice(doing.sections)
            answers = {"unit": unit, "talked": Decimal(4 + self.chance.randrange(6)), **fine("work", "open", "people")}
            yield doing.done("follow_up_visit", by, doing.moment(day), answers, unit=unit)
        if person != doing.calling.staff.first(RoleCode.PARTY_OFFICER, "PTY"):
            return
        for turn, day in enumerate(doing.due(Kind.QUARTER, "PTY")):
            mine = doing.organisation.mine
            leaders = [
                doing.person(doing.leader(doing.organisation.crews_of(one.code)[0])) for one in doing.sections[:4]
            ]
            answers = {"topic": self.pack["forum"][turn % len(self.pack["forum"])], "speakers": leaders, "ideas": []}
            yield doing.done("crew_forum", by, doing.moment(day, 14), answers, unit=mine)
            rows = [{"matter": self.pack["section_meeting"][turn][0], "who": leaders[0]}]
            answers = {"topic": self.pack["progress"][turn % len(self.pack["progress"])], "decided": rows}
            yield doing.done("progress_meeting", by, doing.moment(day, 16), answers, unit=mine)

    # ── walk and ask ──
    def _walks(self, section: Unit, since: dt.date) -> Iterator[Done]:
        doing, code = self.doing, section.code
        if since + ONE_DAY >= doing.today:
            return
        by = doing.secretary(code)
        for turn, day in enumerate(doing.due(Kind.MONTH, code, since, count=8)):
            shift = self._shift(section, turn % 7 == 3)
            places = self.common if turn % 4 == 2 else self.places[section.pk]
            answers = {"place": self.chance.choice(places), "met": "person" if turn % 4 == 2 else "crew"}
            at = self._in(day, shift)
            yield doing.done("walkabout", by, at, answers, unit=section, place=answers["place"], shift=shift)
        for day in doing.due(Kind.WEEK, code, since):
            asked = fine("points", "weak", "silent")
            yield doing.done("self_inquiry_week", doing.head(code), doing.moment(day, 20), asked)
        for crew in doing.organisation.crews_of(code):
            yield from self._prohibitions(section, crew, since)

    def _prohibitions(self, section: Unit, crew: Unit, since: dt.date) -> Iterator[Done]:
        doing = self.doing
        leader, head = doing.person(doing.leader(crew)), doing.person(doing.head(section.code))
        promise = {"promise": leader, "witness": head}
        at = doing.moment(since + ONE_DAY, 8)
        yield doing.done("nine_prohibitions", doing.leader(crew), at, promise, unit=crew, signers=(("witness", head),))
        for turn, day in enumerate(doing.due(Kind.MONTH, section.code, since, count=2)):
            answers = {"crew": crew, "leader": leader, **fine("kept")}
            yield doing.done("nine_check", doing.deputy(section.code, turn), doing.moment(day), answers, unit=crew)

    # ── patrols ──
    def _patrols(self, zone: Place, turn: int) -> Iterator[Done]:
        doing, section = self.doing, zone.unit
        assert section is not None
        members = [one.person for one in doing.customs.bonds if one.place_id == zone.pk and one.person]
        for number, day in enumerate(doing.due(Kind.WEEK, section.code, zone.since, count=3)):
            shift = self._shift(section, night=False, number=number + turn)
            answers = {"zone": zone, **fine(*PATROLLED), "methane": Decimal(10 + self.chance.randrange(35)) / 100}
            more: dict[str, Any] = {"unit": section, "place": zone, "shift": shift}
            if number % 4 == 3:
                by, more["role"] = doing.deputy(section.code, number), "deputy_section_head"
            else:
                by, more["role"] = doing.calling.actor(members[number % len(members)]), "member"
            yield doing.done("patrol", by, self._in(day, shift), answers, **more)

    def _shift(self, section: Unit, night: bool, number: int = 0) -> Any:
        shifts = [self.doing.shifts[crew.pk] for crew in self.doing.organisation.crews_of(section.code)]
        if night:
            return next((one for one in shifts if one.is_night), shifts[0])
        return shifts[number % 3]

    def _in(self, day: dt.date, shift: Any) -> dt.datetime:
        """An hour or two into the shift."""
        at = self.doing.calling.clock.at(day, shift.starts_at.hour, shift.starts_at.minute)
        later = at + dt.timedelta(minutes=60 + self.chance.randrange(120))
        return min(later, self.doing.calling.clock.at(self.doing.today, 7))

    # ── every shift ──
    def _shifts(self, section: Unit, crew: Unit, since: dt.date) -> Iterator[Done]:
        doing, shift = self.doing, self.doing.shifts[crew.pk]
        people, by = doing.crews[crew.pk], self.doing.leader(crew)
        tasks = self._tasks(section, people)
        pairs = [{"one": people[turn], "other": people[turn + 1]} for turn in range(0, len(people) - 1, 2)]
        cadre = doing.person(doing.deputy(section.code, crew.position))
        for days in range((doing.today - since).days):
            day = since + days * ONE_DAY
            if self.chance.random() > self.pack["diligence"]["usual"] / 100:
                continue
            at = self._in(day, shift) - dt.timedelta(minutes=80)
            present = [one for one in people if self.chance.random() < 0.95]
            answers = {"present": present, "cadre": cadre, "tasks": tasks, "pairs": pairs[: len(present) // 2]}
            yield doing.done("pre_shift_meeting", by, at, answers, unit=crew, shift=shift)
            yield doing.done("shift_screening", by, at, {"exceptions": []}, unit=crew, shift=shift)

    def _tasks(self, section: Unit, people: list[Person]) -> list[dict[str, Any]]:
        said = self.pack["pre_shift"][section.specialty]
        return [
            {"task": task, "risk": risk, "measure": measure, "who": people[2 + turn]}
            for turn, (task, risk, measure) in enumerate(said)
        ]

    # ── chains of those who answer for a step ──
    def _chains(self) -> Iterator[Done]:
        for practice in ("four_threes", "four_threes_heading"):
            for code, since in self.adopted[practice].items():
                for crew in self.doing.organisation.crews_of(code):
                    for day in self._days_of_chain(practice, code, since):
                        yield self._chain(practice, self.doing.organisation.units[code], crew, day)

    def _days_of_chain(self, practice: str, section: str, since: dt.date) -> Iterator[dt.date]:
        """Headings are looked at every shift, everything else twice a week."""
        if practice == "four_threes":
            yield from self.doing.due(Kind.WEEK, section, since, count=2)
        else:
            yield from (since + days * ONE_DAY for days in range((self.doing.today - since).days))

    def _chain(self, practice: str, section: Unit, crew: Unit, day: dt.date) -> Done:
        doing, shift, spec = self.doing, self.doing.shifts[crew.pk], self.doing.customs.specs[practice]
        at, by, place = self._in(day, shift), doing.leader(crew), self.places[section.pk][0]
        people = [doing.crews[crew.pk][3], doing.person(by), doing.person(doing.deputy(section.code, crew.position))]
        answers: dict[str, Any] = {"place": place}
        for step in sorted(drawn(spec, crew, day, shift)):
            fields = next(one.rows for one in spec.form if one.key == step)
            signers = iter(people)
            answers[step] = [{one.key: self._in_order(one, signers) for one in fields}]
        return doing.done(practice, by, at, answers, unit=crew, place=place, shift=shift)

    def _in_order(self, asked: Any, signers: Iterator[Person]) -> Any:
        if asked.kind == "number":
            low, high = self.pack["measured"][asked.key]
            return Decimal(low) + Decimal(high - low) * self.chance.randrange(101) / 100
        return {"ok": True} if asked.kind == "check" else next(signers)

    # ── urgent and hard ──
    def _hard_tasks(self) -> Iterator[Done]:
        for turn, (task, _) in enumerate(self.pack["hard_tasks"] * 2):
            section = self.doing.sections[turn * 5 % len(self.doing.sections)]
            crew = self.doing.organisation.crews_of(section.code)[0]
            place = self.places[section.pk][0]
            answers = {"place": place, "task": task, "who": self.doing.crews[crew.pk][:4], "done": "finished"}
            day = self.doing.day(self.doing.start, self.doing.today - ONE_DAY)
            by = self.doing.head(section.code)
            yield self.doing.done("hard_task", by, self.doing.moment(day), answers, unit=section, place=place)
