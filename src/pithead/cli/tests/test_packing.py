"""Work methods as files."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pithead.cli.tests.conftest import Command
from pithead.org.testing import Cast
from pithead.practices.models import PracticeVersion, Proposal, WorkMethod
from pithead.practices.testing import TEXT

pytestmark = pytest.mark.usefixtures("only_mine", "now")


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def made(text: str) -> Path:
        path = tmp_path / "走动.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return made


def test_a_method_goes_in_and_comes_out_the_same(pithead: Command, file: Callable[[str], Path], tmp_path: Path) -> None:
    status, out, _ = pithead("practices", "import", file(TEXT), "--dry-run")
    assert (status, out.splitlines()[0], out.splitlines()[-1]) == (0, "走动管理：新的", "只检查，没有装入")
    assert not WorkMethod.objects.exists()
    status, out, _ = pithead("practices", "import", file(TEXT), "--since", "2026-08-01")
    assert (status, out.splitlines()[-1]) == (0, "走动工作法已装入，从 2026-08-01 起")
    assert set(PracticeVersion.objects.values_list("since", flat=True)) == {dt.date(2026, 8, 1)}
    kept = tmp_path / "out.yaml"
    assert pithead("practices", "export", "walk", "-o", kept)[0] == 0
    assert pithead("practices", "export", "walk")[1] == kept.read_text(encoding="utf-8")
    _, out, _ = pithead("practices", "import", kept, "--dry-run")
    assert out.count("没有变化") == 3


def test_the_list_is_for_people_or_for_scripts(pithead: Command, file: Callable[[str], Path]) -> None:
    assert pithead("practices", "list")[1] == "还没有工作法\n"
    pithead("practices", "import", file(TEXT.replace("source: 矿上自创", "on: true")))
    assert "walk" in pithead("practices", "list")[1]
    (method,) = json.loads(pithead("practices", "list", "--format", "json")[1])
    assert method["units"] == [{"code": "QSY", "name": "青石峪煤矿", "since": "2026-07-06"}]
    assert method["practices"][2] == {"code": "zero_report", "title": "维稳零报告", "state": "asleep"}


def test_everything_that_is_wrong_is_said(pithead: Command, file: Callable[[str], Path], tmp_path: Path) -> None:
    status, _, err = pithead("practices", "import", file(TEXT.replace("every: shift", "every: blink")))
    assert status
    assert "“走动.yaml”第 23 行 shift_look · 次数第 1 条 · 周期 every：没有“blink”" in err
    status, _, err = pithead("practices", "export", "nothing")
    assert status
    assert "没有工作法“nothing”，有的是：（还没有）" in err
    strange = tmp_path / "x.yaml"
    strange.write_bytes(b"\xff\xfe")
    assert "UTF-8" in pithead("practices", "import", strange)[2]


def test_who_may_not_may_not_here_either(pithead: Command, file: Callable[[str], Path], cast: Cast) -> None:
    worker = cast.people["worker"].staff_no
    status, _, err = pithead("practices", "import", file(TEXT), "--as", worker)
    assert status
    assert "没有“改履责要求，导入工作法”的权限" in err
    assert not WorkMethod.objects.exists()


def test_what_asks_too_much_waits_for_a_leader(pithead: Command, file: Callable[[str], Path], cast: Cast) -> None:
    heavy = "".join(f"\n      - {{key: t{at}, label: 第 {at} 件事, required: true}}" for at in range(20))
    text = TEXT.replace("{every: month, count: 8}", "{every: day, count: 3}").replace(
        "    form:", f"    form:{heavy}", 1
    )
    officer = cast.people["party_officer"].staff_no
    status, _, err = pithead("practices", "import", file(text), "--as", officer)
    assert (status, err.strip()) == (0, "走动管理超过填报上限，待矿领导批准")
    assert Proposal.objects.count() == 1
