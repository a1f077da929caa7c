"""Every practice that ships, performed once through its page and once through the action, with good answers and with each answer that
may fail. A pack that is added is tested by itself."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from pithead.issues.models import Involved, Issue, Role, Source
from pithead.issues.queries import WORKFLOWS
from pithead.kernel import packs
from pithead.kernel.calendars import ONE_DAY
from pithead.org.access import Actor, RoleCode, actor_for
from pithead.org.models import Membership, Person, Place, Post, Unit
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices.actions import RecordDraft, load_pack, read_record, record, shipped_pack, switch_on
from pithead.practices.answering import Asked
from pithead.practices.content import MEMBER, FieldKind, FieldSpec, PracticeSpec, Prefill
from pithead.practices.models import Bond, Confidentiality, Per, Practice, Record
from pithead.practices.queries.prefill import asks_leader
from pithead.practices.sampling import drawn

pytestmark = pytest.mark.django_db
K = FieldKind
LINE = "写在这里的一句"
NOW = dt.datetime(2026, 7, 6, 9, 0, tzinfo=timezone.get_default_timezone())
TODAY = NOW.date()
SHIPPED = {one.code: (code, one) for code in packs.codes("practices") for one in shipped_pack(code).practices}
# Who of the cast performs what each role performs.
WHO = {**{str(role): str(role) for role in RoleCode}, MEMBER: "worker"}
SignIn = Callable[[str], Client]


def may_fail(spec: PracticeSpec) -> Iterator[tuple[str, str]]:
    """The answers that become matters: of a field, or of a field of a row."""
    asked = Asked(spec, Unit())
    for one in spec.form:
        for field in one.rows or (one,):
            judged = field.kind is K.CHECK or field.fails or field.low or field.high or field.kind is K.TEXT
            if judged and asked.raised_by(field):
                yield (one.key, field.key if one.rows else "")


FAILING = [(code, *path) for code, (_, spec) in SHIPPED.items() for path in may_fail(spec)]


@dataclass
class World:
    """A mine in which every practice is asked, and everything it may be about is there."""

    cast: Cast
    zone: Place
    place: Place
    mates: list[Person]

    def performer(self, spec: PracticeSpec) -> str:
        return WHO[spec.performers[0]]

    def actor(self, spec: PracticeSpec) -> Actor:
        return actor_for(self.cast.people[self.performer(spec)], on=TODAY, face="web")

    def unit(self, one: FieldSpec, spec: PracticeSpec) -> Unit:
        kinds = {quota.among for quota in spec.quotas if quota.per is Per.UNIT}
        return self.cast.units["ZC1-1" if "crew" in kinds else "ZC1"]


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    """Always on the same day: what is drawn of a chain depends on it."""
    monkeypatch.setattr("pithead.practices.views.recording.now", lambda: NOW)
    units, mine = cast.units, cast.mine
    group = add_unit(units["ZB1"], "party_group", "ZB1-1", "第一党小组")
    worker = cast.people["worker"]
    Membership.objects.create(mine=mine, person=worker, unit=group, since=OPENED)
    mates = [_person(cast, f"3000{turn}", f"工友{turn}") for turn in range(4)]
    cast.people["deputy_section_head"] = deputy = _person(cast, "30009", "副队长")
    Post.objects.create(mine=mine, person=deputy, role="deputy_section_head", unit=units["ZC1"], since=OPENED)
    zone = _place(cast, "ZC1-Z1", "迎头责任区", "zone")
    common = {"mine": mine, "unit": units["ZC1"], "since": OPENED}
    Bond.objects.create(kind="zone", person=worker, place=zone, **common)
    Bond.objects.create(kind="post", person=worker, label="支护示范岗", **common)
    Bond.objects.create(kind="workers", person=worker, worker=mates[0], **common)
    Bond.objects.create(kind="cell", group=group, **{**common, "unit": units["ZC1-1"]})
    return World(cast, zone, _place(cast, "ZC1-D1", "1312 工作面", "working"), mates)


def _person(cast: Cast, number: str, name: str) -> Person:
    crew = cast.units["ZC1-1"]
    person = Person.objects.create(mine=cast.mine, staff_no=number, name=name, unit=crew, hired_on=OPENED)
    Membership.objects.create(mine=cast.mine, person=person, unit=crew, since=OPENED)
    return person


def _place(cast: Cast, code: str, name: str, kind: str) -> Place:
    return Place.objects.create(mine=cast.mine, code=code, name=name, kind=kind, unit=cast.units["ZC1"], since=OPENED)


def take_over(world: World, code: str) -> Practice:
    """For the whole mine; what sleeps is woken by an order."""
    pack, spec = SHIPPED[code]
    mine, at, today = world.cast.mine, NOW, TODAY
    loaded = replace(shipped_pack(pack), on=True)
    since = today - 100 * ONE_DAY
    load_pack(by=world.cast.system(), at=at, mine=mine, spec=loaded, since=since)
    practice = Practice.objects.get(mine=mine, code=code)
    if spec.dormant:
        order = {"until": today + 30 * ONE_DAY, "order_no": "演练〔2026〕1号"}
        switch_on(by=world.cast.system(), at=at, practice=practice, since=since, **order)
    return practice


# ── answers as somebody gives them ──
class Answering:
    """Good answers to everything that is asked; one of them, if named, is not."""

    def __init__(self, world: World, spec: PracticeSpec, bad: tuple[str, str] = ("", "")):
        self.world, self.spec, self.bad = world, spec, bad
        self.day = self._day()

    def _day(self) -> dt.date:
        """Of a chain the latest day on which the step is drawn."""
        days = (TODAY - back * ONE_DAY for back in range(60))
        crew = self.world.cast.units["ZC1-1"]
        if not self.spec.sampled or not self.bad[0]:
            return next(days)
        return next(day for day in days if self.bad[0] in drawn(self.spec, crew, day, None))

    @property
    def steps(self) -> frozenset[str]:
        return drawn(self.spec, self.world.cast.units["ZC1-1"], self.day, None)

    def given(self) -> dict[str, Any]:
        """As the action takes them."""
        found = {}
        for one in self.spec.form:
            if one.kind is K.ROWS:
                if one.required or one.key in self.steps or self.bad[0] == one.key:
                    found[one.key] = [self._row(one)]
            elif (value := self._answer(one, (one.key, ""))) is not None:
                found[one.key] = value
        return found

    def _row(self, one: FieldSpec) -> dict[str, Any]:
        signers = iter(self.world.mates)
        row = {inner.key: self._answer(inner, (one.key, inner.key), signers) for inner in one.rows}
        return {key: value for key, value in row.items() if value is not None}

    def _answer(self, one: FieldSpec, path: tuple[str, str], signers: Iterator[Person] | None = None) -> Any:
        bad, world = path == self.bad, self.world
        match one.kind:
            case K.CHECK:
                return {"ok": False, "text": LINE} if bad else {"ok": True}
            case K.CHOICE:
                code = next(option for option in one.options if (option in one.fails) == bad)
                return {"value": code, "text": LINE} if bad else code
            case K.NUMBER:
                return {"value": _beyond(one), "text": LINE} if bad else _within(one)
            case K.TEXT:
                return LINE if bad or one.required else None
            case K.SIGNER:
                me = world.cast.people[world.performer(self.spec)]
                return me if one.prefill is Prefill.ME else next(signers or iter([self._signer(one)]))
            case K.PERSON:
                return world.cast.people["crew_leader"] if one.key == "leader" else world.mates[0]
            case K.PEOPLE:
                return world.mates
            case K.UNIT:
                return world.unit(one, self.spec)
            case K.PLACE:
                return world.zone if one.key == "zone" else world.place
        return None

    def _signer(self, one: FieldSpec) -> Person:
        turn = [field.key for field in self.spec.form if field.kind is K.SIGNER].index(one.key)
        return self.world.mates[turn]

    def posted(self) -> dict[str, Any]:
        """The same as a form sends it."""
        found: dict[str, Any] = {"day": self.day.isoformat()}
        for key, value in self.given().items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for inner, one in value[0].items():
                    found |= _as_sent(f"{key}.1.{inner}", one)
            else:
                found |= _as_sent(key, value)
        return found


def _as_sent(name: str, value: Any) -> dict[str, Any]:
    match value:
        case {"ok": ok, **line}:
            return {name: "ok" if ok else "no", f"{name}-text": line.get("text", "")}
        case {"value": inner, "text": text}:
            return {name: str(inner), f"{name}-text": text}
        case Person():
            return {name: value.staff_no}
        case list():
            return {f"{name}-ticked": [person.staff_no for person in value]}
        case Unit() | Place():
            return {name: value.code}
    return {name: str(value)}


def _within(one: FieldSpec) -> Decimal:
    return Decimal(one.low or one.high or one.least or "1")


def _beyond(one: FieldSpec) -> Decimal:
    return Decimal(one.low) - 1 if one.low else Decimal(one.high) + 1


# ── what comes of it ──
def check_record(made: Record, answering: Answering, failing: int) -> None:
    spec = answering.spec
    assert made.happened_on == answering.day
    assert made.performer_id == answering.world.actor(spec).person_id
    if spec.confidentiality is Confidentiality.PRIVATE:
        assert (made.answers, made.sealed, made.people.count()) == ({}, "", 0)
        return
    kept = read_record(by=answering.world.actor(spec), at=NOW, record=made)
    assert set(answering.given()) <= set(kept)
    assert bool(made.sealed) == (spec.confidentiality is Confidentiality.RESTRICTED)
    if spec.confidentiality is Confidentiality.OPEN:
        assert made.failing == failing


def check_matter(made: Record, answering: Answering) -> None:
    """Of the right kind, where it was found, with whoever answers for it, and with the line that was written."""
    spec = answering.spec
    field = spec.find(answering.bad[0])
    assert field is not None
    field = next((one for one in field.rows if one.key == answering.bad[1]), field)
    kind = Asked(spec, made.mine).raised_by(field)
    issue = Issue.objects.get(record_matter__record=made)
    flow, section = WORKFLOWS[kind], answering.world.cast.units["ZC1"]
    assert (issue.kind, issue.source) == (kind, Source.PRACTICE)
    if section.path not in (made.unit.path, made.performer_unit.path) and made.unit.kind == "mine":
        assert issue.unit == made.unit
    else:
        assert issue.unit.path.startswith(section.path)
    assert issue.place == (None if flow.confidential else made.place)
    if not flow.confidential:
        assert LINE in issue.text
    subjects = Involved.objects.filter(issue=issue, role=Role.SUBJECT)
    assert subjects.count() == (1 if flow.needs_subject else 0)
    assert {one.kind for one in Issue.objects.all()} == {kind}


def through_the_action(world: World, _: SignIn, practice: Practice, answering: Answering) -> Record:
    at = NOW
    when = None if answering.day == TODAY else timezone.make_aware(dt.datetime.combine(answering.day, dt.time(12)))
    draft = RecordDraft(practice, answering.given(), happened_at=when)
    return record(by=world.actor(answering.spec), at=at, mine=world.cast.mine, draft=draft)


def through_the_page(world: World, sign_in: SignIn, practice: Practice, answering: Answering) -> Record:
    client, address = sign_in(world.performer(answering.spec)), f"/records/new/{practice.code}/"
    known = {"unit": "ZC1-1"} if asks_leader(answering.spec) else {}  # the crew is chosen first
    shown = client.get(address, {"day": answering.day.isoformat(), **known})
    assert shown.status_code == 200
    for one in answering.spec.form:
        if not answering.spec.sampled or one.kind is not K.ROWS or one.key in answering.steps:
            assert one.label in shown.content.decode()
    answer = client.post(address, answering.posted())
    wrong = getattr(answer.context and answer.context.get("form"), "reasons", "")
    assert answer.status_code == 302, wrong
    return Record.objects.get(practice=practice)


FACES = (through_the_action, through_the_page)


def once(
    world: World, sign_in: SignIn, code: str, bad: tuple[str, str] = ("", "")
) -> Iterator[tuple[Record, Answering]]:
    """By each face, as if the other had not been there."""
    practice = take_over(world, code)
    for through in FACES:
        answering, mark = Answering(world, SHIPPED[code][1], bad), transaction.savepoint()
        yield through(world, sign_in, practice, answering), answering
        transaction.savepoint_rollback(mark)


# ── once each ──
@pytest.mark.parametrize("code", SHIPPED)
def test_done_and_nothing_found(world: World, signed_in: SignIn, code: str) -> None:
    for made, answering in once(world, signed_in, code):
        check_record(made, answering, 0)
        assert not Issue.objects.exists()


@pytest.mark.parametrize(("code", "field", "inner"), FAILING)
def test_what_was_found_goes_its_way(world: World, signed_in: SignIn, code: str, field: str, inner: str) -> None:
    for made, answering in once(world, signed_in, code, (field, inner)):
        check_record(made, answering, 1)
        check_matter(made, answering)


def test_hardly_a_practice_finds_nothing() -> None:
    """What never fails is a meeting, a promise or a date; everything else leads somewhere."""
    quiet = set(SHIPPED) - {code for code, _, _ in FAILING}
    assert quiet == {
        "nine_prohibitions",
        "model_post",
        "section_meeting",
        "collective_decision",
        "division_of_duties",
        "general_meeting",
        "committee_meeting",
        "group_meeting",
        "party_lesson",
        "theme_day",
        "member_appraisal",
        "progress_meeting",
    }
