"""Signing in as people do it: the form, the way back, the idle limit, the password that is due, and out again."""

import datetime as dt
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.utils import timezone

from pithead.kernel.models import AuditEvent
from pithead.org import actions
from pithead.org.models import Unit, UnitKind, User
from pithead.org.testing import Cast
from pithead.web import middleware

GOOD = "moon-over-shaft-7"
BETTER = "lamp-under-hill-8"
Signed = Callable[[str], Client]


@pytest.fixture
def worker(cast: Cast) -> User:
    account = cast.account("worker")
    account.set_password(GOOD)
    account.save()
    return account


def sign_in(client: Client, password: str = GOOD, **more: str) -> str:
    """Where one ends up, or what the page says."""
    data = {"mine": "QSY", "staff_no": "10001", "password": password, **more}
    response = client.post("/sign-in/", data)
    return response["Location"] if response.status_code == 302 else response.content.decode()


# ── the form ──
def test_one_signs_in_by_staff_number_and_lands_on_the_desk(worker: User, client: Client) -> None:
    assert sign_in(client) == "/"
    page = client.get("/").content.decode()
    assert "马小军" in page
    assert "青石峪煤矿" in page


def test_full_width_digits_are_understood(worker: User, client: Client) -> None:
    assert sign_in(client, staff_no=" １０００１ ") == "/"


def test_where_there_is_one_mine_nobody_is_asked_for_it(worker: User, cast: Cast, client: Client) -> None:
    Unit.objects.filter(pk=cast.other_mine.pk).update(kind=UnitKind.OFFICE)
    assert 'type="hidden" name="mine"' in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/", {"staff_no": "10001", "password": GOOD})["Location"] == "/"


def test_one_comes_back_to_the_page_one_wanted_but_never_to_another_host(worker: User) -> None:
    client = Client()
    assert client.get("/password/?a=1")["Location"] == "/sign-in/?next=%2Fpassword%2F%3Fa%3D1"
    assert 'value="/password/?a=1"' in client.get("/sign-in/?next=/password/%3Fa%3D1").content.decode()
    assert sign_in(client, next="/password/?a=1") == "/password/?a=1"
    assert sign_in(Client(), next="https://elsewhere.example/") == "/"
    assert sign_in(Client(), next="//elsewhere.example/") == "/"


@pytest.mark.parametrize(
    "wanted",
    ["abc", "?x", "#", "web:password", "", "/\\elsewhere.example", "///elsewhere.example", "javascript:alert(1)"],
)
def test_a_way_back_that_is_no_path_leads_to_the_desk(worker: User, wanted: str) -> None:
    assert sign_in(Client(), next=wanted) == "/"


def test_a_script_that_swaps_pages_is_sent_to_the_sign_in_page_as_a_whole(cast: Cast, client: Client) -> None:
    response = client.get("/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/sign-in/")


def test_a_wrong_password_and_an_unknown_number_read_the_same(worker: User, client: Client) -> None:
    wrong, unknown = sign_in(client, "nonsense"), sign_in(client, "nonsense", staff_no="77777")
    assert "工号或密码不正确" in wrong
    assert "工号或密码不正确" in unknown
    assert "nonsense" not in wrong


def test_the_fifth_wrong_guess_locks_the_page_says_until_when(worker: User, client: Client) -> None:
    for _ in range(4):
        assert "已锁定" not in sign_in(client, "nonsense")
    assert "以后再试" in sign_in(client, "nonsense")
    assert "以后再试" in sign_in(client)
    assert "_auth_user_id" not in client.session


def test_the_session_gets_a_new_key_at_sign_in_and_dies_at_sign_out(worker: User, client: Client) -> None:
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    sign_in(client)
    key = client.session.session_key
    assert key != planted
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not Session.objects.filter(pk=key).exists()
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "account.signed_in",
        "account.signed_out",
    ]


def test_signing_out_takes_a_post(worker: User, client: Client) -> None:
    sign_in(client)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/").status_code == 200


def test_someone_signed_in_is_not_asked_again(signed_in: Signed) -> None:
    assert signed_in("worker").get("/sign-in/")["Location"] == "/"


