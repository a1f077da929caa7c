"""The score sheet with a spreadsheet's habits: typing, pasting, undoing, two at once, no network, keyboard, phone, Chromium 86."""

import datetime as dt
import re
import threading
from decimal import Decimal

import pytest
from django.db import connections
from playwright.sync_api import Locator, Page, Route, expect

from pithead.assess import actions, queries
from pithead.assess.actions import CellConflict, CellDraft
from pithead.assess.models import Entry, Submission
from tests.browser.harness import inaccessible, unreadable
from tests.browser.sheets import COPY, PASTE, SHEET, at_the_sheet, cell, expect_saved, points
from tests.sample import Sample


def test_a_figure_is_typed_and_enter_goes_down(desk, sample: Sample) -> None:
    page = at_the_sheet(desk("assessor"), "M1")
    page.keyboard.type("37.5")
    page.keyboard.press("Enter")
    expect(cell(page, "M1", "B1")).to_have_class(re.compile("cut.*bare|bare.*cut"))
    expect(cell(page, "TF", "B1")).to_be_focused()
    expect_saved(page)
    assert points("M1", "B1") == [Decimal("2.50")]
    expect(page.locator("[data-bare]")).to_contain_text("1 格没有写原因，提交前请补上：煤一队 B1")
    expect(page.locator("[data-mean=B1]")).to_have_text("36.67")
    expect(page.locator("#panel h2")).to_contain_text("通风队")  # the panel follows


def test_escape_gives_up_f2_mends_and_delete_gives_full_marks(desk, sample: Sample) -> None:
    page = at_the_sheet(desk("assessor"))
    page.keyboard.type("12")
    page.keyboard.press("Escape")
    expect(cell(page, "ZC1", "B1")).to_contain_text("38.5")
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(cell(page, "ZC1", "B1")).to_have_text(re.compile(r"^\s*38\.?\s*$"))  # "38" once it is saved
    expect_saved(page)
    assert points("ZC1", "B1") == [Decimal("2.00")]
    cell(page, "ZC1", "B1").dblclick()
    expect(page.get_by_label("综采一队 B1 得分")).to_have_value("38")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    expect(cell(page, "ZC1", "B1")).to_have_class(re.compile("full"))
    assert points("ZC1", "B1") == []


def test_a_block_is_pasted_and_undone(desk, sample: Sample) -> None:
    page = at_the_sheet(desk("assessor"))
    before = [points(unit, item) for unit in ("ZC1", "M1", "TF") for item in ("B1", "B2")]
    page.evaluate(PASTE, "３９\t1９.5\r\n\t缺项\r\n35\t\r\n")
    expect(cell(page, "TF", "B1")).to_contain_text("35")
    expect_saved(page)
    assert (points("ZC1", "B1"), points("ZC1", "B2")) == ([Decimal("1.00")], [Decimal("0.50")])
    assert Entry.objects.get(unit__code="ZC1", item__code="B1", cycle__period="2026-06").reason.startswith("抽查")
    assert Entry.objects.filter(unit__code="M1", item__code="B2", kind="na").exists()
    expect(page.locator("[data-bare] b")).to_have_text("2")
    page.keyboard.type("36")  # the first cell of the block is the active one
    page.keyboard.press("Enter")
    expect(cell(page, "ZC1", "B1")).to_contain_text("36")
    for _ in range(2):
        page.keyboard.press("Control+z")
    expect(cell(page, "M1", "B2")).to_contain_text("18")
    expect_saved(page)
    expect(page.locator("[data-bare]")).to_be_hidden()
    assert [points(unit, item) for unit in ("ZC1", "M1", "TF") for item in ("B1", "B2")] == before
    assert (
        Entry.objects.get(unit__code="M1", item__code="B2", cycle__period="2026-06").reason
        == "巷道浮煤未清理，长 20 米"
    )
    page.keyboard.press("Control+y")
    expect(cell(page, "M1", "B2")).to_contain_text("缺")
    page.keyboard.press("Control+Shift+z")
    expect(cell(page, "ZC1", "B1")).to_contain_text("36")


