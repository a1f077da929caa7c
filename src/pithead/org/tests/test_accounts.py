"""Accounts: codes on paper, passwords, and the lock."""

import datetime as dt
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org import actions
from pithead.org.actions import Visitor
from pithead.org.models import User
from pithead.org.testing import Cast
from pithead.org.tests.test_roster import book

GOOD = "moon-over-shaft-7"
BETTER = "lamp-under-hill-8"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def worker(cast: Cast, at: dt.datetime) -> User:
    """The worker's account, activated a week ago."""
    account = cast.account("worker")
    account.set_password(GOOD)
    account.password_set_at = at - dt.timedelta(days=7)
    account.save()
    return account


def visitor(staff_no: str = "10001", mine: str = "QSY") -> Visitor:
    return Visitor(mine=mine, staff_no=staff_no, source="10.0.0.9")


def guess(at: dt.datetime, password: str = "wrong", staff_no: str = "10001") -> str:
    """What a wrong guess is answered."""
    with pytest.raises(Refused) as refused:
        actions.sign_in(by=visitor(staff_no), at=at, password=password)
    return str(refused.value)


def code_for(cast: Cast, at: dt.datetime, member: str = "worker") -> str:
    [slip] = actions.issue_codes(by=cast.actor("hr_officer"), at=at, people=[cast.people[member]])
    return slip.code


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


# ── signing in ──
def test_the_right_password_signs_in_and_is_logged_with_its_source(worker: User, at: dt.datetime) -> None:
    assert actions.sign_in(by=visitor(), at=at, password=GOOD) == worker
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.actor_name, event.source) == (
        "account.signed_in",
        "10001",
        "马小军",
        "10.0.0.9",
    )


def test_an_unknown_staff_number_is_answered_like_a_wrong_password(worker: User, at: dt.datetime) -> None:
    assert guess(at) == guess(at, staff_no="99999")


def test_an_account_without_password_a_stopped_one_and_one_of_somebody_who_left_are_answered_alike(
    cast: Cast, worker: User, at: dt.datetime
) -> None:
    cast.account("crew_leader")
    stopped = cast.account("assessor")
    stopped.set_password(GOOD)
    stopped.is_active = False
    stopped.save()
    gone = cast.account("liaison_officer")
    gone.set_password(GOOD)
    gone.save()
    cast.people["liaison_officer"].left_on = at.date()
    cast.people["liaison_officer"].save()
    usual = guess(at)
    for member in ("crew_leader", "assessor", "liaison_officer"):
        assert guess(at, GOOD, cast.people[member].staff_no) == usual


def test_a_staff_number_counts_only_in_its_own_mine(worker: User, at: dt.datetime) -> None:
    with pytest.raises(Refused):
        actions.sign_in(by=visitor(mine="BYL"), at=at, password=GOOD)


def test_who_left_and_came_back_gets_in_again_with_a_new_code(cast: Cast, worker: User, at: dt.datetime) -> None:
    hr, person = cast.actor("hr_officer"), cast.people["worker"]
    actions.release_person(by=hr, at=at, person=person, on=at.date())
    guess(at, GOOD)
    rows = [["工号", "姓名", "区队", "班组"], [person.staff_no, person.name, "综采一队", "一班"]]
    later = at + dt.timedelta(days=30)
    report = actions.import_roster(by=hr, at=later, mine=cast.mine, file=book(rows), name="花名册.xlsx")
    assert report.written
    guess(later, GOOD)
    person.refresh_from_db()
    [issued] = actions.issue_codes(by=hr, at=later, people=[person])
    guess(later, GOOD)  # what was known before the stop opens nothing any more
    actions.activate(by=visitor(), at=later, code=issued.code, password=BETTER)
    assert actions.sign_in(by=visitor(), at=later, password=BETTER).person == person


