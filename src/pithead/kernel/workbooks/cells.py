"""One cell → text, number, date, staff number, identity number. What cannot be taken is refused in words."""

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal

from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.sheets import Cell, Flaw

EXCEL_EPOCH = dt.date(1899, 12, 30)
YEARS = range(1900, 2101)
SERIALS = range(3654, 73051)  # 1910 … 2099; smaller numbers are no dates of living people
EXACT_DIGITS = 15  # more than this many digits a spreadsheet number cannot hold

_IDEOGRAPH = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_SPACE_BETWEEN = re.compile(rf"(?<={_IDEOGRAPH})\s+(?={_IDEOGRAPH})")
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_PLAIN = re.compile(r"[0-9A-Za-z./-]+|[\u4e00-\u9fff]+")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
_DATE = re.compile(r"(\d{4})\s?[-./年]\s?(\d{1,2})(?:\s?[-./月]\s?(\d{1,2})\s?日?|\s?月)?(?:[ T]\d{1,2}:\d{2}.*)?")
_DIGITS_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})?")

ID_LOST = "按数字存放，后几位已经丢失。请把这一列设为“文本”格式，重新填写完整号码"


def squeeze(value: str) -> str:
    """Full-width forms to plain ones, no invisible characters, no space between Chinese characters: 张　三 → 张三."""
    if _PLAIN.fullmatch(value):  # nearly every cell
        return value
    value = " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", value)).split())
    return _SPACE_BETWEEN.sub("", value)


def text(cell: Cell) -> str:
    """What a reader of the sheet would copy by hand."""
    match cell:
        case str():
            return squeeze(cell)
        case Flaw():
            raise Refused(cell.message)
        case bool():
            return "是" if cell else "否"
        case float():
            return _float_text(cell)
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case _:
            return str(cell)


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        raise Refused("这一格不是有效的数字，请改成数字")
    return str(int(value)) if value.is_integer() else f"{value:.15g}"


def code(cell: Cell) -> str:
    """A staff number or a unit's code: 10231.0 → 10231, and no spaces inside."""
    if isinstance(cell, float) and (not cell.is_integer() or abs(cell) >= 10**EXACT_DIGITS):
        raise Refused("按数字存放，已经变形。请把这一列设为“文本”格式，重新填写")
    value = text(cell).replace(" ", "")
    if _SCIENTIFIC.fullmatch(value) and "+" in value:
        raise Refused(f"“{value}”是科学计数法，已经变形。请把这一列设为“文本”格式，重新填写")
    return value


def number(cell: Cell) -> Decimal:
    """1.5, "１．５", "1.5分", "1,200". Fifteen digits, as Excel shows it, so that 0.1+0.2 is 0.3."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise Refused(f"“{text(cell)}”不是数字")
    if isinstance(cell, float):
        if not math.isfinite(cell):
            raise Refused("这一格不是有效的数字，请改成数字")
        return Decimal(f"{cell:.15g}")
    shown = text(cell)
    plain = shown.replace(" ", "").replace("\u2212", "-").removesuffix("分")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        raise Refused(f"“{shown}”不是数字" if shown else "这一格是空的，应当是数字")
    return Decimal(plain)


def date(cell: Cell) -> dt.date:
    """2021-03-05, 2021.3, 2021年3月, 20210305, 202103, a serial number of Excel. Without a day: the first of the month."""
    match cell:
        case dt.datetime():
            return _in_range(cell.date())
        case dt.date():
            return _in_range(cell)
        case int() | float() if not isinstance(cell, bool):
            return _date_from_number(cell)
    shown = text(cell)
    found = _DATE.fullmatch(shown) or _DIGITS_DATE.fullmatch(shown)
    if found:
        return _day(found[1], found[2], found[3] or "1", shown)
    if shown.isdecimal() and int(shown) in SERIALS:
        return EXCEL_EPOCH + dt.timedelta(days=int(shown))
    raise Refused(f"“{shown}”看不出是哪一天，请写成 2021-03-05 或 2021-03 的样子")


def _date_from_number(value: float) -> dt.date:
    if not math.isfinite(value):
        raise Refused("这一格不是有效的日期")
    shown = _float_text(float(value))
    year, _, month = shown.partition(".")
    if int(value) in YEARS and month:
        if month == "1":  # typed as a number, 2021.10 loses its last zero
            raise Refused(f"“{shown}”可能是 1 月，也可能是 10 月（数字末尾的 0 会丢失），请写成 {year}-01 或 {year}-10")
        return _day(year, month, "1", shown)
    if int(value) in SERIALS:
        return EXCEL_EPOCH + dt.timedelta(days=int(value))
    found = _DIGITS_DATE.fullmatch(shown)
    if found:
        return _day(found[1], found[2], found[3] or "1", shown)
    raise Refused(f"“{shown}”看不出是哪一天，请写成 2021-03-05 或 2021-03 的样子")


def _day(year: str, month: str, day: str, shown: str) -> dt.date:
    try:
        return _in_range(dt.date(int(year), int(month), int(day)))
    except ValueError:
        raise Refused(f"“{shown}”不是真实存在的日期") from None


def _in_range(day: dt.date) -> dt.date:
    if day.year not in YEARS:
        raise Refused(f"“{day.isoformat()}”的年份不对")
    return day


# ── identity numbers (GB 11643: 17 digits and a check character) ──
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def id_number(cell: Cell) -> str:
    """Eighteen characters with a right check digit. The sentences never repeat the number: it is personal."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**EXACT_DIGITS:
        raise Refused(ID_LOST)
    value = text(cell).replace(" ", "").upper()
    if _SCIENTIFIC.fullmatch(value):
        raise Refused(ID_LOST)
    if not re.fullmatch(r"\d{17}[\dX]", value):
        raise Refused(
            f"应当是 18 位，这里是 {len(value)} 位，请核对" if len(value) != 18 else "里面有不该有的字，请核对"
        )
    if _CHECKS[sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=False)) % 11] != value[17]:
        raise Refused("校验码不对，请核对是否抄错")
    try:
        dt.date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        raise Refused("里面的出生日期不是真实存在的日期，请核对") from None
    return value


def id_birth_date(number_: str) -> dt.date:
    """The birth date inside a number that `id_number` has accepted."""
    return dt.date(int(number_[6:10]), int(number_[10:12]), int(number_[12:14]))


def id_is_male(number_: str) -> bool:
    return int(number_[16]) % 2 == 1