def test_a_block_with_a_fault_is_not_written_and_says_where(desk, sample: Sample, ear) -> None:
    page = at_the_sheet(desk("assessor"))
    page.evaluate(PASTE, "39\n41\n十分")
    box = page.locator("[data-trouble]")
    expect(box).to_contain_text("整块没有保存")
    expect(box).to_contain_text("第 2 行 煤一队 B1：满分 40 分，不能填 41")
    expect(box).to_contain_text("第 3 行 通风队 B1：“十分”不是分数")
    expect(cell(page, "ZC1", "B1")).to_contain_text("38.5")
    expect(cell(page, "M1", "B1")).to_have_attribute("data-state", "failed")
    box.get_by_role("button", name="知道了").click()
    expect(box).to_be_hidden()
    assert points("ZC1", "B1") == [Decimal("1.50")]
    ear.complaints.clear()  # the browser notes the 422


def test_a_refused_figure_stays_to_be_mended(desk, sample: Sample, ear) -> None:
    page = at_the_sheet(desk("assessor"))
    page.keyboard.type("41")
    page.keyboard.press("Enter")
    expect(page.locator("[data-trouble]")).to_contain_text("综采一队 B1：满分 40 分，不能填 41")
    expect(cell(page, "ZC1", "B1")).to_have_text("41")
    page.get_by_role("button", name="看这一格").click()
    page.keyboard.type("39")
    page.keyboard.press("Enter")
    expect_saved(page)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    assert points("ZC1", "B1") == [Decimal("1.00")]
    ear.complaints.clear()


def test_what_was_refused_is_said_once_however_often_it_is_tried(desk, sample: Sample, ear) -> None:
    page = at_the_sheet(desk("assessor"))
    box, told = page.locator("[data-trouble]"), page.locator("[data-trouble] > *")
    for block in ("39\n41\n十分", "39\n42", "39\n43\n一"):
        page.evaluate(PASTE, block)
        expect(box).to_contain_text(block.split("\n")[1])
        expect(told).to_have_count(1)
    expect(box).not_to_contain_text("42")
    box.get_by_role("button", name="知道了").click()
    expect(cell(page, "TF", "B1")).not_to_have_attribute("data-state", "failed")
    for typed in ("41", "45", "48"):
        cell(page, "ZC1", "B1").click()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(box).to_contain_text(f"不能填 {typed}")
        expect(told).to_have_count(1)
    expect(page.locator("[data-status]")).to_have_text("1 格没保存，见下面")
    cell(page, "M1", "B1").click()
    page.keyboard.type("49")
    page.keyboard.press("Enter")
    expect(told).to_have_count(2)  # another cell has its own
    expect(page.locator("[data-status]")).to_have_text("2 格没保存，见下面")
    ear.complaints.clear()


def test_a_block_is_chosen_copied_and_filled(desk, sample: Sample) -> None:
    page = at_the_sheet(desk("assessor"))
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate(COPY) == "38.5\t20\n40\t18"
    expect(page.locator("td.chosen")).to_have_count(4)
    page.mouse.move(*middle(cell(page, "M1", "B1")))
    page.mouse.down()
    page.mouse.move(*middle(cell(page, "TF", "B1")))
    page.mouse.up()
    expect(page.locator("td[aria-selected=true]")).to_have_count(2)
    page.evaluate(PASTE, "39")
    expect(cell(page, "TF", "B1")).to_contain_text("39")
    expect_saved(page)
    assert (points("M1", "B1"), points("TF", "B1")) == ([Decimal("1.00")], [Decimal("1.00")])
    page.keyboard.press("Delete")
    expect(cell(page, "M1", "B1")).to_have_text("40")


