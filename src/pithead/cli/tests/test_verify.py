"""`pithead verify`: what it says, in words and for scripts, and its exit status."""

import datetime as dt
import json
from collections.abc import Callable

import pytest

from pithead.assess.actions import open_cycle, submit, withdraw
from pithead.assess.models import Item
from pithead.assess.testing import issue_small_standard
from pithead.cli.main import run
from pithead.kernel.models import AuditEvent, SealChain, SealedRow, SealLink
from pithead.kernel.periods import Period
from pithead.kernel.sealing import anchor
from pithead.org.models import Person
from pithead.org.testing import Cast

Verify = Callable[..., tuple[int, str]]


@pytest.fixture
def verify(cast: Cast, at: dt.datetime, capsys: pytest.CaptureFixture[str]) -> Verify:
    """`verify("--format", "json")` of 青石峪煤矿, with one standard under seal → (status, what was printed)."""
    issue_small_standard(cast, at)

    def command(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        status = run(["verify", "--mine", "QSY", *words])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return command


def test_a_mine_that_stands_as_it_was_sealed_is_well(verify: Verify) -> None:
    status, told = verify()
    assert status == 0
    assert told == f"青石峪煤矿：封存链 1 环，封存中的记录 1 条，校验码 {anchor('QSY')}\n现有记录与封存的一致\n"


def test_a_change_behind_the_back_of_the_system_is_named(verify: Verify) -> None:
    Item.objects.filter(code="B1").update(full_marks=50)
    status, told = verify()
    assert status == 1
    assert "1. 考核标准“小标准第 1 版”" in told
    assert told.endswith("有 1 处与封存的不一致\n")


def test_what_was_taken_back_though_it_had_been_changed_stays_on_record(
    verify: Verify, cast: Cast, at: dt.datetime
) -> None:
    cycle = open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    submission = submit(by=cast.system(), at=at, cycle=cycle, office=cast.units["SAF"])
    type(submission).objects.update(submitted_by="别人")
    withdraw(by=cast.system(), at=at, cycle=cycle, office=cast.units["SAF"])
    status, told = verify()
    assert status == 0
    assert "记录在案：打分提交“小标准 2026年6月 安全科（当时与封存的不一致）”" in told
    assert "安全科（当时与封存的不一致）" in json.loads(verify("--format", "json")[1])["notes"][0]


def test_scripts_read_the_same_as_json(verify: Verify) -> None:
    status, told = verify("--format", "json")
    assert (status, json.loads(told)) == (
        0,
        {
            "mine": "QSY",
            "ok": True,
            "links": 1,
            "rows": 1,
            "anchor": anchor("QSY"),
            "checked_anchor": None,
            "faults": [],
            "notes": [],
        },
    )
    Item.objects.filter(code="B1").delete()
    status, told = verify("--format", "json")
    [fault] = json.loads(told)["faults"]
    assert (status, fault["kind"]) == (1, "changed")
    assert "小标准" in fault["where"]


def test_the_code_on_paper_is_checked(verify: Verify, at: dt.datetime, cast: Cast) -> None:
    printed = anchor("QSY")
    status, told = verify("--anchor", printed)
    assert status == 0
    assert f"校验码 {printed} 与数据库一致" in told
    SealedRow.objects.all().delete()
    SealLink.objects.all().delete()
    SealChain.objects.all().delete()
    AuditEvent.objects.filter(action="seal.begun").delete()
    run(["setup"])  # a chain made again over what stands, and nobody remembers another one but paper
    assert verify()[0] == 0
    status, told = verify("--anchor", printed)
    assert status == 1
    assert "请先对照纸面，看是不是抄错了" in told
    assert "抄得没错，就是纸面印出以后封存链被改动" in told
    assert told.endswith("可是校验码没有对上，凭这一点还不能说没有改动\n")
    assert "现有记录与封存的一致" not in told
    status, told = verify("--anchor", "1", "--format", "json")
    assert status == 1
    assert json.loads(told)["checked_anchor"]["ok"] is False
    assert json.loads(told)["ok"] is False


def test_only_auditors_may_ask_for_it_by_name(verify: Verify, cast: Cast) -> None:
    auditor, officer = (Person.objects.get(pk=cast.people[name].pk) for name in ("auditor", "party_officer"))
    assert verify("--as", auditor.staff_no)[0] == 0
    assert verify("--as", officer.staff_no) == (1, "周全没有“看操作日志”的权限\n")