def test_a_form_without_its_token_is_refused_in_words(worker: User) -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"staff_no": "10001", "password": GOOD})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_the_log_names_the_address_and_believes_only_a_proxy_of_ours(worker: User, client: Client) -> None:
    claimed = {"headers": {"X-Forwarded-For": "1.2.3.4, 10.0.0.8"}, "REMOTE_ADDR": "10.0.0.1"}
    data = {"mine": "QSY", "staff_no": "10001", "password": GOOD}
    client.post("/sign-in/", data, **claimed)
    with override_settings(HTTPS=True):
        client.post("/sign-in/", data, **claimed)
    assert list(AuditEvent.objects.order_by("pk").values_list("source", flat=True)) == ["10.0.0.1", "10.0.0.8"]


# ── idle ──
def test_thirty_idle_minutes_end_the_session(worker: User, client: Client) -> None:
    sign_in(client)
    idle_for(client, settings.IDLE_SIGN_OUT_SECONDS + 1)
    assert client.get("/")["Location"] == "/sign-in/"


def test_whoever_keeps_working_stays_signed_in(worker: User, client: Client) -> None:
    sign_in(client)
    for _ in range(3):
        idle_for(client, settings.IDLE_SIGN_OUT_SECONDS - 60)
        assert client.get("/").status_code == 200


def test_a_page_costs_no_write_within_three_minutes(
    worker: User, client: Client, django_assert_max_num_queries: object
) -> None:
    sign_in(client)
    with patch.object(middleware, "mark_seen", side_effect=AssertionError("written")):
        assert client.get("/").status_code == 200
        idle_for(client, middleware.WRITE_EVERY_SECONDS)
        with pytest.raises(AssertionError, match="written"):
            client.get("/")


def idle_for(client: Client, seconds: int) -> None:
    session = client.session
    session[middleware.SEEN] -= seconds
    session.save()


def test_an_account_that_was_stopped_or_whose_person_left_is_signed_out(worker: User, client: Client) -> None:
    sign_in(client)
    worker.person.left_on = timezone.localdate()
    worker.person.save()
    assert client.get("/")["Location"] == "/sign-in/"
    worker.person.left_on = None
    worker.person.save()
    assert client.get("/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/")["Location"] == "/sign-in/"


# ── the password that is due ──
@pytest.mark.parametrize("age", [None, 91])
def test_a_password_set_by_somebody_else_or_too_old_must_be_changed_first(
    worker: User, client: Client, age: int | None
) -> None:
    worker.password_set_at = timezone.now() - dt.timedelta(days=age) if age else None
    worker.save()
    sign_in(client)
    assert client.get("/")["Location"] == "/password/"
    assert "改好后才能继续" in client.get("/password/").content.decode()
    response = client.post("/password/", {"old": GOOD, "password": BETTER, "again": BETTER})
    assert response["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_password_due_still_lets_one_out(worker: User, client: Client) -> None:
    User.objects.update(password_set_at=None)
    sign_in(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_changing_the_password_ends_the_other_sessions(worker: User, client: Client) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    client.post("/password/", {"old": GOOD, "password": BETTER, "again": BETTER})
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_what_is_wrong_with_a_new_password_is_said(worker: User, client: Client) -> None:
    sign_in(client)
    for old, new, again, words in (
        (GOOD, BETTER, BETTER + "x", "两次输入的密码不一样"),
        (GOOD, "12345678", "12345678", "密码"),
        ("nonsense", BETTER, BETTER, "原密码不正确"),
        (GOOD, "", "", "请填写这一项"),
    ):
        page = client.post("/password/", {"old": old, "password": new, "again": again}).content.decode()
        assert words in page


# ── activation ──
def test_a_printed_code_opens_an_account_and_signs_in(cast: Cast, client: Client) -> None:
    [slip] = actions.issue_codes(by=cast.actor("hr_officer"), at=timezone.now(), people=[cast.people["worker"]])
    data = {"mine": "QSY", "staff_no": "10001", "code": slip.spaced, "password": GOOD, "again": GOOD}
    wrong = client.post("/activate/", {**data, "code": "AAAAA23456"})
    assert "工号或启用码不正确" in wrong.content.decode()
    assert client.post("/activate/", data)["Location"] == "/"
    assert "账号已启用" in client.get("/").content.decode()
    assert sign_in(Client()) == "/"
    assert "已用过" in Client().post("/activate/", data).content.decode()
