"""The shell at work: the phone's menu without script, and the few things the shell's own script adds."""

import re

from playwright.sync_api import expect

from pithead.org.testing import Cast


def test_on_a_phone_the_whole_menu_opens_and_closes_without_script(phone, cast: Cast) -> None:
    page = phone("hr_officer", script=False)
    page.goto("/")
    menu = page.get_by_role("navigation", name="主菜单")
    expect(menu).to_be_hidden()
    page.get_by_role("link", name="菜单", exact=True).click()
    expect(menu).to_be_visible()
    page.get_by_role("link", name="关闭菜单").click()
    expect(menu).to_be_hidden()
    page.get_by_role("link", name="菜单", exact=True).click()
    menu.get_by_role("link", name="账号").click()
    expect(page.get_by_role("heading", name="账号", exact=True)).to_be_visible()
    expect(menu).to_be_hidden()


def test_choosing_a_unit_is_enough_and_one_box_ticks_all(desk, cast: Cast) -> None:
    page = desk("hr_officer")
    page.goto("/accounts/")
    page.get_by_label("单位").select_option(label="综采一队")
    expect(page).to_have_url(re.compile(rf"unit={cast.units['ZC1'].pk}"))
    page.get_by_label("选中本页全部").check()
    for box in page.locator("tbody input[type=checkbox]").all():
        expect(box).to_be_checked()
    page.get_by_role("button", name="给选中的人发码").click()
    expect(page.locator(".slip")).to_have_count(4)
    expect(page.get_by_role("button", name="打印")).to_be_visible()


def test_without_script_there_is_no_button_that_cannot_print(desk, cast: Cast) -> None:
    page = desk("hr_officer", script=False)
    page.goto("/accounts/")
    page.get_by_label("选中马小军").check()
    page.get_by_role("button", name="给选中的人发码").click()
    expect(page.locator(".slip")).to_have_count(1)
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
