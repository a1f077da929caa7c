"""The command line as scripts use it: what it prints, and its exit status."""

import datetime as dt
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pithead.assess.actions import make_appeal
from pithead.assess.models import Departure, Entry
from pithead.assess.testing import GOOD_SCORES as GOOD
from pithead.assess.testing import issue_small_standard
from pithead.assess.testing import score_book as book
from pithead.cli.tests.conftest import Command
from pithead.kernel.models import AuditEvent
from pithead.kernel.workbooks import read
from pithead.org.models import Person, Unit
from pithead.org.testing import Cast


@pytest.fixture
def mine(only_mine: Cast, at: dt.datetime) -> Cast:
    issue_small_standard(only_mine, at)
    return only_mine


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "六月.xlsx"
    path.write_bytes(book(*GOOD))
    return path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, at: dt.datetime) -> Callable[[dt.datetime], None]:
    """What time it is for the command line: `at`, until the test says otherwise."""

    def say(moment: dt.datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    say(at)
    return say


@pytest.fixture
def settled(pithead: Command, mine: Cast, scores: Path, clock: Callable[[dt.datetime], None], at: dt.datetime) -> None:
    """June, all the way by commands, each saying what comes next."""
    assert pithead("assess", "open", "small", "2026-06")[0] == 0
    status, out, _ = pithead("import", "scores", scores, "--standard", "small", "--period", "2026-06")
    assert (status, out) == (0, "6 行：已记 6 条，原有 0 条没有重复记\n")
    assert "没有提交打分，按现有记录计算（打分截止 2026-07-03）" in pithead("assess", "close", "small", "2026-06")[1]
    assert "--minutes 纪要编号" in pithead("assess", "review", "small", "2026-06")[1]
    out = pithead("assess", "approve", "small", "2026-06", "--minutes", "2026年第7次")[1]
    assert "已审定，待公示，纪要 2026年第7次" in out
    assert "明天起 2 个工作日，7 月 7 日至 8 日" in out
    assert "2026 年还没有节假日表" in out
    out = pithead("assess", "publish", "small", "2026-06", "--contacts", "党委工作部 8101")[1]
    assert "公示 2026-07-07 至 2026-07-08，监督联系：党委工作部 8101" in out
    status, _, refused = pithead("assess", "finalise", "small", "2026-06")
    assert (status, "公示到 2026-07-08 为止" in refused) == (1, True)
    clock(at + dt.timedelta(days=3))
    out = pithead("assess", "finalise", "small", "2026-06")[1]
    assert out.startswith("小标准 2026年6月：已确定\n")
    assert "pithead document bulletin small 2026-06" in out


@pytest.mark.usefixtures("settled")
def test_a_month_runs_from_the_command_line(pithead: Command) -> None:
    status, out, _ = pithead("assess", "show", "small", "2026-06", "--format", "json")
    shown = json.loads(out)
    assert (status, shown["state"], shown["version"], shown["period"]) == (0, "final", 1, "2026-06")
    best, second, last = shown["results"]
    entries = best.pop("entries")
    assert best == {
        "rank": 1,
        "group": "other",
        "group_rank": 1,
        "unit": {"code": "TF", "name": "通风队"},
        "raw": "40.00",
        "normalised": "100.00",
        "bonus": "1.00",
        "total": "101.00",
        "tier": "excellent",
        "veto": None,
    }
    assert (second["unit"]["code"], second["total"], second["veto"]) == (
        "ZC1",
        "98.50",
        None,
    )  # safer by the tie-breaker
    assert (last["total"], last["tier"]) == ("98.50", "poor")
    assert last["veto"] == {"item": "V1", "reason": "6 月 20 日重伤 1 起"}
    reason = {
        "item": "B1",
        "kind": "na",
        "points": None,
        "reason": "本月停产检修",
        "office": "安全科",
        "source": "manual",
    }
    assert entries[0] == reason


@pytest.mark.parametrize(
    ("said", "tier"), [("煤一队=一般", "一般"), ("M1=fair,不评先", "一般"), ("综采一队=不评先", "")]
)
def test_the_meeting_departs_for_units_named_as_people_write_them(
    pithead: Command, mine: Cast, scores: Path, said: str, tier: str
) -> None:
    for words in (["open"], ["close"], ["review"]):
        pithead("assess", *words, "small", "2026-06")
    assert pithead("assess", "approve", "small", "2026-06", "--minutes", "第7次", "--depart", said)[0] == 0
    departure = Departure.objects.get()
    assert (departure.tier.name if departure.tier else "") == tier
    assert departure.excluded == ("不评先" in said)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("采煤九队=一般", "没有单位“采煤九队”"),
        ("煤一队=中等", "没有档次“中等”，可以写：优秀、良好、一般、较差、不评先"),
        ("煤一队", "请写成 单位=档次"),
        ("安全科=一般", "没有参加这个月的考核"),
    ],
)
def test_a_departure_that_cannot_be_read_is_refused(pithead: Command, mine: Cast, said: str, sentence: str) -> None:
    for words in (["open"], ["close"], ["review"]):
        pithead("assess", *words, "small", "2026-06")
    status, _, refused = pithead("assess", "approve", "small", "2026-06", "--minutes", "第7次", "--depart", said)
    assert (status, sentence in refused) == (1, True)
    assert not Departure.objects.exists()