def middle(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_cells_without_a_reason_block_handing_in_until_one_is_written(desk, sample: Sample) -> None:
    page = at_the_sheet(desk("assessor"), "M1")
    page.evaluate(PASTE, "39\n33")
    expect_saved(page)
    page.reload()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("1 格没有写原因，还不能提交：煤一队 B1")).to_be_visible()
    assert not Submission.objects.filter(cycle=sample.scoring, office__code="SAF").exists()
    page.locator("[data-bare] a").click()
    expect(page.get_by_label("给选中的格写原因")).to_be_focused()
    page.keyboard.type("皮带机头缺护栏一处")
    page.keyboard.press("Enter")
    expect(page.locator("[data-bare]")).to_be_hidden()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("button", name="撤回提交")).to_be_visible()
    assert Entry.objects.get(unit__code="M1", item__code="B1", cycle=sample.scoring).reason == "皮带机头缺护栏一处"


def test_two_assessors_at_once_never_overwrite_each_other_silently(desk, sample: Sample, ear) -> None:
    first, second = at_the_sheet(desk("assessor")), at_the_sheet(desk("party_officer"))
    first.keyboard.type("39")
    first.keyboard.press("Enter")
    expect_saved(first)
    second.evaluate(PASTE, "37\n38")
    box = second.locator("[data-trouble]")
    expect(box).to_contain_text(re.compile("综采一队 B1：安平 .*改过这一格，现在是 39 分（扣 1：.*），您填的是：37"))
    assert points("ZC1", "B1") == [Decimal("1.00")]
    assert points("M1", "B1") == []
    box.get_by_role("button", name="用他的").click()
    expect_saved(second)  # the rest of the block
    expect(cell(second, "ZC1", "B1")).to_contain_text("39")
    assert (points("ZC1", "B1"), points("M1", "B1")) == ([Decimal("1.00")], [Decimal("2.00")])
    cell(first, "M1", "B1").click()
    first.keyboard.type("36")
    first.keyboard.press("Enter")
    first.locator("[data-trouble]").get_by_role("button", name="用我的").click()
    expect_saved(first)
    assert points("M1", "B1") == [Decimal("4.00")]
    ear.complaints.clear()


def test_nothing_typed_is_lost_while_the_server_is_out_of_reach(desk, sample: Sample, ear) -> None:
    page = at_the_sheet(desk("assessor"))

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/cells/", cut)
    page.keyboard.type("39")
    page.keyboard.press("Enter")
    page.keyboard.type("38")
    page.keyboard.press("Enter")
    expect(page.locator("[data-trouble]")).to_contain_text("没保存上：连不上服务器")
    expect(page.locator("[data-status]")).to_have_text("2 格没保存上")
    expect(cell(page, "ZC1", "B1")).to_have_attribute("data-state", "failed")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("window.location.assign('/')")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.unroute("**/cells/", cut)
    page.get_by_role("button", name="现在重试").click()
    expect_saved(page)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    assert (points("ZC1", "B1"), points("M1", "B1")) == ([Decimal("1.00")], [Decimal("2.00")])
    ear.complaints.clear()


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(desk, sample: Sample, ear) -> None:
    page = at_the_sheet(desk("assessor"), "M1")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/cells/", lose, times=1)
    page.keyboard.type("39")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="现在重试").click()
    expect_saved(page)
    assert points("M1", "B1") == [Decimal("1.00")]
    ear.complaints.clear()


