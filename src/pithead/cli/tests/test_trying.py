"""`pithead assess try`: a version tried on settled months, as a table and as JSON."""

import datetime as dt
import json

import pytest

from pithead.assess import actions
from pithead.assess.models import Standard
from pithead.assess.queries import content_of
from pithead.assess.testing import draft, issue_small_standard, settle
from pithead.cli.main import run
from pithead.kernel.periods import Period
from pithead.org.testing import Cast


@pytest.fixture
def trial(cast: Cast, at: dt.datetime) -> Standard:
    """May is settled; the draft makes B1 three times as dear, drops A2 and asks for A9."""
    by = cast.system()
    standard = issue_small_standard(cast, at)
    cycle = actions.open_cycle(by=by, at=at, mine=cast.mine, code="small", period=Period.parse("2026-05"))
    found = [draft(standard, cast.units["ZC1"], "B1", "4"), draft(standard, cast.units["M1"], "A2", "2")]
    actions.add_entries(by=by, at=at, cycle=cycle, drafts=found)
    settle(cycle, by=by, at=at)
    content = content_of(standard)
    content["dimensions"][1]["items"][0]["clauses"][0]["points"] = 3
    content["dimensions"][0]["items"][1] |= {"code": "A9", "name": "新要求"}
    return actions.draft_standard(by=by, at=at, mine=cast.mine, content=content)


def ask(*words: str) -> int:
    return run(["assess", "try", "small", "2", "--mine", "QSY", *words])


def test_the_table_shows_who_would_have_moved(trial: Standard, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("--periods", "2026-04..2026-06") == 0
    told = capsys.readouterr().out
    assert "2026年5月（当时用第 1 版）：1 个单位名次变动，1 个档次变动" in told
    assert "优秀 3 → 2" in told
    assert "不再考核，当时的分不再算：A2 要求A2 2 分" in told
    assert "新加的，按满分算：A9 新要求 10 分" in told
    assert [line.split() for line in told.splitlines() if line.startswith("煤一队")] == [
        ["煤一队", "2", "1", "+1", "98.00", "100.00", "优秀", "优秀"]
    ]
    assert "没有试算：2026-04、2026-06" in told


def test_the_same_as_json(trial: Standard, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("--periods", "2026-05", "--format", "json") == 0
    [month] = json.loads(capsys.readouterr().out)["months"]
    assert (month["period"], month["version_then"], month["moved"]) == ("2026-05", 1, 1)
    longwall = next(row for row in month["results"] if row["unit"]["code"] == "ZC1")
    assert longwall["total"] == {"before": "96.00", "after": "88.00"}
    assert longwall["tier"] == {"before": "优秀", "after": "良好"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--periods", "2026-06..2026-01"], "不是月份的范围"),
        (["--periods", "2026-Q1"], "不是月份的范围"),
        (["--periods", "2020-01..2026-01"], "最多试算 36 个月"),
        (["--periods", "2026-01"], "2026-01 都没有已定的结果"),
        (["--periods", "2026-05", "--as", "10001"], "没有“看未定结果”的权限"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(
    trial: Standard, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert ask(*words) == 1
    assert sentence in capsys.readouterr().err


def test_an_unknown_version_is_refused_with_those_there_are(
    trial: Standard, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["assess", "try", "small", "7", "--mine", "QSY", "--periods", "2026-05"]) == 1
    assert "没有第 7 版，有的版本：1、2" in capsys.readouterr().err
