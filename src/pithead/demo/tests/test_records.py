"""What the people of the demo mine did in two quarters: 21 November 2026."""

import datetime as dt
from collections import Counter, defaultdict

import pytest
from django.db.models import Count, Q

from pithead.demo.tests.conftest import AS_OF
from pithead.issues.models import Issue, Source
from pithead.kernel import packs
from pithead.kernel.periods import Kind
from pithead.org.access import actor_for, system
from pithead.org.models import Person, Post, Unit
from pithead.org.queries import calendar_of
from pithead.practices.models import Adoption, Bond, Practice, PracticeVersion, Record, RecordPerson, WorkMethod
from pithead.practices.queries import checks
from pithead.practices.queries import ledger as ledgers
from pithead.practices.queries.customs import customs
from pithead.practices.queries.duties import Question, duty_table

pytestmark = pytest.mark.django_db
START = dt.date(2026, 4, 1)
SUMMER = (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
BY_ORDER = {"health_screening", "stability_report"}


@pytest.fixture
def mine(db, demo):
    return demo.mine


def records(code):
    return Record.objects.filter(practice__code=code)


def shares(mine, key):
    """Of what was due in the summer: how much of it was done."""
    expected, done = Counter(), Counter()
    for line in duty_table(Question(mine, *SUMMER, AS_OF)):
        expected[key(line)] += line.expected
        done[key(line)] += line.done
    return {one: done[one] / expected[one] for one in expected}


def sections():
    """Every unit → the code of its section."""
    return {unit.pk: unit.code.partition("-")[0] for unit in Unit.objects.all()}


# ── what is a rule ──
def test_every_method_is_there_and_credited(mine):
    assert WorkMethod.objects.count() == len(packs.codes("practices"))
    credited = dict(WorkMethod.objects.exclude(origin=None).values_list("code", "origin__code"))
    assert credited == {"walk_and_ask": "ZC1", "patrol": "M1", "four_threes": "ZC1"}
    assert not Practice.objects.filter(versions__isnull=True).exists()
    ended = PracticeVersion.objects.exclude(until=None)
    assert set(ended.values_list("practice__code", flat=True)) == BY_ORDER
    assert not ended.filter(order_no="").exists()


def test_every_practice_stands_under_a_clause_in_force(mine):
    assert not PracticeVersion.objects.filter(clause=None).exists()
    [policy] = PracticeVersion.objects.values_list("clause__policy__title", flat=True).distinct()
    assert policy == "区队班组建设实施细则"


def test_a_patrol_began_in_one_section_and_three_followed_two_months_later(mine):
    taken = Adoption.objects.filter(method__code="patrol", unit__kind="section").order_by("since", "unit__code")
    assert list(taken.values_list("unit__code", "since")) == [
        ("M1", START),
        ("KT1", dt.date(2026, 6, 1)),
        ("ZC1", dt.date(2026, 6, 1)),
        ("ZC2", dt.date(2026, 6, 1)),
    ]
    first = {code: records("patrol").filter(unit__code=code).earliest("happened_on") for code in ("M1", "ZC1")}
    assert first["M1"].happened_on < dt.date(2026, 4, 8)
    assert first["ZC1"].happened_on >= dt.date(2026, 6, 1)
    zones = Counter(Bond.objects.filter(kind="zone").values_list("place__unit__code", flat=True))
    assert zones == {"M1": 12, "ZC1": 2, "ZC2": 2, "KT1": 2}


# ── what was done ──
def test_every_practice_that_is_awake_was_done(mine):
    done = set(Record.objects.values_list("practice__code", flat=True))
    quiet = {"self_inquiry", "self_inquiry_month", "no_violation_nearby", "member_appraisal"}  # nobody has had to
    assert set(Practice.objects.values_list("code", flat=True)) - done == quiet


def test_most_of_what_was_due_was_done_and_some_are_slow(mine):
    section = sections()
    done = shares(mine, lambda line: section[line.unit_id])
    slow = [done[code] for code in ("AZ", "JD2", "M4")]
    usual = [
        done[one["code"]] for one in packs.load("demo", "mine")["sections"] if one["code"] not in ("AZ", "JD2", "M4")
    ]
    assert max(slow) < 0.9
    assert min(usual) > 0.85
    assert 0.88 < sum(usual) / len(usual) < 0.99


def test_one_section_has_talked_with_few(mine):
    section, talked = sections(), defaultdict(set)
    people = RecordPerson.objects.filter(record__practice__code="talk", role="subject")
    for person, unit in people.values_list("person", "person__unit"):
        talked[section[unit]].add(person)
    size = Counter(section[unit] for unit in Person.objects.filter(unit__kind="crew").values_list("unit", flat=True))
    covered = {code: len(talked[code]) / size[code] for code in size}
    assert covered.pop("YS1") < 0.35
    assert min(covered.values()) > 0.6


def test_what_is_told_in_confidence_is_nowhere_to_be_read(mine):
    restricted = Record.objects.filter(version__confidentiality="restricted", elsewhere="")
    assert restricted.count() > 2000
    assert not restricted.filter(sealed="").exists()
    assert set(restricted.values_list("failing", flat=True)) == {0}
    private = Record.objects.filter(version__confidentiality="private")
    assert private.count() > 100
    assert set(private.values_list("sealed", "failing")) == {("", 0)}
    assert all(answers == {} for answers in (restricted | private).values_list("answers", flat=True).distinct())


def test_what_was_found_became_matters_and_most_of_them_are_settled(mine):
    found = Issue.objects.filter(source=Source.PRACTICE)
    kinds = Counter(found.values_list("kind", flat=True))
    assert kinds == {
        "hazard": 8,
        "request": 2,
        "difficulty": 2,
        "violation": 1,
        "care": 1,
        "finding": 1,
        "dispute": 1,
    }
    assert found.exclude(record_matter=None).count() == found.count()
    closed = found.exclude(closed_at=None)
    assert closed.count() >= 6
    assert not found.filter(kind="hazard", place=None).exists()
    assert not found.filter(closed_at=None, found_at__lt=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)).exists()


