"""Accounts: signing in and out, the printed one-time code, passwords, and the lock after too many wrong guesses.

Nobody learns from an answer whether a staff number exists: unknown ones get the same sentences and the same lock.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Count, F, Max, Q, Value, When
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Person, User

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike on paper: 0 O, 1 I L, U V
CODE_LENGTH = 10
FAILED = ("account.sign_in_failed", "account.activation_failed")
SEE_WHOM = "忘记密码请找人力资源科或系统管理员重新领取启用码"


@dataclass(frozen=True)
class Visitor:
    """Somebody who is not signed in (yet), as the log names them."""

    mine: str  # code
    staff_no: str
    name: str = "未登录"
    face: str = "web"
    source: str = ""


@dataclass(frozen=True)
class IssuedCode:
    """Shown once, on paper; only a digest is kept."""

    person: Person
    code: str
    expires_at: dt.datetime

    @property
    def spaced(self) -> str:
        """In two halves, as it is printed."""
        return f"{self.code[:5]} {self.code[5:]}"


def sign_in(*, by: Visitor, at: dt.datetime, password: str) -> User:
    account = _account(by, at)
    _claim_attempt(account, by, at)
    if account is None:
        make_password(password)  # takes as long as checking one
    if account is None or not account.check_password(password):
        raise _wrong(account, by, at, "account.sign_in_failed", "工号或密码不正确")
    with transaction.atomic():
        User.objects.filter(pk=account.pk).update(failures=0, locked_until=None)
        _log(_known(by, account), at, "account.signed_in")
    return account


def sign_out(*, by: Actor, at: dt.datetime) -> None:
    audit.write(by=by, at=at, mine=by.mine.code, action="account.signed_out", subject=("account", by.staff_no, by.name))


def hang_screen(*, by: Actor, at: dt.datetime) -> None:
    """This sign-in shows the big screen and nothing else from now on."""
    by.require(Capability.FIGURE_VIEW, by.mine)
    audit.write(
        by=by, at=at, mine=by.mine.code, action="account.screen_hung", subject=("account", by.staff_no, by.name)
    )


def activate(*, by: Visitor, at: dt.datetime, code: str, password: str) -> User:
    """The printed code, once, against a password of one's own."""
    check_strength(password)
    account = _account(by, at)
    _claim_attempt(account, by, at)
    digest = _digest(code)
    if account is None or not _opens(account, digest, at):
        raise _wrong(account, by, at, "account.activation_failed", "工号或启用码不正确，或者启用码已用过、已过期")
    with transaction.atomic():
        first = User.objects.filter(pk=account.pk, code_hash=digest).update(
            password=make_password(password),
            password_set_at=at,
            code_hash="",
            code_expires_at=None,
            failures=0,
            locked_until=None,
        )
        if not first:
            raise Refused("这个启用码刚刚已被使用")
        _log(_known(by, account), at, "account.activated")
    account.refresh_from_db()
    return account


def change_password(*, by: Actor, at: dt.datetime, old: str, new: str) -> User:
    """One's own. Wrong guesses of the old one count towards the lock."""
    account = User.objects.select_related("person").get(person__mine=by.mine, person__staff_no=by.staff_no)
    if old == new:
        raise Refused("新密码不能和原密码相同")
    check_strength(new)
    visitor = Visitor(by.mine.code, by.staff_no, by.name, by.face, by.source)
    _claim_attempt(account, visitor, at)
    if not account.check_password(old):
        raise _wrong(account, visitor, at, "account.sign_in_failed", "原密码不正确")
    with transaction.atomic():
        account.set_password(new)
        account.password_set_at, account.failures, account.locked_until = at, 0, None
        account.save(update_fields=["password", "password_set_at", "failures", "locked_until"])
        _log(visitor, at, "account.password_changed")
    return account


def issue_codes(*, by: Actor, at: dt.datetime, people: Iterable[Person]) -> list[IssuedCode]:
    """A fresh code for each person; an earlier one is void, a password that exists holds until the code is used.

    Nothing is hashed slowly: a code is random enough for SHA-256, and new accounts get no password.
    """
    people = list(people)
    _require_all(by, at, people)
    expires = at + dt.timedelta(days=settings.ACTIVATION_CODE_DAYS)
    issued = [IssuedCode(person, _new_code(), expires) for person in people]
    with transaction.atomic():
        hold(by.mine)  # two at once would both open the account
        accounts = {account.person_id: account for account in User.objects.filter(person__in=people)}
        for slip in issued:
            account = accounts.setdefault(slip.person.pk, _blank_account(by, slip.person))
            account.code_hash, account.code_expires_at = _digest(slip.code), expires
            if not account.is_active:  # somebody who had left is back: the code opens, the old password does not
                account.is_active, account.password = True, make_password(None)
        User.objects.bulk_create([row for row in accounts.values() if row.pk is None], batch_size=500)
        old = [row for row in accounts.values() if row.pk is not None]
        User.objects.bulk_update(old, ["code_hash", "code_expires_at", "is_active", "password"], batch_size=500)
        changes = [audit.Change("account", slip.person.staff_no, slip.person.name) for slip in issued]
        audit.write_many(by=by, at=at, mine=by.mine.code, action="account.code_issued", changes=changes)
    return issued


