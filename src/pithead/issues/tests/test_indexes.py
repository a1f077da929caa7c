"""What people open every day is found by an index, on either database: no page reads the whole table."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.issues import queries
from pithead.issues.models import Involved, Issue, Notice, Role
from pithead.issues.queries.board import Wanted
from pithead.issues.workflows import WORKFLOWS
from pithead.org.access import Actor
from pithead.org.models import Place
from pithead.org.testing import Cast

MEMBERS = ("worker", "section_head", "assessor", "mine_leader")
CLOSED, OPEN = 10_000, 60
BIG = ("issues_issue", "issues_involved", "issues_notice")


@pytest.fixture
def place(cast: Cast) -> Place:
    """Where one in sixty was found, in a mine with enough behind it that an index is worth while."""
    places = Place.objects.bulk_create(
        Place(mine=cast.mine, code=f"P{number}", name=f"{number} 工作面", kind="working", since=dt.date(2020, 1, 1))
        for number in range(60)
    )
    issues = Issue.objects.bulk_create(_issue(cast, places[number % 60], number) for number in range(CLOSED + OPEN))
    people = list(cast.people.values())
    Involved.objects.bulk_create(
        Involved(issue=issue, mine=cast.mine, role=Role.AUTHOR, who=str(issue.found_by_id)) for issue in issues
    )
    Notice.objects.bulk_create(
        Notice(
            mine=cast.mine, person=people[number % len(people)], issue=issue, key="told", text="…", at=issue.found_at
        )
        for number, issue in enumerate(issues)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return places[0]


def _issue(cast: Cast, place: Place, number: int) -> Issue:
    people = [person for member, person in cast.people.items() if member != "stranger"]
    found_at = timezone.now() - dt.timedelta(hours=number)
    is_open, kind = number < OPEN, ("hazard", "hazard", "violation", "request", "suggestion")[number % 5]
    flow = WORKFLOWS[kind]
    return Issue(
        mine=cast.mine,
        kind=kind,
        state=flow.first.code if is_open else next(state.code for state in flow.states if state.end),
        unit=cast.units["ZC1" if number % 2 else "M1"],
        office=cast.units["SAF"],
        place=place,
        text="护帮板未打开",
        found_at=found_at,
        arrived_at=found_at,
        found_by=people[number % len(people)],
        owner=people[number // 3 % len(people)],
        due_at=found_at + dt.timedelta(days=3) if is_open else None,
        closed_at=None if is_open else found_at,
        source_key=str(number),
        fingerprint="",
    )


Asked = Callable[[Actor, Place], object]
PAGES: dict[str, tuple[Asked, str]] = {
    "board": (lambda by, place: queries.board(by, place.mine, "hazard", timezone.now()), "issue_board"),
    "board of what not everybody sees": (
        lambda by, place: queries.board(by, place.mine, "violation", timezone.now()),
        "issue_board",
    ),
    "list": (
        lambda by, place: queries.issue_page(by, place.mine, Wanted("hazard"), timezone.now(), 1),
        "issue_board",
    ),
    "what waits": (lambda by, place: queries.waits_for(by, place.mine, timezone.now()), "issue_(open|owner|board)"),
    "what one raised": (lambda by, place: queries.raised_by(by, place.mine, timezone.now()), "issue_finder"),
    "what concerns one": (lambda by, place: queries.concerning(by, place.mine, timezone.now()), "involved_who"),
    "notices": (lambda by, place: queries.notices_of(by, place.mine, timezone.now()), "notice_person"),
    "place history": (lambda by, place: queries.found_at_place(by, place, timezone.now(), 1), "issue_place"),
}


def test_an_index_finds_it(place: Place, cast: Cast) -> None:
    by = cast.actor("worker")
    faults = [
        f"{page}, {member}: {fault}"
        for member in MEMBERS
        for page, (ask, index) in PAGES.items()
        for fault in faults_of(ask, cast.actor(member), place, index)
    ]
    assert not faults, "\n\n".join(faults)
    without = faults_of(lambda _, place: list(Issue.objects.filter(text="护帮板")), by, place, "issue_")
    assert without, "a question without an index would not be noticed"


def faults_of(ask: Asked, by: Actor, place: Place, index: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        ask(by, place)
    plans = [plan_of(query["sql"]) for query in captured.captured_queries if "issues_" in query["sql"]]
    used = any(re.search(index, plan) for plan in plans)
    return [plan for plan in plans if reads_whole(plan)] or ([] if used else [f"{index} is not used in\n", *plans])


def plan_of(sql: str) -> str:
    words = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{words} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def reads_whole(plan: str) -> bool:
    """SQLite: SCAN of a table, be it along an index. PostgreSQL: Seq Scan."""
    return any(re.search(rf"(?:SCAN|Seq Scan on) {table}\b", plan) for table in BIG)
