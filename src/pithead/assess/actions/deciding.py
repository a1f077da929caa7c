"""The second half of a cycle's life: approval by the joint meeting → publicity → final, and the way back to scoring."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pithead.assess.actions.checking import public_text
from pithead.assess.actions.closing import apply_departures, forget
from pithead.assess.actions.cycles import review_cycle
from pithead.assess.actions.seals import month_rows, refuse_altered_month, release_month, seal_month
from pithead.assess.actions.steps import move, refuse_unless
from pithead.assess.actions.together import hold_together
from pithead.assess.models import Appeal, Cycle, CycleState, Departure, Outcome, Publicity, Reopening, Result, Tier
from pithead.assess.models.appeals import BY_MEETING
from pithead.assess.models.cycles import PUBLIC
from pithead.assess.queries.publicity import span_of, usual_contacts
from pithead.assess.sealed import PUBLICITY
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import altered
from pithead.org.access import Actor, Capability
from pithead.org.queries import calendar_of, unit_names

LONGEST_NUMBER = 64  # characters of the number of minutes


@dataclass(frozen=True)
class DepartureDraft:
    """The meeting decides otherwise for one unit. `tier`: code of the tier it shall have, with its standard's before it where
    several are offered (sec/good); "" leaves the computed one. `excluded`: may not be commended (what a veto excludes stays
    excluded)."""

    unit_id: int
    tier: str = ""
    excluded: bool = False
    reason: str = BY_MEETING


@transaction.atomic
def approve_cycle(
    *,
    by: Actor,
    at: dt.datetime,
    cycle: Cycle,
    minutes: str,
    decision: str = "",
    departures: Sequence[DepartureDraft] = (),
) -> Cycle:
    """Record that the joint meeting settled the month and those linked with it, under the number of its minutes. Whoever
    may also review gives the review by it. A departure may name a unit of any of them."""
    by.require(Capability.CYCLE_APPROVE, cycle.mine)
    cycles = hold_together(cycle)
    if cycle.state == CycleState.REVIEW and by.can(Capability.CYCLE_REVIEW, cycle.mine):
        review_cycle(by=by, at=at, cycle=cycle)
        cycles = hold_together(cycle)
    if cycle.approved_at:
        _refuse_otherwise(cycle, cycles, minutes.strip(), decision.strip(), departures)
        return cycle
    refuse_unless(cycle, CycleState.APPROVAL, "请先送矿领导审核，再记录联席会审定")
    number = minutes.strip()
    if not number:
        raise Refused("请填写党政联席会纪要编号，例如“2026年第7次”")
    if len(number) > LONGEST_NUMBER:
        raise Refused(f"纪要编号写了 {len(number)} 字，最多 {LONGEST_NUMBER} 字；会议怎么定的请写在会议意见里")
    said = {
        "minutes": public_text(cycle, None, "纪要编号", number),
        "decision": public_text(cycle, None, "会议意见", decision),
    }
    refuse_altered_month(cycles, "审定")
    _depart(cycles, departures)
    given = {"approved_at": at, "approved_by": by.name, **said}
    for found in cycles:
        log = {"minutes": number, "departures": found.departures.count()}
        move(by, at, found, "approved", CycleState.APPROVAL, log, **given)
        seal_month(found, at, "approved", computed=True)
    return cycle


def _refuse_otherwise(
    cycle: Cycle, cycles: Sequence[Cycle], minutes: str, decision: str, drafts: Sequence[DepartureDraft]
) -> None:
    """Approved already: the same once more does no harm, anything else would be lost unnoticed."""
    rows = Departure.objects.filter(cycle__in=cycles).select_related("unit", "tier")
    standing = {(row.unit_id, row.tier.code if row.tier else "", row.excluded, row.reason) for row in rows}
    asked = {
        (draft.unit_id, draft.tier.rpartition("/")[2], draft.excluded, draft.reason.strip() or BY_MEETING)
        for draft in drafts
    }
    if (minutes, decision, asked) != (cycle.minutes, cycle.decision, standing):
        units = "、".join(sorted(str(row.unit) for row in rows))
        other = f"，调整了{units}" if units else "，没有调整"
        raise Refused(
            f"{cycle}已由{cycle.approved_by}按“{cycle.minutes}”记录审定{other}；这次填的不一样，没有保存。要改请先退回打分"
        )


def _depart(cycles: Sequence[Cycle], drafts: Sequence[DepartureDraft]) -> None:
    units = [draft.unit_id for draft in drafts]
    results = {
        row.unit_id: row for row in Result.objects.filter(cycle__in=cycles, unit__in=units).select_related("unit")
    }
    if set(units) - set(results):
        raise Refused("要调整的单位没有参加这个月的考核，请核对")
    if twice := {pk for pk in units if units.count(pk) > 1}:
        raise Refused(f"{'、'.join(results[pk].unit.name for pk in sorted(twice))}写了两次，一个单位只能调整一次")
    of = {cycle.pk: cycle for cycle in cycles}
    for draft in drafts:
        _depart_one(of[results[draft.unit_id].cycle_id], results[draft.unit_id], draft)
    for cycle in cycles:
        apply_departures(cycle)


def _depart_one(cycle: Cycle, result: Result, draft: DepartureDraft) -> None:
    if not draft.tier and not draft.excluded:
        raise Refused(f"{result.unit}：请选调整后的档次，或者勾选不参加评先")
    tier = _tier(cycle, result, draft.tier) if draft.tier else None
    reason = public_text(cycle, result.unit_id, "理由", draft.reason) or BY_MEETING
    Departure.objects.create(cycle=cycle, unit=result.unit, tier=tier, excluded=draft.excluded, reason=reason)


def _tier(cycle: Cycle, result: Result, said: str) -> Tier:
    standard, _, code = said.rpartition("/")
    own = {tier.code: tier for tier in cycle.standard.tiers.order_by("position")}
    if standard in ("", cycle.code) and code in own:
        return own[code]
    others = Tier.objects.filter(standard__mine=cycle.mine_id, standard__cycles__period=cycle.period, code=code)
    other = (others.filter(standard__code=standard) if standard else others).select_related("standard").first()
    called = f"“{other.standard.title}”的档次“{other.name}”" if other else f"档次“{code}”"
    names = "、".join(tier.name for tier in own.values())
    raise Refused(f"{result.unit}按“{cycle.standard.title}”考核，没有{called}，可以选：{names}")


@transaction.atomic
def publish_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle, contacts: str = "") -> Publicity:
    """Put the settled month, and those linked with it, before every worker for the standard's working days, counted from
    the next working day. Again when appeals have changed something: the second publicity, as long as the first."""
    by.require(Capability.CYCLE_RUN, cycle.mine)
    cycles = hold_together(cycle)
    if cycle.state != CycleState.PUBLICITY:
        refuse_unless(cycle, CycleState.APPROVAL, "还不能公示，请先送审核和联席会审定")
        if cycle.approved_at is None:
            raise Refused(f"{cycle}还没有经党政联席会审定，请先填写纪要编号")
    elif _is_shown(cycle):
        last = cycle.publicities.latest("round")
        if contacts.strip() not in ("", last.contacts):
            raise Refused(f"{cycle}已经公示，监督联系方式是“{last.contacts}”；这次填的没有保存")
        return last
    _refuse_open_appeals(cycles)
    refuse_altered_month(cycles, "公示")
    for found in cycles:
        if not _is_shown(found):
            _publish(by, at, found, contacts.strip() or usual_contacts(found))
    return cycle.publicities.latest("round")


def _is_shown(cycle: Cycle) -> bool:
    """Whether what stands now has been, or is being, shown to everybody."""
    last = cycle.publicities.order_by("-round").first()
    return (
        cycle.state == CycleState.PUBLICITY
        and last is not None
        and last.published_at >= (cycle.changed_at or last.published_at)
    )


def _publish(by: Actor, at: dt.datetime, cycle: Cycle, contacts: str) -> None:
    span = span_of(calendar_of(cycle.mine), timezone.localdate(at), cycle.standard.publicity_days)
    last = cycle.publicities.order_by("-round").first()
    publicity = Publicity.objects.create(
        cycle=cycle,
        round=last.round + 1 if last else 1,
        published_at=at,
        published_by=by.name,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        contacts=contacts[:200],
    )
    days = f"{publicity.starts_on} — {publicity.ends_on}"
    move(by, at, cycle, "published", CycleState.PUBLICITY, {"round": publicity.round, "days": days})
    seal_month(cycle, at, "published", rows={PUBLICITY: [publicity.pk]})


@transaction.atomic
def finalise_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle) -> Cycle:
    """Settle a month, and those linked with it, whose publicity is over and whose appeals are decided."""
    by.require(Capability.CYCLE_FINALISE, cycle.mine)
    cycles = hold_together(cycle)
    if cycle.state == CycleState.FINAL:
        return cycle
    refuse_unless(cycle, CycleState.PUBLICITY, "还不能确定：要先审核、经联席会审定并公示")
    _refuse_open_appeals(cycles)
    for found in cycles:
        if not _is_shown(found):
            raise Refused(f"{found}的结果因申诉有变化，请先第二次公示")
        last = found.publicities.latest("round")
        if last.runs_on(timezone.localdate(at)):
            raise Refused(f"{found}公示到 {last.ends_on} 为止，公示期满才能确定")
    refuse_altered_month(cycles, "确定")
    for found in cycles:
        log = {"units": found.results.count()}
        move(by, at, found, "finalised", CycleState.FINAL, log, finalised_at=at, finalised_by=by.name)
        seal_month(found, at, "finalised")
    return cycle


def _refuse_open_appeals(cycles: Sequence[Cycle]) -> None:
    if count := Appeal.objects.filter(cycle__in=cycles).open().count():
        raise Refused(f"还有 {count} 件申诉没有裁定，请先处理")


@transaction.atomic
def reopen_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle, reason: str) -> Cycle:
    """Send a closed month, and those linked with it, back to scoring. What was published or settled only a leader sends
    back; what stood is kept with the reason, open appeals end."""
    if not by.can(Capability.CYCLE_RUN, cycle.mine):
        by.require(Capability.CYCLE_REVIEW, cycle.mine)
    cycles = hold_together(cycle)
    if cycle.state in PUBLIC:
        by.require(Capability.CYCLE_REVIEW, cycle.mine)
    if cycle.takes_scores:
        return cycle
    if not reason.strip():
        raise Refused("请写明退回打分的原因")
    said = public_text(cycle, None, "退回原因", reason)
    for found in cycles:
        _reopen(by, at, found, said)
    return cycle


def _reopen(by: Actor, at: dt.datetime, cycle: Cycle, reason: str) -> None:
    otherwise = altered(cycle.mine.code, month_rows(cycle))
    names = unit_names(cycle.mine)
    rows = Result.objects.filter(cycle=cycle).select_related("tier").order_by("rank", "unit__path")
    stood = [[names[row.unit_id], row.rank, str(row.total or ""), row.tier.name if row.tier else ""] for row in rows]
    reopening = Reopening.objects.create(
        cycle=cycle,
        reopened_at=at,
        reopened_by=by.name,
        reason=reason,
        state_before=cycle.state,
        results_before=stood,
    )
    cycle.appeals.open().update(outcome=Outcome.LAPSED, decided_at=at, decision=reason, decided_name=by.name)
    cycle.departures.all().delete()
    forget(cycle)
    nothing = dict.fromkeys(("closed_at", "changed_at", "reviewed_at", "approved_at", "finalised_at"))
    blank = dict.fromkeys(("reviewed_by", "review_note", "approved_by", "minutes", "decision", "finalised_by"), "")
    move(by, at, cycle, "reopened", CycleState.SCORING, {"reason": reason}, **nothing, **blank)
    release_month(cycle, at, reopening, otherwise)
