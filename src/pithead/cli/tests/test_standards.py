"""`import standard` and `assess lint`, as scripts use them."""

from pathlib import Path

import pytest

from pithead.assess.models import Standard, StandardState
from pithead.cli.tests.conftest import Command
from pithead.kernel.workbooks import Column, Table, write
from pithead.org.testing import Cast

HEADINGS = ("项目", "考核内容", "标准分", "评分标准", "考核科室")
GOOD = (
    ("一、安全（60分）", "隐患", 40, "超期一条扣1分，扣完为止", "安全科"),
    ("", "三违", 20, "一般三违每起扣1分", "安全科"),
    ("二、任务（40分）", "产量", 40, "每低1%扣0.4分", "生产科"),
    ("合计", "", 100, "", ""),
)


def rubric(folder: Path, *rows: tuple, name: str = "区队考核标准.xlsx") -> Path:
    path = folder / name
    path.write_bytes(write([Table("考核", [Column(heading, 20) for heading in HEADINGS], rows)]))
    return path


def given(path: Path, *more: str) -> tuple[object, ...]:
    return "import", "standard", path, "--code", "own", "--from", "2026-06", *more


def test_a_rubric_without_problems_is_issued_and_its_month_can_be_opened(
    pithead: Command, only_mine: Cast, tmp_path: Path
) -> None:
    status, out, err = pithead(*given(rubric(tmp_path, *GOOD)))
    assert (status, err) == (0, "")
    first, *notes, last = out.splitlines()
    assert first == "区队：2 个大类，3 项，3 条，满分 100 分，加分项 0 个，否决项 0 个"
    assert all(note.startswith("说明：") for note in notes)
    assert last == "已发布第 1 版，从 2026-06 起执行。开启考核：pithead assess open own 2026-06"
    assert pithead("assess", "open", "own", "2026-06")[0] == 0
    standard = Standard.objects.get(code="own")
    assert standard.state == StandardState.ISSUED
    assert standard.items.get(code="A1").clauses.get().cap == 40


def test_the_same_file_again_issues_nothing_new(pithead: Command, only_mine: Cast, tmp_path: Path) -> None:
    path = rubric(tmp_path, *GOOD)
    pithead(*given(path))
    status, out, _ = pithead(*given(path))
    assert status == 0
    assert "已发布第 1 版" in out
    assert Standard.objects.filter(code="own").count() == 1


def test_a_changed_file_is_the_next_version(pithead: Command, only_mine: Cast, tmp_path: Path) -> None:
    pithead(*given(rubric(tmp_path, *GOOD)))
    changed = [(*row[:3], str(row[3]).replace("0.4", "0.5"), row[4]) for row in GOOD]
    status, out, _ = pithead(*given(rubric(tmp_path, *changed)))
    assert (status, "已发布第 2 版" in out) == (0, True)


def test_a_rubric_with_problems_writes_nothing_and_names_them_all(
    pithead: Command, only_mine: Cast, tmp_path: Path
) -> None:
    bad = (
        ("一、安全（60分）", "隐患", 40, "超期一条扣1分", "安监站"),
        ("", "学习", 10, "每天打卡，漏一次扣0.1分", "安全科"),
        ("合计", "", 100, "", ""),
    )
    for more in ((), ("--draft",), ("--dry-run",)):
        status, _, err = pithead(*given(rubric(tmp_path, *bad), *more))
        assert status == 1
        assert "“考核”第 2 行 E 列：本矿没有科室“安监站”" in err
        assert "减负规则 B2" in err
        assert "合计写的是 100 分，上面各项加起来是 50 分" in err
    assert not Standard.objects.filter(code="own").exists()


def test_a_draft_is_not_in_force_yet(pithead: Command, only_mine: Cast, tmp_path: Path) -> None:
    status, out, _ = pithead(*given(rubric(tmp_path, *GOOD), "--draft", "--title", "本矿区队标准"))
    assert (status, out.splitlines()[-1][:10]) == (0, "已建草案，第 1 版")
    draft = Standard.objects.get(code="own")
    assert (draft.state, draft.title) == (StandardState.DRAFT, "本矿区队标准")
    assert any("没有写考核科室" in note or "照通用的" in note for note in draft.notes)
    assert pithead("assess", "open", "own", "2026-06")[0] == 1


def test_a_dry_run_writes_nothing(pithead: Command, only_mine: Cast, tmp_path: Path) -> None:
    status, out, _ = pithead(*given(rubric(tmp_path, *GOOD), "--dry-run"))
    assert (status, "已发布" in out, Standard.objects.count()) == (0, False, 0)


def test_only_those_who_issue_standards_import_them(pithead: Command, only_mine: Cast, tmp_path: Path) -> None:
    staff_no = only_mine.people["worker"].staff_no
    status, _, err = pithead(*given(rubric(tmp_path, *GOOD), "--as", staff_no))
    assert (status, bool(err), Standard.objects.count()) == (1, True, 0)


@pytest.mark.parametrize(("code", "said"), [("Own 1", "只能用小写字母"), ("own", "2026-6")])
def test_a_code_or_a_month_that_is_none_is_refused(
    pithead: Command, only_mine: Cast, tmp_path: Path, code: str, said: str
) -> None:
    month = "2026-6" if code == "own" else "2026-06"
    path = rubric(tmp_path, *GOOD)
    status, _, err = pithead("import", "standard", path, "--code", code, "--from", month)
    assert (status, said in err) == (1, True)


def test_garbage_is_refused_in_words(pithead: Command, only_mine: Cast, tmp_path: Path) -> None:
    path = tmp_path / "细则.xlsx"
    path.write_bytes(b"%PDF-1.4")
    assert pithead(*given(path))[::2] == (1, "这是 PDF 文件，不是 Excel 工作簿。请传原来的表格\n")


# ── lint ──
def test_lint_needs_no_mine_and_names_every_finding(pithead: Command, tmp_path: Path) -> None:
    path = rubric(tmp_path, *GOOD, ("三、宣传", "投稿", 5, "每月投稿少一篇扣1分", "安全科"))
    status, out, err = pithead("assess", "lint", path)
    assert status == 1
    assert out.endswith("处不许考核\n")
    assert "“考核”第 6 行 D 列：减负规则 B14" in err


def test_lint_says_how_much_it_has_looked_at(pithead: Command, tmp_path: Path) -> None:
    path = tmp_path / "细则.txt"
    path.write_text("班前会漏开一次扣1分\n隐患超期一条扣1分\n", encoding="utf-8")
    assert pithead("assess", "lint", path) == (0, "看了 2 条，没有减负规则不许考核的内容\n", "")
    assert pithead("assess", "lint", tmp_path / "没有.txt")[0] == 1
