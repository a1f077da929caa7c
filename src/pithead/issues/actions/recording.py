"""Writing down: one step, its files, the event in the log, and whom to tell."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied

from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.words import kept_facts, kept_text
from pithead.issues.models import Attachment, Involved, Issue, Notice, Role, Step, mark_of
from pithead.issues.queries import Setting, leaders_needed, people_at, readers_among
from pithead.issues.workflows import WORKFLOWS, Relation
from pithead.kernel import audit, vault
from pithead.kernel.db import hold
from pithead.org.access import Actor, system
from pithead.org.models import Person

LOADED = ("mine", "unit", "office", "owner", "owner_unit", "found_by", "found_by_unit")
UNNAMED = "匿名"


def hour_of(at: dt.datetime) -> dt.datetime:
    """All that is kept of when somebody spoke without a name: to the minute, a session or a line of the log would be his."""
    return at.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Act:
    """Who does what when; `named` is False where somebody wishes not to be."""

    by: Actor
    at: dt.datetime
    verb: str
    label: str
    draft: StepDraft
    acted_as: str = ""
    fingerprint: str = ""
    verifies: bool = False
    named: bool = True


def held(issue: Issue) -> Issue:
    """The matter as it is now, ours until the transaction ends."""
    hold(issue)
    return Issue.objects.select_related(*LOADED).get(pk=issue.pk)


def require_seen(by: Actor, issue: Issue) -> None:
    if not Issue.objects.visible_to(by).filter(pk=issue.pk).exists():
        raise PermissionDenied(f"{by.name}看不到这一件")


def write_step(issue: Issue, act: Act, *, before: str, **more: Any) -> Step:
    """The matter must be held, and is saved by the caller."""
    issue.seq += 1
    draft = act.draft
    passed = {"seq": issue.seq, "from_state": before, "to_state": issue.state, "clock": issue.clock}
    given = {**_whose(act), **_said(issue, draft), **passed, **more}
    step = Step.objects.create(id=draft.id, mine=issue.mine, issue=issue, **given)
    files = enumerate(draft.files, 1)
    Attachment.objects.bulk_create(Attachment(step=step, mine=issue.mine, file=file, position=n) for n, file in files)
    return step


def _whose(act: Act) -> dict[str, Any]:
    return {
        "at": act.draft.happened_at or act.at,
        "arrived_at": act.at,
        "by_id": act.by.person_id if act.named else None,
        "by_name": act.by.name if act.named else UNNAMED,
        "acted_as": act.acted_as,
        "verb": act.verb,
        "verifies": act.verifies,
        "fingerprint": act.fingerprint,
    }


def _said(issue: Issue, draft: StepDraft) -> dict[str, Any]:
    """The words of a confidential matter under its key."""
    flow, where = WORKFLOWS[issue.kind], f"step.{draft.id}"
    return {
        "grade": draft.grade,
        "owner": draft.owner,
        "due_at": draft.due_at,
        "note": kept_text(flow, issue.pk, draft.note.strip(), f"{where}.note"),
        "facts": kept_facts(flow, issue.pk, draft.facts, f"{where}.facts"),
    }


def log(issue: Issue, act: Act, action: str, before: str = "") -> None:
    """Nothing of what a matter is about, nor whom: the log outlives it, and auditors read it."""
    by = act.by
    if not act.named or Relation.CONCERNED in act.acted_as.split(","):
        staff_no, name = ("concerned", str(Relation.CONCERNED.label)) if act.named else ("anonymous", UNNAMED)
        by = replace(by, staff_no=staff_no, name=name, source="")
    audit.write(
        by=by,
        at=act.at,
        mine=issue.mine.code,
        action=action,
        subject=("issue", issue.pk, str(issue)),
        before={"state": before} if before else None,
        after={"verb": act.label, "state": issue.state_label, "grade": issue.grade_label},
    )


def involve(issue: Issue, people: Iterable[tuple[Role, Person]]) -> None:
    """Once each; of a confidential matter by mark and with the name under its key."""
    for role, person in people:
        who = mark_of(person.pk) if issue.is_confidential else str(person.pk)
        name = vault.seal_text(issue.pk, person.name, where="name") if issue.is_confidential else person.name
        Involved.objects.get_or_create(issue=issue, role=role, who=who, defaults={"mine": issue.mine, "name": name})


def let_in(issue: Issue, people: list[Person], at: dt.datetime) -> None:
    """Leaders a confidential matter climbs to read it from then on; they are named in it, and the log says so."""
    known = {person.pk for person in readers_among(issue, people, at)}
    if not (fresh := [person for person in people if person.pk not in known]):
        return
    involve(issue, [(Role.LEADER, person) for person in fresh])
    subject, names = ("issue", issue.pk, str(issue)), "、".join(f"{person.name} {person.staff_no}" for person in fresh)
    by, mine = system(issue.mine), issue.mine.code
    audit.write(by=by, at=at, mine=mine, action="issues.matter.let_in", subject=subject, after={"readers": names})


def let_in_seconds(issue: Issue, setting: Setting, said: str, at: dt.datetime) -> None:
    """Where of two who must agree one can only be a leader, he is let in and told."""
    for move in WORKFLOWS[issue.kind].moves:
        if move.seconds and move.stands_in and (not move.grades or issue.grade in move.grades):
            leaders = leaders_needed(move, issue, setting, said, at)
            let_in(issue, leaders, at)
            tell(issue, leaders, f"“{move.label}”要您参与", f"second:{move.verb}", at)


def tell(issue: Issue, people: Iterable[Person], text: str, key: str, at: dt.datetime) -> int:
    """Everybody once per key; the text says nothing of what a matter is about. Of a confidential matter nobody hears who
    cannot open it."""
    told = set(Notice.objects.filter(issue=issue, key=key).values_list("person_id", flat=True))
    fresh = {person.pk: person for person in people if person.pk not in told}
    hear = readers_among(issue, fresh.values(), at) if issue.is_confidential else fresh.values()
    notices = [
        Notice(mine=issue.mine, person=person, issue=issue, key=key, text=f"{issue.kind_label}：{text}"[:200], at=at)
        for person in hear
    ]
    return len(Notice.objects.bulk_create(notices))


def tell_post(issue: Issue, post: str, setting: Setting, text: str, key: str, at: dt.datetime) -> None:
    """Whoever holds it that day; leaders are let in first."""
    people = people_at(issue, post, setting, at)
    if issue.is_confidential:
        let_in(issue, people, at)
    tell(issue, people, text, key, at)


def alarm(issue: Issue, setting: Setting, key: str, at: dt.datetime) -> None:
    """Those who must act hear of it at once: of the gravest grade, and of those only a leader may take on. Other
    confidential matters are no leader's before they climb to him."""
    flow = WORKFLOWS[issue.kind]
    led = issue.grade in flow.led_by_leaders
    if not issue.grade or not (led or flow.is_alarm(issue.grade)):
        return
    posts = ("section_head", "office", "leader") if led or not flow.confidential else ("section_head", "office")
    for post in posts:
        tell_post(issue, post, setting, f"{issue.grade_label}，请马上处理", key, at)


def tell_concerned(issue: Issue, text: str, key: str, act: Act) -> None:
    """What is decided about people they hear themselves, and nobody else through them."""
    if text and not issue.is_confidential:
        people = _people_as(issue, Role.SUBJECT, Role.JOINT)
        tell(issue, [person for person in people if person.pk != act.by.person_id], text, key, act.at)


def authors_of(issue: Issue) -> list[Person]:
    """Those who raised it or one that was merged into it, as far as they are known."""
    return _people_as(issue, Role.AUTHOR)


def _people_as(issue: Issue, *roles: Role) -> list[Person]:
    named = issue.involved.filter(role__in=roles).values_list("who", flat=True)
    return list(Person.objects.filter(pk__in=[int(who) for who in named if who.isdigit()]))
