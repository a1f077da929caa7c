"""A brake on speaking without a name: so often a day. It is counted in the memory of this process and nowhere else, so that no
database, no log and no copy of one can say who spoke. Each process of the server counts for itself."""

import datetime as dt
from collections import Counter

from pithead.kernel.refusal import Refused

MOST = 5
_spoken: Counter[tuple[dt.date, int]] = Counter()


def refuse_flood(person_id: int | None, today: dt.date) -> None:
    if _spoken[today, person_id or 0] >= MOST:
        raise Refused(f"不记姓名的，一人一天最多报 {MOST} 条：请明天再报，或署名上报（不限条数）")


def spoken(person_id: int | None, today: dt.date) -> None:
    for other in [key for key in _spoken if key[0] != today]:
        del _spoken[other]
    _spoken[today, person_id or 0] += 1


def forget() -> None:
    _spoken.clear()
