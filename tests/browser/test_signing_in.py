"""Signing in by hand, at a desk, on a phone, without script, and in Chromium 86."""

import re

import pytest
from playwright.sync_api import Page, expect

from pithead.org.testing import Cast
from tests.browser.harness import old_choose, old_press, old_type, unreadable

PASSWORD = "井口-trial-2026"


@pytest.fixture
def known(cast: Cast) -> Cast:
    """The section head has a password."""
    account = cast.account("section_head")
    account.set_password(PASSWORD)
    account.save()
    return cast


def sign_in(page: Page, cast: Cast, password: str = PASSWORD) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/sign-in/"))
    mine = page.get_by_label("煤矿")
    if mine.count():
        mine.select_option(cast.mine.code)
    page.get_by_label("工号").fill(cast.people["section_head"].staff_no)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_a_section_head_signs_in_at_a_desk_and_out_again(desk, known: Cast) -> None:
    page = desk()
    sign_in(page, known)
    expect(page.get_by_text("高山").first).to_be_visible()
    page.get_by_role("button", name="退出").first.click()
    expect(page).to_have_url(re.compile(r"/sign-in/"))


def test_signing_in_needs_no_script(phone, known: Cast) -> None:
    page = phone(script=False)
    sign_in(page, known)
    expect(page.locator("h1").first).to_be_visible()
    expect(page).not_to_have_url(re.compile(r"/sign-in/"))


def test_signing_in_works_in_chromium_86(old_phone, known: Cast) -> None:
    page = old_phone()
    page.goto("/")
    old_choose(page, "[name=mine]", known.mine.code)
    old_type(page, "[name=staff_no]", known.people["section_head"].staff_no)
    old_type(page, "[name=password]", PASSWORD)
    old_press(page, "form [type=submit], form button:not([type])")
    assert "/sign-in/" not in page.url
    assert unreadable(page) == []


def test_a_wrong_password_is_refused_in_words(desk, known: Cast) -> None:
    page = desk()
    sign_in(page, known, "wrong")
    expect(page).to_have_url(re.compile(r"/sign-in/"))
    expect(page.get_by_text("密码", exact=False).first).to_be_visible()
