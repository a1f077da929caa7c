"""What the desk's own lists show: accounts of a unit, the log, the sealed chain."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.utils import timezone

from pithead.kernel.models import AuditEvent, SealLink
from pithead.kernel.sealing.anchors import code
from pithead.org.access import Actor, Capability
from pithead.org.models import Person, Unit, UnitKind, User
from pithead.web.audit_words import ACTIONS, FIELDS, SEALING, SUBJECTS, VALUES

PEOPLE_PER_PAGE = 100
EVENTS_PER_PAGE = 50
LINKS_SHOWN = 20
LONGEST = 200  # of a value in the log
LONGEST_ID = 18  # digits; with one more the database may have no such number
FACES = {"api": "接口", "cli": "命令行", "web": "网页", "demo": "演示数据", "system": "系统"}
NO_PASSWORD = ("account__password__startswith", UNUSABLE_PASSWORD_PREFIX)
CHOOSABLE = (UnitKind.MINE, UnitKind.OFFICE, UnitKind.SECTION)


@dataclass(frozen=True)
class AccountLine:
    person: Person
    state: str  # none | issued | active | locked | stopped
    words: str
    tone: str


@dataclass(frozen=True)
class AccountPage:
    lines: tuple[AccountLine, ...]
    next_key: str
    people: int  # in the unit and below
    waiting: int  # of these without a password


def choosable_units(actor: Actor) -> QuerySet[Unit]:
    """The mine, its offices and sections, as far as the right to issue codes reaches."""
    rows = Unit.objects.filter(kind__in=CHOOSABLE, mine=actor.mine).in_force(timezone.localdate())
    return actor.scope(Capability.ACCOUNT_ACTIVATE).units(rows).order_by("path")


def people_of(actor: Actor, unit: Unit, on: dt.date) -> QuerySet[Person]:
    """Everybody in the unit and below who has not left."""
    rows = Person.objects.filter(mine=actor.mine).filter(Q(left_on=None) | Q(left_on__gt=on))
    if unit.kind != UnitKind.MINE:  # in the mine itself also those who belong to no unit
        rows = rows.filter(unit__path__startswith=unit.path)
    scope = actor.scope(Capability.ACCOUNT_ACTIVATE)
    return (rows if scope.covers(actor.mine) else scope.people(rows)).for_list().select_related("unit__parent")


def without_password(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.filter(Q(account=None) | Q(NO_PASSWORD))


def account_page(actor: Actor, unit: Unit, *, at: dt.datetime, after: str = "") -> AccountPage:
    people = people_of(actor, unit, timezone.localdate(at))
    rows = list(people.filter(staff_no__gt=after)[: PEOPLE_PER_PAGE + 1])
    accounts = {row.person_id: row for row in User.objects.filter(person__in=[row.pk for row in rows])}
    shown = rows[:PEOPLE_PER_PAGE]
    return AccountPage(
        lines=tuple(_account_line(person, accounts.get(person.pk), at) for person in shown),
        next_key=shown[-1].staff_no if len(rows) > PEOPLE_PER_PAGE else "",
        people=people.count(),
        waiting=without_password(people).count(),
    )


def _account_line(person: Person, account: User | None, at: dt.datetime) -> AccountLine:
    if account is None:
        return AccountLine(person, "none", "没有发过启用码", "")
    if not account.is_active:
        return AccountLine(person, "stopped", "已停用", "accent")
    if account.is_locked(at):
        return AccountLine(person, "locked", f"锁定到 {timezone.localtime(account.locked_until):%H:%M}", "warn")
    if account.code_expires_at and account.code_expires_at > at:
        until = timezone.localtime(account.code_expires_at)
        return AccountLine(person, "issued", f"启用码 {until.month}月{until.day}日前有效", "info")
    if account.has_usable_password():
        return AccountLine(person, "active", "已启用", "good")
    return AccountLine(person, "none", "启用码已过期" if account.code_hash else "没有发过启用码", "")


@dataclass(frozen=True)
class EventLine:
    at: dt.datetime
    who: str
    staff_no: str
    source: str
    action: str
    subject: str
    changes: tuple[tuple[str, str, str], ...]  # field, before, after


@dataclass(frozen=True)
class EventPage:
    lines: tuple[EventLine, ...]
    next_key: str


def event_page(
    actor: Actor,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    who: str = "",
    subject: str = "",
    after: str = "",
) -> EventPage:
    """Newest first; `after` is the key of the last line seen."""
    mines = [mine.code for mine in audited_mines(actor)]
    rows = _matching(since, until, who, subject).filter(mine__in=mines)
    if key := _parse_key(after):
        at, pk = key
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    found = list(rows.order_by("-at", "-pk")[: EVENTS_PER_PAGE + 1])
    shown = found[:EVENTS_PER_PAGE]
    more = len(found) > EVENTS_PER_PAGE
    return EventPage(tuple(_event_line(row) for row in shown), _key(shown[-1]) if more else "")


def _matching(since: dt.date | None, until: dt.date | None, who: str, subject: str) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.all()
    if since:
        rows = rows.filter(at__gte=_midnight(since))
    if until:
        rows = rows.filter(at__lt=_midnight(until + dt.timedelta(days=1)))
    if who:
        rows = rows.filter(Q(actor=who) | Q(actor_name=who))
    if subject:
        rows = rows.filter(subject_label__contains=subject)
    return rows


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), timezone.get_current_timezone())


def _key(event: AuditEvent) -> str:
    return f"{event.at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}-{event.pk}"


def _parse_key(text: str) -> tuple[dt.datetime, int] | None:
    """A key that was tampered with starts from the top."""
    stamp, _, pk = text.partition("-")
    if len(pk) > LONGEST_ID:
        return None
    try:
        return dt.datetime.strptime(stamp, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC), int(pk)
    except ValueError:
        return None


def _event_line(event: AuditEvent) -> EventLine:
    kind = SUBJECTS.get(event.subject_type, event.subject_type)
    return EventLine(
        at=event.at,
        who=event.actor_name,
        staff_no=event.actor,
        source=event.source or FACES.get(event.face, event.face),
        action=ACTIONS.get(event.action, event.action),
        subject=f"{kind} {event.subject_label}",
        changes=tuple(_changes(event.before or {}, event.after or {})),
    )


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Field by field what differs, in the words of the page."""
    for name in dict.fromkeys([*before, *after]):
        old, new = _words(before.get(name)), _words(after.get(name))
        if old != new:
            yield FIELDS.get(name, name), old, new


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(_words(part) for part in value)
    text = VALUES.get(str(value), str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


# ── the sealed chain ──
@dataclass(frozen=True)
class LinkLine:
    at: dt.datetime
    act: str
    subject: str
    code: str  # 校验码


def audited_mines(actor: Actor) -> list[Unit]:
    mines = actor.scope(Capability.AUDIT_VIEW).units(Unit.objects.filter(kind=UnitKind.MINE))
    return list(mines.order_by("path"))


def latest_links(mine: str) -> list[LinkLine]:
    """The newest first."""
    return [
        LinkLine(link.at, SEALING.get(link.act, link.act), link.subject_label, code(link.seq, link.head))
        for link in SealLink.objects.filter(mine=mine).order_by("-seq")[:LINKS_SHOWN]
    ]
