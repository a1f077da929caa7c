"""The layout of GB/T 9704—2012, read back from the file's own XML."""

import datetime as dt
import io
import re
import zipfile
from itertools import pairwise

import docx
import pytest
from docx.document import Document as Word
from docx.oxml.ns import qn

from pithead.documents import layout
from pithead.documents.official import OfficialPaper, signature_indents
from pithead.documents.tables import Column

ON = dt.date(2026, 7, 8)
FIRST_LEVEL, SECOND_LEVEL = "一、总体情况", "（一）采掘组"
BODY = "本月参加考核的 18 个区队平均得分 92.35 分。"
# The order the schema demands; a child out of order makes Word call the file damaged.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr shd tabs autoSpaceDE autoSpaceDN snapToGrid spacing ind jc outlineLvl",
    "rPr": "rFonts b bCs color spacing kern sz szCs lang",
    "tblPr": "tblStyle tblpPr tblOverlap tblW jc tblBorders tblLayout tblCellMar",
    "tcPr": "tcW gridSpan vMerge vAlign",
    "trPr": "cantSplit tblHeader",
    "sectPr": "pgSz pgMar docGrid",
}


def paper(draft: str = "", text: str = BODY) -> OfficialPaper:
    made = OfficialPaper(title="关于六月考核情况的通报", issuer="青石峪煤矿", on=ON, draft=draft)
    made.letterhead("青石峪煤矿文件", "青矿考〔2026〕7号")
    made.heading(["关于六月", "考核情况的通报"])
    made.addressees("各区队、机关各科室")
    made.first_level(FIRST_LEVEL)
    made.second_level(SECOND_LEVEL)
    made.text(text)
    made.table(
        [Column("名次", 1), Column("单位", 3, left=True), Column("A1", 1, group="班子")], [["1", "综采一队", "5"]]
    )
    made.attachments_note(["得分表", "明细表"])
    made.signature()
    made.attachment(1, "得分表")
    made.table([Column("单位", 1)], [["综采一队"]], points=9)
    made.imprint(copies=["公司工会", "公司安全部"], office="党委工作部")
    return made


@pytest.fixture
def word() -> Word:
    return opened(paper().to_bytes())


def opened(content: bytes) -> Word:
    return docx.Document(io.BytesIO(content))


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def attributes(element: object, tag: str) -> dict[str, str]:
    found = element.find(f".//{qn(f'w:{tag}')}")  # type: ignore[attr-defined]
    return {name.split("}")[1]: value for name, value in found.attrib.items()}


def line(word: Word, text: str) -> object:
    return next(p._p for p in word.paragraphs if p.text == text)


# ── the page ──
def test_the_page_is_a4_with_the_margins_of_the_standard(word: Word) -> None:
    section = word.sections[0]
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm, 1) for length in margins] == [37, 35, 28, 26]


def test_a_page_holds_22_lines_of_28_characters() -> None:
    height = layout.PAGE_HEIGHT - layout.TOP - layout.BOTTOM
    assert height // layout.LINE == 22
    assert layout.TEXT_WIDTH // layout.BODY.em == 28
    assert (layout.BODY.half_points, layout.BODY.tighter, layout.LINE) == (32, -5, 579)


def test_the_grid_counts_lines_and_every_line_is_exactly_one(word: Word) -> None:
    assert attributes(word.sections[0]._sectPr, "docGrid") == {"type": "lines", "linePitch": "579"}
    normal = word.styles["Normal"].element
    assert attributes(normal, "spacing") == {"before": "0", "after": "0", "line": "579", "lineRule": "exact"}
    assert attributes(normal, "widowControl") == {"val": "0"}


def test_odd_and_even_pages_mirror_each_other(word: Word) -> None:
    assert word.settings.odd_and_even_pages_header_footer
    assert word.settings.element.find(qn("w:mirrorMargins")) is not None


