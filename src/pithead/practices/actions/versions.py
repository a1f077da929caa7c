"""What a practice asks, from a day on: changed, switched off, switched on again."""

import datetime as dt
from dataclasses import replace

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.practices.actions.dating import not_long_past
from pithead.practices.actions.proposing import over_caps, propose
from pithead.practices.actions.writing import Terms, clause_of, facts_of, latest_version, write_version
from pithead.practices.content import PracticeSpec
from pithead.practices.models import Practice, PracticeVersion, Proposal, Record
from pithead.practices.pack import faults_in
from pithead.rules.queries import by_quote, clauses_in_force

ONE_DAY = dt.timedelta(days=1)


@transaction.atomic
def set_version(
    *,
    by: Actor,
    at: dt.datetime,
    practice: Practice,
    spec: PracticeSpec,
    since: dt.date,
    until: dt.date | None = None,
    order_no: str = "",
) -> PracticeVersion | Proposal:
    """What asks a role for more than its cap becomes a proposal, and holds once a mine leader has allowed it."""
    by.require(Capability.PRACTICE_EDIT, practice.mine)
    hold(practice.mine)
    if reasons := reasons_against(spec):
        raise Refused(reasons)
    terms = Terms(since, until, order_no.strip())
    latest = latest_version(practice)
    if latest is not None and latest.content == spec.to_plain() and _holds_so(latest, terms):
        return latest
    _check(practice, spec, terms)
    not_long_past(by, at, practice.mine, since)
    if not by.is_system and (over := over_caps(practice.method, [spec], since)):
        return propose(by, at, practice, spec, terms, over)
    return put_in_force(by, at, practice, spec, terms)


@transaction.atomic
def switch_off(*, by: Actor, at: dt.datetime, practice: Practice, on: dt.date) -> Practice:
    """`on` is the last day. What was to begin later does not begin."""
    by.require(Capability.PRACTICE_EDIT, practice.mine)
    hold(practice.mine)
    not_long_past(by, at, practice.mine, on + ONE_DAY)
    later = [one for one in practice.versions.filter(since__gt=on) if not _is_used(one)]
    for version in later:
        version.delete()
    latest = latest_version(practice)
    if latest is None or (latest.until is not None and latest.until <= on):
        if not later:
            raise Refused(f"“{practice}”已经停用")
        return _log_end(by, at, practice, on)
    if on < latest.since:
        raise Refused(f"“{practice}”从 {latest.since} 起的要求已经有人填写，停用日期不能更早")
    latest.until = on
    latest.save(update_fields=["until"])
    return _log_end(by, at, practice, on)


def switch_on(
    *,
    by: Actor,
    at: dt.datetime,
    practice: Practice,
    since: dt.date,
    until: dt.date | None = None,
    order_no: str = "",
    as_loaded: bool = False,
) -> PracticeVersion | Proposal:
    """As it was asked last; `as_loaded`, or one that never was: as its pack says, which may be newer or what the mine has moved
    away from. One that sleeps needs an order number and an end date (B12)."""
    latest = latest_version(practice)
    if latest is not None and (latest.until is None or latest.until >= since) and latest.since <= since:
        raise Refused(f"“{practice}”在 {since} 还在执行，不用再启用")
    content = practice.loaded if latest is None or as_loaded else latest.content
    spec = _without_gone_clause(practice, PracticeSpec.from_plain(content), since)
    return set_version(by=by, at=at, practice=practice, spec=spec, since=since, until=until, order_no=order_no)


def _without_gone_clause(practice: Practice, spec: PracticeSpec, since: dt.date) -> PracticeSpec:
    """As packs are taken over: an order does not wait for the paper it once stood under, and what is off cannot be edited."""
    return spec if spec.clause in by_quote(clauses_in_force(practice.mine, since)) else replace(spec, clause="")


def put_in_force(by: Actor, at: dt.datetime, practice: Practice, spec: PracticeSpec, terms: Terms) -> PracticeVersion:
    """Written, and what had been proposed for it is settled."""
    latest = latest_version(practice)
    before = facts_of(latest) if latest else None
    version = write_version(practice, spec, terms)
    Proposal.objects.filter(practice=practice).delete()
    subject = ("practice", practice.pk, practice.title)
    facts = {"before": before, "after": facts_of(version)}
    audit.write(by=by, at=at, mine=practice.mine.code, action="practices.version.set", subject=subject, **facts)
    return version


def _holds_so(version: PracticeVersion, terms: Terms) -> bool:
    same = (version.until, version.order_no) == (terms.until, terms.order_no)
    return same and version.since <= terms.since and (version.until is None or version.until >= terms.since)


def _check(practice: Practice, spec: PracticeSpec, terms: Terms) -> None:
    if spec.code != practice.code:
        raise Refused(f"“{practice}”的编号 {practice.code} 不能改成 {spec.code}")
    if terms.until is not None and terms.until < terms.since:
        raise Refused("截止日期早于开始日期")
    if spec.dormant and not (terms.order_no and terms.until):
        raise Refused(f"“{practice}”平时停用（减负规则 B12）：启用要写明文号和截止日期")
    clause_of(practice, spec, terms.since)


def reasons_against(spec: PracticeSpec) -> list[Reason]:
    """What it would be refused for, for whoever looks at it before it is saved."""
    return [Reason(words, _where(spec, path)) for path, words in faults_in(spec)]


def _where(spec: PracticeSpec, path: tuple[str | int, ...]) -> str:
    """By what people see: the label of the field."""
    match path:
        case ("form", int(at), "rows", int(row), *_):
            return f"{spec.form[at].label} · {spec.form[at].rows[row].label}"
        case ("form", int(at), *_):
            return str(spec.form[at].label)
        case ("quotas", int(at), *_):
            return f"次数第 {at + 1} 条"
    return str(getattr(spec, "title", ""))


def _is_used(version: PracticeVersion) -> bool:
    return Record.objects.filter(mine=version.mine_id, practice=version.practice_id, version=version).exists()


def _log_end(by: Actor, at: dt.datetime, practice: Practice, on: dt.date) -> Practice:
    subject = ("practice", practice.pk, practice.title)
    after = {"until": on.isoformat()}
    audit.write(by=by, at=at, mine=practice.mine.code, action="practices.version.ended", subject=subject, after=after)
    return practice
