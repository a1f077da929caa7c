"""The main job in a browser: offices score, a leader reviews, the result is settled, the bulletin comes down as a paper."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.sample import Sample

REASON = "采区变电所防护栏缺一处"
MONTH = "small/2026-06"


def score(page: Page, office: str, unit: str, item: str, points: str) -> None:
    page.goto(f"/sheets/{MONTH}/{office}/")
    page.locator(f"[data-sheet] a[href*='unit={unit}&item={item}']").click()
    page.locator("#panel [name=points]").first.fill(points)
    page.locator("#panel [name=reason]").first.fill(REASON)
    page.get_by_role("button", name="记一条").click()
    expect(page.locator("#panel").get_by_text(REASON).first).to_be_visible()


@pytest.mark.parametrize("script", (True, False), ids=("with script", "without script"))
def test_a_month_from_the_first_score_to_the_bulletin(desk, sample: Sample, tmp_path: Path, script: bool) -> None:
    saf, pro = desk("assessor", script=script), desk("other_assessor", script=script)
    score(saf, "SAF", "M1", "B1", "2.5")
    score(pro, "PRO", "ZC1", "A2", "0.5")
    for page in (saf, pro):
        page.get_by_role("button", name="提交", exact=True).click()
        expect(page.get_by_role("button", name="撤回提交")).to_be_visible()

    office = desk("party_officer", script=script)
    office.goto(f"/cycles/{MONTH}/")
    office.get_by_role("button", name="关闭打分并计算").click()
    expect(office.get_by_text("请送矿领导审核")).to_be_visible()
    expect(office.get_by_role("button", name="确定结果")).to_have_count(0)

    leader = desk("mine_leader", script=script)
    leader.goto("/")
    leader.get_by_role("link", name=re.compile("去办.*结果等您审核")).click()
    leader.locator("[name=note]").fill("同意")
    leader.get_by_role("button", name="审核通过").click()
    expect(leader.get_by_text("石领审核意见：同意")).to_be_visible()

    office.reload()
    office.get_by_role("button", name="确定结果").click()
    expect(office.get_by_text("各单位都能看到了")).to_be_visible()

    worker = desk("worker", script=script)
    worker.goto(f"/results/{MONTH}/")
    worker.get_by_role("link", name="煤一队").click()
    expect(worker.locator("#why").get_by_text(REASON)).to_be_visible()
    expect(worker.locator("#why h2")).to_contain_text("煤一队为什么是")

    office.goto(f"/results/{MONTH}/")
    with office.expect_download() as download:
        office.get_by_role("link", name=re.compile("通报")).click()
    check_bulletin(Path(download.value.path()).read_bytes())


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
