"""What a failing answer becomes: a matter of its own, with its place and whoever is responsible. Nobody reports it again."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from pithead.issues.actions import IssueDraft, StepDraft, move, raise_issue, tell_of_source
from pithead.issues.actions.raising import AlreadyOpen
from pithead.issues.models import LONGEST, Issue, Role, Source, mark_of
from pithead.issues.queries import WORKFLOWS, guess, is_sparse, setting_of
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor
from pithead.org.models import Line, Person, Serves, Unit, ids_of
from pithead.practices.answering import Asked, Failing
from pithead.practices.content import FieldKind, PracticeSpec
from pithead.practices.models import Record, RecordMatter
from pithead.practices.queries.performing import Seat

HERE = ("hazard", "incident")  # whose place it is answers for it


@dataclass(frozen=True)
class Found:
    """A record, and what it was made of."""

    by: Actor
    at: dt.datetime
    record: Record
    seat: Seat
    asked: Asked
    failing: tuple[Failing, ...]
    files: dict[str, tuple[StoredFile, ...]]


def sparse_kinds(mine: Unit, spec: PracticeSpec) -> frozenset[str]:
    """Of which no words are kept: what happened is in the paper file."""
    return frozenset(kind for kind in _kinds(spec) if is_sparse(WORKFLOWS[kind], setting_of(mine, kind)))


def sealed_kinds(spec: PracticeSpec) -> frozenset[str]:
    return frozenset(kind for kind in _kinds(spec) if WORKFLOWS[kind].confidential)


def may_be_fixed(kind: str) -> bool:
    return bool(kind) and WORKFLOWS[kind].find("fix_on_spot") is not None


def _kinds(spec: PracticeSpec) -> set[str]:
    fields = [inner for one in spec.form for inner in (one, *one.rows) if one.kind is not FieldKind.PHOTO]
    return {kind for kind in (spec.raises, *(one.raises for one in fields)) if kind}


def raise_matters(found: Found, already: Collection[RecordMatter] = ()) -> list[Issue]:
    """`already`: what answers have led to before the record was corrected."""
    raised = []
    for number, one in enumerate(found.failing, 1):
        if (
            not one.kind
            or any(is_meant(matter, [one]) for matter in already)
            or (found.asked.is_private and not one.text)
        ):
            continue
        issue = _raise(found, one, uuid5(found.record.pk, f"matter.{number}"))
        if issue is None:
            continue
        raised.append(issue)
        # Which of his questions somebody answered with it is nobody's business.
        field, row = ("", len(raised)) if found.asked.is_private else (one.field, one.row)
        RecordMatter.objects.create(record=found.record, mine=found.record.mine, field=field, row=row, issue=issue)
    return raised


def is_meant(matter: RecordMatter, failing: Iterable[Failing]) -> bool:
    """Whether one of the answers is still that of which it was raised, about the same person."""
    found = (one for one in failing if (one.field, one.row) == (matter.field, matter.row))
    return any(_is_about(matter.issue, one.person) for one in found)


def _is_about(issue: Issue, person: Person | None) -> bool:
    flow = WORKFLOWS[issue.kind]
    if person is None or not flow.needs_subject or issue.erased_at is not None:
        return True
    who = mark_of(person.pk) if flow.confidential else str(person.pk)
    return issue.involved.filter(role=Role.SUBJECT, who=who).exists()


def question(made: Record, led_to: Iterable[RecordMatter], failing: Collection[Failing], at: dt.datetime) -> None:
    """What it led to while it said something else is not changed: whoever looks after it is told to look again. What is found
    once more is in no doubt any longer."""
    for one in led_to:
        here = (one.record.place_id, one.record.unit_id) == (made.place_id, made.unit_id)
        stands = here and is_meant(one, failing)
        RecordMatter.objects.filter(pk=one.pk).update(unsaid_by=None if stands else made)
        if not stands and one.unsaid_by_id is None:
            text = f"来源记录已{'撤回' if made.withdrawn else '更正'}，请核实是否撤销"
            tell_of_source(at=at, issue=one.issue, text=text, key=f"source:{made.pk.hex}")


def _raise(found: Found, one: Failing, pk: UUID) -> Issue | None:
    """None: of the person there is one already, and whoever looks after it knows."""
    draft = _draft(found, one, pk)
    by = replace(found.by, is_system=True)  # the practice asks for it, whoever performs it
    try:
        issue = raise_issue(by=by, at=found.at, mine=found.record.mine, draft=draft)
    except AlreadyOpen:
        return None
    except Refused as refused:
        raise Refused([Reason(reason.message, one.label) for reason in refused.reasons]) from refused
    return _fixed(found, issue) if one.fixed else issue


def _draft(found: Found, one: Failing, pk: UUID) -> IssueDraft:
    flow, record, text = WORKFLOWS[one.kind], found.record, _line(found, one)
    person = one.person if flow.needs_subject else None
    if person is not None and person.unit is not None and not found.seat.covers(person.unit):
        raise Refused(Reason(f"{person.name}不是你负责的人，请由所在单位登记", one.label))
    return IssueDraft(
        kind=one.kind,
        text=text,
        id=pk,
        unit=_responsible(found, one, person),
        category="" if flow.confidential else guess(text, kind=one.kind).category,
        place=None if flow.confidential else record.place,
        found_at=record.happened_at,
        people=((Role.SUBJECT, person),) if person is not None else (),
        files=() if flow.confidential else found.files.get(one.field, ()),
        source=Source.PRACTICE,
    )


def _line(found: Found, one: Failing) -> str:
    """Of what is not open nothing but the line that was written for it."""
    if one.kind in found.asked.silent:
        return ""
    flow = WORKFLOWS[one.kind]
    said = one.text if one.text or not (found.asked.is_open or flow.confidential) else one.answer
    return said[:LONGEST]


def _responsible(found: Found, one: Failing, person: Person | None) -> Unit:
    record = found.record
    if person is not None:
        return person.unit or record.unit
    if one.kind in HERE and record.place is not None and record.place.unit is not None:
        return record.place.unit
    return record.unit if record.unit.line is Line.ADMINISTRATIVE else _served_by(record)


def _served_by(record: Record) -> Unit:
    """A branch answers for nothing underground: the section it serves does."""
    rows = Serves.objects.on(record.happened_on).filter(server__in=ids_of(record.unit.path)).select_related("unit")
    served = list(rows[:2])
    return served[0].unit if len(served) == 1 else record.mine


def _fixed(found: Found, issue: Issue) -> Issue:
    step = WORKFLOWS[issue.kind].find("fix_on_spot")
    if step is None or issue.state not in step.sources or (step.grades and issue.grade not in step.grades):
        return issue
    draft = StepDraft(id=uuid5(issue.pk, "fixed"), note="发现时当场处理好了", happened_at=found.record.happened_at)
    return move(by=found.by, at=found.at, issue=issue, verb="fix_on_spot", draft=draft)
