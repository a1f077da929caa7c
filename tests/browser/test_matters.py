"""The life of a hazard: reported on a phone in one line, assigned, put right, checked by somebody else; with and without script."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from pithead.issues.models import Attachment, Issue
from pithead.issues.testing import grow_cast
from pithead.org.testing import Cast
from tests.browser.harness import inaccessible, old_press, old_type, unreadable

LINE = "2 部皮带机尾护罩缺两条螺栓"
both = pytest.mark.parametrize("script", (True, False), ids=("with script", "without script"))


def the_hazard() -> Issue:
    return Issue.objects.select_related("unit", "owner").get(text=LINE)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "整改后.png"
    Image.new("RGB", (64, 48), "#467").save(path)
    return path


def report(page: Page) -> None:
    """Two taps and one line."""
    page.goto("/")
    page.locator(".tabs").get_by_text("上报").click()
    page.get_by_label("一句话").fill(LINE)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已上报：隐患 · 运输，C级")).to_be_visible()


def assign(page: Page, cast: Cast) -> None:
    page.goto("/issues/own/")
    page.get_by_role("link", name=LINE).first.click()
    form = page.locator("form[action$='/moves/assign/']")
    form.get_by_label("责任人").fill(cast.people["section_clerk"].staff_no)
    soon = timezone.localtime() + dt.timedelta(hours=9)
    form.get_by_label("完成时间").fill(f"{soon:%Y-%m-%dT%H:%M}")
    form.get_by_label("措施").fill("补齐螺栓")
    form.get_by_role("button", name="五定分派").click()
    expect(page.get_by_text("已办：五定分派")).to_be_visible()


def fix(page: Page, picture: Path) -> None:
    page.goto("/")
    page.get_by_role("link", name="去办").first.click()
    form = page.locator("form[action$='/moves/fix/']")
    form.get_by_label("说明").fill("两条螺栓已补齐")
    form.get_by_label("整改后的照片").set_input_files(picture)
    form.get_by_role("button", name="整改完成").click()
    expect(page.get_by_text("已办：整改完成")).to_be_visible()
    expect(page.locator(".photos img")).to_be_visible()


def check(page: Page) -> None:
    page.goto("/issues/own/")
    page.get_by_role("link", name=LINE).first.click()
    page.locator("form[action$='/moves/pass/']").get_by_role("button", name="复查合格").click()
    expect(page.get_by_text("已办：复查合格")).to_be_visible()


@both
def test_a_hazard_goes_from_a_phone_to_its_end(phone, desk, cast: Cast, picture: Path, script: bool) -> None:
    grow_cast(cast)
    reporter = phone("worker", script=script)
    report(reporter)
    assert the_hazard().unit.code == "ZC1"
    assign(desk("assessor", script=script), cast)
    fix(phone("section_clerk", script=script), picture)
    check(phone("inspector", script=script))
    issue = the_hazard()
    assert (issue.state, issue.verified, issue.owner) == ("closed", True, cast.people["section_clerk"])
    assert Attachment.objects.filter(step__issue=issue).count() == 1
    reporter.goto("/issues/own/")
    expect(reporter.get_by_text("已销号").first).to_be_visible()


def test_while_one_types_the_page_says_what_it_will_be(phone, cast: Cast) -> None:
    page = phone("worker")
    page.goto("/issues/new/")
    page.get_by_label("一句话").press_sequentially(LINE)
    expect(page.locator("#guess")).to_contain_text("隐患 · 运输")
    page.get_by_label("一句话").fill("建议把班前会改到七点半")
    expect(page.locator("#guess")).to_contain_text("建议")
    assert not unreadable(page) + inaccessible(page)


@both
def test_what_the_words_do_not_tell_is_asked_and_what_was_typed_stays(phone, ear, cast: Cast, script: bool) -> None:
    page = phone("worker", script=script)
    page.goto("/issues/new/")
    page.get_by_label("一句话").fill("这里不太好")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("看不出是哪一类，请点一下").first).to_be_visible()
    expect(page.get_by_label("一句话")).to_have_value("这里不太好")
    ear.complaints.clear()  # the browser's own word about the answer 422
    page.get_by_label("类别", exact=True).select_option(label="困难")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已上报：困难")).to_be_visible()


def test_a_complaint_without_a_name_begins_on_any_page(phone, cast: Cast) -> None:
    page = phone("worker")
    page.goto("/units/")
    page.get_by_role("link", name="提意见").click()
    page.get_by_label("有什么意见").fill("同一张表要填两次")
    page.get_by_label("不记姓名").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("没有记下姓名，由党委工作部答复")).to_be_visible()
    assert Issue.objects.get().found_by is None


def test_a_hazard_is_reported_in_chromium_86(old_phone, cast: Cast) -> None:
    page = old_phone("worker")
    page.goto("/issues/new/")
    old_type(page, "#id_text", LINE)
    old_press(page, ".report .primary")
    assert the_hazard().state == "found"
    assert "五定分派" not in page.inner_text("main")
