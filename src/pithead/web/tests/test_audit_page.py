"""The log on the desk."""

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

import pithead
from pithead.kernel import audit
from pithead.org.testing import Cast
from pithead.web.audit_words import ACTIONS, FIELDS, SUBJECTS

Signed = Callable[[str], Client]
SOURCE = Path(pithead.__file__).parent


@pytest.fixture
def log(cast: Cast, at: dt.datetime) -> None:
    """Sixty-one events of the mine, one of the mine next door; the first page ends between two of the same minute."""
    hr, stranger = cast.actor("hr_officer"), cast.actor("stranger")
    for number in range(61):
        moment = at + dt.timedelta(minutes=number // 2)  # two share every minute
        subject = ("account", number, f"第{number:02}人")
        audit.write(by=hr, at=moment, mine="QSY", action="account.code_issued", subject=subject)
    subject = ("account", 1, "邻矿的人")
    audit.write(by=stranger, at=at, mine="BYL", action="account.code_issued", subject=subject)


def subjects(page: str) -> list[str]:
    return re.findall(r"账号 (第\d\d人|邻矿的人)", page)


def next_key(page: str) -> str:
    found = re.search(r'href="\?[^"]*after=([^"&]+)"', page)
    assert found
    return found[1]


def test_the_auditor_reads_newest_first_page_by_page_without_gap_or_repetition(log: None, signed_in: Signed) -> None:
    client = signed_in("auditor")
    first = client.get("/audit/").content.decode()
    rest = client.get(f"/audit/?after={next_key(first)}").content.decode()
    assert subjects(first) + subjects(rest) == [f"第{number:02}人" for number in range(60, -1, -1)]


def test_the_mine_next_door_stays_out(log: None, signed_in: Signed) -> None:
    assert subjects(signed_in("auditor").get("/audit/?subject=邻矿").content.decode()) == []


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "since=1999-12-31", "until=2101-01-01"])
def test_a_date_that_no_log_has_is_said_not_a_fault(log: None, signed_in: Signed, query: str) -> None:
    response = signed_in("auditor").get(f"/audit/?{query}")
    assert response.status_code == 200
    assert "2000 年到 2100 年之间" in response.content.decode()


def test_a_key_with_an_impossible_number_starts_from_the_top(log: None, signed_in: Signed) -> None:
    for number in ("9" * 30, "9" * 5000):
        page = signed_in("auditor").get(f"/audit/?after=20260706T010000.000000-{number}").content.decode()
        assert len(subjects(page)) == 50


def test_one_searches_by_date_person_and_subject(log: None, signed_in: Signed) -> None:
    client = signed_in("auditor")
    for query, count in (
        ("since=2026-07-06&until=2026-07-06", 50),
        ("since=2026-07-07", 0),
        ("until=2026-07-05", 0),
        ("who=任事成&subject=第07", 1),
        ("who=10010&subject=第07", 1),
        ("who=马小军", 0),
    ):
        assert len(subjects(client.get(f"/audit/?{query}").content.decode())) == count, query


def test_an_empty_answer_says_what_to_do(log: None, signed_in: Signed) -> None:
    assert "放宽日期" in signed_in("auditor").get("/audit/?who=马小军").content.decode()


def test_a_date_that_is_none_is_explained_and_a_broken_key_starts_from_the_top(log: None, signed_in: Signed) -> None:
    client = signed_in("auditor")
    assert "日期看不懂" in client.get("/audit/?since=昨天").content.decode()
    assert subjects(client.get("/audit/?after=x-1").content.decode())[0] == "第60人"


def test_before_and_after_are_shown(cast: Cast, at: dt.datetime, signed_in: Signed) -> None:
    subject = ("unit", 1, "综采一队")
    before, after = {"name": "综采一队"}, {"name": "综采队", "served": ["甲", "乙"]}
    by = cast.actor("hr_officer")
    audit.write(by=by, at=at, mine="QSY", action="org.unit.renamed", subject=subject, before=before, after=after)
    page = signed_in("auditor").get("/audit/").content.decode()
    assert "综采一队 → 综采队" in page
    assert "甲、乙" in page


def test_every_action_that_is_logged_has_words() -> None:
    """Names of actions are the dotted texts in the modules that act."""
    unspoken = set()
    for path in (*SOURCE.glob("*/actions.py"), *SOURCE.glob("*/actions/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", str(node.value)):
                unspoken |= {f"{node.value} ({path.relative_to(SOURCE)})"} if node.value not in ACTIONS else set()
    assert not unspoken


def logged_fields(function: ast.FunctionDef) -> Iterator[str]:
    """The keys of dictionaries that a function hands to the log, directly or under a name, or that it makes for others."""
    nodes = list(ast.walk(function))
    keywords = [node for node in nodes if isinstance(node, ast.keyword) and node.arg in ("before", "after")]
    names = {"before", "after", *(one.value.id for one in keywords if isinstance(one.value, ast.Name))}
    told: list[ast.AST] = [one.value for one in keywords]
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id="_log" | "log_people")):
                told.append(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                told.append(value)
            case ast.Return(value=ast.Dict() as value) if function.name.endswith(("facts", "counts")):
                told.append(value)
            case ast.Subscript(value=ast.Attribute(attr="before" | "after"), slice=ast.Constant(value=str(key))):
                yield key
    for part in (part for one in told for part in ast.walk(one) if isinstance(part, ast.Dict)):
        yield from (key.value for key in part.keys if isinstance(key, ast.Constant))


def test_every_field_that_is_logged_has_words() -> None:
    unspoken, seen = set(), set()
    for path in (*SOURCE.glob("*/actions.py"), *SOURCE.glob("*/actions/*.py"), *SOURCE.glob("org/roster/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                fields = set(logged_fields(node))
                seen |= fields
                unspoken |= {f"{field} ({path.relative_to(SOURCE)})" for field in fields - FIELDS.keys()}
    assert seen > {"opened_on", "in_force_from", "late", "post", "file", "sha256", "points"}
    assert not unspoken


def test_words_are_chinese() -> None:
    for words in (*ACTIONS.values(), *SUBJECTS.values(), *FIELDS.values()):
        assert re.search("[一-鿿]", words)
