"""Twenty mines' score sheets, read: what became of their dimensions, items, sentences, offices and sums."""

import re
from typing import Any

import pytest

from pithead.assess.actions.flaws import flaws_of
from pithead.assess.contents import Content
from pithead.assess.rubrics import Office, RubricReading, read_rubric, sheet_texts
from pithead.assess.tests import rubric_books as books
from pithead.kernel import packs
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import read

OFFICES = [Office(one["code"], one["name"]) for one in packs.load("mines", "default")["offices"]]


def reading(file: bytes, **more: Any) -> RubricReading:
    return read_rubric(file, name="细则.xlsx", code="own", offices=OFFICES, **more)


def content(file: bytes, **more: Any) -> Content:
    found = reading(file, **more)
    assert found.problems == ()
    return found.content


def outline(found: Content) -> list[tuple[str, list[tuple[str, float]]]]:
    return [(one["name"], [(item["name"], item["full"]) for item in one["items"]]) for one in found["dimensions"]]


def clauses(found: Content, code: str) -> list[tuple[str, Any, Any]]:
    """(kind, points, cap) of an item, of any kind."""
    every = [item for one in found["dimensions"] for item in one["items"]] + found["bonus"] + found["vetoes"]
    item = next(item for item in every if item["code"] == code)
    return [(clause["kind"], clause["points"], clause["cap"]) for clause in item["clauses"]]


def texts(found: Content, code: str) -> list[str]:
    every = [item for one in found["dimensions"] for item in one["items"]] + found["bonus"] + found["vetoes"]
    return [clause["text"] for item in every if item["code"] == code for clause in item["clauses"]]


def offices(found: Content) -> list[str]:
    return [clause["office"] for one in found["dimensions"] for item in one["items"] for clause in item["clauses"]]


def said(found: RubricReading) -> str:
    return "\n".join(map(str, found.notes))


# ── the national layout ──
def test_the_national_layout_is_read_through_its_merged_cells() -> None:
    found = content(books.NATIONAL)
    assert (found["title"], found["subject"], found["full_marks"]) == ("青石峪煤矿六好区队", "section", 100)
    assert outline(found) == [
        ("班子建设好", [("例会", 8), ("跟班", 12)]),
        ("安全生产好", [("隐患治理", 30), ("三违", 20)]),
        ("任务效益好", [("产量进尺", 30)]),
    ]
    assert clauses(found, "A1") == [("step", 0.5, None), ("step", 0.2, None)]
    assert clauses(found, "A2") == [("step", 1, 12)]
    assert clauses(found, "B1") == [("step", 2, 30), ("step", 1, 30)]
    assert clauses(found, "B2") == [("step", 1, 5)]
    assert texts(found, "B1")[0] == "隐患按期整改（检查方法：查现场、查台账）：一条超期扣2分"
    assert found["dimensions"][2]["items"][0]["clauses"][0]["counting"] == "proportional"
    assert found["tie_breakers"] == ["B", "A"]  # the same dimensions as in the usual standard


def test_full_width_marks_and_headings_without_items_are_understood() -> None:
    found = reading(books.FULL_WIDTH)
    assert outline(found.content) == [
        ("班子建设", [("分工明确，有书面分工", 10), ("民主生活会按期召开", 30)]),
        ("安全生产", [("轻伤事故控制", 35), ("安全办公例会", 25)]),
    ]
    assert clauses(found.content, "A1") == [("step", 10, None), ("step", 1, None)]  # 不得分: all of its marks
    assert clauses(found.content, "B2") == [("step", 1, 5)]  # 以5分为限
    assert offices(found.content) == ["PTY", "PTY", "PTY", "SAF", "SAF"]
    assert "第 9 行：表后的说明没有导入" in said(found)
    assert "第 10 行" in said(found)