def test_all_of_it_goes_with_the_keyboard_alone(desk, sample: Sample) -> None:
    page = desk("assessor")
    page.goto(SHEET)
    page.get_by_label("给选中的格写原因").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(cell(page, "ZC1", "B1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(cell(page, "ZC1", "B2")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("39")
    page.keyboard.press("Tab")
    expect(cell(page, "M1", "B2")).to_be_focused()
    page.keyboard.press("Control+End")
    expect(cell(page, "TF", "V2")).to_be_focused()
    page.keyboard.press("F2")  # a veto is no figure: the panel is the place
    expect(page.locator("#panel [name=reason]").first).to_be_focused()
    page.keyboard.type("瞒报一起")
    page.get_by_role("button", name="记一条").press("Enter")
    expect(page.locator("#panel").get_by_text("瞒报一起")).to_be_visible()
    assert points("M1", "B1") == [Decimal("1.00")]


def test_several_entries_open_the_panel_instead(desk, sample: Sample) -> None:
    page = at_the_sheet(desk("assessor"))
    page.locator("#panel [name=points]").first.fill("1")
    page.locator("#panel [name=reason]").first.fill("物料码放超高")
    page.get_by_role("button", name="记一条").click()
    expect(page.locator("#panel").get_by_text("物料码放超高")).to_be_visible()
    cell(page, "ZC1", "B1").click()
    expect(cell(page, "ZC1", "B1")).to_be_focused()
    page.keyboard.type("3")
    expect(page.locator("#panel [name=points]").first).to_be_focused()
    assert len(points("ZC1", "B1")) == 2


def test_the_sheet_in_use_is_accessible_and_readable(desk, phone, sample: Sample) -> None:
    for opener in (desk, phone):
        for theme in ("light", "dark"):
            page = opener("assessor", theme=theme)
            page.goto(SHEET)
            if opener is desk:
                cell(page, "M1", "B1").click()
                page.keyboard.type("39")
                page.keyboard.press("Enter")
                expect_saved(page)
                cell(page, "M1", "B1").click()
                page.keyboard.press("Delete")
                expect_saved(page)
            assert not unreadable(page) + inaccessible(page)


def test_a_finger_opens_the_panel(chromium, live_server, request, ear, sample: Sample) -> None:
    from tests.browser.conftest import _session

    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.add_cookies([_session(request, "assessor", live_server.url)])
    page = context.new_page()
    ear.listen_to(page)
    page.goto(SHEET)
    cell(page, "ZC1", "B1").tap()
    page.wait_for_url("**?unit=ZC1&item=B1#panel")
    expect(page.locator("#panel h2")).to_be_in_viewport()
    context.close()


def until(page: Page, question: str) -> None:
    """Chromium 86 and the content security policy allow no waiting inside the page."""
    for _ in range(100):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never came true: {question}")


def test_typing_pasting_and_undoing_in_chromium_86(old_desk, sample: Sample) -> None:
    page = old_desk("assessor")
    page.goto(SHEET)
    page.evaluate("document.querySelector('td[data-item=B1]').focus()")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("39")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-status]').textContent.startsWith('全部已保存')")
    assert points("M1", "B1") == [Decimal("1.00")]
    page.evaluate(PASTE, "35")
    until(page, "document.querySelector('tr[data-unit=TF] td').getAttribute('data-value') === '35'")
    for _ in range(2):
        page.keyboard.press("Control+z")
    until(page, "document.querySelector('tr[data-unit=M1] td').getAttribute('data-value') === '40'")
    assert (points("M1", "B1"), points("TF", "B1")) == ([], [Decimal("6.00")])


# ── two connections at the same moment ──
def test_of_two_who_write_a_cell_at_the_same_moment_one_is_told(
    transactional_db, sample: Sample, at: dt.datetime
) -> None:
    """Here the database is a file or PostgreSQL: each thread has a connection of its own."""
    cycle, office = sample.scoring, sample.cast.units["SAF"]
    actors = [sample.cast.actor(member) for member in ("assessor", "party_officer")]
    for turn in range(5):
        [row] = [row for row in queries.sheet(cycle, office).rows if row.unit_code == "M1"]
        seen, start, told = row.cells[0].seen, threading.Barrier(2), []

        def write(
            number: int, seen: str = seen, start: threading.Barrier = start, told: list = told, turn: int = turn
        ) -> None:
            wanted = CellDraft("M1", "B1", seen, str(30 - turn * 2 - number))
            own = type(cycle).objects.select_related("standard", "mine").get(pk=cycle.pk)
            try:
                start.wait(10)
                actions.set_cells(by=actors[number], at=at, cycle=own, office=office, cells=[wanted])
                told.append("written")
            except CellConflict:
                told.append("conflict")
            except Exception as error:
                told.append(repr(error))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(told) == ["conflict", "written"]
        assert len(points("M1", "B1")) == 1


@pytest.fixture(autouse=True)
def _a_file_for_sqlite(live_server) -> None:
    """Every test here needs the database that the server sees."""
