"""A practice was performed: written down once, wherever it counts, and what was found goes its way."""

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from pithead.issues.actions.words import content_mark
from pithead.kernel import audit
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.practices.actions.circumstances import Circumstances, circumstances
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.actions.matters import Found, question, raise_matters, sealed_kinds, sparse_kinds
from pithead.practices.actions.sealing import seal
from pithead.practices.answering import Asked, Judged, judge
from pithead.practices.content import FieldKind, PracticeSpec
from pithead.practices.models import (
    Confidentiality,
    Measured,
    Record,
    RecordFile,
    RecordMatter,
    RecordPerson,
    RecordRole,
)
from pithead.practices.sampling import answered

FILES = 9
LONGEST_NUMBER = 64  # under which a superior's system has it


@dataclass(frozen=True)
class Correction:
    """What the new record stands in for. `led_to`: the matters that answers of all its versions have become."""

    record: Record
    reason: str
    led_to: tuple[RecordMatter, ...]

    @property
    def standing(self) -> tuple[RecordMatter, ...]:
        """None becomes a second one, unless the first was cancelled because it was no longer so."""
        return tuple(one for one in self.led_to if one.unsaid_by_id is None or one.issue.state != "void")


@dataclass(frozen=True)
class Writing:
    """A record about to be written."""

    by: Actor
    at: dt.datetime
    mine: Unit
    draft: RecordDraft
    mark: str
    correction: Correction | None = None


@sensitive_variables()
def record(*, by: Actor, at: dt.datetime, mine: Unit, draft: RecordDraft) -> Record:
    """Sent twice it is written down once; another content or another author under the same id is refused."""
    by.require(Capability.RECORD_MAKE, mine)
    if draft.practice.mine_id != mine.pk:
        raise Refused(f"{mine}没有这一项")
    draft = tidy(draft)
    new = Writing(by, at, mine, draft, fingerprint(by, draft))
    return once(mine, draft.id, new.mark, lambda: write(new))


def tidy(draft: RecordDraft) -> RecordDraft:
    return replace(draft, elsewhere=draft.elsewhere.strip())


@sensitive_variables()
def once(mine: Unit, pk: UUID, mark: str, make: Callable[[], Record]) -> Record:
    try:
        with transaction.atomic():
            return _standing(mine, pk, mark) or make()
    except IntegrityError:  # the same one, sent over two connections
        if (found := _standing(mine, pk, mark)) is not None:
            return found
        raise


def _standing(mine: Unit, pk: UUID, mark: str) -> Record | None:
    found = Record.objects.filter(pk=pk).first()
    if found is not None and (found.mine_id != mine.pk or found.fingerprint != mark):
        raise Refused("这个编号已经用在另一份记录上，请重新填写")
    return found


def fingerprint(by: Actor, draft: RecordDraft, *more: object) -> str:
    was_private = draft.practice.versions.filter(confidentiality=Confidentiality.PRIVATE).exists()
    return mark_of(by, draft, *more, was_private=was_private)


def mark_of(by: Actor, draft: RecordDraft, *more: object, was_private: bool) -> str:
    """Of what is or ever was private nothing that was answered, not even this."""
    about = [one.pk if one else "" for one in (draft.unit, draft.place, draft.bond, draft.shift)]
    moment = draft.happened_at and draft.happened_at.astimezone(dt.UTC)
    said = (by.staff_no, draft.practice.pk, draft.role, moment, draft.elsewhere, *about, *more)
    if was_private:
        return content_mark(*said)
    files = sorted((key, file.sha256) for key, kept in draft.files.items() for file in kept)
    return content_mark(*said, json.dumps(draft.answers, default=_told, sort_keys=True), files)


def _told(value: object) -> str:
    return f"{type(value).__name__} {getattr(value, 'pk', value)}"


@sensitive_variables()
def write(new: Writing) -> Record:
    """Within a transaction."""
    by, at, mine, draft = new.by, new.at, new.mine, new.draft
    known = circumstances(by, at, mine, draft, new.correction.record if new.correction else None)
    asked = asked_of(mine, known.spec, _rows_asked(new, known), lax=bool(draft.elsewhere))
    judged = judge(asked, draft.answers)
    if reasons := [*judged.faults, *faults_of(new, known.spec)]:
        raise Refused(reasons)
    made = make_record(new, known, judged)
    made.save(force_insert=True)
    RecordPerson.objects.bulk_create(people_of(made, judged, new))
    if asked.is_open:
        _keep_files(made, new)
        Measured.objects.bulk_create(numbers_of(made, judged))
    found = Found(by, at, made, known.seat, asked, tuple(judged.failing), dict(draft.files))
    raise_matters(found, new.correction.standing if new.correction else ())
    if new.correction:
        question(made, new.correction.led_to, found.failing, at)
    log(by, at, made, "practices.record.corrected" if new.correction else "practices.record.made")
    return made


