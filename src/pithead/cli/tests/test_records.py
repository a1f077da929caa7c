"""What a superior's system holds, from the command line: checked, taken in, the rest handed back."""

import datetime as dt
from pathlib import Path

import pytest

from pithead.cli.tests.conftest import Command
from pithead.kernel import workbooks
from pithead.org.testing import Cast
from pithead.practices.actions import load_pack
from pithead.practices.models import Record
from pithead.practices.testing import LINE, PARTY_LIFE, SECRETS, confide

HEADINGS = ("日期", "项目", "支部", "应到", "实到", "编号", "备注")
ROW = ("2026-06-03", "主题党日", "ZB1", "12", "11", "ZT-06", "在活动室")


@pytest.fixture
def sheet(only_mine: Cast, at: dt.datetime, now: None, tmp_path: Path) -> Path:
    cast = only_mine
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=PARTY_LIFE, since=dt.date(2026, 1, 1))
    columns = [workbooks.Column(one) for one in HEADINGS]
    path = tmp_path / "六月.xlsx"
    path.write_bytes(workbooks.write([workbooks.Table("登记表", columns, [ROW, ("2026-06-31", *ROW[1:])])]))
    return path


def test_records_are_looked_at_and_taken_in_once_and_the_rest_is_handed_back(pithead: Command, sheet: Path) -> None:
    status, out, err = pithead("import", "records", sheet, "--dry-run")
    assert (status, out.splitlines()) == (1, ["2 行：将新增 1 条，已有 0 条", "没有用到的列：备注"])
    assert "六月.xlsx“登记表”第 3 行 A 列：日期：“2026-06-31”不是真实存在的日期" in err
    status, out, err = pithead("import", "records", sheet)
    assert (status, "没有导入任何记录" in err, Record.objects.count()) == (1, True, 0)
    failed = sheet.parent / "未导入.xlsx"
    for added, kept in ((1, 0), (0, 1)):
        status, out, _ = pithead("import", "records", sheet, "--keep-good", "--failed", failed)
        assert (status, out.splitlines()[0]) == (1, f"2 行：已新增 {added} 条，已有 {kept} 条")
    assert Record.objects.get().elsewhere == "ZT-06（应到 12，实到 11）"
    assert "失败原因" in workbooks.read(failed.read_bytes(), name="").sheets[0].rows[0]


def test_who_may_not_is_told_so(pithead: Command, cast: Cast, sheet: Path) -> None:
    status, _, err = pithead("import", "records", sheet, "--as", cast.people["section_head"].staff_no)
    assert (status, err.strip()) == (1, "高山没有“导入上级系统已有的记录”的权限")


def test_the_empty_table_is_written(pithead: Command, tmp_path: Path) -> None:
    assert pithead("template", "records", "-o", tmp_path / "空表.xlsx")[0] == 0
    assert [one.name for one in workbooks.read((tmp_path / "空表.xlsx").read_bytes(), name="").sheets] == [
        "已登记的",
        "说明",
    ]


def test_no_command_says_a_word_of_what_was_answered_in_confidence(
    pithead: Command, cast: Cast, sheet: Path, at: dt.datetime, tmp_path: Path
) -> None:
    confide(cast, at)
    said = [pithead("issues", "--kind", kind, "--format", "csv") for kind in ("request", "shortfall", "care")]
    said += [pithead("duties", "2026-07", "--format", "json"), pithead("verify", "--format", "json")]
    said += [pithead("practices", "export", "confidences", "-o", tmp_path / "method.yaml")]
    said += [pithead("document", "results", "six-good", "2026-07", "-o", tmp_path / "results.xlsx")]
    text = "".join(out + err for _, out, err in said) + (tmp_path / "method.yaml").read_text()
    assert LINE in text, "the search finds what is open"
    assert "谈心" in text
    assert not [secret for secret in SECRETS if secret in text]
