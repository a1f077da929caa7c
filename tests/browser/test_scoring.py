"""A score entered by an office: at a desk, without script, and in Chromium 86."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from pithead.assess.models import Entry
from tests.browser.harness import old_press, old_type
from tests.sample import Sample

REASON = "采区变电所防护栏缺一处"


def cell(sample: Sample) -> str:
    return f"/sheets/{sample.standard.code}/{sample.scoring.period}/SAF/?unit=M1&item=B1"


def the_entry() -> Entry:
    return Entry.objects.select_related("unit", "office").get(reason=REASON)


def expect_saved() -> None:
    entry = the_entry()
    assert (entry.unit.code, entry.office.code, entry.points) == ("M1", "SAF", Decimal("2.50"))
    assert entry.author == "安平"


@pytest.mark.parametrize("script", (True, False), ids=("with script", "without script"))
def test_an_assessor_takes_points_from_a_section(desk, sample: Sample, script: bool) -> None:
    page: Page = desk("assessor", script=script)
    page.goto(cell(sample))
    page.locator("#panel [name=points]").first.fill("2.5")
    page.locator("#panel [name=reason]").first.fill(REASON)
    page.get_by_role("button", name="记一条").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    expect_saved()


def test_an_assessor_takes_points_in_chromium_86(old_desk, sample: Sample) -> None:
    page: Page = old_desk("assessor")
    page.goto(cell(sample))
    old_type(page, "#panel [name=points]", "2.5")
    old_type(page, "#panel [name=reason]", REASON)
    old_press(page, "#panel .form .primary")
    assert REASON in page.inner_text("main")
    expect_saved()
