"""Duties: a secretary does what is due on his phone, what he finds goes its way, and the section head follows it from the board."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pithead.issues.models import Issue
from pithead.org.actions import add_place
from pithead.org.models import Place
from pithead.org.testing import Cast
from pithead.practices.actions import adopt, load_pack, shipped_pack
from pithead.practices.models import Record
from tests.browser.harness import inaccessible, unreadable

FOUND = "机尾往外十米掉渣，锚杆托板松了两个"
both = pytest.mark.parametrize("script", (True, False), ids=("with script", "without script"))


@pytest.fixture
def zone(cast: Cast) -> Place:
    """A zone of the section, and patrols of it since last month."""
    at = timezone.now()
    known = {"by": cast.system(), "at": at}
    since, unit = timezone.localdate() - dt.timedelta(days=40), cast.units["ZC1"]
    method = load_pack(**known, mine=cast.mine, spec=shipped_pack("patrol"), since=since)
    adopt(**known, method=method, unit=unit, since=since)
    return add_place(**known, mine=cast.mine, code="Z1", name="8201 运输顺槽", kind="zone", since=since, unit=unit)


def do_it(page: Page) -> None:
    """Two taps to the form, one where something is wrong, one line, saved."""
    page.goto("/")
    page.locator(".tabs").get_by_text("履责").click()
    expect(page.get_by_text("本周还差 3 次").first).to_be_visible()
    page.locator(".duties li", has_text="本周还差 3 次").get_by_role("link").click()
    expect(page.locator("select").first).to_have_value("Z1")
    roof = page.locator("fieldset", has_text="顶板支护")
    roof.get_by_text("有问题").click()
    roof.get_by_label("写一句").fill(FOUND)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text(FOUND).first).to_be_visible()


@both
def test_a_secretary_walks_his_zone_on_a_phone(phone, zone: Place, script: bool) -> None:
    page = phone("branch_secretary", script=script)
    do_it(page)
    issue = Issue.objects.select_related("place", "unit").get(text=FOUND)
    assert (issue.kind, issue.place, issue.unit.code, issue.source) == ("hazard", zone, "ZC1", "practice")
    page.goto("/duties/")
    expect(page.get_by_text("本周还差 2 次").first).to_be_visible()
    page.goto(f"/issues/{issue.pk}/")
    expect(page.get_by_text(FOUND).first).to_be_visible()


def test_the_section_head_goes_from_the_board_to_the_record_and_back(phone, desk, zone: Place) -> None:
    do_it(phone("branch_secretary"))
    page = desk("section_head")
    page.goto("/duties/board/")
    page.get_by_role("link", name="井下安全巡逻").first.click()
    page.get_by_role("link", name="看记录").first.click()
    page.locator("table a").first.click()
    expect(page.get_by_text(FOUND).first).to_be_visible()
    assert page.url.endswith(f"/records/{Record.objects.get().pk}/")
    for address in ("/duties/board/", "/duties/patrol/"):
        page.goto(address)
    expect(page.get_by_text("本周还差 2 次").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_one_has_to_do_can_be_read_and_reached(phone, desk, zone: Place, theme: str) -> None:
    for opened in (phone("branch_secretary", theme=theme), desk("branch_secretary", theme=theme)):
        for address in ("/duties/", "/duties/patrol/", "/duties/bonds/"):
            opened.goto(address)
            assert not inaccessible(opened)
            assert not unreadable(opened)
