"""A standard written out as a workbook is the same standard when it is read back, and looks like a mine's own sheet."""

import datetime as dt
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from pithead.assess.contents import Content, complete, figure
from pithead.assess.models import Aggregation, ClauseKind, Counting, VetoEffect
from pithead.assess.models.standards import Automation
from pithead.assess.queries import content_of
from pithead.assess.rubrics import Office, read_rubric, rubric_book
from pithead.assess.testing import issue_small_standard
from pithead.kernel import packs
from pithead.kernel.workbooks import read
from pithead.org.models import Specialty
from pithead.org.testing import Cast

OFFICES = [Office(one["code"], one["name"]) for one in packs.load("mines", "default")["offices"]]
NAMES = {office.code: office.name for office in OFFICES}

words = (
    st.text(alphabet="安全生产好班前会漏开记录=（）(5分)一、。；，“”%1020 x", min_size=1, max_size=24)
    .map(str.strip)
    .filter(bool)
)
sentences = st.text(alphabet="每少一次扣分0.5，；。最多“”（）=+-\n隐患整改", min_size=1, max_size=120).map(
    lambda text: "\n".join(filter(None, map(str.strip, text.split("\n")))) or "按规定"
)
points = st.decimals("0.01", "99", places=2).map(figure)
office = st.sampled_from([office.code for office in OFFICES])


def lists(strategy: st.SearchStrategy, least: int = 0, most: int = 3) -> st.SearchStrategy[list]:
    return st.lists(strategy, min_size=least, max_size=most)