@pytest.mark.parametrize(("even", "side"), [(False, "right"), (True, "left")])
def test_the_page_number_stands_one_character_in_from_the_outer_edge(word: Word, even: bool, side: str) -> None:
    section = word.sections[0]
    footer = section.even_page_footer if even else section.footer
    [number] = footer.paragraphs
    assert "".join(text.text for text in number._p.iter(qn("w:t"))) == "— 1 —"
    assert attributes(number._p, "fldSimple")["instr"].strip() == "PAGE"
    assert attributes(number._p, "jc")["val"] == side
    assert attributes(number._p, "ind") == {f"{side}Chars": "100", side: "280"}
    assert attributes(number._p, "rFonts")["ascii"] == "宋体"
    assert attributes(number._p, "sz")["val"] == "28"


# ── type ──
def test_every_run_names_its_font_for_chinese_and_latin_text() -> None:
    xml = part(paper().to_bytes(), "word/document.xml")
    runs = re.findall(r"<w:r>.*?</w:r>", xml)
    assert runs
    assert all("w:eastAsia=" in run and "w:ascii=" in run for run in runs if "<w:t " in run)


@pytest.mark.parametrize(
    ("text", "font", "half_points"),
    [
        ("青石峪煤矿文件", "方正小标宋简体", "100"),
        ("青矿考〔2026〕7号", "仿宋_GB2312", "32"),
        ("关于六月考核情况的通报", "方正小标宋简体", "44"),
        (FIRST_LEVEL, "黑体", "32"),
        (SECOND_LEVEL, "楷体_GB2312", "32"),
        (BODY, "仿宋_GB2312", "32"),
        ("附件1", "黑体", "32"),
    ],
)
def test_each_part_has_its_font_and_size(word: Word, text: str, font: str, half_points: str) -> None:
    found = line(word, text)
    assert attributes(found, "rFonts")["eastAsia"] == font
    assert attributes(found, "sz")["val"] == half_points


def test_the_head_is_red_and_the_rule_below_is_as_wide_as_the_text(word: Word) -> None:
    assert attributes(line(word, "青石峪煤矿文件"), "color")["val"] == "FF0000"
    assert attributes(line(word, "青石峪煤矿文件"), "spacing")["before"] == str(layout.mm(35))
    number = line(word, "青矿考〔2026〕7号")
    rule = attributes(number.find(f".//{qn('w:pBdr')}"), "bottom")  # type: ignore[attr-defined]
    assert (rule["color"], rule["space"]) == ("FF0000", "11")  # 11 pt are 4 mm
    assert number.find(f".//{qn('w:ind')}") is None  # type: ignore[attr-defined]


def test_body_paragraphs_are_indented_two_characters_in_both_ways(word: Word) -> None:
    for text in (BODY, FIRST_LEVEL, SECOND_LEVEL):
        assert attributes(line(word, text), "ind") == {"firstLineChars": "200", "firstLine": "630"}


def test_addressees_stand_flush_left_before_a_full_width_colon(word: Word) -> None:
    assert line(word, "各区队、机关各科室：").find(f".//{qn('w:ind')}") is None  # type: ignore[attr-defined]


def test_a_machine_without_the_fonts_is_told_what_to_use_instead() -> None:
    table = part(paper().to_bytes(), "word/fontTable.xml")
    assert re.search(r'<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>', table)


def test_a_title_breaks_between_its_pieces_only() -> None:
    assert layout.title_lines(["关于六月", "通报"]) == ["关于六月通报"]
    pieces = ["关于2026年6月", "“六好区队”", "考核情况的通报"]
    assert layout.title_lines(pieces) == ["关于2026年6月“六好区队”", "考核情况的通报"]


# ── tables and the end ──
def test_a_table_repeats_its_head_and_tears_no_row(word: Word) -> None:
    table = word.tables[0]
    rows = table._tbl.tr_lst
    assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
    heads = [row for row in rows if row.find(f".//{qn('w:tblHeader')}") is not None]
    assert len(heads) == 2
    widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
    assert sum(widths) == layout.TEXT_WIDTH