def check_strength(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused([Reason(sentence) for sentence in error.messages]) from None


# ── codes ──
def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _digest(code: str) -> str:
    """Typed with or without spaces and hyphens, in either case."""
    return hashlib.sha256("".join(code.split()).replace("-", "").upper().encode()).hexdigest()


def _opens(account: User, digest: str, at: dt.datetime) -> bool:
    expires = account.code_expires_at
    return expires is not None and at < expires and constant_time_compare(account.code_hash, digest)


def _blank_account(by: Actor, person: Person) -> User:
    return User(person=person, sign_in=f"{by.mine.code}/{person.staff_no}", password=make_password(None))


def _require_all(by: Actor, at: dt.datetime, people: list[Person]) -> None:
    by.require(Capability.ACCOUNT_ACTIVATE)
    reasons = []
    for person in people:
        if person.mine_id != by.mine.pk:
            reasons.append(Reason("不是本矿的人，不能发启用码", where=person.name))
        elif _has_left(person, at):
            reasons.append(Reason("已经离矿，不能发启用码", where=person.name))
    if reasons:
        raise Refused(reasons)


# ── the lock ──
def _account(by: Visitor, at: dt.datetime) -> User | None:
    """The account that may sign in today; one that was stopped, or whose person has left, is as good as unknown."""
    account = User.objects.select_related("person__mine").filter(sign_in=f"{by.mine}/{by.staff_no}").first()
    if account is None or not account.is_active or _has_left(account.person, at):
        return None
    return account


def _has_left(person: Person, at: dt.datetime) -> bool:
    return person.left_on is not None and person.left_on <= timezone.localdate(at)


def _claim_attempt(account: User | None, by: Visitor, at: dt.datetime) -> None:
    """Counts the attempt before it is tried, in one UPDATE: however many workers, never more than the limit get through."""
    locked_until = _unknown_until(by) if account is None else None
    if account is not None and not _counted(account, at):
        locked_until = User.objects.values_list("locked_until", flat=True).get(pk=account.pk)
    if locked_until is not None and at < locked_until:
        _log(by, at, "account.sign_in_refused")
        raise Refused(_locked_words(locked_until))


def _counted(account: User, at: dt.datetime) -> bool:
    limit, until = settings.LOCK_AFTER_FAILURES, at + dt.timedelta(minutes=settings.LOCK_MINUTES)
    over = Q(locked_until__lte=at)
    counted = User.objects.filter(over | Q(locked_until=None), pk=account.pk).update(
        failures=Case(When(over, then=Value(1)), default=F("failures") + 1),
        locked_until=Case(When(over, then=Value(None)), When(failures__gte=limit - 1, then=Value(until))),
    )
    return counted == 1


def _unknown_until(by: Visitor) -> dt.datetime | None:
    """What the lock of a staff number without an account would be: every fifth failure in the log locks."""
    failures = AuditEvent.objects.filter(
        mine=by.mine, subject_type="account", subject_id=by.staff_no, action__in=FAILED
    ).aggregate(count=Count("pk"), last=Max("at"))
    if not failures["count"] or failures["count"] % settings.LOCK_AFTER_FAILURES:
        return None
    return failures["last"] + dt.timedelta(minutes=settings.LOCK_MINUTES)


def _wrong(account: User | None, by: Visitor, at: dt.datetime, action: str, words: str) -> Refused:
    """Writes the failure, and the lock when this was the last guess; returns what to say."""
    known = _known(by, account) if account else by
    with transaction.atomic():
        _log(known, at, action)
        if account:
            locked_until = User.objects.values_list("locked_until", flat=True).get(pk=account.pk)
        else:
            locked_until = _unknown_until(by)
        if locked_until:
            _log(known, at, "account.locked", {"until": locked_until.isoformat()})
    if locked_until:
        return Refused(_locked_words(locked_until))
    return Refused(
        f"{words}。连续输错 {settings.LOCK_AFTER_FAILURES} 次会锁定 {settings.LOCK_MINUTES} 分钟；{SEE_WHOM}。"
    )


def _locked_words(until: dt.datetime) -> str:
    back = timezone.localtime(until)
    return f"连续输错 {settings.LOCK_AFTER_FAILURES} 次，账号已锁定，请在 {back:%H:%M} 以后再试；{SEE_WHOM}。"


# ── the log ──
def _known(by: Visitor, account: User) -> Visitor:
    return Visitor(by.mine, by.staff_no, account.person.name, by.face, by.source)


def _log(by: Visitor, at: dt.datetime, action: str, after: dict[str, str] | None = None) -> None:
    audit.write(by=by, at=at, mine=by.mine, action=action, subject=("account", by.staff_no, by.name), after=after)
