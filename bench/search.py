"""(h) The search over 50,000 people and 100,000 matters, of whichever reader waits longest, against the least it can cost: an empty
signed-in page of the same reader, and one statement each that looks through the matters and the people for the words."""

import itertools
import time
from statistics import median

from django.db import connection
from django.db.models import F, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from bench.board import EMPTY, Opened, signed_in
from bench.matters import PEOPLE, world
from bench.measure import Measurement
from pithead.issues.models import Issue
from pithead.kernel.db import insert_rows
from pithead.kernel.spelling import spelled
from pithead.org.models import Person, Unit, UnitKind

ALL_PEOPLE, MATTERS, TURNS = 50_000, 100_000, 7
GOAL = 8
SURNAMES, FIRST, SECOND = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单查解重曾",
    "建志国文永春海玉金小",
    "军强明华平伟辉勇刚林波生才",
)
QUESTIONS = {
    "a name": "张建军",
    "initials": "zjj",
    "what is common": "托辊",
    "what is rare": "1234 号架",
    "what there is none of": "无此一物",
    "a text and a unit": "浮煤 掘进7队",
    "six words": "护帮板 未 打开 号 架 隐患",
}
LOOKING = (
    "SELECT id FROM issues_issue WHERE {} ORDER BY found_at DESC LIMIT 9",
    "SELECT id FROM org_person WHERE {} ORDER BY staff_no LIMIT 9",
)


@override_settings(ROOT_URLCONF="bench.results_page")  # where the empty page is
def measure() -> list[Measurement]:
    made = world(1, MATTERS, timezone.now())
    _more_people(made.mine)
    numbered = Concat(F("text"), Value("，第 "), Cast(F("found_by"), CharField()), Value(" 号架"))
    Issue.objects.update(text=numbered)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    readers = {sort: signed_in(person) for sort, person in made.readers.items()}
    return [_worst(name, words, readers) for name, words in QUESTIONS.items()]


def _more_people(mine: Unit) -> None:
    """With names as people have them."""
    sections = list(Unit.objects.filter(mine=mine, kind=UnitKind.SECTION).values_list("pk", flat=True))
    names = itertools.cycle(map("".join, itertools.product(SURNAMES, FIRST, SECOND)))
    rows = [
        (mine.pk, sections[number % len(sections)], f"{100_000 + number}", name, spelled(name), *PLAIN.values())
        for number, name in zip(range(ALL_PEOPLE - PEOPLE), names, strict=False)
    ]
    insert_rows(Person, (*NAMED, *PLAIN), rows)


NAMED = ("mine", "unit", "staff_no", "name", "spelling")
PLAIN = {
    field.name: field.get_default() if field.has_default() or not field.null else None
    for field in Person._meta.concrete_fields
    if field.name not in ("id", *NAMED)
}


def _worst(name: str, words: str, readers: dict[str, Opened]) -> Measurement:
    taken = {sort: _seconds(reader, words) for sort, reader in readers.items()}
    worst = max(taken, key=lambda sort: taken[sort][0] / sum(taken[sort][1:]))
    each = "、".join(
        f"{sort} {ours * 1000:.0f} ms, page {page * 1000:.0f} + looking {looking * 1000:.0f}"
        for sort, (ours, page, looking) in taken.items()
    )
    ours, page, looking = taken[worst]
    return Measurement(f"search: {name}", ours, page + looking, GOAL, each)


def _seconds(opened: Opened, words: str) -> tuple[float, float, float]:
    """Turn about, so that a busy machine is busy for all: the search, the empty page, looking through by hand."""
    address = f"{reverse('web:search')}?{urlencode({'q': words})}"
    steps = (lambda: opened(address), lambda: opened(EMPTY), lambda: _looked(words.split()))
    taken: list[list[float]] = [[], [], []]
    for _ in range(TURNS + 1):
        for times, step in zip(taken, steps, strict=True):
            began = time.perf_counter()
            step()
            times.append(time.perf_counter() - began)
    ours, page, looking = (median(times[1:]) for times in taken)
    return ours, page, looking


def _looked(words: list[str]) -> None:
    """Without asking who may see what."""
    with connection.cursor() as cursor:
        for statement, columns in zip(LOOKING, (("text", "place_text"), ("name", "spelling")), strict=True):
            each = " OR ".join(f"{column} LIKE %s" for column in columns)
            marks = [f"%{word}%" for word in words for _ in columns]
            cursor.execute(statement.format(" AND ".join([f"({each})"] * len(words))), marks)
            cursor.fetchall()
