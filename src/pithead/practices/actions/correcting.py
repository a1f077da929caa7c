"""Nothing is changed: another record takes the place of one, and says why. Both stay."""

import datetime as dt
from dataclasses import replace
from uuid import uuid5

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.practices.actions.circumstances import circumstances
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.actions.matters import question
from pithead.practices.actions.recording import Correction, Writing, fingerprint, log, make_record, once, write
from pithead.practices.answering import Judged
from pithead.practices.content import FieldKind
from pithead.practices.models import Record, RecordMatter
from pithead.practices.models.methods import spec_of
from pithead.practices.queries.performing import may_correct

LONGEST = 200


@sensitive_variables()
def correct(*, by: Actor, at: dt.datetime, record: Record, draft: RecordDraft, reason: str) -> Record:
    """By whoever wrote it, or sits on his chair now. The draft says all of it anew; what is left out of where, when and about whom
    stays as it was."""
    _require_own(by, at, record)
    reason = _reason(reason)
    if draft.practice.pk != record.practice_id:
        raise Refused("更正的要是同一项")
    mark = fingerprint(by, draft, record.pk)
    draft = replace(_completed(draft, record), elsewhere=draft.elsewhere.strip())

    def make() -> Record:
        _hold_current(record)
        return write(Writing(by, at, record.mine, draft, mark, Correction(record, reason, _led_to(record))))

    return once(record.mine, draft.id, mark, make)


@sensitive_variables()
def withdraw(*, by: Actor, at: dt.datetime, record: Record, reason: str) -> Record:
    """Nothing took place. What it led to stays with those who look after it."""
    _require_own(by, at, record)
    reason = _reason(reason)
    draft = _completed(RecordDraft(record.practice, id=uuid5(record.pk, "withdrawn")), record)
    mark = fingerprint(by, draft, record.pk, "withdrawn")

    def make() -> Record:
        _hold_current(record)
        new = Writing(by, at, record.mine, draft, mark, Correction(record, reason, ()))
        made = make_record(new, circumstances(by, at, record.mine, draft, record), Judged())
        made.withdrawn = True
        made.save(force_insert=True)
        question(made, _led_to(record), (), at)
        log(by, at, made, "practices.record.withdrawn")
        return made

    return once(record.mine, draft.id, mark, make)


def _require_own(by: Actor, at: dt.datetime, record: Record) -> None:
    by.require(Capability.RECORD_MAKE, record.mine)
    if not Record.objects.visible_to(by).filter(pk=record.pk).exists():
        raise PermissionDenied(f"{by.name}看不到这份记录")
    if not may_correct(by, record, timezone.localdate(at)):
        raise PermissionDenied(f"由填写人或接任他岗位的人更正，{by.name}不是")


def _reason(text: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise Refused("请写一句为什么更正")
    if len(text) > LONGEST:
        raise Refused(f"原因最多 {LONGEST} 字")
    return text


def _completed(draft: RecordDraft, record: Record) -> RecordDraft:
    """Where or about which unit it was may be said by an answer: then that counts."""
    kinds = {one.kind for one in spec_of(record.version).form if one.about and draft.answers.get(one.key) is not None}
    place = draft.place or (None if FieldKind.PLACE in kinds else record.place)
    moved = FieldKind.PLACE in kinds and record.place not in draft.answers.values()
    kept = record.unit if FieldKind.UNIT not in kinds and not moved else None
    return replace(
        draft,
        role=record.role,
        unit=draft.unit or kept,
        place=place,
        bond=draft.bond or (None if moved else record.bond),
        shift=draft.shift or record.shift,
        happened_at=draft.happened_at or record.happened_at,
    )


def _hold_current(record: Record) -> None:
    """One of two who correct at once is the first; the other sees what has become of it."""
    hold(record, "is_current")
    if not record.is_current:
        raise Refused("这份记录已经更正过，请打开最新的一份再改")
    if record.withdrawn:
        raise Refused("这份记录已经撤回，请重新填一份")
    Record.objects.filter(pk=record.pk).update(is_current=False)


def _led_to(record: Record) -> tuple[RecordMatter, ...]:
    """Of all its versions. Which answer of a private one it was is nobody's business, nor that it is another now."""
    found: list[RecordMatter] = []
    earlier: Record | None = record
    while earlier is not None:
        found += RecordMatter.objects.filter(record=earlier).exclude(field="").select_related("record", "issue")
        earlier = earlier.supersedes
    return tuple(found)
