"""What waits for somebody is what he may move on: by the rules his moves are judged by, in every state of every kind."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from pithead.issues import queries
from pithead.issues.models import Involved, Issue, Notice, Role, mark_of
from pithead.issues.queries.board import PER_PAGE
from pithead.issues.testing import grow_cast
from pithead.issues.workflows import WORKFLOWS, Move, Relation
from pithead.org.models import Person
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
R = Relation
NOT_ASKED = {R.LEADER, R.CHIEF, R.ANYBODY}  # they may, and nobody waits for them, but to judge what an office decided
# Whose it is: the unit, the office, and the members who found, own and mentor it, or spoke through somebody else.
WHOSE: tuple[tuple[str, str, str, str, str], ...] = (
    ("ZC1", "SAF", "assessor", "section_clerk", "crew_leader"),
    ("ZC1-1", "PTY", "section_head", "worker", "deputy"),
    ("M1", "PRO", "other_head", "other_assessor", "branch_secretary"),
    ("SAF", "SAF", "mine_leader", "inspector", "party_officer"),
    ("TF", "QSY", "worker", "", "section_head"),
    ("M1", "PTY", "other_assessor", "worker", "mine_leader"),
)
# The person concerned, who has said it too where several may have.
CONCERNED = ("inspector", "section_head", "branch_secretary", "assessor", "party_officer", "crew_leader")


@pytest.fixture
def matters(cast: Cast, at: dt.datetime) -> list[Issue]:
    """One of every whose in every open state of every kind."""
    grow_cast(cast)
    made = [
        _matter(cast, at, kind, state, number)
        for kind, flow in WORKFLOWS.items()
        for state in flow.open_states
        for number in range(len(WHOSE))
    ]
    issues = Issue.objects.bulk_create(made)
    Involved.objects.bulk_create(one for number, issue in enumerate(issues) for one in _named(cast, issue, number))
    return list(Issue.objects.select_related("unit", "office", "owner_unit", "found_by_unit"))


def _matter(cast: Cast, at: dt.datetime, kind: str, state: str, number: int) -> Issue:
    unit, office, finder, owner, _ = WHOSE[number]
    found_by, owned_by = cast.people[finder], cast.people.get(owner)
    return Issue(
        mine=cast.mine,
        kind=kind,
        state=state,
        unit=cast.units[unit],
        office=cast.units.get(office, cast.mine),
        text=f"{kind} {state} {number}",
        found_at=at,
        arrived_at=at,
        found_by=found_by,
        found_by_unit=found_by.unit or cast.mine,
        owner=owned_by,
        owner_unit=owned_by.unit if owned_by else None,
        source_key=f"{kind}-{state}-{number}",
        fingerprint="",
    )


def _named(cast: Cast, issue: Issue, number: int) -> Iterator[Involved]:
    """Merged and imported hazards have several authors, too; the person concerned may hold any post."""
    other = cast.people[WHOSE[number % len(WHOSE)][-1]]
    concerned = cast.people[CONCERNED[number % len(WHOSE)]]
    flow = WORKFLOWS[issue.kind]
    yield _involved(issue, Role.MENTOR, other)
    if flow.needs_subject:
        yield _involved(issue, Role.SUBJECT, concerned)
        yield _involved(issue, Role.JOINT, other)
    several = (other, concerned) if flow.anonymous or flow.merges else ()
    for author in {issue.found_by, *several} if not flow.confidential else ():
        yield _involved(issue, Role.AUTHOR, author)


def _involved(issue: Issue, role: Role, person: Person | None) -> Involved:
    assert person is not None
    who = mark_of(person.pk) if issue.is_confidential else str(person.pk)
    return Involved(issue=issue, mine=issue.mine, role=role, who=who)


def moves_of(issue: Issue) -> list[Move]:
    flow = WORKFLOWS[issue.kind]
    return [move for move in flow.moves_from(issue.state) if queries.is_waited_for(move, flow.state(issue.state))]


def listed(cast: Cast, member: str, at: dt.datetime) -> set[object]:
    by, found, number = cast.actor(member), set[object](), 1
    while len(found) < (page := queries.waits_for(by, cast.mine, at, number)).total:
        found.update(line.pk for line in page.lines)
        number += 1
    return found


def test_whoever_may_make_a_move_that_is_waited_for_sees_the_matter_among_his_own(
    cast: Cast, matters: list[Issue], at: dt.datetime
) -> None:
    settings = {kind: queries.setting_of(cast.mine, kind) for kind in WORKFLOWS}
    faults = []
    for member in cast.people:
        by, shown = cast.actor(member), listed(cast, member, at)
        seen = set(Issue.objects.visible_to(by).values_list("pk", flat=True))
        stands: dict[tuple[str, str], frozenset[Relation]] = {}
        for issue in matters:
            alike = issue.kind, issue.text.split()[-1]  # they stand to it alike in every state
            issue.owner_unit = None  # the owner is asked; that his chief might do it is nobody's duty either
            if alike not in stands:
                stands[alike] = queries.relations_of(by, issue, settings[issue.kind], at)
            may = issue.pk in seen and any(is_asked(stands[alike], move) for move in moves_of(issue))
            if may != (issue.pk in shown):
                faults.append(f"{member}: {issue.text}, {sorted(stands[alike])}, listed: {issue.pk in shown}")
    assert not faults, "\n".join(faults)


def is_asked(relations: frozenset[Relation], move: Move) -> bool:
    asked = relations - NOT_ASKED | ({R.LEADER} & relations if R.CONFIRMER in move.never else set())
    return bool(asked & set(move.who)) and not relations & set(move.never)


# ── more than a page of it ──
@pytest.fixture
def many(cast: Cast, at: dt.datetime) -> int:
    """More than two pages that wait for the safety office, found by one of its people, who was told of each."""
    count = 2 * PER_PAGE + 3
    assign = {"state": "found", "kind": "hazard", "unit": cast.units["M1"], "office": cast.units["SAF"]}
    finder = cast.people["assessor"]
    issues = Issue.objects.bulk_create(
        Issue(
            mine=cast.mine,
            text=f"第 {number} 处缺牌板",
            found_at=at,
            arrived_at=at,
            found_by=finder,
            due_at=at + dt.timedelta(hours=number),
            source_key=str(number),
            fingerprint="",
            **assign,
        )
        for number in range(count)
    )
    Notice.objects.bulk_create(
        Notice(mine=cast.mine, person=finder, issue=issue, key="told", text=issue.text, at=at) for issue in issues
    )
    return count


@pytest.mark.parametrize("name", ["waiting", "raised", "notices"])
def test_a_long_list_says_how_much_there_is_and_leads_to_all_of_it(many: int, signed_in: SignIn, name: str) -> None:
    client, address = signed_in("assessor"), f"?all={name}"
    begun = client.get("/issues/own/").content.decode()
    assert f'href="{address}"' in begun
    assert f"看全部 {many}" in begun
    assert "43 件等您办" in begun
    assert "全部标为已读（43 条）" in begun
    said = "".join(client.get(f"/issues/own/{address}&page={page}").content.decode() for page in (1, 2, 3))
    assert all(f"第 {number} 处缺牌板" in said for number in range(many))
    assert "第 3 / 3 页" in client.get(f"/issues/own/{address}&page=99").content.decode()


def test_a_short_list_is_all_there_and_leads_nowhere(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("worker")
    assert "看全部" not in client.get("/issues/own/").content.decode()
    assert "这里什么也没有" in client.get("/issues/own/?all=concerning").content.decode()
    assert "没有要办的" in client.get("/issues/own/?all=nonsense&page=-1").content.decode()


def test_the_desk_says_how_many_more_there_are(many: int, signed_in: SignIn) -> None:
    assert f"还有 {many - 3} 件要办" in signed_in("assessor").get("/").content.decode()
