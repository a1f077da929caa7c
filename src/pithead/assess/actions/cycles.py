"""A cycle's life: open → scoring → review → final. Every step can be asked for again without harm."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from pithead.assess.actions.closing import compute, forget
from pithead.assess.actions.holding import hold
from pithead.assess.models import (
    Cycle,
    CycleState,
    Entry,
    EntryKind,
    ItemKind,
    Participant,
    PeerGroup,
    Source,
    Standard,
)
from pithead.kernel import audit, db
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import ZERO
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import calendar_of

EARLIEST = dt.timedelta(days=31)  # how long before its first day a month may be opened


@transaction.atomic
def open_cycle(*, by: Actor, at: dt.datetime, mine: Unit, code: str, period: Period) -> Cycle:
    """Open a month of the standard in force, with the units of its kind that exist on the month's last day."""
    by.require(Capability.CYCLE_RUN, mine)
    if period.kind is not Kind.MONTH:
        raise Refused(f"“{period}”不是月份：考核按月开启，季度和年度由各月汇总")
    db.hold(mine)  # of two who open the same month the second finds it open
    wanted = {"mine": mine, "code": code, "period": str(period)}
    if standing := Cycle.objects.filter(**wanted).first():
        return standing
    standard = _standard_in_force(mine, code, period)
    starts, ends = calendar_of(mine).bounds(period)
    if starts > timezone.localdate(at) + EARLIEST:
        raise Refused(f"{period.label}从 {starts} 开始，还太早，最多提前一个月开启")
    facts = {"standard": standard, "starts_on": starts, "ends_on": ends, "opened_at": at}
    cycle = Cycle.objects.create(**wanted, **facts)
    _enrol(cycle, at)
    _log(by, at, "assess.cycle.opened", cycle, {"standard": standard.version, "units": cycle.participants.count()})
    return cycle


@transaction.atomic
def close_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle) -> Cycle:
    """End scoring, compute and lead to review. Closing again computes again from the same entries."""
    by.require(Capability.CYCLE_RUN, cycle.mine)
    hold(cycle)
    _refuse_final(cycle, "不能再关闭")
    compute(cycle)
    if cycle.state != CycleState.REVIEW:
        cycle.state, cycle.closed_at = CycleState.REVIEW, at
        cycle.save()
        late = [office.name for office in late_offices(cycle)]
        _log(by, at, "assess.cycle.closed", cycle, {"entries": cycle.entries.count(), "late": late})
    return cycle


@transaction.atomic
def reopen_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle, reason: str) -> Cycle:
    """Send a closed month back to scoring. A review that was given falls away; the reason is kept."""
    if not by.can(Capability.CYCLE_RUN, cycle.mine):
        by.require(Capability.CYCLE_REVIEW, cycle.mine)
    hold(cycle)
    _refuse_final(cycle, "不能退回打分")
    if cycle.takes_scores:
        return cycle
    if not reason.strip():
        raise Refused("请写明退回打分的原因")
    forget(cycle)
    cycle.state = CycleState.SCORING
    cycle.closed_at = cycle.reviewed_at = None
    cycle.reviewed_by = cycle.review_note = ""
    cycle.save()
    _log(by, at, "assess.cycle.reopened", cycle, {"reason": reason.strip()})
    return cycle


@transaction.atomic
def review_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle, note: str = "") -> Cycle:
    """A leader has looked through a closed month and agrees."""
    by.require(Capability.CYCLE_REVIEW, cycle.mine)
    hold(cycle)
    _refuse_unless_closed(cycle, "审核")
    if cycle.reviewed_at is None:
        cycle.reviewed_at, cycle.reviewed_by, cycle.review_note = at, by.name, note.strip()[:200]
        cycle.save()
        _log(by, at, "assess.cycle.reviewed", cycle, {"note": cycle.review_note})
    return cycle


@transaction.atomic
def finalise_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle) -> Cycle:
    """Settle a reviewed month. Whoever may also review gives the review by settling."""
    by.require(Capability.CYCLE_FINALISE, cycle.mine)
    hold(cycle)
    if cycle.state == CycleState.FINAL:
        return cycle
    _refuse_unless_closed(cycle, "确定")
    if cycle.reviewed_at is None:
        if not by.can(Capability.CYCLE_REVIEW, cycle.mine):
            raise Refused(f"{cycle}还没有经矿领导审核，请先送审")
        review_cycle(by=by, at=at, cycle=cycle)
    cycle.state, cycle.finalised_at, cycle.finalised_by = CycleState.FINAL, at, by.name
    cycle.save()
    _log(by, at, "assess.cycle.finalised", cycle, {"units": cycle.results.count()})
    return cycle


