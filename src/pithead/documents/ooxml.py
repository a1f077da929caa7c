"""Small pieces of WordprocessingML, and a package without anything that changes from one production to the next."""

import datetime as dt
import zipfile
from collections.abc import Iterable
from io import BytesIO

from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from pithead.documents.layout import BODY, LINE, SUBSTITUTES, Face

Element = BaseOxmlElement
Value = str | int
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can name
KEPT_PARTS = {"styles", "settings", "fontTable"}
COMPATIBILITY = "http://schemas.microsoft.com/office/word"


def el(tag: str, *children: Element, **attributes: Value) -> Element:
    """`el("spacing", line=579)` → <w:spacing w:line="579"/>."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(children)
    return element


def run_style(face: Face) -> Element:
    """Every run names its font for Chinese and Latin text alike, so that no theme or default can slip in."""
    fonts = el("rFonts", hint="eastAsia", ascii=face.font, hAnsi=face.font, eastAsia=face.font, cs=face.font)
    style = el("rPr", fonts)
    if face.bold:
        style.append(el("b"))
    if face.color:
        style.append(el("color", val=face.color))
    if face.tighter:
        style.append(el("spacing", val=face.tighter))
    style.extend([el("sz", val=face.half_points), el("szCs", val=face.half_points)])
    return style


def run(text: str, face: Face) -> Element:
    content = el("t")
    content.text = printable(text)
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return el("r", run_style(face), content)


def printable(text: str) -> str:
    """XML has no place for control characters; line ends inside a cell become spaces."""
    return "".join(char if char.isprintable() or char == "　" else " " for char in text)


def page_number(face: Face) -> list[Element]:
    """— 1 —"""
    field = el("fldSimple", run("1", face), instr=" PAGE ")
    return [run("— ", face), field, run(" —", face)]


def paragraph(*content: Element, properties: Iterable[Element] = ()) -> Element:
    return el("p", el("pPr", *properties), *content)


# ── the package ──
def lay_foundations(word: Word) -> None:
    """The library's own template goes; what stays is one default paragraph, one table and two headings for navigation."""
    part = word.part
    for key, relation in list(part.rels.items()):
        if relation.reltype.rsplit("/", 1)[-1] not in KEPT_PARTS:
            del part.rels[key]
    for key, relation in list(part.package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del part.package.rels[key]
    _replace(word.styles.element, _styles())
    _replace(word.settings.element, _settings())
    fonts = part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts._blob = _font_table()


def _replace(old: Element, children: list[Element]) -> None:
    for child in list(old):
        old.remove(child)
    old.extend(children)


def _styles() -> list[Element]:
    line = el("spacing", before=0, after=0, line=LINE, lineRule="exact")
    normal = [el("widowControl", val=0), el("autoSpaceDE", val=0), el("autoSpaceDN", val=0), line, el("jc", val="both")]
    language = el("lang", val="en-US", eastAsia="zh-CN")
    default = run_style(BODY)
    default.append(language)
    return [
        el("docDefaults", el("rPrDefault", default), el("pPrDefault", el("pPr"))),
        el(
            "style",
            el("name", val="Normal"),
            el("qFormat"),
            el("pPr", *normal),
            type="paragraph",
            default=1,
            styleId="a",
        ),
        *(_heading(level) for level in (1, 2)),
        el("style", el("name", val="Normal Table"), el("tblPr"), type="table", default=1, styleId="t"),
    ]


def _heading(level: int) -> Element:
    """Looks like the paragraph it stands in; only tells the navigation pane its level."""
    outline = el("pPr", el("outlineLvl", val=level - 1))
    return el(
        "style",
        el("name", val=f"heading {level}"),
        el("basedOn", val="a"),
        outline,
        type="paragraph",
        styleId=f"{level}",
    )


def _settings() -> list[Element]:
    mode = el("compatSetting", name="compatibilityMode", uri=COMPATIBILITY, val=15)
    return [
        el("zoom", percent=100),
        el("mirrorMargins"),
        el("evenAndOddHeaders"),
        el("characterSpacingControl", val="doNotCompress"),
        el("compat", el("useFELayout"), mode),
        el("themeFontLang", val="en-US", eastAsia="zh-CN"),
    ]


def _font_table() -> bytes:
    fonts = (
        el("font", el("altName", val=other), el("charset", val=86), name=name) for name, other in SUBSTITUTES.items()
    )
    return serialize_part_xml(el("fonts", *fonts))


def to_bytes(word: Word, *, title: str, author: str, on: dt.date) -> bytes:
    """The same document gives the same bytes: properties are dated with the paper, files in the package with nothing."""
    about = word.core_properties
    about.title, about.author, about.last_modified_by = title, author, author
    about.comments, about.language = "", "zh-CN"
    about.created = about.modified = dt.datetime.combine(on, dt.time())
    about.revision = 1
    made = BytesIO()
    word.save(made)
    steady = BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return steady.getvalue()
