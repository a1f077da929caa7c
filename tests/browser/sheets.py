"""What tests of the score sheet do with it."""

import re
from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from pithead.assess.models import Entry

SHEET = "/sheets/small/2026-06/SAF/"
SAVED = re.compile(r"全部已保存 \d\d:\d\d")
# ZC1 (B1 38.5, B2 20), M1 (B1 40, B2 18), TF (B1 34, B2 缺)
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
COPY = """() => {
  const data = new DataTransfer();
  document.activeElement.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
  return data.getData("text/plain");
}"""


def cell(page: Page, unit: str, item: str) -> Locator:
    return page.locator(f"tr[data-unit='{unit}'] td[data-item='{item}']")


def points(unit: str, item: str) -> list[Decimal]:
    rows = Entry.objects.filter(unit__code=unit, item__code=item, cycle__period="2026-06").order_by("pk")
    return list(rows.values_list("points", flat=True))


def at_the_sheet(page: Page, unit: str = "ZC1", item: str = "B1") -> Page:
    page.goto(SHEET)
    cell(page, unit, item).click()
    expect(page.locator("#panel h2")).to_contain_text(f"要求{item}")
    return page


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text(SAVED)
