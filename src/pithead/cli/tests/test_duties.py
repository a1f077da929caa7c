"""`pithead duties`: a contract with scripts."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from pithead.org.testing import Cast
from pithead.practices.actions import load_pack
from pithead.practices.models import PracticeVersion, Record
from pithead.practices.testing import MethodSpec

Command = Callable[..., tuple[int, str, str]]
WALK = {
    "code": "walk",
    "title": "走动管理",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "month", "count": 8}, {"every": "month", "count": 4, "only": "underground"}],
}
VISIT = {
    "code": "visit",
    "title": "科室包保",
    "performers": ["liaison_officer"],
    "quotas": [{"every": "month", "per": "pair"}],
}
ASK = {
    "code": "ask",
    "title": "私自问",
    "performers": ["section_head"],
    "quotas": [{"every": "week"}],
    "confidentiality": "private",
}
SECTION = {"code": "ZC1", "name": "综采一队"}


@pytest.fixture(autouse=True)
def asked(only_mine: Cast, at: dt.datetime) -> None:
    cast = only_mine
    spec = MethodSpec.from_plain({"code": "test", "title": "试验工作法", "on": True, "practices": [WALK, VISIT, ASK]})
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=dt.date(2026, 1, 1))
    done(cast, "walk", "branch_secretary", at)
    done(cast, "visit", "liaison_officer", at)


def done(cast: Cast, code: str, member: str, at: dt.datetime) -> None:
    """Underground in the section, on 3 June, by a member from his post."""
    post = cast.people[member].posts.get()
    version = PracticeVersion.objects.get(practice__code=code)
    facts = {"practice": version.practice, "version": version, "performer": post.person, "performer_unit": post.unit}
    days = {"happened_at": at, "arrived_at": at, "happened_on": dt.date(2026, 6, 3)}
    unit = cast.units["ZC1"]
    Record.objects.create(mine=cast.mine, **facts, seat=post, unit=unit, underground=True, **days)


def lines(pithead: Command, *words: str) -> list[dict[str, Any]]:
    status, out, _ = pithead("duties", *words, "--format", "json")
    assert status == 0
    return json.loads(out)


def test_one_object_for_each_practice_performer_unit_and_last_day(cast: Cast, pithead: Command) -> None:
    secretary = cast.people["branch_secretary"]
    assert lines(pithead, "2026-06") == [
        {
            "practice": "walk",
            "performer": {"code": secretary.staff_no, "name": secretary.name},
            "unit": {"code": "ZB1", "name": "综采一队党支部"},
            "expected": 8,
            "done": 1,
            "late": 7,
            "due": "2026-06-30",
        },
        {
            "practice": "visit",
            "performer": {"code": "PRO", "name": "生产科"},
            "unit": SECTION,
            "expected": 1,
            "done": 1,
            "late": 0,
            "due": "2026-06-30",
        },
    ]


def test_a_quarter_has_its_months_and_a_unit_what_it_answers_for_or_is_about(pithead: Command) -> None:
    quarter = lines(pithead, "2026-Q2", "--unit", "ZC1")
    assert [(line["practice"], line["due"]) for line in quarter] == [
        ("visit", "2026-04-30"),
        ("visit", "2026-05-31"),
        ("visit", "2026-06-30"),
    ]
    assert {line["practice"] for line in lines(pithead, "2026-06", "--unit", "ZB1")} == {"walk"}
    assert len(lines(pithead, "2026-06", "--unit", "QSY")) == 2


def test_as_a_table_for_people(pithead: Command) -> None:
    status, out, _ = pithead("duties", "2026-06")
    assert (status, "走动管理" in out, "程书文" in out, "私自问" in out) == (0, True, True, False)
    assert pithead("duties", "2025-06")[1] == "没有该做的\n"
    assert lines(pithead, "2025-06") == []


def test_somebody_sees_what_is_in_his_reach(cast: Cast, pithead: Command) -> None:
    def as_of(member: str, *words: str) -> list[dict[str, Any]]:
        return lines(pithead, "2026-06", "--as", cast.people[member].staff_no, *words)

    assert {line["practice"] for line in as_of("section_head")} == {"visit"}
    assert {line["practice"] for line in as_of("branch_secretary")} == {"walk", "visit"}
    staff_no = cast.people["section_head"].staff_no
    assert pithead("duties", "2026-06", "--as", staff_no, "--unit", "M1")[0] == 1
    assert pithead("duties", "2026-06", "--as", cast.people["worker"].staff_no)[0] == 1


@pytest.mark.parametrize("words", [["2026-13"], ["2026-06-01.1"], ["2026-06", "--unit", "NONE"]])
def test_what_makes_no_sense_is_refused(pithead: Command, words: list[str]) -> None:
    status, out, reasons = pithead("duties", *words)
    assert (status, out) == (1, "")
    assert reasons
    assert Record.objects.count() == 2
