"""One matter: what this person may do next, what resembles it, who has read it."""

import datetime as dt
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from pithead.issues.models import Attachment, Issue, Source, Step
from pithead.issues.queries.board import IssueLine, line_of, seen
from pithead.issues.queries.posts import who_may
from pithead.issues.queries.relations import relations_of
from pithead.issues.queries.settings import Setting
from pithead.issues.workflows import WORKFLOWS, Move, Relation, Visibility, Workflow
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Reason
from pithead.org.access import Actor, actor_for

COMPARED, PROPOSED, ALIKE = 300, 5, 0.5


# ── what next ──
@dataclass(frozen=True)
class Standing:
    """How this person stands to the matter, and the moves that are his to make, in the order of the table. `pending`: what
    somebody has asked for and who is to confirm it, in words."""

    relations: frozenset[Relation]
    moves: tuple[Move, ...]
    pending: tuple[str, ...] = ()


def standing_to(by: Actor, issue: Issue, setting: Setting, at: dt.datetime) -> Standing:
    """What the action would refuse for sure is not offered; it alone decides."""
    flow, relations = WORKFLOWS[issue.kind], relations_of(by, issue, setting, at)
    steps = list(issue.steps.order_by("-seq")) if any(move.seconds for move in flow.moves) else []
    seconds = [move for move in flow.moves_from(issue.state) if move.seconds and _fits(move, issue, setting, at)]
    asked = [(move, words) for move in seconds if (words := list(_first_words(flow, move, steps)))]
    said = {step.verb for _, words in asked for step in words if step.by_id == by.person_id}
    moves = [
        move
        for move in flow.moves_from(issue.state)
        if move.verb not in said
        and not relations & set(move.never)
        and _fits(move, issue, setting, at)
        and (who := relations & who_may(move, issue, setting, at))
        and (not move.seconds or is_seconded(issue, setting, move, steps, by, who, at))
    ]
    awaited = (_awaited(issue, flow, move, words, who_may(move, issue, setting, at)) for move, words in asked)
    return Standing(relations, tuple(moves), tuple(awaited))


def _awaited(issue: Issue, flow: Workflow, found: Move, words: Iterable[Step], who: Iterable[Relation]) -> str:
    """Who can confirm: whoever it takes besides those who said it first."""
    first, asked = {step.acted_as for step in words}, flow.find(found.seconds)
    others = [one for one in Relation if one in who and first != {one.value}]
    names = [issue.office.name if one is Relation.OFFICE else str(one.label) for one in others]
    return f"已{asked.label if asked else found.label}，等{'或'.join(names)}确认"


def _fits(move: Move, issue: Issue, setting: Setting, at: dt.datetime) -> bool:
    if move.grades and issue.grade not in move.grades:
        return False
    if move.within and (issue.due_at is None or at > issue.due_at):
        return False
    return move.verb != "extend" or issue.extended < setting.extensions


def is_seconded(
    issue: Issue,
    setting: Setting,
    found: Move,
    steps: Iterable[Step],
    by: Actor,
    who: Iterable[Relation],
    at: dt.datetime,
) -> bool:
    """Somebody else said so first, in another of the relations, in which he still stands; and nothing was settled since.
    `steps`: the last one first."""
    return any(
        mine != theirs
        for step in _first_words(WORKFLOWS[issue.kind], found, steps)
        if step.by_id != by.person_id
        for mine in who
        for theirs in _still(step, issue, setting, at)
    )


def _still(step: Step, issue: Issue, setting: Setting, at: dt.datetime) -> set[str]:
    """Of the relations in which he acted, those he has on that day: who has lost his post has no say any more."""
    if step.by is None:
        return set()
    now = actor_for(step.by, on=timezone.localdate(at), face="")
    return set(step.acted_as.split(",")) & relations_of(now, issue, setting, at)


def _first_words(flow: Workflow, found: Move, steps: Iterable[Step]) -> Iterator[Step]:
    """What this move seconds, as far as nothing was settled since."""
    for step in steps:
        if step.verb == found.seconds:
            yield step
        earlier = flow.find(step.verb)
        settled = earlier is not None and (earlier.to_grades or earlier.sets_grade)
        if step.from_state != step.to_state or settled:
            return


# ── reported as the wrong kind ──
REKINDERS = frozenset((Relation.FINDER, Relation.OFFICE))
SAID = ("raise", "comment", "correct", "climb", "rehome")  # with these alone nothing has been done yet
READERS = (Visibility.NAMED, Visibility.OFFICE, Visibility.UNIT, Visibility.MINE)  # from few to many


