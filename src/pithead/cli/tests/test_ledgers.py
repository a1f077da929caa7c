"""Ledgers in, lists out: as scripts use them."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pithead.cli.tests.conftest import Command
from pithead.issues.actions import IssueDraft, raise_issue
from pithead.issues.models import Issue, Role
from pithead.issues.testing import raised
from pithead.kernel.workbooks import Column, Table, write
from pithead.org.testing import Cast

pytestmark = pytest.mark.usefixtures("only_mine", "now")
HEADINGS = ["检查日期", "地点", "状态", "隐患内容", "责任单位", "五定时间", "复查时间", "复查人"]
OPEN = ["2026-06-03 07:30", "1312工作面", "已五定", "3号架漏液", "综采一队", "2026-06-05", "", ""]
CLOSED = ["2026-06-04", "机头", "已复查", "浮煤多", "ZC1-1", "2026-06-05", "2026-06-06", "安平"]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def made(*rows: list[str]) -> Path:
        path = tmp_path / "台账.xlsx"
        path.write_bytes(write([Table("台账", [Column(heading) for heading in HEADINGS], [*rows], title="隐患台账")]))
        return path

    return made


def test_a_ledger_goes_in_once_and_comes_out_as_agreed(pithead: Command, file: Callable[..., Path]) -> None:
    status, out, _ = pithead("import", "hazards", file(OPEN, CLOSED))
    assert (status, out.splitlines()[0]) == (0, "2 行：已新增 2 条，更新进展 0 条，不变 0 条")
    assert "其中 1 条已经超期" in out
    assert "1312工作面、机头" in out
    status, out, _ = pithead("import", "hazards", file(OPEN, CLOSED))
    assert (status, out.splitlines()[0]) == (0, "2 行：已新增 0 条，更新进展 0 条，不变 2 条")
    first, second = json.loads(pithead("issues", "--kind", "hazard", "--period", "2026-06", "--format", "json")[1])
    assert first == {
        "id": str(Issue.objects.get(state="assigned").pk),
        "kind": "hazard",
        "state": "assigned",
        "grade": "C",
        "unit": {"code": "ZC1", "name": "综采一队"},
        "place": "1312工作面",
        "found_at": "2026-06-03T07:30:00+08:00",
        "due_at": "2026-06-05T23:59:00+08:00",
        "closed_at": None,
        "text": "3号架漏液",
    }
    assert (second["state"], second["due_at"], second["closed_at"]) == ("closed", None, "2026-06-06T00:00:00+08:00")
    assert second["unit"] == {"code": "ZC1-1", "name": "综采一队/一班"}


def test_a_dry_run_and_a_ledger_with_mistakes_write_nothing(pithead: Command, file: Callable[..., Path]) -> None:
    assert pithead("import", "hazards", file(OPEN), "--dry-run")[1].startswith("1 行：将新增 1 条")
    wrong = [*CLOSED[:6], "2026-05-06", "安平"]
    status, out, err = pithead("import", "hazards", file(OPEN, wrong))
    assert status == 1
    assert "没有导入，本来会" in out
    assert "“台账”第 4 行 G 列：复查时间：2026-05-06 复查，早于检查日期" in err
    assert "--keep-good" in err
    assert not Issue.objects.exists()
    assert pithead("import", "hazards", file(OPEN, wrong), "--keep-good")[0] == 1
    assert Issue.objects.count() == 1


def test_only_the_month_asked_for_is_listed(pithead: Command, file: Callable[..., Path]) -> None:
    pithead("import", "hazards", file(OPEN, ["2026-05-31 23:50", *OPEN[1:]], ["2026-07-01", *OPEN[1:5], "", "", ""]))
    assert len(json.loads(pithead("issues", "--period", "2026-06", "--format", "json")[1])) == 1
    assert len(json.loads(pithead("issues", "--format", "json")[1])) == 3
    assert pithead("issues", "--period", "2026-01", "--format", "json")[1] == "[]\n"
    assert pithead("issues", "--period", "2026-01")[1] == "没有\n"
    assert pithead("issues", "--period", "2026-06")[1].splitlines()[-1] == "1 条"
    assert (
        pithead("issues", "--period", "2026-06", "--format", "csv")[1]
        .splitlines()[1]
        .startswith(str(Issue.objects.order_by("found_at")[1].pk))
    )
    assert pithead("issues", "--period", "六月")[0] == 1


def test_what_people_wrote_does_nothing_in_a_file_or_on_a_terminal(
    pithead: Command, cast: Cast, at: dt.datetime
) -> None:
    raised(cast, "worker", at, "hazard", text="=cmd|' /C calc'!A0 漏液", place_text="＝机头")
    raised(cast, "worker", at + dt.timedelta(minutes=1), "hazard", text="架\x1b[2J漏\n第二行")
    rows = list(csv.DictReader(io.StringIO(pithead("issues", "--format", "csv")[1])))
    assert {(row["内容"], row["地点"]) for row in rows} == {
        ("'=cmd|' /C calc'!A0 漏液", "'＝机头"),
        ("架 [2J漏 第二行", ""),
    }
    table = pithead("issues")[1]
    assert len(table.splitlines()) == 4
    assert "\x1b" not in table


def test_who_sees_nothing_of_a_kind_lists_nothing_of_it(pithead: Command, cast: Cast, at: dt.datetime) -> None:
    raised(cast, "assessor", at, "violation")
    people = ((Role.SUBJECT, cast.people["worker"]),)
    care = IssueDraft(kind="care", text="家里有事", unit=cast.units["ZC1"], people=people)
    raise_issue(by=cast.actor("section_head"), at=at, mine=cast.mine, draft=care)

    def listed(member: str) -> list[object]:
        staff_no = cast.people[member].staff_no
        return json.loads(pithead("issues", "--kind", "violation", "--format", "json", "--as", staff_no)[1])

    assert len(listed("assessor")) == len(listed("section_head")) == len(listed("worker")) == 1
    assert listed("other_assessor") == []
    for kind in ("care", "dispute"):
        for who in ([], ["--as", cast.people["section_head"].staff_no]):
            status, out, err = pithead("issues", "--kind", kind, "--format", "json", *who)
            assert (status, out) == (1, "")
            assert "保密" in err
    assert "没有“hazards”这一类" in pithead("issues", "--kind", "hazards")[2]
