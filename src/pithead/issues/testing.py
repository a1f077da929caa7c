"""For tests: who else belongs to the cast where matters go round, and a step with everything its move asks for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pithead.issues.actions import IssueDraft, StepDraft, move, raise_issue
from pithead.issues.models import Issue, Role
from pithead.issues.queries import demands_of, is_sparse, setting_of
from pithead.issues.workflows import WORKFLOWS, Demand, Move
from pithead.kernel.files import store
from pithead.kernel.models import StoredFile
from pithead.org.access import RoleCode, system
from pithead.org.models import Membership, Person, Post, UnitKind
from pithead.org.testing import OPENED, Cast
from pithead.rules.models import Clause, Policy

# member → name, unit, role, title
MORE: dict[str, tuple[str, str, RoleCode, str]] = {
    "inspector": ("严查", "SAF", RoleCode.ASSESSOR, ""),
    "chief_engineer": ("技高", "QSY", RoleCode.MINE_LEADER, "总工程师"),
    "manager": ("矿主事", "QSY", RoleCode.MINE_LEADER, "矿长"),
    "deputy": ("副高", "ZC1", RoleCode.DEPUTY_SECTION_HEAD, ""),
    "other_head": ("邻队", "M1", RoleCode.SECTION_HEAD, ""),
    "second_officer": ("周到", "PTY", RoleCode.PARTY_OFFICER, ""),
}
MENTION = "1312 工作面 3 号架漏液"
FACT_VALUES: dict[str, str | int | bool] = {
    "measure": "更换密封件",
    "funds": "自有资金",
    "plan": "专项方案 3 号",
    "file_no": "QSY-ZA-003",
    "supervisor": "生产副队长",
    "reported_in_time": True,
    "cause": "密封件老化",
    "step": "section_talk",
}


def grow_cast(cast: Cast) -> Cast:
    """Second people of the offices, a chief engineer, a section next door: what two-person rules need."""
    for number, (member, (name, code, role, title)) in enumerate(MORE.items(), start=11001):
        unit = cast.units.get(code, cast.mine)
        home = None if unit.kind == UnitKind.MINE else unit
        person = Person.objects.create(mine=cast.mine, staff_no=str(number), name=name, unit=home, hired_on=OPENED)
        if home is not None:
            Membership.objects.create(mine=cast.mine, person=person, unit=home, since=OPENED)
        Post.objects.create(mine=cast.mine, person=person, role=role, unit=unit, title=title, since=OPENED)
        cast.people[member] = person
    return cast


def a_clause(cast: Cast) -> Clause:
    day = OPENED
    policy, made = Policy.objects.get_or_create(
        mine=cast.mine,
        number="青矿发〔2026〕9号",
        defaults={"title": "现场管理办法", "issuer": "青石峪煤矿", "issued_on": day, "in_force_from": day},
    )
    return (
        Clause.objects.create(policy=policy, number="第一条", text="……", position=1) if made else policy.clauses.get()
    )


def a_photo(cast: Cast, at: dt.datetime) -> StoredFile:
    return store(
        b"\x89PNG", mine=cast.mine.code, name="现场.png", content_type="image/png", by=system(cast.mine), at=at
    )


def raised(cast: Cast, member: str, at: dt.datetime, kind: str, **more: object) -> Issue:
    """Raised by a member, with what the kind needs."""
    flow = WORKFLOWS[kind]
    given: dict[str, object] = {"text": MENTION, "unit": cast.units["ZC1"], **more}
    if flow.needs_subject:
        given.setdefault("people", ((Role.SUBJECT, cast.people["worker"]),))
    if flow.sparse and "text" not in more:
        given["text"] = ""
    draft = IssueDraft(kind=kind, **given)  # type: ignore[arg-type]
    return raise_issue(by=cast.actor(member), at=at, mine=cast.mine, draft=draft)


def filled(cast: Cast, at: dt.datetime, issue: Issue, found: Move, owner: str = "section_clerk") -> StepDraft:
    """A step that leaves nothing open that its move asks for."""
    flow, setting = WORKFLOWS[issue.kind], setting_of(issue.mine, issue.kind)
    grades = [grade for grade in found.to_grades or list(flow.grades) if grade != issue.grade]
    becomes = grades[-1] if found.to_grades and grades else issue.grade
    wanted = demands_of(found, becomes, sparse=is_sparse(flow, setting))
    return StepDraft(
        note="已落实" if Demand.NOTE in wanted else "",
        owner=cast.people[owner] if Demand.OWNER in wanted else None,
        due_at=_due(issue, at) if Demand.DUE in wanted else None,
        grade=grades[-1] if Demand.GRADE in wanted and grades else "",
        facts=_facts(wanted),
        people=((Role.MENTOR, cast.people["crew_leader"]),) if Demand.MENTOR in wanted else (),
        files=(a_photo(cast, at),) if Demand.PHOTO in wanted else (),
        clause=a_clause(cast) if Demand.CLAUSE in wanted else None,
        unit=cast.units["M1" if issue.unit_id != cast.units["M1"].pk else "ZC1"] if found.rehomes else None,
    )


@dataclass
class Story:
    """One matter told in a test: who does what, when."""

    cast: Cast
    at: dt.datetime
    told: Issue | None = None

    @property
    def issue(self) -> Issue:
        assert self.told is not None
        return Issue.objects.select_related("mine", "unit", "office", "owner").get(pk=self.told.pk)

    def begins(self, member: str, kind: str, **more: object) -> Issue:
        self.told = raised(self.cast, member, self.at, kind, **more)
        return self.told

    def later(self, **much: float) -> None:
        self.at += dt.timedelta(**much)

    def goes_on(self, member: str, verb: str, *, whose: str = "section_clerk", **more: Any) -> Issue:
        """With all that the move asks for, `whose` it then is; `more` instead of it."""
        issue = self.issue
        found = WORKFLOWS[issue.kind].find(verb)
        draft = filled(self.cast, self.at, issue, found, whose) if found is not None else StepDraft()
        by = self.cast.actor(member)
        self.told = move(by=by, at=self.at, issue=issue, verb=verb, draft=replace(draft, **more))
        return self.told

    def follows(self, *steps: tuple[str, str]) -> Issue:
        """One after the other: (member, verb)."""
        for member, verb in steps:
            self.later(minutes=1)
            self.goes_on(member, verb)
        return self.issue

    def seen_by(self) -> set[str]:
        pk = self.issue.pk
        return {
            member
            for member in self.cast.people
            if Issue.objects.visible_to(self.cast.actor(member)).filter(pk=pk).exists()
        }

    def told_to(self, key: str) -> set[str]:
        """Members who were told something under keys that begin so."""
        names = {person.pk: member for member, person in self.cast.people.items()}
        return {names[pk] for pk in self.issue.notices.filter(key__startswith=key).values_list("person", flat=True)}


def _due(issue: Issue, at: dt.datetime) -> dt.datetime:
    later = issue.due_at if issue.state in ("assigned", "accepted", "promised") and issue.due_at else at
    return max(later, at) + dt.timedelta(hours=6)


def _facts(wanted: Sequence[Demand]) -> dict[str, str | int | bool]:
    return {demand.value: FACT_VALUES[demand.value] for demand in wanted if demand.value in FACT_VALUES}
