"""`pithead figures` and `pithead measure`: contracts with scripts."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pithead.kernel import workbooks
from pithead.measures.models import Given
from pithead.org.testing import Cast

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def file(tmp_path: Path, only_mine: Cast, now: None) -> Path:
    rows = [["2026-06", "综采一队", 10, 9], ["2026-06", "煤一队", 10, 10]]
    columns = [workbooks.Column(one) for one in ("月份", "单位", "验收工程", "合格工程")]
    path = tmp_path / "六月.xlsx"
    path.write_bytes(workbooks.write([workbooks.Table("六月", columns, rows)]))
    return path


def test_a_table_is_looked_at_imported_and_not_doubled(pithead: Command, file: Path) -> None:
    status, out, _ = pithead("figures", "import", file, "--dry-run")
    assert (status, "将新录 4 个数" in out, Given.objects.count()) == (0, True, 0)
    assert pithead("figures", "import", file)[0] == 0
    assert "已有 4 个" in pithead("figures", "import", file)[1]
    assert set(Given.objects.values_list("source", "file")) == {("cli", "六月.xlsx")}


def test_what_cannot_be_taken_is_said_and_nothing_is_half_written(pithead: Command, file: Path, cast: Cast) -> None:
    number = cast.people["assessor"].staff_no
    status, _, error = pithead("figures", "import", file, "--as", number)
    assert (status, "归生产科录" in error, "没有导入任何数" in error) == (1, True, True)
    assert not Given.objects.exists()
    assert pithead("figures", "import", file, "--as", cast.people["worker"].staff_no)[0] == 1


def test_figures_are_listed_with_who_gave_them_and_one_tells_its_history(pithead: Command, file: Path) -> None:
    pithead("figures", "import", file)
    _, out, _ = pithead("figures", "list", "2026-06", "--quantity", "works_passed", "--unit", "ZC1")
    assert [word in out for word in ("综采一队", "合格工程", "9 个", "系统 命令行", "煤一队")] == [True] * 4 + [False]
    told = json.loads(pithead("figures", "history", "works_passed", "ZC1", "2026-06", "--format", "json")[1])
    assert [(one["value"], one["turn"], one["superseded"]) for one in told] == [("9.000", 1, False)]
    assert "没有录过" in pithead("figures", "history", "tonnes", "ZC1", "2026-06-03.1")[1]
    for words in (("list", "2026-06", "--quantity", "gold"), ("history", "tonnes", "NIX", "2026-06-03")):
        assert pithead("figures", *words)[0] == 1


def test_a_measure_is_told_as_a_table_and_as_json(pithead: Command, file: Path, cast: Cast) -> None:
    pithead("figures", "import", file)
    said = ("measure", "quality.pass_ratio", "2026-06")
    told = json.loads(pithead(*said, "--format", "json")[1])
    assert told["label"] == "工程合格率"
    assert next((one["unit"]["code"], one["value"]) for one in told["figures"]) == ("QSY", "95")
    assert "综采一队" in pithead(*said, "--unit", "ZC1")[1]
    head = cast.people["section_head"].staff_no
    assert [
        one["unit"]["code"] for one in json.loads(pithead(*said, "--as", head, "--format", "json")[1])["figures"]
    ] == ["ZC1"]
    assert pithead(*said, "--as", head, "--unit", "M1")[0] == 1
    assert "没有数" in pithead("measure", "quality.rework", "2026-06")[1]
    for words in (("gold", "2026-06"), ("quality.rework", "2026-06-03.1"), ("quality.rework", "bald")):
        assert pithead("measure", *words)[0] == 1