# ── other layouts ──
def test_items_may_be_the_sentences_themselves() -> None:
    found = reading(books.NUMBERED)
    assert outline(found.content) == [
        ("通风管理", [("局部通风机挂牌管理", 10), ("风筒吊挂平直", 15), ("测风站牌板填写及时", 15)]),
        ("机电管理", [("失爆", 40), ("电缆吊挂整齐", 20)]),
    ]
    assert clauses(found.content, "A2") == [("step", 0.5, 4)]
    assert texts(found.content, "A1") == ["局部通风机挂牌管理，无牌一处扣1分"]
    assert "“备注”这一列标准里没有这一栏，1 格没有导入，如“采掘区队”" in said(found)


def test_a_list_without_dimensions_is_one_dimension_and_says_so() -> None:
    found = reading(books.FLAT)
    assert outline(found.content) == [("六型班组", [("班前会", 20), ("互保联保", 30), ("出勤", 20), ("小改小革", 30)])]
    assert (found.content["subject"], found.content["owner"]) == ("crew", "UNI")
    assert clauses(found.content, "A4") == [("step", 3, None)]
    assert "表里没有大类" in said(found)


def test_marks_over_a_block_are_the_sum_of_those_in_the_text() -> None:
    found = content(books.WEIGHTED_IN_TEXT)
    assert outline(found) == [
        ("安全", [("安全目标", 25), ("安全基础", 15)]),
        ("任务", [("原煤产量", 20), ("掘进进尺", 15)]),
        ("经济", [("材料费", 25)]),
    ]
    assert clauses(found, "A1") == [("step", 10, None), ("step", 25, None)]
    assert offices(found) == ["SAF", "SAF", "PTY", "PRO", "PRO", "MKT"]  # 安全科统计 names the office
    assert found["dimensions"][1]["items"][0]["clauses"][0]["counting"] == "started"  # 不足1%按1%计


def test_marks_over_a_block_alone_make_it_one_item() -> None:
    found = content(books.WEIGHT_ONLY_PER_BLOCK)
    assert outline(found) == [("安全", [("事故、三违", 60)]), ("服务", [("影响生产、检修质量", 40)])]
    assert clauses(found, "A1") == [("step", 20, None), ("step", 2, None)]
    assert texts(found, "B1")[1] == "检修质量：返工一次扣2分（考核方式：调度室统计）"
    assert found["dimensions"][1]["items"][0]["clauses"][0]["counting"] == "full"  # 不满一小时不扣


def test_a_branch_sheet_with_offices_bonuses_and_vetoes() -> None:
    found = reading(books.BRANCH)
    assert found.problems == ()
    assert (found.content["subject"], found.content["bonus_cap"]) == ("branch", 5)
    assert clauses(found.content, "B1") == [("step", 2, None), ("step", 0.5, None)]
    assert offices(found.content) == ["PTY", "PTY", "PTY", "PTY", "UNI", "DIC"]
    assert [(item["name"], clauses(found.content, item["code"])) for item in found.content["bonus"]] == [
        ("支部做法被上级党组织推广", [("manual", 1, None)]),
        ("党员攻关项目通过验收", [("manual", 2, None)]),
    ]
    assert [(item["name"], item["effect"]) for item in found.content["vetoes"]] == [
        ("党员被开除党籍", "exclude"),
        ("发生死亡事故", "cap_tier"),
    ]
    assert "归“党委工作部”，没有记工会" in said(found)
    assert "“纪检部”当作“纪检科”，请核对" in said(found)
    assert len(found.content["tiers"]) == 5  # stars, as branches have them


def test_scores_side_by_side_under_a_header_of_two_rows_are_left_out() -> None:
    found = reading(books.SIDE_BY_SIDE)
    assert outline(found.content) == [
        ("顶板管理", [("支护符合规程", 25), ("矿压观测", 15)]),
        ("机电运输", [("设备完好", 35), ("轨道质量", 25)]),
    ]
    assert offices(found.content) == ["PRO", "GEO", "EM", "EM"]
    assert "“自查分”这一列是打分结果，4 格没有导入" in said(found)