def chosen(enumeration: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(enumeration.values)


clause = st.fixed_dictionaries(
    {
        "text": sentences,
        "kind": chosen(ClauseKind),
        "points": st.none() | points,
        "cap": st.none() | points,
        "counting": chosen(Counting),
        "office": office,
        "automation": chosen(Automation),
        "dimensions": lists(st.sampled_from("ABC")),
    }
).map(
    lambda one: {
        **{key: value for key, value in one.items() if key != "dimensions"},
        "link": {"standard": "five-star", "dimensions": one["dimensions"]} if one["kind"] == "link" else {},
    }
)
item = st.fixed_dictionaries({"name": words, "clauses": lists(clause.filter(lambda one: not one["link"]), 1)})
linked = st.fixed_dictionaries({"name": words, "clauses": lists(clause, 1)})
scored = st.tuples(linked, points, lists(chosen(Specialty))).map(
    lambda one: {**one[0], "full": one[1], "not_for": one[2]}
)
veto = st.tuples(item, chosen(VetoEffect), st.none() | st.sampled_from("AB")).map(
    lambda one: {**one[0], "effect": one[1], "dimension": one[2]}
)


def numbered(items: list[Content], letter: str) -> list[Content]:
    for number, one in enumerate(items, 1):
        one["code"] = f"{letter}{number}"
        for place, part in enumerate(one["clauses"], 1):
            part["code"] = f"{one['code']}.{place}"
    return items


@st.composite
def contents(draw: Any) -> Content:
    dimensions = [
        {"code": code, "name": name, "items": numbered(draw(lists(scored, 1)), code)}
        for code, name in zip("ABCD", draw(st.lists(words, min_size=1, max_size=4, unique=True)), strict=False)
    ]
    full = sum(one["full"] for dimension in dimensions for one in dimension["items"])
    return complete(
        {
            "code": "own",
            "title": draw(words),
            "subject": draw(st.sampled_from(["section", "crew", "branch"])),
            "owner": draw(office),
            "policy": draw(st.none() | st.just("six-good")),
            "clause": draw(st.none() | st.just("第三条")),
            "full_marks": figure(round(full, 2)),
            "bonus_cap": draw(points),
            "tie_breakers": draw(lists(st.sampled_from("AB"))),
            "publicity_days": draw(st.integers(1, 30)),
            "aggregation": draw(chosen(Aggregation)),
            "weights": draw(lists(st.integers(0, 9))),
            "tiers": [{"code": f"t{n}", "name": draw(words), "floor": draw(points)} for n in range(3)],
            "peer_groups": [
                {"code": f"g{n}", "name": draw(words), "specialties": draw(lists(chosen(Specialty)))} for n in range(2)
            ],
            "dimensions": dimensions,
            "bonus": numbered(draw(lists(item)), "J"),
            "vetoes": numbered(draw(lists(veto)), "V"),
        }
    )


def read_back(file: bytes, code: str = "own", **more: Any) -> Any:
    return read_rubric(file, name="标准.xlsx", code=code, offices=OFFICES, **more)


@settings(max_examples=40)
@given(contents())
def test_whatever_a_standard_says_is_read_back_as_it_was(content: Content) -> None:
    found = read_back(rubric_book(content, NAMES))
    assert found.content == content
    assert [problem for problem in found.problems if "减负规则" not in str(problem)] == []


@pytest.mark.parametrize("code", packs.codes("standards"))
def test_our_own_standards_are_read_back_as_they_were(code: str) -> None:
    found = read_back(rubric_book(packs.load("standards", code)), code)  # offices by code where no names are given
    assert (found.content, found.notes, found.problems) == (complete(packs.load("standards", code)), (), ())


def test_the_book_has_the_merged_layout_of_the_national_sheets() -> None:
    sheet, settings_sheet = read(rubric_book(packs.load("standards", "six-good"), NAMES), name="x.xlsx").sheets
    assert sheet.rows[0][0] == "六好区队评分标准"
    assert sheet.rows[1][:7] == ["检查项目", "编号", "项目内容", "条款", "考核内容及评分标准", "标准分", "考核科室"]
    assert sheet.rows[2][:4] == ["一、班子建设好（15分）", "A1", "班子团结与例会", "A1.1"]
    assert ((2, 0), (12, 0)) in sheet.merged  # the dimension, over its clauses
    assert ((2, 2), (5, 2)) in sheet.merged  # an item, over its own
    assert sheet.rows[13][0] == "小计"
    assert sheet.rows[13][5] == 15
    total = next(row for row in sheet.rows if row[0] == "合计")
    assert total[5] == 100
    assert settings_sheet.name == "设置"


def test_the_book_prints_on_landscape_paper_under_its_heading() -> None:
    with zipfile.ZipFile(BytesIO(rubric_book(packs.load("standards", "six-type"), NAMES))) as book:
        sheet, workbook = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/workbook.xml").decode()
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'state="frozen"' in sheet
    assert "_xlnm.Print_Titles" in workbook
    assert "_xlnm.Print_Area" in workbook


def test_what_people_change_in_the_book_is_read() -> None:
    content = complete(packs.load("standards", "six-good"))
    content["dimensions"][0]["items"][0] |= {"full": 6}
    found = read_back(rubric_book(content | {"full_marks": 101}, NAMES), "six-good")
    assert found.problems == ()
    assert (found.content["full_marks"], found.content["dimensions"][0]["items"][0]["full"]) == (101, 6)


def test_a_total_that_does_not_hold_and_an_unknown_office_are_named() -> None:
    content = complete(packs.load("standards", "six-good"))
    found = read_back(rubric_book(content | {"full_marks": 99}, NAMES | {"UNI": "武装部"}), "six-good")
    told = [str(problem) for problem in found.problems]
    assert "“评分标准”第 75 行 F 列：合计写的是 99 分，上面各项加起来是 100 分，请核对标准分" in told
    assert any("本矿没有科室“武装部”" in one for one in told)


def test_a_book_of_another_code_says_so() -> None:
    found = read_back(rubric_book(packs.load("standards", "six-good"), NAMES), "six-good-new", title="新六好")
    assert (found.content["code"], found.content["title"]) == ("six-good-new", "新六好")
    assert [str(note) for note in found.notes] == ["文件里的代码是“six-good”，按“six-good-new”导入"]


def test_forbidden_clauses_are_found_in_our_own_layout_as_well() -> None:
    content = complete(packs.load("standards", "six-good"))
    content["dimensions"][0]["items"][0]["clauses"][0]["text"] = "没有每天打卡的，每次扣 1 分"
    (problem,) = read_back(rubric_book(content, NAMES), "six-good").problems
    assert str(problem).startswith("“评分标准”第 3 行 E 列：减负规则 B2")


def test_whoever_sees_a_standard_downloads_it_with_the_names_of_its_offices(
    cast: Cast, at: dt.datetime, signed_in: Callable[[str], Client]
) -> None:
    standard = issue_small_standard(cast, at)
    page = signed_in("worker").get(f"/standards/small/{standard.version}/")
    assert "/standards/small/1/rubric/" in page.content.decode()
    answer = signed_in("worker").get("/standards/small/1/rubric/")
    assert "%E5%B0%8F%E6%A0%87%E5%87%86" in answer["Content-Disposition"]
    sheet = read(answer.content, name="x.xlsx").sheets[0]
    assert {"安全科", "党委工作部"} <= {row[6] for row in sheet.rows[2:]}
    offices = [Office(unit.code, unit.name) for unit in cast.units.values() if unit.kind == "office"]
    found = read_rubric(answer.content, name="x.xlsx", code="small", offices=offices)
    assert (found.content, found.problems) == (content_of(standard), ())
