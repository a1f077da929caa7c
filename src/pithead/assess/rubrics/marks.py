"""Numbers as rubrics write them: 5, 5分, （5）, 满分5分, 十五分, 半分, 零点五; and full marks hidden in a heading's text."""

import re
from decimal import Decimal, InvalidOperation

from pithead.kernel.workbooks import Cell, Flaw, squeeze

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUM = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百]+(?:点[零〇一二三四五六七八九]+)?|半)"
_WORDS = r"(?:满分|标准分|分值|总分|权重|共计?|计)?[:为是]?"
_BRACKETED = re.compile(rf"\(\s*{_WORDS}\s*({NUM})\s*(分|%)?\s*\)\s*$")
_BRACKETED_POINTS = re.compile(rf"(?<![扣加减])\(\s*{_WORDS}\s*({NUM})\s*分\s*\)")
_FULL = re.compile(rf"(?:满分|标准分|分值|总分)[:为是]?\s*({NUM})\s*分?")
_TRAILING = re.compile(
    r"(?<=[^扣加得减高多低少罚奖到起\d.\s:,、])[\s:,、]*(\d+(?:\.\d+)?|[一二三四五六七八九]?十[一二三四五六七八九]?)\s*分$"
)
HEADING = 24  # letters of a heading that ends in its marks: 安全管理30分
_POINTS = re.compile(rf"\(?\s*\+?{_WORDS}\s*({NUM})\s*(?:分|%)?\s*\)?")
_BRACKETS = str.maketrans("【】[]〔〕{}", "()()()()")
_ORDINAL = re.compile(
    r"^\s*(?:第[一二三四五六七八九十]+(?:部分|项|类)|[一二三四五六七八九十]{1,3}[、..．]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[、．]|\d{1,2}\.(?!\d)|[A-Z][、．.](?!\d))\s*"
)


def chinese(words: str) -> Decimal:
    """十五 → 15, 零点五 → 0.5, 半 → 0.5, and plain digits."""
    if words == "半":
        return Decimal("0.5")
    try:
        return Decimal(words)
    except InvalidOperation:
        whole, _, fraction = words.partition("点")
    tail = "".join(str(DIGITS[char]) for char in fraction)
    return Decimal(f"{_whole(whole)}.{tail}" if tail else _whole(whole))


def _whole(words: str) -> int:
    total, digit = 0, 0
    for char in words:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit


def written(value: Decimal) -> int | float:
    """As packs write it: 5, 0.5."""
    return int(value) if value == value.to_integral_value() else float(value)


def points_of(cell: Cell) -> Decimal | None:
    """The figure in a column of full marks; None where there is none. 5, "5分", "（5）", "满分5分", "十分"."""
    if isinstance(cell, bool) or cell == "" or isinstance(cell, Flaw):
        return None
    if isinstance(cell, int | float):
        return Decimal(f"{cell:.12g}")
    found = _POINTS.fullmatch(squeeze(str(cell)).replace(" ", ""))
    return chinese(found[1]) if found else None


def without_ordinal(text: str) -> str:
    """一、班子建设好 → 班子建设好."""
    return _ORDINAL.sub("", text, count=1).strip() or text


def split_marks(text: str) -> tuple[str, Decimal | None]:
    """班子建设好（10分） → 班子建设好, 10. A number in front, as in (1), is no mark; neither is what a sentence deducts."""
    plain = squeeze(text).translate(_BRACKETS)
    if len(_BRACKETED_POINTS.findall(plain)) > 1:
        return text.strip(), None  # ①…（2分）②…（2分）: parts of an item, not its marks
    for pattern in (_BRACKETED, _BRACKETED_POINTS, _FULL, _TRAILING):
        found = pattern.search(plain) if pattern is not _TRAILING or len(plain) <= HEADING else None
        if found and found.start() > 0 and (rest := (plain[: found.start()] + plain[found.end() :]).strip(" :,、()")):
            return _as_written(text, rest), chinese(found[1])
    return text.strip(), None


def _as_written(text: str, rest: str) -> str:
    """The text with its own full-width signs, if what is left is its beginning."""
    for end in range(len(text), 0, -1):
        if squeeze(text[:end]).translate(_BRACKETS).strip(" :,、()") == rest:
            return text[:end].strip(" ：:，,、（(【[〔︻\n")
    return rest