def test_appeals_are_listed_and_the_next_step_waits_for_them(
    pithead: Command, mine: Cast, scores: Path, clock: Callable[[dt.datetime], None], at: dt.datetime
) -> None:
    pithead("assess", "open", "small", "2026-06")
    pithead("import", "scores", scores, "--standard", "small", "--period", "2026-06")
    for words in (["close"], ["review"], ["approve", "--minutes", "第7次"], ["publish"]):
        pithead("assess", words[0], "small", "2026-06", *words[1:])
    assert "没有申诉" in pithead("assess", "appeals", "small", "2026-06")[1]
    lost = Entry.objects.get(unit__code="ZC1", item__code="B1")
    make_appeal(by=mine.actor("section_head"), at=at, entry=lost, text="交接单双方签字")
    assert "待科室答复" in pithead("assess", "appeals", "small", "2026-06")[1]
    [told] = json.loads(pithead("assess", "appeals", "small", "2026-06", "--format", "json")[1])
    assert (told["unit"]["code"], told["before"], told["after"]) == ("ZC1", "扣 1.5 分", None)
    assert "1 件申诉待答复" in pithead("assess", "publish", "small", "2026-06")[1]


@pytest.mark.usefixtures("settled")
def test_results_are_shown_as_a_table_and_as_csv(pithead: Command) -> None:
    csv = pithead("assess", "show", "small", "2026-06", "--format", "csv")[1].splitlines()
    assert csv[1] == "1,其他,1,通风队,40.00,100.00,1.00,101.00,优秀,"
    assert "1     其他  1     通风队" in pithead("assess", "show", "small", "2026-06")[1]


@pytest.mark.usefixtures("settled")
def test_a_quarter_is_shown_out_of_its_settled_months(pithead: Command) -> None:
    table = pithead("assess", "show", "small", "2026-Q2")[1]
    assert table.startswith("小标准 2026年二季度 · 各月平均\n4月、5月未确定，不计入\n")
    assert "1     其他  1     通风队" in table
    csv = pithead("assess", "show", "small", "2026-Q2", "--format", "csv")[1].splitlines()
    assert csv[0] == "名次,组别,组内,单位,4月,5月,6月,得分,档次,说明"
    assert csv[1] == "1,其他,1,通风队,,,101.00,101.00,优秀,"
    assert "6月一票否决" in "".join(csv)
    shown = json.loads(pithead("assess", "show", "small", "2026", "--format", "json")[1])
    assert shown["settled"] == ["2026-06"]
    assert shown["results"][0]["months"] == {"2026-06": "101.00"}
    assert "还没有确定的月份" in pithead("assess", "show", "small", "2026-Q4")[1]
    assert "没有生效的标准“none”" in pithead("assess", "show", "none", "2026-Q2")[2]


def test_showing_again_prints_the_same_bytes_after_closing_again(pithead: Command, mine: Cast, scores: Path) -> None:
    pithead("assess", "open", "small", "2026-06")
    pithead("import", "scores", scores, "--standard", "small", "--period", "2026-06")
    printed = set()
    for _ in range(2):
        pithead("assess", "close", "small", "2026-06")
        printed.add(pithead("assess", "show", "small", "2026-06", "--format", "json")[1])
    assert len(printed) == 1


def test_a_month_that_takes_scores_shows_none(pithead: Command, mine: Cast) -> None:
    pithead("assess", "open", "small", "2026-06")
    assert json.loads(pithead("assess", "show", "small", "2026-06", "--format", "json")[1])["results"] == []
    assert "关闭打分后才有名次" in pithead("assess", "show", "small", "2026-06")[1]


