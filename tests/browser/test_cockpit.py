"""The cockpit, with the keyboard alone: from a figure down to one record and back; and the big screen at its own size."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pithead.issues.models import Issue
from pithead.kernel.periods import Period
from pithead.measures.actions import close_period
from pithead.org.testing import Cast
from tests.browser.harness import inaccessible, unreadable

WALL = {"width": 1920, "height": 1080}
SMALLEST = """() => [...document.querySelectorAll("body *")].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
  && e.getBoundingClientRect().width && !e.closest("title,option,noscript") && parseFloat(getComputedStyle(e).fontSize) < 28)
  .map(e => e.tagName + ": " + e.textContent.trim().slice(0, 30))"""


@pytest.fixture
def month(cast: Cast) -> Period:
    """The last whole month, closed, with two hazards that were put right in it: one in time."""
    now = timezone.now()
    running = timezone.localdate().replace(day=1)
    last = Period.month(running.year, running.month).previous()
    start = timezone.make_aware(dt.datetime.combine(dt.date(last.year, last.number, 3), dt.time(9)))
    for turn, days in enumerate((1, 9)):
        facts = {"found_at": start, "arrived_at": start, "due_at": start + dt.timedelta(days=3), "verified": True}
        facts |= {
            "source_key": f"{turn}",
            "place_text": "8201 工作面",
            "state": "closed",
            "closed_at": start + dt.timedelta(days=days),
        }
        unit, office = cast.units["ZC1"], cast.units["SAF"]
        Issue.objects.create(
            mine=cast.mine, kind="hazard", unit=unit, office=office, text=f"第 {turn + 1} 处漏液", **facts
        )
    close_period(by=cast.system(), at=now + dt.timedelta(days=5), mine=cast.mine, period=last)
    return last


def tab_to(page: Page, words: str) -> None:
    """With the key alone, as somebody without a mouse."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"The Tab key never comes to “{words}” on {page.url}")


def test_from_a_figure_down_to_one_record_and_back_with_the_keyboard(desk, month: Period) -> None:
    page = desk("mine_leader")
    page.goto("/cockpit/")
    shown = page.locator(".figure", has_text="隐患按期闭环率").locator(".value").inner_text()
    tab_to(page, "隐患按期闭环率")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/measures/hazard.on_time/{month}/QSY/**")
    expect(page.get_by_role("heading", name="隐患按期闭环率")).to_be_visible()
    expect(page.locator(".figure dd").first).to_have_text(shown.partition("%")[0] + "%")
    tab_to(page, "8201")
    page.keyboard.press("Enter")
    page.wait_for_url("**/issues/*/")
    expect(page.get_by_text("处漏液").first).to_be_visible()
    for address in ("**/measures/**", "**/cockpit/"):
        page.go_back()  # what Alt+← does in a browser with a window
        page.wait_for_url(address)
    expect(page.get_by_role("link", name="隐患按期闭环率")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_cockpit_can_be_read_and_reached(desk, phone, month: Period, theme: str) -> None:
    for opened in (desk("mine_leader", theme=theme), phone("section_head", theme=theme)):
        opened.goto("/cockpit/")
        assert not inaccessible(opened)
        assert not unreadable(opened)


def test_the_screen_fits_the_wall_and_can_be_read_from_afar(desk, month: Period) -> None:
    page = desk("mine_leader")
    page.set_viewport_size(WALL)
    page.goto("/screen/")
    assert not inaccessible(page)
    assert not unreadable(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= WALL["height"]
    assert page.evaluate(SMALLEST) == []


def test_a_screen_that_cannot_be_fetched_says_since_when_it_stands_still(desk, ear, month: Period) -> None:
    page = desk("mine_leader")
    page.clock.install()
    page.goto("/screen/")
    at = page.locator("#screen").get_attribute("data-at")
    page.context.clear_cookies()
    page.clock.run_for(61_000)
    expect(page.get_by_role("alert")).to_have_text(f"登录过期了，请在这台电脑上重新登录，画面停在 {at}")
    expect(page.get_by_role("heading", name="青石峪煤矿")).to_be_visible()
