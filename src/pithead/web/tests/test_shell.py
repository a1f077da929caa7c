"""What surrounds every page: navigation as far as one may go, headers, error pages, the desk itself."""

import re
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from django.test import Client

from pithead.org.access import Capability
from pithead.org.testing import Cast
from pithead.ui.registry import HomeCard, Registry, Todo, navigation
from pithead.web.shell import said_to
from pithead.web.views import home

Signed = Callable[[str], Client]


def menu(page: str) -> list[str]:
    found = re.search(r'<nav class="nav".*?</nav>', page, re.DOTALL)
    assert found
    return re.findall(r'<a href="([^"]+)"', found[0])


def test_the_menu_shows_exactly_what_one_may_open(cast: Cast, signed_in: Signed) -> None:
    for member in cast.members:
        client, actor = signed_in(member), cast.actor(member)
        shown = menu(client.get("/").content.decode())
        may = [entry for entry in navigation if entry.capability is None or actor.can(Capability(entry.capability))]
        assert sorted(shown) == sorted(said_to(actor, entry)[1] for entry in may), member


def test_who_sees_nobody_else_is_led_to_the_own_page(cast: Cast, signed_in: Signed) -> None:
    page = signed_in("worker").get("/").content.decode()
    staff_no = cast.people["worker"].staff_no
    assert f'<a href="/people/{staff_no}/">我的资料</a>' in page
    assert '<a href="/people/">' not in page
    assert '<a href="/people/">人员</a>' in signed_in("crew_leader").get("/").content.decode()


def test_a_role_that_names_its_office_is_not_named_twice(signed_in: Signed) -> None:
    assert '<span class="role">党委工作部干事 · </span>' in signed_in("party_officer").get("/").content.decode()
    assert '<span class="role">安全科 科室考核员 · </span>' in signed_in("assessor").get("/").content.decode()


def test_every_line_of_the_menu_opens(cast: Cast, signed_in: Signed) -> None:
    for member in cast.members:
        client = signed_in(member)
        for address in menu(client.get("/").content.decode()):
            assert client.get(address, follow=True).status_code == 200, (member, address)


def test_the_line_of_the_page_one_is_on_is_marked_once(signed_in: Signed) -> None:
    page = signed_in("hr_officer").get("/accounts/").content.decode()
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/accounts/"]


def test_the_phone_has_tabs_and_the_way_to_the_whole_menu(signed_in: Signed) -> None:
    page = signed_in("worker").get("/").content.decode()
    tabs = page[page.index('<nav class="tabs"') :]
    assert 'href="/" aria-current="page"' in tabs
    assert 'href="#menu"' in tabs
    assert 'id="menu"' in page


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/nowhere/", "/health/", "/gallery/", "/accounts/"])
def test_every_answer_carries_the_strict_policy(signed_in: Signed, path: str) -> None:
    for client in (Client(), signed_in("worker")):
        policy = client.get(path)["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_pages_of_somebody_signed_in_are_not_kept_by_the_browser(signed_in: Signed) -> None:
    assert "no-store" in signed_in("worker").get("/")["Cache-Control"]


def test_an_address_that_does_not_exist_says_what_to_do(client: Client, signed_in: Signed) -> None:
    for one in (client, signed_in("worker")):
        response = one.get("/nowhere/")
        assert response.status_code == 404
        assert "没有这个页面" in response.content.decode()


def test_a_fault_says_that_nothing_half_was_saved(signed_in: Signed) -> None:
    client = signed_in("worker")
    client.raise_request_exception = False
    with patch("pithead.web.views.home.render", side_effect=RuntimeError):
        response = client.get("/")
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()


def test_a_refused_right_is_named(signed_in: Signed) -> None:
    from django.core.exceptions import PermissionDenied

    with patch("pithead.web.views.home.render", side_effect=PermissionDenied("马小军没有“打分”的权限")):
        response = signed_in("worker").get("/")
    assert response.status_code == 403
    assert "马小军没有“打分”的权限" in response.content.decode()


@pytest.fixture
def registries() -> Iterator[tuple[Registry, Registry]]:
    todos, cards = Registry(), Registry()
    with patch.object(home, "todo_sources", todos), patch.object(home, "home_cards", cards):
        yield todos, cards


def test_an_empty_desk_says_so(signed_in: Signed, registries: tuple[Registry, Registry]) -> None:
    assert "现在没有要您办的事" in signed_in("worker").get("/").content.decode()


def test_the_desk_shows_what_is_due_and_the_cards_in_order(
    signed_in: Signed, registries: tuple[Registry, Registry]
) -> None:
    todos, cards = registries
    todos.register(lambda actor: [Todo(f"{actor.name}，给综采一队打分", "/gallery/", "7月3日截止", "warn")])
    asked: list[str] = []
    for name, order in (("later", 9), ("first", 1)):
        cards.register(HomeCard("404.html", lambda _, name=name: asked.append(name) or {}, order))
    cards.register(HomeCard("nothing-to-show.html", lambda _: None))
    page = signed_in("worker").get("/").content.decode()
    assert "马小军，给综采一队打分" in page
    assert "7月3日截止" in page
    assert asked == ["first", "later"]
    assert page.count("没有这个页面</h1>") == 2


def test_monitors_get_one_word(db: None, client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_monitors_notice_a_database_that_is_gone(db: None, client: Client) -> None:
    client.raise_request_exception = False
    with patch("pithead.web.views.home.Unit.objects.exists", side_effect=DatabaseError):
        assert client.get("/health/").status_code == 500