def test_attachments_are_named_under_each_other_without_full_stops(word: Word) -> None:
    assert line(word, "附件：1. 得分表") is not None
    assert line(word, "2. 明细表") is not None


def test_an_attachment_begins_a_new_page(word: Word) -> None:
    assert line(word, "附件1").find(f".//{qn('w:pageBreakBefore')}") is not None  # type: ignore[attr-defined]


def test_the_imprint_hangs_on_the_foot_of_the_last_page(word: Word) -> None:
    imprint = word.tables[-1]
    floating = attributes(imprint._tbl, "tblpPr")
    assert (floating["vertAnchor"], floating["tblpYSpec"]) == ("margin", "bottom")
    assert [row.cells[0].text for row in imprint.rows] == [
        "抄送：公司工会，公司安全部。",
        "党委工作部\t2026年7月8日印发",
    ]
    borders = imprint._tbl.find(f".//{qn('w:tblBorders')}")
    assert [attributes(borders, side)["sz"] for side in ("top", "bottom", "insideH")] == ["8", "8", "6"]
    assert attributes(borders, "top")["val"] == "single"
    assert attributes(imprint._tbl, "tblW")["w"] == str(layout.TEXT_WIDTH)
    assert attributes(imprint.rows[0].cells[0]._tc, "sz")["val"] == "28"


@pytest.mark.parametrize(
    ("name", "date", "sealed", "expected"),
    [
        (12, 7, False, (2, 5)),  # the date begins two to the right of where the name begins
        (5, 7, False, (6, 2)),  # a short name moves in, the date stays two from the edge
        (5, 7, True, (5, 4)),  # under a seal: the date four from the edge, the name centred over it
        (20, 7, True, (0, 4)),
    ],
)
def test_name_and_date_stand_as_the_standard_says(
    name: float, date: float, sealed: bool, expected: tuple[float, float]
) -> None:
    assert signature_indents(name, date, sealed=sealed) == expected


def test_no_two_tables_touch_and_none_ends_the_document(word: Word) -> None:
    blocks = [child.tag.split("}")[1] for child in word.element.body]
    assert not [pair for pair in pairwise(blocks) if pair == ("tbl", "tbl")]
    assert blocks[-2:] == ["p", "sectPr"]


def test_the_date_has_no_padding_zeros(word: Word) -> None:
    assert line(word, "2026年7月8日") is not None


# ── drafts ──
def test_a_draft_says_so_on_odd_and_even_pages_and_bears_no_date() -> None:
    word = opened(paper(draft="草稿　不得印发").to_bytes())
    section = word.sections[0]
    assert [header.paragraphs[0].text for header in (section.header, section.even_page_header)] == [
        "草稿　不得印发"
    ] * 2
    assert "2026年7月8日" not in "".join(p.text for p in word.paragraphs)
    assert "7月8日" not in word.tables[-1].rows[-1].cells[0].text


# ── the file ──
def test_the_same_paper_gives_the_same_bytes_whenever_it_is_made() -> None:
    first = paper().to_bytes()
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in package.namelist()
    assert "2026-07-08T00:00:00Z" in part(first, "docProps/core.xml")
    assert first == paper().to_bytes()


def test_marks_of_the_markup_and_control_characters_do_no_harm() -> None:
    word = opened(paper(text="完成率<90% & 进尺>5 m\x0b\x00\n完").to_bytes())
    assert "完成率<90% & 进尺>5 m   完" in [p.text for p in word.paragraphs]


def test_properties_stand_in_the_order_of_the_schema() -> None:
    content = paper(draft="草稿").to_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")]
    seen = 0
    for name in names:
        root = docx.oxml.parse_xml(part(content, name).encode())
        for tag, order in ORDER.items():
            for element in root.iter(qn(f"w:{tag}")):
                children = [child.tag.split("}")[1] for child in element]
                own = [child for child in children if not child.endswith("Reference")]
                assert own == [child for child in order.split() if child in own], f"{name} {tag}"
                seen += 1
    assert seen > 40
