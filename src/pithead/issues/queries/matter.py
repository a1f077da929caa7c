"""One matter: what this person may do next, what resembles it, who has read it."""

import datetime as dt
import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from pithead.issues.models import Attachment, Issue, Step
from pithead.issues.queries.board import IssueLine, line_of, seen
from pithead.issues.queries.relations import relations_of
from pithead.issues.queries.settings import Setting
from pithead.issues.workflows import WORKFLOWS, Move, Relation
from pithead.kernel.models import AuditEvent
from pithead.org.access import Actor

COMPARED, PROPOSED, ALIKE = 300, 5, 0.5


# ── what next ──
@dataclass(frozen=True)
class Standing:
    """How this person stands to the matter, and the moves that are his to make, in the order of the table."""

    relations: frozenset[Relation]
    moves: tuple[Move, ...]


def standing_to(by: Actor, issue: Issue, setting: Setting, at: dt.datetime) -> Standing:
    """What the action would refuse for sure is not offered; it alone decides."""
    flow, relations = WORKFLOWS[issue.kind], relations_of(by, issue, setting, at)
    steps = list(issue.steps.order_by("-seq")) if any(move.seconds for move in flow.moves) else []
    moves = [
        move
        for move in flow.moves_from(issue.state)
        if relations & set(setting.roles.get(move.verb, move.who))
        and not relations & set(move.never)
        and _fits(move, issue, setting, at)
        and (not move.seconds or _was_proposed(move, steps, by))
    ]
    return Standing(relations, tuple(moves))


def _fits(move: Move, issue: Issue, setting: Setting, at: dt.datetime) -> bool:
    if move.grades and issue.grade not in move.grades:
        return False
    if move.within and (issue.due_at is None or at > issue.due_at):
        return False
    return move.verb != "extend" or issue.extended < setting.extensions


def _was_proposed(move: Move, steps: Iterable[Step], by: Actor) -> bool:
    """By somebody else, since the matter last went on."""
    for step in steps:
        if step.verb == move.seconds:
            return step.by_id != by.person_id
        if step.from_state != step.to_state:
            return False
    return False


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
    rows = rows.select_related("unit__parent", "place", "owner").order_by("-found_at")[:COMPARED]
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(issue.text)
    found = []
    for other in rows:
        matcher.set_seq1(other.text)
        if matcher.quick_ratio() >= ALIKE and (ratio := matcher.ratio()) >= ALIKE:
            found.append(Alike(line_of(other, now), round(ratio * 100)))
    return sorted(found, key=lambda one: -one.percent)[:PROPOSED]


# ── read by whom ──
@dataclass(frozen=True)
class Reading:
    at: dt.datetime
    name: str
    staff_no: str


def readings_of(issue: Issue) -> list[Reading]:
    """Out of the log; the latest first. One query."""
    events = AuditEvent.objects.filter(mine=issue.mine.code, subject_type="issue", subject_id=str(issue.pk))
    events = events.filter(action="issues.matter.read").order_by("-at", "-pk")[:200]
    return [Reading(event.at, event.actor_name, event.actor) for event in events]