def late_offices(cycle: Cycle) -> list[Unit]:
    """Offices that score something in this cycle and have not handed in."""
    scoring = Unit.objects.filter(score_clauses__item__standard_id=cycle.standard_id).distinct()
    return list(scoring.exclude(pk__in=cycle.submissions.values("office")).order_by("path"))


def _standard_in_force(mine: Unit, code: str, period: Period) -> Standard:
    standard = Standard.objects.filter(mine=mine, code=code).in_force(str(period)).first()
    if standard is None:
        known = "、".join(Standard.objects.filter(mine=mine).values_list("code", flat=True).distinct().order_by("code"))
        raise Refused(f"{period.label}没有生效的标准“{code}”。本矿的标准有：{known or '（还没有，请先发布标准）'}")
    return standard


# ── who takes part ──
def _enrol(cycle: Cycle, at: dt.datetime) -> None:
    standard = cycle.standard
    units = list(
        Unit.objects.of_mine(cycle.mine).filter(kind=standard.subject).in_force(cycle.ends_on).order_by("path")
    )
    if not units:
        raise Refused(f"{cycle.mine}在{cycle.period_value.label}没有{standard.get_subject_display()}，无法开启考核")
    groups = list(standard.peer_groups.order_by("position"))
    specialties = _specialties(units)
    Participant.objects.bulk_create(
        [Participant(cycle=cycle, unit=unit, group=_group_for(specialties[unit.pk], groups)) for unit in units]
    )
    _write_exceptions(cycle, specialties, at)


def _specialties(units: list[Unit]) -> dict[int, str]:
    """A crew without a specialty of its own has its section's."""
    parents = {parent.pk: parent.specialty for parent in Unit.objects.filter(pk__in={unit.parent_id for unit in units})}
    return {unit.pk: unit.specialty or parents.get(unit.parent_id or 0, "") for unit in units}


def _group_for(specialty: str, groups: list[PeerGroup]) -> PeerGroup:
    named = (group for group in groups if specialty and specialty in group.specialties)
    rest = (group for group in groups if not group.specialties)
    found = next(named, None) or next(rest, None)
    if found is None:
        raise Refused(f"标准没有给专业“{specialty or '未填'}”分组，请在标准里加一个“其他”组")
    return found


def _write_exceptions(cycle: Cycle, specialties: dict[int, str], at: dt.datetime) -> None:
    """缺项 that the standard itself declares, as entries like any other: they are seen, and say why."""
    items = cycle.standard.items.filter(kind=ItemKind.SCORED).prefetch_related("clauses")
    Entry.objects.bulk_create(
        [
            Entry(
                mine_id=cycle.mine_id,
                cycle=cycle,
                unit_id=unit_id,
                item=item,
                office_id=item.clauses.all()[0].office_id,
                kind=EntryKind.NOT_APPLICABLE,
                points=ZERO,
                reason="标准规定本专业不考核此项",
                source=Source.COMPUTED,
                author="系统",
                entered_at=at,
                key=f"standard {unit_id} {item.code}",
            )
            for item in items
            for unit_id, specialty in specialties.items()
            if specialty in item.not_for
        ]
    )


# ── states ──
def _refuse_final(cycle: Cycle, what: str) -> None:
    if cycle.state == CycleState.FINAL:
        raise Refused(f"{cycle}已经确定，{what}")


def _refuse_unless_closed(cycle: Cycle, what: str) -> None:
    _refuse_final(cycle, f"不能再{what}")
    if cycle.state != CycleState.REVIEW:
        raise Refused(f"{cycle}还在打分，请先关闭打分再{what}")


def _log(by: Actor, at: dt.datetime, action: str, cycle: Cycle, after: dict[str, object]) -> None:
    subject = ("cycle", cycle.pk, str(cycle))
    audit.write(
        by=by, at=at, mine=cycle.mine.code, action=action, subject=subject, after={"state": cycle.state, **after}
    )
