"""The first half of a cycle's life: open → scoring → review → approval. Every step can be asked for again without harm."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from pithead.assess.actions.checking import public_text
from pithead.assess.actions.computing import write_counted
from pithead.assess.actions.fed import refuse_undecided_vetoes
from pithead.assess.actions.linking import compute_together
from pithead.assess.actions.seals import refuse_altered_month, seal_closed, seal_month, seal_opened
from pithead.assess.actions.steps import log_cycle, move, refuse_unless
from pithead.assess.actions.together import hold_together
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
from pithead.kernel import db
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import ZERO
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import calendar_of

SHOWN = 6  # places named in a refusal
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
    log_cycle(by, at, "opened", cycle, {"standard": standard.version, "units": cycle.participants.count()})
    seal_opened(cycle, at)
    return cycle


@transaction.atomic
def close_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle) -> Cycle:
    """End scoring, compute and lead to review, with all linked months, on the last day of the period at the earliest. Closing
    again computes again from the same entries."""
    by.require(Capability.CYCLE_RUN, cycle.mine)
    cycles = hold_together(cycle)
    if not cycle.takes_scores and cycle.state != CycleState.REVIEW:
        raise Refused(f"{cycle}{cycle.state_label}，不能再关闭打分")
    _refuse_before_the_end(cycles, at)
    _refuse_without_reason(cycles)
    refuse_undecided_vetoes(cycles)
    refuse_altered_month(cycles, "关闭打分")
    for found in cycles:
        write_counted(found, at)
    compute_together(cycles, at)
    for found in cycles:
        if found.state != CycleState.REVIEW:
            late = [office.name for office in late_offices(found)]
            facts = {"entries": found.entries.count(), "late": late}
            move(by, at, found, "closed", CycleState.REVIEW, facts, closed_at=at)
        seal_closed(found, at)
    return cycle


@transaction.atomic
def review_cycle(*, by: Actor, at: dt.datetime, cycle: Cycle, note: str = "") -> Cycle:
    """A leader has looked through a closed month, and those linked with it, and agrees."""
    by.require(Capability.CYCLE_REVIEW, cycle.mine)
    cycles = hold_together(cycle)
    said = note.strip()
    if cycle.reviewed_at:
        if said not in ("", cycle.review_note):
            raise Refused(f"{cycle}已由{cycle.reviewed_by}审核，意见是：{cycle.review_note or '（没有写）'}")
        return cycle
    refuse_unless(cycle, CycleState.REVIEW, "请先关闭打分再审核")
    said = public_text(cycle, None, "审核意见", said)
    refuse_altered_month(cycles, "审核")
    for found in cycles:
        given = {"reviewed_at": at, "reviewed_by": by.name, "review_note": said}
        move(by, at, found, "reviewed", CycleState.APPROVAL, {"note": given["review_note"]}, **given)
        seal_month(found, at, "reviewed")
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


def _refuse_before_the_end(cycles: list[Cycle], at: dt.datetime) -> None:
    last = max(cycle.ends_on for cycle in cycles)
    if timezone.localdate(at) < last:
        raise Refused(f"{cycles[0]}到 {last} 才结束，最早 {last} 当天才能关闭打分")


def _refuse_without_reason(cycles: list[Cycle]) -> None:
    """Scores typed or pasted without a reason may be saved, but never come before the mine."""
    bare = Entry.objects.filter(cycle__in=cycles, reason="").select_related("unit", "item", "office")
    if found := [f"{entry.unit} {entry.item.code}（{entry.office}）" for entry in bare.order_by("office", "pk")]:
        shown = "、".join(found[:SHOWN]) + ("等" if len(found) > SHOWN else "")
        raise Refused(f"有 {len(found)} 处打分没有写原因：{shown}。请科室补写原因或撤销后再关闭")