def test_a_dry_run_imports_nothing_and_fails_when_rows_do(pithead: Command, mine: Cast, tmp_path: Path) -> None:
    pithead("assess", "open", "small", "2026-06")
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(book(GOOD[0], ("采煤九队", "B1", 1, "", "x", "", "", "")))
    status, out, err = pithead("import", "scores", bad, "--standard", "small", "--period", "2026-06", "--dry-run")
    assert (status, "将记 1 条" in out, "第 3 行 A 列" in err) == (1, True, True)
    status, _, err = pithead("import", "scores", bad, "--standard", "small", "--period", "2026-06")
    assert (status, "采煤九队" in err) == (1, True)
    assert not AuditEvent.objects.filter(action__startswith="assess.scores").exists()


def test_the_log_says_who_it_was(pithead: Command, mine: Cast) -> None:
    pithead("assess", "open", "small", "2026-05", "--as", mine.people["party_officer"].staff_no)
    pithead("assess", "open", "small", "2026-06")
    opened = AuditEvent.objects.filter(action="assess.cycle.opened").order_by("pk")
    assert list(opened.values_list("actor_name", "face")) == [("周全", "cli"), ("系统", "cli")]


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("assess", "open", "small", "2026-13"), 1, "不是有效的周期"),
        (("assess", "open", "none", "2026-06"), 1, "没有生效的标准“none”"),
        (("assess", "close", "small", "2026-06"), 1, "还没有开启，先运行 pithead assess open small 2026-06"),
        (("assess", "open", "small", "2026-06", "--as", "99999"), 1, "没有工号为 99999 的人"),
        (("assess", "open", "small", "2026-06", "--as", "10001"), 1, "没有“开启、关闭考核”的权限"),
        (("assess", "open", "small", "2026-06", "--mine", "XXX"), 1, "没有代码为“XXX”的矿"),
        (("import", "roster", "没有.xlsx"), 1, "打不开文件 没有.xlsx"),
        (("assess", "open", "small"), 2, "pithead assess open：还没有写：周期"),
        (("import", "scores", "x.xlsx"), 2, "还没有写：--standard, --period"),
        (("serve", "--port", "99999"), 2, "--port：端口在 1 到 65535 之间"),
        (("serve", "--port", "x"), 2, "--port：'x' 不是数字"),
        (("serve", "--port"), 2, "--port：后面要写一个值"),
        (("verify", "--format", "xml"), 2, "--format：没有 'xml'，可以写 'table', 'json'"),
        (("verify", "--nothing"), 2, "不认识：--nothing"),
        (("none",), 2, "没有 'none'，可以写"),
        ((), 2, "用法：pithead"),
    ],
)
def test_refusals_and_wrong_usage(
    pithead: Command, mine: Cast, words: tuple[str, ...], status: int, sentence: str
) -> None:
    got, _, err = pithead(*words)
    assert (got, sentence in err) == (status, True)


def test_a_worker_sees_no_draft_from_the_command_line(pithead: Command, mine: Cast) -> None:
    pithead("assess", "open", "small", "2026-06")
    pithead("assess", "close", "small", "2026-06")
    status, out, err = pithead("assess", "show", "small", "2026-06", "--as", mine.people["worker"].staff_no)
    assert (status, out) == (1, "")
    assert "现在还不能看" in err


def test_with_several_mines_one_must_be_named(pithead: Command, cast: Cast) -> None:
    status, _, err = pithead("assess", "open", "small", "2026-06")
    assert (status, "有 2 个矿，请用 --mine 写明：BYL、QSY" in err) == (1, True)


def test_reopening_needs_a_reason_and_takes_scores_again(pithead: Command, mine: Cast) -> None:
    pithead("assess", "open", "small", "2026-06")
    pithead("assess", "close", "small", "2026-06")
    assert pithead("assess", "reopen", "small", "2026-06")[0] == 2
    assert "打分中" in pithead("assess", "reopen", "small", "2026-06", "--reason", "漏报")[1]


def test_templates_are_workbooks(pithead: Command, tmp_path: Path) -> None:
    for what in ("roster", "scores"):
        path = tmp_path / f"{what}.xlsx"
        assert pithead("template", what, "-o", path)[0] == 0
        assert read(path.read_bytes(), name=path.name).sheets
    status, _, err = pithead("template", "roster", "-o", tmp_path / "no" / "such" / "folder.xlsx")
    assert (status, "写不了文件" in err) == (1, True)


