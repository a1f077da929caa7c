"""Issuing a standard: from a pack, or a draft that is fit. What is issued never changes."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from pithead.assess.actions.fitness import problems_of
from pithead.assess.actions.seals import seal_standard
from pithead.assess.models import Cycle, Standard, StandardState
from pithead.assess.queries import content_of, issued_last
from pithead.kernel import audit, db
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability

YEARS_AHEAD = 2  # a version may wait for its month; further off it is a slip of the pen


@transaction.atomic
def issue_standard(*, by: Actor, at: dt.datetime, standard: Standard, in_force_from: str) -> Standard:
    """A draft becomes the version in force from a month on; refused with everything that speaks against it."""
    by.require(Capability.STANDARD_ISSUE, standard.mine)
    period = month_of(in_force_from)
    db.hold(standard.mine)  # no month of it is opened meanwhile
    db.hold(standard, "state", "revision", "in_force_from", "version")
    if standard.state == StandardState.ISSUED and standard.in_force_from == str(period):
        return standard
    if standard.state == StandardState.ISSUED:
        start = Period.parse(standard.in_force_from).label
        raise Refused(f"{standard}第 {standard.version} 版已经发布，从{start}起执行，不能再改")
    content = content_of(standard)
    standing = issued_last(standard.mine, standard.code)
    if standing and content_of(standing) == content:
        raise Refused(f"和第 {standing.version} 版一样，没有改动，不必发布")
    reasons = [*period_problems(standard, period, at), *problems_of(content, standard.mine, str(period))]
    if reasons:
        raise Refused(reasons)
    return put_in_force(by, at, standard, str(period))


def put_in_force(by: Actor, at: dt.datetime, standard: Standard, start: str) -> Standard:
    """The only place where a standard becomes issued, once it is known to be fit. Versions are numbered in the order of their issue."""
    issued = Standard.objects.filter(mine=standard.mine, code=standard.code, state=StandardState.ISSUED)
    if (issued.aggregate(last=Max("version"))["last"] or 0) > standard.version:
        standard.version = next_version(standard)
    standard.state, standard.in_force_from = StandardState.ISSUED, start
    standard.save()
    log_standard(by, at, standard, "issued", in_force_from=start)
    seal_standard(standard, at)
    return standard


def next_version(standard: Standard) -> int:
    versions = Standard.objects.filter(mine=standard.mine, code=standard.code).aggregate(last=Max("version"))
    return (versions["last"] or 0) + 1


def month_of(text: str) -> Period:
    try:
        period = Period.parse(text)
    except Refused:
        period = None
    if period is None or period.kind is not Kind.MONTH:
        raise Refused(f"“{text}”不是月份，请写从哪个月起执行，如 2026-08")
    return period


def period_problems(standard: Standard, period: Period, at: dt.datetime) -> list[Reason]:
    """Months that are opened keep the version they were opened with, and nobody plans years ahead."""
    today = timezone.localdate(at)
    latest = Period.month(today.year + YEARS_AHEAD, today.month)
    if period > latest:
        return [Reason(f"{period.label}太远了，最晚从{latest.label}起执行，请核对年份")]
    opened = Cycle.objects.filter(mine=standard.mine, code=standard.code, period__gte=str(period))
    last = opened.select_related("standard").order_by("-period").first()
    if last is None:
        return []
    earliest = last.period_value.next().label
    message = f"{last.period_value.label}已经按第 {last.standard.version} 版开启，这一版最早从{earliest}起执行"
    return [Reason(message)]


def log_standard(by: Actor, at: dt.datetime, standard: Standard, what: str, **after: object) -> None:
    """`what` is the last word of the audit event: assess.standard.issued."""
    audit.write(
        by=by,
        at=at,
        mine=standard.mine.code,
        action=f"assess.standard.{what}",
        subject=("standard", standard.pk, str(standard)),
        after={"code": standard.code, "version": standard.version, **after},
    )
