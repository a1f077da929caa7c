"""The main job in a browser: offices score, a leader reviews, the joint meeting settles, everybody reads the publicity, a section
appeals, another person decides, a second publicity, the result is final, the bulletin comes down as a paper."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pithead.org.models import Unit
from tests.browser.sheets import PASTE, at_the_sheet, cell, expect_saved
from tests.sample import Sample

REASON = "采区变电所防护栏缺一处"
MONTH = "small/2026-06"
CYCLE = f"/cycles/{MONTH}/"


def score(page: Page, office: str, unit: str, item: str, points: str) -> None:
    page.goto(f"/sheets/{MONTH}/{office}/")
    page.locator(f"[data-sheet] a[href*='unit={unit}&item={item}']").click()
    page.locator("#panel [name=points]").first.fill(points)
    page.locator("#panel [name=reason]").first.fill(REASON)
    page.get_by_role("button", name="记一条").click()
    expect(page.locator("#panel").get_by_text(REASON).first).to_be_visible()


def score_as_in_a_spreadsheet(page: Page, other: Page) -> None:
    """A block pasted and undone; two at once; then the figure that stays, with its reason."""
    at_the_sheet(page, "M1")
    at_the_sheet(other, "M1")
    page.evaluate(PASTE, "39\t19\n30\t")
    expect_saved(page)
    page.keyboard.press("Control+z")
    expect_saved(page)
    expect(cell(page, "M1", "B1")).to_contain_text("40")
    page.keyboard.type("37.5")
    page.keyboard.press("Enter")
    expect_saved(page)
    other.keyboard.type("36")
    other.keyboard.press("Enter")
    expect(other.locator("[data-trouble]")).to_contain_text("安平")
    other.get_by_role("button", name="用他的").click()
    cell(page, "M1", "B1").click()
    page.get_by_label("给选中的格写原因").fill(REASON)
    page.keyboard.press("Enter")
    expect(page.locator("[data-bare]")).to_be_hidden()


def hand_in(page: Page, office: str) -> None:
    page.goto(f"/sheets/{MONTH}/{office}/")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("button", name="撤回提交")).to_be_visible()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """`later(10)`: for the server it is ten days later from now on."""
    now, passed = timezone.now, [0]
    monkeypatch.setattr(timezone, "now", lambda: now() + dt.timedelta(days=passed[0]))

    def pass_days(days: int) -> None:
        passed[0] += days

    return pass_days


@pytest.mark.parametrize("script", (True, False), ids=("with script", "without script"))
def test_a_month_from_the_first_score_to_the_bulletin(
    desk, sample: Sample, ear, later, tmp_path: Path, script: bool
) -> None:
    def sit_down(member: str) -> Page:
        return desk(member, script=script)

    saf, pro, office = sit_down("assessor"), sit_down("other_assessor"), sit_down("party_officer")
    if script:
        score_as_in_a_spreadsheet(saf, office)
        ear.complaints.clear()  # the browser notes the 409
    else:
        score(saf, "SAF", "M1", "B1", "2.5")
    score(pro, "PRO", "ZC1", "A2", "0.5")
    for page, code in ((saf, "SAF"), (pro, "PRO"), (office, "PTY")):
        hand_in(page, code)

    leader = sit_down("mine_leader")
    close_and_review(office, leader)
    approve_and_publish(office, sample.cast.units["M1"])
    worker, head = sit_down("worker"), sit_down("section_head")
    read_the_publicity(worker)
    appeal(head)
    answer_and_decide(office, leader)
    office.goto(CYCLE)
    expect(office.get_by_role("button", name="确定结果")).to_have_count(0)
    office.get_by_role("button", name="第二次公示").click()
    expect(office.get_by_text("期满才能确定")).to_be_visible()

    later(30)
    office = sit_down("party_officer")
    office.goto(CYCLE)
    office.get_by_role("button", name="确定结果").click()
    worker = sit_down("worker")
    worker.goto(f"/results/{MONTH}/?unit=M1")
    expect(worker.locator("#why").get_by_text(REASON)).to_be_visible()
    expect(worker.locator("#why h2")).to_contain_text("煤一队为什么是")
    office.goto(f"/results/{MONTH}/")
    with office.expect_download() as download:
        office.get_by_role("link", name=re.compile("通报")).click()
    check_bulletin(Path(download.value.path()).read_bytes())


def close_and_review(office: Page, leader: Page) -> None:
    office.goto(CYCLE)
    office.get_by_role("button", name="关闭打分并计算").click()
    leader.goto("/")
    leader.get_by_role("link", name=re.compile("去办.*6月.*审核")).click()
    leader.locator("[name=note]").fill("同意")
    leader.get_by_role("button", name="审核通过").click()


def approve_and_publish(office: Page, unit: Unit) -> None:
    """With a departure: 煤一队 is good, not excellent."""
    office.goto(CYCLE)
    form = office.locator("#approval")
    form.locator("[name=minutes]").fill("2026年第12次")
    form.locator("summary").click()
    row = form.locator("fieldset").first
    row.get_by_label("单位").select_option(str(unit.pk))
    row.get_by_label("档次").select_option("good")
    form.get_by_role("button", name="记录审定").click()
    form = office.locator("#publication")
    form.locator("[name=contacts]").fill("党委工作部 8101")
    form.get_by_role("button", name="公示").click()
    expect(office.get_by_text("期满才能确定")).to_be_visible()


def read_the_publicity(worker: Page) -> None:
    worker.goto(f"/publicity/{MONTH}/")
    for text in ("党委工作部 8101", "2026年第12次", "经党政联席会研究"):
        expect(worker.get_by_text(text).first).to_be_visible()


def appeal(head: Page) -> None:
    head.goto(f"/results/{MONTH}/ZC1/")
    line = head.locator("li", has_text="区务会少开一次").first
    line.get_by_role("link", name=re.compile("申诉")).click()
    head.locator("[name=text]").fill("区务会因抢险改期，有记录")
    head.get_by_role("button", name="提出申诉").click()
    expect(head.get_by_text("待科室答复").first).to_be_visible()


def answer_and_decide(office: Page, leader: Page) -> None:
    """The office of the item answers; a leader, who had no part in it, decides that half of it stands."""
    office.goto("/appeals/")
    office.get_by_role("link", name=re.compile("综采一队")).first.click()
    office.locator("[name=answer]").fill("核对了会议记录，情况属实")
    office.get_by_role("button", name="答复", exact=True).click()
    leader.goto("/")
    leader.get_by_role("link", name=re.compile("去办.*申诉.*裁定")).first.click()
    leader.get_by_role("link", name=re.compile("综采一队")).first.click()
    leader.get_by_label("部分成立，改分").check()
    leader.locator("[name=points]").fill("1.5")
    leader.locator("[name=decision]").fill("改期有记录，扣一半")
    leader.get_by_role("button", name="裁定").click()
    expect(leader.get_by_text("部分成立，改分").first).to_be_visible()


def check_bulletin(content: bytes) -> None:
    """The layout of GB/T 9704 and the figures of the month."""
    with zipfile.ZipFile(io.BytesIO(content)) as paper:
        body = paper.read("word/document.xml").decode()
        footers = "".join(paper.read(name).decode() for name in paper.namelist() if "footer" in name)
    [margins] = re.findall(r"<w:pgMar [^>]*>", body)[:1]
    assert {side: int(re.search(rf'w:{side}="(\d+)"', margins)[1]) for side in ("top", "left", "right", "bottom")} == {
        "top": 2098,  # 37 mm in twentieths of a point
        "left": 1587,  # 28 mm
        "right": 1474,  # 26 mm
        "bottom": 1984,  # 35 mm
    }
    assert 'w:linePitch="579"' in body
    for font in ("仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋"):
        assert f'w:eastAsia="{font}' in body
    assert "PAGE" in footers
    text = re.sub(r"<[^>]+>", "", body)
    assert "关于2026年6月“小标准”考核情况的通报" in text
    assert REASON in text
    for unit in ("综采一队", "煤一队", "通风队"):
        assert unit in text