def test_papers_of_a_month(pithead: Command, mine: Cast, scores: Path, tmp_path: Path) -> None:
    pithead("assess", "open", "small", "2026-06")
    pithead("import", "scores", scores, "--standard", "small", "--period", "2026-06")
    pithead("assess", "close", "small", "2026-06")
    pithead("assess", "finalise", "small", "2026-06")
    for what, name in (("bulletin", "通报.docx"), ("results", "结果.xlsx")):
        assert pithead("document", what, "small", "2026-06", "-o", tmp_path / name)[0] == 0
        assert (tmp_path / name).read_bytes()[:2] == b"PK"


# ── serving ──
def test_an_address_that_cannot_be_used_is_explained_in_chinese(pithead: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, err = pithead("serve", "--port", port)
    assert (status, f"端口用不了，别的程序正在用：换一个端口，例如 --port {port + 1}" in err) == (1, True)
    status, _, err = pithead("serve", "--host", "192.0.2.1")
    assert (status, err) == (1, "本机没有 192.0.2.1 这个地址：换一个，例如 --host 127.0.0.1\n")


# ── setting up ──
def test_a_new_mine_is_ready_for_its_first_month(pithead: Command, tmp_path: Path) -> None:
    status, out, _ = pithead("setup", "--mine", "新矿")
    assert (status, "12 个科室，3 套标准" in out, "启用码" in out) == (0, True, True)
    assert "已经建好" in pithead("setup", "--mine", "新矿")[1]
    roster = tmp_path / "花名册.xlsx"
    rows = [(1001, "张 三", "综采一队", "一班"), (1002, "李四", "通风队", "一班")]
    roster.write_bytes(book(*rows, head=("工号", "姓名", "区队", "班组"), sheet="花名册"))
    assert pithead("import", "roster", roster)[0] == 1
    assert not Person.objects.filter(staff_no="1001").exists()
    status, out, _ = pithead("import", "roster", roster, "--create-units", "--dry-run")
    assert (status, "将新增 2 人" in out, Unit.objects.filter(kind="section").exists()) == (0, True, False)
    status, out, _ = pithead("import", "roster", roster, "--create-units")
    assert (status, "综采一队/一班" in out) == (0, True)
    assert Person.objects.get(staff_no="1001").name == "张三"
    assert "2 个单位参加" in pithead("assess", "open", "six-good", "2026-06")[1]
    assert "2 个单位参加" in pithead("assess", "open", "six-type", "2026-06")[1]


def test_a_sheet_of_two_people_does_not_list_the_whole_mine(pithead: Command, mine: Cast, tmp_path: Path) -> None:
    others = [Person(mine=mine.mine, staff_no=f"5{n:04}", name=f"工友{n}", unit=mine.units["TF"]) for n in range(60)]
    Person.objects.bulk_create(others)
    roster = tmp_path / "花名册.xlsx"
    roster.write_bytes(
        book(("30001", "张三", "综采一队", "一班"), head=("工号", "姓名", "区队", "班组"), sheet="花名册")
    )
    _, out, _ = pithead("import", "roster", roster, "--dry-run")
    [line] = [line for line in out.splitlines() if "不会删除" in line]
    missing = len(others) + len(mine.people) - 1
    assert f"表里没有的有 {missing} 人" in line
    assert f"还有 {missing - 20} 人没有列出" in line
    assert "表里只有 1 个单位的人" in line
    assert line.count("工友") + sum(person.name in line for person in mine.people.values()) == 20


def test_failed_rows_come_back_as_a_workbook(pithead: Command, mine: Cast, tmp_path: Path) -> None:
    roster, failed = tmp_path / "花名册.xlsx", tmp_path / "失败.xlsx"
    rows = [("30001", "张三", "综采一队", "一班"), ("30002", "李四", "采煤九队", "一班")]
    roster.write_bytes(book(*rows, head=("工号", "姓名", "区队", "班组"), sheet="花名册"))
    status, _, err = pithead("import", "roster", roster, "--keep-good", "--failed", failed)
    assert (status, "采煤九队" in err) == (1, True)
    assert Person.objects.filter(staff_no="30001").exists()
    assert "李四" in str(read(failed.read_bytes(), name="失败.xlsx").sheets[0].rows)


@pytest.mark.parametrize(
    "words", [(), ("serve",), ("setup",), ("import", "roster"), ("assess", "show"), ("document", "bulletin")]
)
def test_every_word_has_help(pithead: Command, words: tuple[str, ...]) -> None:
    status, out, _ = pithead(*words, "--help")
    assert (status, "用法：pithead" in out) == (0, True)
    assert not re.search(
        r"usage|options|positional|argument|show|required", re.sub(r"assess show|show  |pithead show", "", out)
    )
