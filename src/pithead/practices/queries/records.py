"""Records as lists and one as a page: what was answered in words, who signed, what it led to, what took its place."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from pithead.issues.models import Issue
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor
from pithead.org.models import Person, Unit
from pithead.practices.answering import MOST_ROWS, fails, key_of, said
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec
from pithead.practices.models import (
    Confidentiality,
    Part,
    Practice,
    PracticeVersion,
    Record,
    RecordFile,
    RecordMatter,
    RecordPerson,
    RecordRole,
)
from pithead.practices.models.methods import spec_of

PAGE = 50
LOADED = (
    "mine",
    "practice__method",
    "version",
    "unit__parent",
    "performer_unit__parent",
    "place",
    "shift",
    "bond",
    "seat",
)
K = FieldKind


# ── one ──
@dataclass(frozen=True)
class Said:
    """One answer in words. `rows`: of a field of rows, each a list of these."""

    label: str
    text: str = ""
    bad: bool = False
    note: str = ""
    rows: Sequence[Sequence["Said"]] = ()


@dataclass(frozen=True)
class Signature:
    """`what`: 三 作业 · 负责人."""

    line: RecordPerson
    what: str


@dataclass(frozen=True)
class Kept:
    """What surrounds the answers. `matters`: those the reader may open; `more`: how many more there are; `doubted`: the open
    ones whose answer is another by now. `mine`: he has to sign yet."""

    signatures: Sequence[Signature]
    mine: bool
    files: Sequence[RecordFile]
    matters: Sequence[Issue]
    more: int
    doubted: Sequence[Issue]
    earlier: Record | None
    later: Record | None


def record_or_none(actor: Actor, pk: UUID) -> Record | None:
    return Record.objects.visible_to(actor).select_related(*LOADED, "supersedes").filter(pk=pk).first()


def kept(actor: Actor, record: Record) -> Kept:
    """Five queries and one for each earlier version."""
    lines = list(signing(record).select_related("person").order_by("person__staff_no"))
    versions = [one.pk for one in _chain(record)]
    led_to = RecordMatter.objects.filter(record__in=versions)
    matters = (
        Issue.objects.visible_to(actor).filter(record_matter__in=led_to).select_related("unit", "mine", "record_matter")
    )
    shown = list(matters.order_by("arrived_at", "pk"))
    return Kept(
        signatures=_signatures(spec_of(record.version), lines),
        mine=record.is_current and not record.withdrawn and any(_waits_for(actor, one) for one in lines),
        files=list(RecordFile.objects.filter(record=record).select_related("file").order_by("field", "pk")),
        matters=shown,
        more=led_to.count() - len(shown),
        doubted=[one for one in shown if one.record_matter.unsaid_by_id and one.closed_at is None],
        earlier=record.supersedes,
        later=Record.objects.filter(supersedes=record).first(),
    )


def signing(record: Record) -> "QuerySet[RecordPerson]":
    return RecordPerson.objects.filter(record=record, role=RecordRole.SIGNER)


def _waits_for(actor: Actor, line: RecordPerson) -> bool:
    return line.signed_at is None and line.person_id == actor.person_id


def _signatures(spec: PracticeSpec, lines: Sequence[RecordPerson]) -> list[Signature]:
    """In the order of the form."""
    called = dict(_signed_in(spec))
    order = {field: number for number, field in enumerate(called)}
    found = [Signature(one, called.get(one.field, "")) for one in lines]
    return sorted(found, key=lambda one: order.get(one.line.field, 0))


def _signed_in(spec: PracticeSpec) -> Iterator[tuple[str, str]]:
    """Under what each place to sign is kept, and what it is called."""
    for one in spec.form:
        if one.kind is K.SIGNER:
            yield one.key, one.label
        signers = [inner for inner in one.rows if inner.kind is K.SIGNER]
        for row in range(1, MOST_ROWS + 1 if signers else 1):
            where = f"{one.label}第 {row} 行" if row > 1 else one.label
            yield from ((key_of(one.key, row, inner.key), f"{where} · {inner.label}") for inner in signers)


def _chain(record: Record) -> Iterator[Record]:
    one: Record | None = record
    while one is not None:
        yield one
        one = one.supersedes


def in_words(spec: PracticeSpec, answers: Mapping[str, Any]) -> list[Said]:
    """In the order of the form; what was not answered is left out."""
    return [_said(one, answers[one.key]) for one in spec.form if one.key in answers]


def _said(one: FieldSpec, value: Any) -> Said:
    if one.kind is K.ROWS:
        return Said(
            one.label, rows=[[_said(inner, row[inner.key]) for inner in one.rows if inner.key in row] for row in value]
        )
    bad = fails(one, value)
    note = str(value.get("text", "")) if isinstance(value, Mapping) else ""
    if isinstance(value, Mapping) and value.get("fixed"):
        note = f"{note}（现场已改）" if note else "现场已改"
    return Said(one.label, _words(one, value), bad, note)


def _words(one: FieldSpec, value: Any) -> str:
    match one.kind:
        case K.CHECK:
            return "正常" if value["ok"] else "有问题"
        case K.CHOICE:
            return one.options.get(said(value), "")
        case K.NUMBER:
            return f"{said(value)} {one.unit}".strip()
        case K.PEOPLE:
            return "、".join(person["name"] for person in value)
        case K.PERSON | K.SIGNER | K.UNIT | K.PLACE:
            return str(value["name"])
    return str(value)


# ── many ──
def practices_listed(actor: Actor, mine: Unit) -> "QuerySet[Practice]":
    """Between which he may pick: the open ones, and of what is restricted what he reads or has written himself; none that is private."""
    versions = PracticeVersion.objects.filter(mine=mine)
    restricted = versions.filter(confidentiality=Confidentiality.RESTRICTED)
    roles = [str(grant.role) for grant in actor.grants]
    read = restricted.filter(roles__part=Part.READS, roles__role__in=roles)
    own = Record.objects.filter(performer=actor.person_id, version__in=restricted)
    shown = [
        Q(pk__in=rows.values("practice")) for rows in (versions.filter(confidentiality=Confidentiality.OPEN), read)
    ]
    rows = Practice.objects.filter(shown[0] | shown[1] | Q(pk__in=own.values("practice")), mine=mine)
    return rows.order_by("method__title", "position", "title")


@dataclass(frozen=True)
class Wanted:
    mine: Unit
    practice: Practice | None = None
    unit: Unit | None = None
    performer: Person | None = None
    span: tuple[dt.date, dt.date] | None = None


@dataclass(frozen=True)
class Page:
    records: Sequence[Record]
    next_key: str


def records_page(actor: Actor, wanted: Wanted, after: str = "") -> Page:
    """The latest first; as things stand. One query."""
    rows = list(_after(_wanted(actor, wanted), after)[: PAGE + 1])
    next_key = _key(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return Page(rows[:PAGE], next_key)


def records_all(actor: Actor, wanted: Wanted) -> Iterator[Record]:
    return _wanted(actor, wanted).iterator(chunk_size=1000)


def _wanted(actor: Actor, wanted: Wanted) -> "QuerySet[Record]":
    rows = Record.objects.visible_to(actor).current().filter(mine=wanted.mine)
    if wanted.practice is not None:
        rows = rows.filter(practice=wanted.practice)
    if wanted.unit is not None:
        path = wanted.unit.path
        rows = rows.filter(Q(unit__path__startswith=path) | Q(performer_unit__path__startswith=path))
    if wanted.performer is not None:
        rows = rows.filter(performer=wanted.performer)
    if wanted.span is not None:
        rows = rows.filter(happened_on__range=wanted.span)
    return rows.select_related(*LOADED).defer("answers", "sealed").order_by("-happened_on", "-pk")


def _key(record: Record) -> str:
    return f"{record.happened_on}_{record.pk}"


def _after(rows: "QuerySet[Record]", key: str) -> "QuerySet[Record]":
    if not key:
        return rows
    day, _, pk = key.partition("_")
    try:
        on, last = dt.date.fromisoformat(day), UUID(pk)
    except ValueError:
        raise Refused("这一页的地址不对，请回到最前") from None
    return rows.filter(Q(happened_on__lt=on) | Q(happened_on=on, pk__lt=last))