def test_a_sheet_per_dimension_makes_one_standard() -> None:
    found = reading(books.SHEET_PER_DIMENSION)
    assert found.problems == ()
    assert outline(found.content) == [
        ("班子建设好", [("区务会", 10), ("带班跟班", 20)]),
        ("安全生产好", [("事故", 40), ("隐患", 30)]),
    ]
    assert found.content["bonus_cap"] == 3
    assert texts(found.content, "J1") == ["自己查出重大隐患：每条加1分，累计加分不超过3分"]
    assert [(one["name"], one["effect"]) for one in found.content["vetoes"]] == [("重伤及以上事故", "cap_tier")]
    assert "工作表“说明”里没有评分表，没有读" in said(found)


def test_of_several_standards_in_a_workbook_the_one_meant_is_read() -> None:
    with pytest.raises(Refused, match="有 2 张各自满分的评分表：“区队”、“班组”"):
        reading(books.TWO_STANDARDS)
    by_title = reading(books.TWO_STANDARDS, title="六型班组")
    assert [one["name"] for one in by_title.content["dimensions"]] == ["安全型", "技能型"]
    assert "工作表“区队”是另一张评分表，这次没有读" in said(by_title)
    by_name = reading(books.TWO_STANDARDS, sheet="区队")
    assert [item["full"] for one in by_name.content["dimensions"] for item in one["items"]] == [60, 40]
    with pytest.raises(Refused, match="工作表“支部”里没有评分表，有评分表的是："):
        reading(books.TWO_STANDARDS, sheet="支部")


def test_marks_may_stand_in_the_text_only() -> None:
    found = content(books.MARKS_IN_TEXT)
    assert outline(found) == [
        ("安全管理", [("安全责任制", 20), ("应急演练", 40)]),
        ("质量管理", [("工程质量", 40)]),
    ]
    assert clauses(found, "B1") == [("step", 2, None), ("step", 0.5, None)]
    assert offices(found) == ["SAF", "SAF", "SAF", "PRO", "PRO"]


def test_rows_that_are_titles_begin_dimensions() -> None:
    found = content(books.BLOCK_TITLES)
    assert outline(found) == [("安全生产", [("班前会", 25), ("隐患", 30)]), ("队伍作风", [("持证", 25), ("出勤", 20)])]
    assert clauses(found, "J1") == [("manual", 2, None)]
    assert [(one["name"], one["effect"]) for one in found["vetoes"]] == [("隐瞒事故", "exclude")]
    assert texts(found, "B1") == ["持证上岗：无证一人扣5分"]


def test_numbers_in_characters_count() -> None:
    found = content(books.NUMERALS)
    assert outline(found) == [("安全好", [("班前会", 30), ("隐患", 40)]), ("作风好", [("出勤", 20), ("培训", 10)])]
    assert clauses(found, "A1") == [("step", 1, None), ("step", 0.5, None)]
    assert clauses(found, "A2") == [("step", 1.5, 15)]
    assert clauses(found, "B1") == [("step", 0.2, None)]
    assert found["dimensions"][1]["items"][0]["clauses"][0]["counting"] == "proportional"  # 每低百分之一


def test_what_is_there_for_the_printer_is_no_content() -> None:
    found = reading(books.DIRTY_PRINT)
    assert found.problems == ()
    assert found.content["title"] == "五好区队"
    assert outline(found.content) == [
        ("安全好", [("隐患治理", 30), ("事故", 20), ("旧项目", 10)]),  # the last one's row is hidden
        ("任务好", [("产量", 25), ("质量", 15)]),
    ]
    assert texts(found.content, "A1") == ["隐患超期未改，每条扣1分"]
    assert "“扣分原因”这一列是打分结果，1 格没有导入，如“支架漏液”" in said(found)
    assert "第 12 行：表后的说明没有导入" in said(found)


def test_levels_of_indicators_keep_the_name_of_the_level_above() -> None:
    found = reading(books.THREE_LEVELS)
    assert outline(found.content) == [
        ("安全绩效", [("过程管理：隐患闭环率", 20), ("过程管理：班前会质量", 15), ("结果：轻伤起数", 25)]),
        ("管理绩效", [("队伍：持证率", 20), ("队伍：月考合格率", 20)]),
    ]
    assert clauses(found.content, "B1") == [("band", None, None)]
    assert "按区间扣分" in said(found)
    assert offices(found.content) == ["SAF", "SAF", "SAF", "TRN", "TRN"]