def _rows_asked(new: Writing, known: Circumstances) -> frozenset[str]:
    """A correction asks what was asked."""
    was = new.correction.record.answers if new.correction else {}
    return answered(known.spec, was) or known.drawn


def asked_of(mine: Unit, spec: PracticeSpec, rows: frozenset[str], *, lax: bool = False) -> Asked:
    return Asked(spec, mine, lax, rows, sparse_kinds(mine, spec), sealed_kinds(spec))


def faults_of(new: Writing, spec: PracticeSpec) -> Iterable[Reason]:
    if len(new.draft.elsewhere) > LONGEST_NUMBER:
        yield Reason(f"上级系统的编号最多 {LONGEST_NUMBER} 个字")
    is_open = spec.confidentiality is Confidentiality.OPEN  # a photo cannot be sealed, nor forgotten by halves
    judged = {FieldKind.PHOTO, FieldKind.CHECK, FieldKind.CHOICE, FieldKind.NUMBER, FieldKind.TEXT}
    keys = {one.key: one.label for one in spec.form if is_open and one.kind in judged}
    for key, files in new.draft.files.items():
        if key not in keys or len(files) > FILES:
            yield Reason(f"这里不能放照片，或超过了 {FILES} 张", keys.get(key, ""))
        elif any(file.mine != new.mine.code or file.stored_by != new.by.staff_no for file in files):
            yield Reason("照片要自己在这里上传，请重新上传", keys[key])


# ── as it is kept ──
def make_record(new: Writing, known: Circumstances, judged: Judged) -> Record:
    by, draft, seat, correction = new.by, new.draft, known.seat, new.correction
    return Record(
        id=draft.id,
        mine=new.mine,
        practice=draft.practice,
        version=known.version,
        performer_id=by.person_id if seat.in_person else None,
        performer_name=by.name,
        role=seat.role,
        performer_unit=seat.unit,
        seat=seat.chair,
        **_where_and_when(known),
        arrived_at=new.at,
        elsewhere=draft.elsewhere,
        supersedes=correction.record if correction else None,
        fingerprint=new.mark,
        **_said(draft.id, known, judged, correction.reason if correction else ""),
    )


def _where_and_when(known: Circumstances) -> dict[str, Any]:
    return {
        "unit": known.unit,
        "place": known.place,
        "bond": known.bond,
        "shift": known.shift,
        "underground": known.place.underground if known.place else False,
        "night": known.shift.is_night if known.shift else False,
        "happened_at": known.moment,
        "happened_on": known.day,
    }


@sensitive_variables()
def _said(pk: UUID, known: Circumstances, judged: Judged, reason: str) -> dict[str, Any]:
    match known.version.confidentiality:
        case Confidentiality.OPEN:
            return {"answers": judged.answers, "failing": len(judged.failing), "reason": reason}
        case Confidentiality.RESTRICTED:
            sealed = seal(pk, judged.answers, reason)
            return {"sealed": sealed, "forgets_on": months_after(known.day, known.spec.text_months)}
    return {}


def months_after(day: dt.date, months: int) -> dt.date:
    """The first day of the month after: nothing is kept longer than was said by more than that."""
    year, month = divmod(day.year * 12 + day.month - 1 + months + 1, 12)
    return dt.date(year, month + 1, 1)


def people_of(made: Record, judged: Judged, new: Writing) -> list[RecordPerson]:
    """Of what is not open only those whom quotas count and those who sign. Whoever signs what he writes has signed it."""
    is_open = made.version.confidentiality == Confidentiality.OPEN
    kept = [one for one in judged.people if is_open or one.role is not RecordRole.PRESENT]
    return [
        RecordPerson(
            record=made,
            mine=made.mine,
            person=one.person,
            role=one.role,
            field=one.field,
            signed_at=new.at if one.role is RecordRole.SIGNER and one.person.pk == new.by.person_id else None,
        )
        for one in dict.fromkeys(kept)
    ]


def _keep_files(made: Record, new: Writing) -> None:
    RecordFile.objects.bulk_create(
        RecordFile(record=made, mine=made.mine, field=key, file=file)
        for key, files in new.draft.files.items()
        for file in dict.fromkeys(files)
    )


def numbers_of(made: Record, judged: Judged) -> list[Measured]:
    return [
        Measured(record=made, mine=made.mine, practice=made.practice, field=field, row=row, value=value)
        for field, row, value in judged.measured
    ]


def log(by: Actor, at: dt.datetime, made: Record, action: str) -> None:
    audit.write_many(by=by, at=at, mine=made.mine.code, action=action, changes=[change_of(made)])


def change_of(made: Record) -> audit.Change:
    """Who did what when. Nothing of what was answered; of what is private not even what it was."""
    is_private = made.version.confidentiality == Confidentiality.PRIVATE
    after = None if is_private else {"unit": made.unit.name, "date": made.happened_on.isoformat()}
    return audit.Change("record", str(made.pk), "私密记录" if is_private else str(made), after=after)