# ── the lock ──
def test_the_fifth_wrong_guess_locks_for_fifteen_minutes_and_says_until_when(worker: User, at: dt.datetime) -> None:
    for _ in range(4):
        assert "已锁定" not in guess(at)
    assert "请在 09:15 以后再试" in guess(at)
    assert "请在 09:15 以后再试" in guess(at + 14 * MINUTE, GOOD)
    assert actions.sign_in(by=visitor(), at=at + 15 * MINUTE, password=GOOD)
    assert events()[-3:] == ["account.locked", "account.sign_in_refused", "account.signed_in"]


def test_an_unknown_staff_number_locks_the_same_way(worker: User, at: dt.datetime) -> None:
    for minute in (0, 1, 2, 3, 4, 5, 18, 19, 20, 21, 22, 23, 24, 25):
        moment = at + minute * MINUTE
        assert guess(moment, staff_no="99999") == guess(moment)


def test_signing_in_clears_the_count(worker: User, at: dt.datetime) -> None:
    for _ in range(3):
        for _ in range(4):
            guess(at)
        actions.sign_in(by=visitor(), at=at, password=GOOD)


def test_a_lock_that_is_over_starts_counting_from_one(worker: User, at: dt.datetime) -> None:
    for _ in range(5):
        guess(at)
    for _ in range(4):
        assert "已锁定" not in guess(at + 20 * MINUTE)
    assert "已锁定" in guess(at + 20 * MINUTE)


def test_workers_that_guess_at_the_same_moment_get_five_tries_together(worker: User, at: dt.datetime) -> None:
    """Each attempt is counted before its password is looked at: while one is being checked the others already count."""
    tried = []

    def check(self: User, _password: str) -> bool:
        tried.append(self.pk)
        if len(tried) < 20:
            guess(at)
        return False

    with patch.object(User, "check_password", check):
        guess(at)
    assert len(tried) == 5


# ── codes and activation ──
def test_codes_are_issued_for_many_in_a_fixed_number_of_queries(
    cast: Cast, at: dt.datetime, django_assert_num_queries: object
) -> None:
    cast.account("crew_leader")
    people = [person for member, person in cast.people.items() if member != "stranger"]
    hr = cast.actor("hr_officer")
    with django_assert_num_queries(7):  # type: ignore[operator]
        slips = actions.issue_codes(by=hr, at=at, people=people)
    assert {slip.person for slip in slips} == set(people)
    assert len({slip.code for slip in slips}) == len(people)
    assert User.objects.exclude(code_hash="").count() == len(people)
    assert events() == ["account.code_issued"] * len(people)


def test_issuing_hashes_no_password(cast: Cast, at: dt.datetime) -> None:
    with patch("django.contrib.auth.hashers.get_hasher", side_effect=AssertionError("slow")):
        code_for(cast, at)


def test_a_code_has_no_letters_that_look_alike_and_is_kept_only_as_a_digest(cast: Cast, at: dt.datetime) -> None:
    [slip] = actions.issue_codes(by=cast.actor("hr_officer"), at=at, people=[cast.people["worker"]])
    assert len(slip.code) == 10
    assert not set(slip.code) & set("0O1IL")
    assert slip.spaced.replace(" ", "") == slip.code
    stored = User.objects.values().get()
    assert slip.code not in str(stored)
    assert slip.code not in str(list(AuditEvent.objects.values()))


def test_a_code_lets_its_person_set_a_password_once(cast: Cast, at: dt.datetime) -> None:
    code = code_for(cast, at)
    typed = f" {code[:5].lower()}-{code[5:]} "
    account = actions.activate(by=visitor(), at=at, code=typed, password=GOOD)
    assert account.password_set_at == at
    assert actions.sign_in(by=visitor(), at=at, password=GOOD) == account
    with pytest.raises(Refused, match="已用过"):
        actions.activate(by=visitor(), at=at, code=code, password=BETTER)


