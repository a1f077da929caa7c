"""The search with the keyboard alone, and on a phone without script."""

import re

from playwright.sync_api import expect

from pithead.org.testing import Cast


def test_a_slash_leads_to_the_box_from_wherever_nothing_is_typed(desk, cast: Cast) -> None:
    page = desk("hr_officer")
    page.goto("/people/")
    box = page.get_by_role("searchbox", name="搜索")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.type("zcyd/yb")
    expect(box).to_have_value("zcyd/yb")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="单位")).to_be_visible()
    page.get_by_role("link", name="综采一队 / 一班").press("Enter")
    expect(page).to_have_url(re.compile(r"/units/ZC1-1/$"))


def test_on_a_phone_the_search_is_a_page_and_needs_no_script(phone, cast: Cast) -> None:
    page = phone("worker", script=False)
    page.goto("/")
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.get_by_role("link", name="搜索").click()
    expect(page.get_by_role("heading", name="能找什么")).to_be_visible()
    page.get_by_role("searchbox").fill("mxj")
    page.get_by_role("button", name="查找").click()
    page.locator(".hits").get_by_role("link", name="马小军").click()
    expect(page.get_by_role("heading", name="马小军")).to_be_visible()
