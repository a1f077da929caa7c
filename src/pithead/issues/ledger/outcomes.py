"""How far a row has come, when, and whether its dates can be true."""

import datetime as dt
from dataclasses import dataclass

from pithead.issues.ledger.columns import ASSIGNED, CLOSED, FAILED, FIXED, FOUND, SPOT, WANTED
from pithead.issues.ledger.dates import Moment
from pithead.issues.ledger.rows import LedgerRow, Reading

TOO_LONG = dt.timedelta(days=360)  # nobody takes a year: the year was mistyped


@dataclass(frozen=True, slots=True)
class Outcome:
    """`stage`: found, assigned, rectified, closed, failed. `fixed` and `checked` where it has come so far; `told`: the ledger
    itself says when it was fixed."""

    stage: str
    spot: bool = False
    due: Moment | None = None
    fixed: Moment | None = None
    checked: Moment | None = None
    told: bool = True


def outcome_of(reading: Reading, row: LedgerRow, now: Moment) -> Outcome | None:
    """None where the row contradicts itself; the reading then says why."""
    said, result = row.text("state"), row.values.get("result")
    stage = _stage(row, said, result)
    if stage == CLOSED and not _is_checked(reading, row, said, result):
        return None
    closed = stage in (CLOSED, FAILED)
    settled = row.moment("settled")
    fixed = row.moment("fixed") or (settled if closed or said in (FIXED, SPOT) else None)
    due = row.moment("due") or (settled if fixed is not settled else None)
    checked = row.moment("rechecked") or fixed if closed else None
    if closed and checked is None and not reading.has_failed(row):
        reading.fail(row, "已经复查或销号，要写是哪一天", "rechecked" if "rechecked" in row.header.columns else "fixed")
    if not _dates_hold(reading, row, now):
        return None
    told = fixed is not None
    if stage in (FIXED, SPOT, CLOSED, FAILED) and fixed is None:
        fixed = _when_fixed(row.found, due, checked, now)
    return Outcome(FIXED if stage == SPOT else stage, SPOT in (stage, said), due, fixed, checked, told)


def _stage(row: LedgerRow, said: str, result: bool | None) -> str:
    """What was found at the re-check counts more than the word for the state; without either, what is filled in."""
    struck = row.values.get("struck")
    if result is not None:
        if not result:
            return FAILED
        return FIXED if struck is False else CLOSED
    if said and not (said == SPOT and struck):
        return said
    if struck:
        return CLOSED
    if row.moment("fixed") and struck is None:
        return FIXED
    filled = any(row.values.get(name) for name in ("owner", "due", "settled", "measure"))
    return ASSIGNED if filled else FOUND


def _is_checked(reading: Reading, row: LedgerRow, said: str, result: bool | None) -> bool:
    """已复查 without a word about the result is not known to be passed, where the ledger has a column for it."""
    if said == CLOSED and result is None and "result" in row.header.columns and "result" not in row.values:
        reading.fail(row, "状态是已复查，要写合格或不合格", "result")
        return False
    return True


def _when_fixed(found: Moment, due: Moment | None, checked: Moment | None, now: Moment) -> Moment:
    """At the latest when it was re-checked; else when it was due, if that is over."""
    if checked is not None:
        return checked
    return due if due is not None and not now.is_before(due) else found


# ── dates that cannot be ──
def _dates_hold(reading: Reading, row: LedgerRow, now: Moment) -> bool:
    found: Moment | None = row.values.get("found")
    if found is None:
        return False
    before = len(reading.failures)
    if now.is_before(found):
        reading.fail(row, f"{found} 还没有到，请核对", "found")
    for name, word in (("fixed", "整改"), ("settled", "解决"), ("rechecked", "复查")):
        if (value := row.moment(name)) is not None:
            _check_after(reading, row, name, word, value, found, now)
    _check_due(reading, row, found)
    fixed, checked = row.moment("fixed") or row.moment("settled"), row.moment("rechecked")
    if fixed and checked and checked.is_before(fixed) and len(reading.failures) == before:
        reading.fail(row, f"{checked} 复查，早于整改（{fixed}），请核对", "rechecked")
    return len(reading.failures) == before


def _check_after(
    reading: Reading, row: LedgerRow, name: str, word: str, value: Moment, found: Moment, now: Moment
) -> None:
    heading = WANTED["found"][0] if "found" in row.header.columns else "标题上的日期"
    is_due = name == "settled" and not row.values.get("struck")  # still to come
    if value.is_before(found):
        reading.fail(row, f"{value} {word}，早于{heading}（{found}），请核对是哪一个写错了", name)
    elif (value.day - found.day) >= TOO_LONG:
        reading.fail(
            row, f"{value} {word}，离发现（{found}）有 {(value.day - found.day).days} 天，年份像是写错了", name
        )
    elif now.is_before(value) and not is_due:
        reading.fail(row, f"{value} 还没有到，请核对", name)


def _check_due(reading: Reading, row: LedgerRow, found: Moment) -> None:
    due = row.moment("due")
    if due is None:
        return
    if due.is_before(found):
        reading.fail(row, f"要求 {due} 完成，早于发现（{found}），请核对", "due")
    elif due.day - found.day >= TOO_LONG:
        reading.fail(
            row, f"要求 {due} 完成，离发现（{found}）有 {(due.day - found.day).days} 天，年份像是写错了", "due"
        )