def is_untouched(issue: Issue) -> bool:
    """One query."""
    return not issue.steps.exclude(verb__in=SAID).exists()


def kinds_instead(issue: Issue, relations: frozenset[Relation]) -> tuple[Workflow, ...]:
    """What this person may still call it. One query."""
    if not relations & REKINDERS or not is_untouched(issue):
        return ()
    others = (flow for kind, flow in WORKFLOWS.items() if kind != issue.kind)
    return tuple(flow for flow in others if not any(rekind_faults(issue, flow, relations, untouched=True)))


def rekind_faults(issue: Issue, into: Workflow, relations: frozenset[Relation], *, untouched: bool) -> Iterator[Reason]:
    """Only among what everybody may report: the others have their own reporters, people and secrets."""
    flow = WORKFLOWS[issue.kind]
    if not untouched:
        yield Reason(f"{issue}已经有人办过，不能再改报")
    for one in (flow, into):
        if Relation.ANYBODY not in one.raised_by:
            yield Reason(f"{one.label}有专门的登记人，不能改报")
    if issue.source == Source.IMPORT:
        yield Reason("台账导入的按台账办，不能改报")
    if issue.found_by_id is None and not into.anonymous:
        yield Reason(f"{into.label}要实名，这一件没有署名；请另行上报")
    if Relation.FINDER not in relations and READERS.index(into.visibility) > READERS.index(flow.visibility):
        yield Reason(f"改报为{into.label}，看得到的人就多了：要由提出人自己改，或另行上报")


# ── files ──
def files_of(issue: Issue) -> dict[object, list[Attachment]]:
    """Step → its files. One query."""
    found: dict[object, list[Attachment]] = {}
    rows = Attachment.objects.filter(step__issue=issue).select_related("file").order_by("step__seq", "position")
    for one in rows:
        found.setdefault(one.step_id, []).append(one)
    return found


# ── the same again ──
@dataclass(frozen=True)
class Alike:
    line: IssueLine
    percent: int


def alike(actor: Actor, issue: Issue, now: dt.datetime) -> list[Alike]:
    """Open ones of its kind whose words resemble these, the most alike first. One query."""
    flow = WORKFLOWS[issue.kind]
    rows = seen(actor, issue.mine, issue.kind).filter(state__in=flow.open_states).exclude(pk=issue.pk)
    if flow.repeats:  # what has to be put right in two places is two things
        rows = rows.filter(unit=issue.unit, place=issue.place, place_text=issue.place_text)
    rows = rows.select_related("unit__parent", "place", "owner").order_by("-found_at")[:COMPARED]
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(issue.text)
    found = []
    for other in rows:
        matcher.set_seq1(other.text)
        if matcher.quick_ratio() >= ALIKE and (ratio := matcher.ratio()) >= ALIKE:
            found.append(Alike(line_of(other, now), round(ratio * 100)))
    return sorted(found, key=lambda one: -one.percent)[:PROPOSED]


# ── what is done because of it ──
def measures_of(actor: Actor, issue: Issue, now: dt.datetime) -> list[IssueLine]:
    """Raised out of this one, the oldest first. One query, of kinds that lead to others."""
    if not WORKFLOWS[issue.kind].leads_to:
        return []
    rows = Issue.objects.visible_to(actor).filter(origin=issue).select_related("unit__parent", "place", "owner")
    return [line_of(row, now) for row in rows.order_by("found_at", "pk")]


# ── read by whom ──
@dataclass(frozen=True)
class Reading:
    at: dt.datetime
    name: str
    staff_no: str


def readings_of(issue: Issue) -> list[Reading]:
    """Out of the log; the latest first. A page that comes back after a step was read once: whoever opened it in the same
    minute is named once, though the log holds each. One query."""
    events = AuditEvent.objects.filter(mine=issue.mine.code, subject_type="issue", subject_id=str(issue.pk))
    found: dict[tuple[dt.datetime, str], Reading] = {}
    for event in events.filter(action="issues.matter.read").order_by("-at", "-pk")[:200]:
        staff_no = "" if event.actor == Relation.CONCERNED else event.actor
        minute = event.at.replace(second=0, microsecond=0)
        found.setdefault((minute, event.actor), Reading(event.at, event.actor_name, staff_no))
    return list(found.values())