def test_long_wording_is_divided_and_nothing_of_it_is_lost() -> None:
    found = reading(books.LONG)
    assert (found.content["full_marks"], found.content["bonus_cap"]) == (120, 6)
    assert [tier["floor"] for tier in found.content["tiers"]] == [108, 96, 84, 0]
    long = texts(found.content, "A1")
    assert max(map(len, long)) <= 200
    assert "".join(long).count("没有按照矿下发的年度安全生产工作要点分解任务") == 6
    assert "并认真组织落实" in long[0]
    assert [points for _, points, _ in clauses(found.content, "A1")] == [1, None, 0.5, None]
    assert len(found.content["dimensions"][0]["items"][0]["name"]) <= 64
    assert [clauses(found.content, code)[0][1] for code in ("J1", "J2", "J3")] == [3, 1, 2]
    assert flaws_of(found.content, [office.code for office in OFFICES]) == []


def test_texts_repeated_instead_of_merged_are_one_dimension() -> None:
    found = reading(books.REPEATED)
    assert outline(found.content) == [
        ("安全型", [("班前会：每班召开", 10), ("班前会：确认人员状态", 10), ("三违", 30)]),
        ("技能型", [("持证", 30), ("练兵", 20)]),
    ]
    assert clauses(found.content, "A3") == [("step", 2, None), ("step", 6, None)]
    assert offices(found.content)[-1] == "PTY"
    assert "有 1 行没有写考核科室（第 6 行），先归牵头的“党委工作部”" in said(found)


# ── what must be mended ──
def problems(file: bytes) -> list[str]:
    return [str(problem) for problem in reading(file).problems]


def test_sums_that_do_not_hold_are_named_with_both_figures() -> None:
    assert problems(books.WRONG_SUMS) == [
        "“考核”第 2 行 A 列：“安全”写的是 50 分，下面各项加起来是 45 分，请核对标准分",
        "“考核”第 4 行：小计写的是 50 分，上面各项加起来是 45 分，请核对标准分",
        "“考核”第 8 行：合计写的是 100 分，上面各项加起来是 95 分，请核对标准分",
    ]


def test_unknown_offices_are_named_with_their_cells() -> None:
    first, second = problems(books.UNKNOWN_OFFICES)
    assert first.startswith("“考核”第 2 行 E 列：本矿没有科室“安监站”（共 2 处）。现有：安全科、生产科")
    assert second.startswith("“考核”第 3 行 E 列：本矿没有科室“武装部”。")


def test_cells_that_cannot_be_read_are_named_and_their_rows_are_kept() -> None:
    found = reading(books.UNREADABLE_CELLS)
    assert [str(problem) for problem in found.problems] == [
        "“考核”第 4 行 D 列：这一格是错误值 #REF!，请改成正确的内容",
        "“考核”第 2 行 C 列：“30-40”看不出是多少分，请只写一个数",
        "“考核”第 2 行 D 列：“隐患”没有标准分，请填上",
        "“考核”第 3 行 D 列：“三违”没有标准分，请填上",
    ]
    assert [len(one["items"]) for one in found.content["dimensions"]] == [2, 2]
    assert "“视情节扣1-3分”扣多少有幅度，由打分的人定，每次不多于 3 分" in said(found)


def test_clauses_that_burden_rules_forbid_are_problems() -> None:
    outside, sign_in, articles = problems(books.FORBIDDEN)
    assert outside.startswith("“考核”第 6 行：“被上级通报：每次扣5分”是标准分以外的扣分")
    assert sign_in.startswith("“考核”第 2 行 D 列：减负规则 B2")
    assert articles.startswith("“考核”第 4 行 D 列：减负规则 B14")


