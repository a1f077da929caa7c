"""Appeals 申诉: a unit names an entry of a published month, the office answers, another person decides."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from pithead.assess.actions.checking import MOST_POINTS, public_text
from pithead.assess.actions.computing import settle_by_appeal
from pithead.assess.actions.holding import hold
from pithead.assess.actions.linking import compute_together
from pithead.assess.actions.seals import refuse_altered_appeal, refuse_altered_month, seal_appeal
from pithead.assess.actions.together import hold_together
from pithead.assess.models import Appeal, Cycle, CycleState, Entry, EntryKind, Outcome, Source
from pithead.assess.queries.appeals import called, involvement
from pithead.kernel import audit, db
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.org.access import Actor, Capability

ANSWER = ("answer", "answered_by", "answered_name", "answered_at")  # what each step writes, and nothing else
DECISION = ("outcome", "decision", "decided_points", "decided_by", "decided_name", "decided_at")
LONGEST = 500  # characters of what an appeal, an answer or a decision says
OPEN_OUTCOMES = {
    EntryKind.DEDUCTION: (Outcome.UPHELD, Outcome.CHANGED, Outcome.REJECTED),
    EntryKind.BONUS: (Outcome.CHANGED, Outcome.REJECTED),
    EntryKind.NOT_APPLICABLE: (Outcome.UPHELD, Outcome.REJECTED),
    EntryKind.VETO: (Outcome.UPHELD, Outcome.REJECTED),
}


@transaction.atomic
def make_appeal(*, by: Actor, at: dt.datetime, entry: Entry, text: str) -> Appeal:
    """Once per entry, while the month is being published."""
    by.require(Capability.APPEAL_MAKE, entry.unit)
    cycle = entry.cycle
    hold(cycle)
    entry = _reread(entry)
    _refuse_unless_published(cycle, at)
    if earlier := cycle.appeals.filter(entry_key=entry.key).exclude(outcome=Outcome.LAPSED).first():
        if earlier.text == text.strip():  # the form sent twice
            return earlier
        raise Refused(f"这一条已经申诉过：{earlier.state_label}")
    if entry.source == Source.COMPUTED and not entry.is_counted:
        raise Refused("这一条是系统按标准折算的，请对它所依据的那一条提出申诉")
    appeal = Appeal.objects.create(
        mine_id=cycle.mine_id,
        cycle=cycle,
        unit=entry.unit,
        entry=entry,
        entry_key=entry.key,
        item=entry.item,
        office=entry.office,
        kind=entry.kind,
        points=entry.points,
        entry_reason=entry.reason,
        text=_said(cycle, entry.unit_id, text, "请写明申诉的理由和依据"),
        made_by_id=by.person_id,
        made_name=by.name,
        made_at=at,
    )
    _log(by, at, "made", appeal, {"text": appeal.text, "points": plain(appeal.points)})
    seal_appeal(appeal, at, "made")
    return appeal


@transaction.atomic
def answer_appeal(*, by: Actor, at: dt.datetime, appeal: Appeal, answer: str, seen: str = "") -> Appeal:
    """The office that scored says what it stands on; it may say so again until somebody decides, having seen what was said
    last: `seen` is the moment of that answer (`Appeal.answer_seen`), "" for none."""
    by.require(Capability.SCORE_ENTER, appeal.office)
    hold(appeal.cycle)
    _hold_open(appeal)
    said = _said(appeal.cycle, appeal.unit_id, answer, "请写明科室的答复")
    if appeal.answer != said:
        if appeal.answer_seen != seen:
            raise Refused(
                f"{appeal.answered_name}已经答复：“{appeal.answer}”。请刷新页面，看过再改；您刚才写的没有保存"
            )
        refuse_altered_appeal(appeal, "答复")
        appeal.answer, appeal.answered_by_id, appeal.answered_name, appeal.answered_at = said, by.person_id, by.name, at
        appeal.save(update_fields=ANSWER)
        _log(by, at, "answered", appeal, {"answer": said})
        seal_appeal(appeal, at, "answered")
    return appeal


@transaction.atomic
def decide_appeal(
    *, by: Actor, at: dt.datetime, appeal: Appeal, outcome: Outcome, decision: str, points: Decimal | None = None
) -> Appeal:
    """Somebody who neither scored nor appealed nor answered decides. What changes is computed at once, here and in linked
    months, and needs a publicity of its own. `points`: the new figure, for `Outcome.CHANGED` only; never to the worse."""
    by.require(Capability.APPEAL_DECIDE, appeal.mine)
    cycles = hold_together(appeal.cycle)
    _hold_open(appeal)
    if appeal.answered_at is None:
        raise Refused("科室还没有答复，请等科室答复后再裁定")
    _refuse_involved(by, appeal)
    refuse_altered_appeal(appeal, "裁定")
    refuse_altered_month(cycles, "裁定")
    said = _said(appeal.cycle, appeal.unit_id, decision, "请写明裁定的理由")
    new = _new_points(appeal, outcome, points)
    appeal.outcome, appeal.decision, appeal.decided_points = outcome, said, new
    appeal.decided_by_id, appeal.decided_name, appeal.decided_at = by.person_id, by.name, at
    appeal.save(update_fields=DECISION)
    _log(by, at, "decided", appeal, {"outcome": outcome, "decision": said, "points": plain(new) if new else ""})
    if outcome is Outcome.REJECTED:
        seal_appeal(appeal, at, "decided")
        return appeal
    changed = (
        None if appeal.entry is not None and appeal.entry.is_counted else appeal.entry_id
    )  # sealed with its result
    _change_entry(by, at, appeal, new)
    compute_together(cycles, at)
    seal_appeal(appeal, at, "decided", entry=changed, computed=cycles)
    return appeal


def _change_entry(by: Actor, at: dt.datetime, appeal: Appeal, points: Decimal | None) -> None:
    assert appeal.entry_id is not None  # entries of a published month are only removed by the appeal itself
    entry = Entry.objects.get(pk=appeal.entry_id)  # as it stands: its text may have been erased meanwhile
    subject = ("entry", entry.pk, entry.reason)
    before = {"points": plain(entry.points), "reason": entry.reason}
    after = None if points is None else {"points": plain(points), "reason": entry.reason}
    action = "assess.entry.removed" if points is None else "assess.entry.changed"
    audit.write(by=by, at=at, mine=appeal.mine.code, action=action, subject=subject, before=before, after=after)
    if entry.is_counted:
        settle_by_appeal(appeal.cycle, entry, points or ZERO, f"申诉裁定：{appeal.decision}"[:LONGEST], by, at)
    if points is None:
        entry.delete()
        appeal.entry = None
    else:
        entry.points = points
        entry.save(update_fields=["points"])


def _new_points(appeal: Appeal, outcome: Outcome, points: Decimal | None) -> Decimal | None:
    kind = EntryKind(appeal.kind)
    if outcome not in OPEN_OUTCOMES[kind]:
        allowed = "、".join(one.label for one in OPEN_OUTCOMES[kind])
        raise Refused(f"{kind.label}的申诉可以裁定为：{allowed}")
    if outcome is not Outcome.CHANGED:
        return None
    new = None if points is None else to_cent(points)
    if new is None:
        raise Refused(f"选了“{outcome.label}”，请填写改为{'加' if kind is EntryKind.BONUS else '扣'}多少分")
    if kind is EntryKind.DEDUCTION and not 0 < new < appeal.points:
        raise Refused(f"改分要大于 0、小于原来的 {plain(appeal.points)} 分；申诉不加重扣分，全部撤销请选“申诉成立”")
    if kind is EntryKind.BONUS and not appeal.points < new <= MOST_POINTS:
        raise Refused(f"改后的加分要大于原来的 {plain(appeal.points)} 分")
    return new


# ── who, when, and in what words ──
def _reread(entry: Entry) -> Entry:
    """As it stands now that the month is held: its text may have been erased meanwhile."""
    found = Entry.objects.select_related("cycle__standard", "unit", "item", "office").filter(pk=entry.pk).first()
    if found is None:
        raise Refused("这一条已经被撤销，请刷新页面")
    return found


def _refuse_unless_published(cycle: Cycle, at: dt.datetime) -> None:
    last = cycle.publicities.order_by("-round").first()
    if cycle.state != CycleState.PUBLICITY or last is None:
        raise Refused(f"{cycle}{cycle.state_label}，公示期间才能申诉")
    if not last.runs_on(timezone.localdate(at)):
        raise Refused(f"{cycle}的公示到 {last.ends_on} 已经结束，不能再申诉；有问题请联系：{last.contacts}")


def _hold_open(appeal: Appeal) -> None:
    db.hold(appeal, "answer", "answered_at", "answered_name", "answered_by_id", "outcome", "decided_at")
    if appeal.decided_at:
        raise Refused(f"{called(appeal)}已经裁定：{appeal.state_label}")


def _refuse_involved(by: Actor, appeal: Appeal) -> None:
    if what := involvement(by, appeal):
        raise Refused(f"{by.name}是{what}，要由另一个人裁定")


def _said(cycle: Cycle, unit_id: int, text: str, otherwise: str) -> str:
    """What the whole mine reads once it is decided: no numbers of persons, no names."""
    if not text.strip():
        raise Refused(otherwise)
    return public_text(cycle, unit_id, "内容", text, longest=LONGEST)


def _log(by: Actor, at: dt.datetime, step: str, appeal: Appeal, after: dict[str, str]) -> None:
    audit.write(
        by=by,
        at=at,
        mine=appeal.mine.code,
        action=f"assess.appeal.{step}",
        subject=("appeal", appeal.pk, called(appeal)),
        after=after,
    )