def test_two_who_use_the_same_code_at_the_same_moment_do_not_both_succeed(cast: Cast, at: dt.datetime) -> None:
    code = code_for(cast, at)

    def opens(*_: object) -> bool:
        User.objects.update(code_hash="")  # somebody else is quicker, after the code was looked at
        return True

    with patch("pithead.org.actions.accounts._opens", opens), pytest.raises(Refused, match="刚刚已被使用"):
        actions.activate(by=visitor(), at=at, code=code, password=GOOD)


def test_a_code_expires_after_fourteen_days(cast: Cast, at: dt.datetime) -> None:
    code = code_for(cast, at)
    with pytest.raises(Refused, match="过期"):
        actions.activate(by=visitor(), at=at + dt.timedelta(days=14), code=code, password=GOOD)


def test_a_new_code_voids_the_old_one_and_leaves_the_password(cast: Cast, worker: User, at: dt.datetime) -> None:
    first, second = code_for(cast, at), code_for(cast, at)
    assert actions.sign_in(by=visitor(), at=at, password=GOOD)
    with pytest.raises(Refused):
        actions.activate(by=visitor(), at=at, code=first, password=BETTER)
    assert actions.activate(by=visitor(), at=at, code=second, password=BETTER)


def test_wrong_codes_count_towards_the_lock(cast: Cast, at: dt.datetime) -> None:
    code = code_for(cast, at)
    for _ in range(5):
        with pytest.raises(Refused):
            actions.activate(by=visitor(), at=at, code="AAAAA23456", password=GOOD)
    with pytest.raises(Refused, match="已锁定"):
        actions.activate(by=visitor(), at=at, code=code, password=GOOD)


def test_a_weak_password_is_refused_in_chinese_and_costs_no_attempt(cast: Cast, at: dt.datetime) -> None:
    code = code_for(cast, at)
    for _ in range(6):
        with pytest.raises(Refused, match="密码"):
            actions.activate(by=visitor(), at=at, code=code, password="1234567")
    assert actions.activate(by=visitor(), at=at, code=code, password=GOOD)


def test_codes_are_refused_for_other_mines_and_for_those_who_left(cast: Cast, at: dt.datetime) -> None:
    cast.people["worker"].left_on = at.date()
    people = [cast.people["worker"], cast.people["stranger"], cast.people["auditor"]]
    with pytest.raises(Refused, match="马小军：已经离矿，不能发启用码；白云飞：不是本矿的人"):
        actions.issue_codes(by=cast.actor("hr_officer"), at=at, people=people)
    assert not User.objects.exists()


def test_only_those_entrusted_with_it_issue_codes(cast: Cast, at: dt.datetime) -> None:
    for member in ("worker", "section_head", "mine_leader", "auditor"):
        with pytest.raises(PermissionDenied):
            actions.issue_codes(by=cast.actor(member), at=at, people=[cast.people["worker"]])


# ── one's own password ──
def test_one_changes_ones_own_password(cast: Cast, worker: User, at: dt.datetime) -> None:
    changed = actions.change_password(by=cast.actor("worker"), at=at, old=GOOD, new=BETTER)
    assert changed.password_set_at == at
    assert actions.sign_in(by=visitor(), at=at, password=BETTER) == worker
    guess(at, GOOD)


def test_the_new_password_must_be_new_and_strong(cast: Cast, worker: User, at: dt.datetime) -> None:
    for new, words in ((GOOD, "不能和原密码相同"), ("12345678", "密码")):
        with pytest.raises(Refused, match=words):
            actions.change_password(by=cast.actor("worker"), at=at, old=GOOD, new=new)


def test_guessing_the_old_password_counts_towards_the_lock(cast: Cast, worker: User, at: dt.datetime) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            actions.change_password(by=cast.actor("worker"), at=at, old="wrong", new=BETTER)
    assert "已锁定" in guess(at, GOOD)


def test_signing_out_is_logged(cast: Cast, at: dt.datetime) -> None:
    actions.sign_out(by=cast.actor("worker"), at=at)
    assert events() == ["account.signed_out"]
