"""Taking personal text out of what is public and under seal. Points, places and dates stay; so does that it was done."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from pithead.assess.actions.checking import LONGEST
from pithead.assess.actions.holding import hold
from pithead.assess.actions.seals import refuse_altered
from pithead.assess.models import Appeal, Cycle, Departure, Entry, Outcome, Reopening, Result, Source
from pithead.assess.models.entries import new_key
from pithead.assess.personal import has_numbers
from pithead.assess.sealed import APPEAL, CYCLE, DEPARTURE, ENTRY, REOPENING, RESULT, unit_key
from pithead.kernel import audit
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import erase
from pithead.org.access import Actor, Capability

ERASED_TEXT = "（按个人信息保护要求清除）"
ENTRY_TEXTS, APPEAL_TEXTS = ("reason", "evidence"), ("text", "answer", "decision")
CYCLE_TEXTS, LOGGED_OF_CYCLE = ("review_note", "decision"), ("note", "decision")
Keys = dict[str, list[object]]
Erased = Entry | Appeal | Cycle | Departure | Reopening


@transaction.atomic
def erase_text(*, by: Actor, at: dt.datetime, what: Erased, grounds: str) -> None:
    """Replace what a row says about somebody wherever it is kept, so that it cannot even be guessed from what was sealed.
    `grounds`: on whose request, without repeating the text. What is erased already stays as it is."""
    cycle = what if isinstance(what, Cycle) else what.cycle
    by.require(Capability.TEXT_ERASE, cycle.mine)
    hold(cycle)
    what.refresh_from_db()
    said = _grounds(grounds)
    rows = _erase(what)
    if not rows:
        return
    subject = _subject(what)
    erase(mine=cycle.mine.code, at=at, subject=subject, rows=rows)
    audit.write(
        by=by, at=at, mine=cycle.mine.code, action="assess.text.erased", subject=subject, after={"grounds": said}
    )


def _erase(what: Erased) -> Keys:
    match what:
        case Entry():
            return _erase_entry(what)
        case Appeal():
            return _erase_appeal(what)
        case Cycle():
            return _erase_cycle(what)
        case Departure():
            return _erase_departure(what)
        case Reopening():
            return _erase_reopening(what)


def _subject(what: Erased) -> tuple[str, int, str]:
    match what:
        case Entry():
            return "entry", what.pk, f"{what.unit} {what.item.code}"
        case Appeal():
            return "appeal", what.pk, str(what)
        case Cycle():
            return "cycle", what.pk, str(what)
        case Departure():
            return "cycle", what.cycle_id, f"{what.cycle} {what.unit}"
        case Reopening():
            return "cycle", what.cycle_id, f"{what.cycle} 退回打分"


def _erase_entry(entry: Entry) -> Keys:
    """With the copies in appeals against it and, of a veto, in the result. The key of an imported entry is a digest of its
    text: in a month that takes no more imports it goes, too."""
    if entry.source == Source.COMPUTED:
        raise Refused("这一条是系统按标准生成的，没有个人信息")
    if entry.reason == ERASED_TEXT:
        return {}
    cycle = entry.cycle
    copies = Appeal.objects.filter(cycle=cycle, entry_key=entry.key)
    vetoed = Result.objects.filter(cycle=cycle, unit=entry.unit_id, veto_item=entry.item_id, veto_reason=entry.reason)
    rows: Keys = {
        ENTRY: [entry.pk],
        APPEAL: list(copies.values_list("pk", flat=True)),
        RESULT: [unit_key(*pair) for pair in vetoed.values_list("cycle_id", "unit_id")],
    }
    refuse_altered(cycle.mine.code, rows, "清除")
    key = entry.key if cycle.takes_scores else new_key()
    vetoed.update(veto_reason=ERASED_TEXT)
    copies.update(entry_reason=ERASED_TEXT, entry_key=key)
    entry.key = key
    _replace(entry, ENTRY_TEXTS)
    audit.erase(mine=cycle.mine.code, subject=("entry", entry.pk), fields=ENTRY_TEXTS, instead=ERASED_TEXT, label=True)
    return rows


def _erase_appeal(appeal: Appeal) -> Keys:
    """With what it keeps of an entry that it brought down."""
    texts = APPEAL_TEXTS if appeal.entry_id else (*APPEAL_TEXTS, "entry_reason")
    if all(getattr(appeal, name) in ("", ERASED_TEXT) for name in texts):
        return {}
    mine = appeal.cycle.mine.code
    gone = [] if appeal.entry_id else _removed_entries(mine, appeal.entry_reason)
    rows: Keys = {APPEAL: [appeal.pk], ENTRY: [*gone]}
    refuse_altered(mine, rows, "清除")
    _replace(appeal, texts)
    audit.erase(mine=mine, subject=("appeal", appeal.pk), fields=APPEAL_TEXTS, instead=ERASED_TEXT)
    for pk in gone:
        audit.erase(mine=mine, subject=("entry", pk), fields=ENTRY_TEXTS, instead=ERASED_TEXT, label=True)
    return rows


def _erase_cycle(cycle: Cycle) -> Keys:
    """What the leader and the joint meeting said of the month as a whole; the number of the minutes stays."""
    if all(getattr(cycle, name) in ("", ERASED_TEXT) for name in CYCLE_TEXTS):
        return {}
    rows: Keys = {CYCLE: [cycle.pk]}
    refuse_altered(cycle.mine.code, rows, "清除")
    _replace(cycle, CYCLE_TEXTS)
    audit.erase(mine=cycle.mine.code, subject=("cycle", cycle.pk), fields=LOGGED_OF_CYCLE, instead=ERASED_TEXT)
    return rows


def _erase_departure(departure: Departure) -> Keys:
    if departure.reason == ERASED_TEXT:
        return {}
    rows: Keys = {DEPARTURE: [unit_key(departure.cycle_id, departure.unit_id)]}
    refuse_altered(departure.cycle.mine.code, rows, "清除")
    _replace(departure, ("reason",))
    return rows


def _erase_reopening(reopening: Reopening) -> Keys:
    """With the copies in appeals that lapsed by it."""
    if reopening.reason == ERASED_TEXT:
        return {}
    cycle = reopening.cycle
    lapsed = Appeal.objects.filter(cycle=cycle, outcome=Outcome.LAPSED, decided_at=reopening.reopened_at)
    rows: Keys = {REOPENING: [reopening.pk], APPEAL: list(lapsed.values_list("pk", flat=True))}
    refuse_altered(cycle.mine.code, rows, "清除")
    lapsed.update(decision=ERASED_TEXT)
    _replace(reopening, ("reason",))
    audit.erase(mine=cycle.mine.code, subject=("cycle", cycle.pk), fields=("reason",), instead=ERASED_TEXT)
    return rows


def _removed_entries(mine: str, reason: str) -> list[str]:
    """Keys of entries that are no more, by the reason under which the log knows them."""
    events = AuditEvent.objects.filter(mine=mine, subject_type="entry", action="assess.entry.removed")
    return list(events.filter(subject_label=reason[:200]).values_list("subject_id", flat=True).distinct())


def _replace(row: Erased, texts: Iterable[str]) -> None:
    for name in texts:
        if getattr(row, name):
            setattr(row, name, ERASED_TEXT)
    row.save()


def _grounds(text: str) -> str:
    said = text.strip()
    if not said:
        raise Refused("请写明为什么清除，例如“本人申请，理由里写了姓名”")
    if len(said) > LONGEST or has_numbers(said):
        raise Refused(f"清除的缘由最多 {LONGEST} 字，不要写身份证号或手机号")
    return said