NO_CONTENT = {
    "满分",
    "小计",
    "合计",
    "总计",
    "共计",
    "总得分",
    "检查人",
    "分",
    "百分",
    "加分项",
    "附加分",
    "一票否决",
    "扣分项",
    "标准分",  # the header, printed again on the second page
    "评分",
    "标准",
    "合计最多加",  # is the cap of bonuses
}


@pytest.mark.parametrize("name", books.BOOKS)
def test_every_word_of_a_sheet_is_in_the_content_or_spoken_of(name: str) -> None:
    found = reading(books.BOOKS[name], title="六型班组") if name == "TWO_STANDARDS" else reading(books.BOOKS[name])
    told = re.sub(r"\s", "", f"{found.content}{said(found)}{''.join(map(str, found.problems))}")
    names = {office.name for office in OFFICES}
    lost = {
        word
        for text in texts_of_sheets(books.BOOKS[name], found)
        for word in re.findall(r"[\u4e00-\u9fff“”]{2,}", re.sub(r"[一二三四五六七八九十]、", " ", text))
        if word not in told
        and word not in NO_CONTENT | names
        and not re.match(r"满分|纪检部|[一二三四五六七八九十百]+分", word)
    }
    assert lost == set()


def test_there_are_twenty_books() -> None:
    assert len(set(books.BOOKS.values())) >= 20


def texts_of_sheets(file: bytes, found: RubricReading) -> list[str]:
    sheets = read(file, name="x.xlsx").sheets
    left_out = {sheet.name for sheet in sheets if f"“{sheet.name}”是另一张" in said(found) or sheet.name == "说明"}
    return [text for _, text in sheet_texts([sheet for sheet in sheets if sheet.name not in left_out])]


# ── what is no score sheet ──
@pytest.mark.parametrize(
    ("file", "name", "message"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (b"%PDF-1.7 ...", "细则.pdf", "这是 PDF 文件"),
        (b"PK\x03\x04" + b"\0" * 40, "坏.xlsx", "文件损坏"),
        (b"\x00\x01\x02" * 50, "乱.xlsx", "这不是 Excel 工作簿"),
        ("项目,分值\n安全,50\n".encode(), "细则.csv", "这是文本（CSV）文件"),
        (
            books.workbook(("Sheet1", [["姓名", "工号", "单位"], ["马某", "10001", "综采一队"]])),
            "名册.xlsx",
            "没有找到评分表",
        ),
        (books.workbook(("Sheet1", [["随便写的一句话"]])), "话.xlsx", "看过的工作表：“Sheet1”"),
        (books.workbook(("Sheet1", [[""]])), "白.xlsx", "工作簿是空的"),
    ],
)
def test_what_is_no_score_sheet_is_refused_in_words(file: bytes, name: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read_rubric(file, name=name, code="own", offices=OFFICES)


def test_a_table_without_rows_has_problems_not_a_content_to_issue() -> None:
    file = books.workbook(("考核", [["项目", "内容", "标准分", "评分标准"]]))
    assert problems(file) == ["表里没有一项有标准分的内容，请核对"]


def test_a_mine_without_offices_is_told_to_make_some() -> None:
    with pytest.raises(Refused, match="本矿还没有科室"):
        read_rubric(books.NATIONAL, name="x.xlsx", code="own", offices=[])


# ── what a sheet does not say ──
def test_what_a_sheet_does_not_say_comes_from_the_standard_in_force() -> None:
    standing = packs.load("standards", "five-star") | {"title": "本矿五星支部", "publicity_days": 3, "owner": "UNI"}
    found = reading(books.NATIONAL, standing=standing)
    assert (found.content["title"], found.content["subject"], found.content["owner"]) == (
        "本矿五星支部",
        "branch",
        "UNI",
    )
    assert (found.content["publicity_days"], len(found.content["tiers"])) == (3, 5)
    assert "照现行的“本矿五星支部”" in said(found)
    assert "现行标准的 2 个加分项没有带过来" in said(found)
    assert "现行标准的 3 个否决项没有带过来" in said(found)