def test_secretaries_went_to_the_canteen_and_the_dormitories_too(mine):
    walks = records("walkabout").filter(place__code__startswith="GG")
    assert walks.count() >= 20
    assert not walks.filter(underground=True).exists()
    assert {"职工食堂", "一号公寓楼"} <= set(walks.values_list("place__name", flat=True))


def test_every_heading_of_a_ledger_has_something_in_it(mine):
    post = Post.objects.get(role="branch_secretary", unit__code="ZB12", until=None)
    secretary, on = actor_for(post.person, on=AS_OF, face="web"), AS_OF
    posts = [one for one in ledgers.secretaries(secretary, mine, on) if one.person_id == secretary.person_id]
    assert posts
    headings = ledgers.ledger(secretary, mine, posts, dt.date(2026, 10, 1), dt.date(2026, 12, 31), on)
    counted = {one.title: sum(entry.number for entry in one.entries) for one in headings}
    assert len(counted) == 6
    assert min(counted.values()) >= 2
    assert headings[4].figures[0].number == 2  # one of them came of a daily report


def test_checks_of_the_coming_weeks_are_planned_and_one_section_is_meant_twice(mine):
    calendar, on = calendar_of(mine), AS_OF
    weeks = [calendar.period_of(on + dt.timedelta(weeks=ahead), Kind.WEEK) for ahead in range(4)]
    found = checks.checking(customs(mine, on, calendar.bounds(weeks[-1])[1]))
    lines = checks.calendar_of_checks(system(mine), mine, found, calendar, weeks)
    planned = {line.section.code: sum(cell.number for cell in line.cells[1:]) for line in lines}
    assert {code: number for code, number in planned.items() if number} == {
        "M4": 1, "JD2": 1, "ZC2": 2, "YS1": 1, "XM": 1, "AZ": 1,
    }  # fmt: skip
    assert [line.section.code for line in lines if any(cell.is_crowded for cell in line.cells[1:])] == ["ZC2"]


def test_three_were_corrected_and_one_withdrawn(mine):
    corrected = Record.objects.exclude(supersedes=None)
    assert corrected.filter(withdrawn=False).count() == 3
    assert corrected.filter(withdrawn=True).count() == 1
    assert Record.objects.filter(is_current=False).count() == 4


def test_who_answers_signs_by_himself(mine):
    signers = RecordPerson.objects.filter(role="signer")
    promises = signers.filter(record__practice__code="nine_prohibitions")
    assert promises.count() == 32
    assert not promises.filter(signed_at=None).exists()
    assert signers.filter(record__practice__code="section_meeting", signed_at=None).exists()  # somebody still has to


def test_branches_whose_superiors_have_a_system_enter_nothing_twice(mine):
    per_branch = (
        records("theme_day")
        .values_list("unit__code")
        .annotate(there=Count("pk"), elsewhere=Count("pk", filter=~Q(elsewhere="")))
    )
    assert all(elsewhere in (0, there) for _, there, elsewhere in per_branch)
    assert {bool(elsewhere) for _, _, elsewhere in per_branch} == {True, False}


def test_nothing_was_done_after_the_morning_the_demo_plays_on(mine):
    end = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
    assert not Record.objects.filter(happened_at__gt=end).exists()
    assert not Record.objects.filter(arrived_at__gt=end).exists()
    assert not Record.objects.filter(happened_on__lt=START).exists()
