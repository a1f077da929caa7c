"""Every measure there is, over random months: units add up, longer periods are their months, what is listed is what was counted,
and everybody who asks is told the same.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings

from pithead.cli.main import run
from pithead.kernel.periods import Period
from pithead.measures.actions import close_period
from pithead.measures.models import Closing
from pithead.measures.queries.behind import Behind, records, rows_behind
from pithead.measures.queries.drill import drill
from pithead.measures.queries.figures import figures, series
from pithead.measures.registry import Asked, Facts, Figure, Kind, Measure, measures
from pithead.org.models import Unit
from pithead.org.queries import calendar_of
from pithead.org.testing import TODAY, Cast
from tests.facts import FACTS, MANY, Fact, happen, set_out, unit_of

APRIL, JUNE, QUARTER = (Period.parse(text) for text in ("2026-04", "2026-06", "2026-Q2"))
SECTIONS, OFFICES = ("ZC1", "M1", "TF"), ("SAF", "PRO", "PTY", "HR")
PARTITION = {"QSY": (*SECTIONS, *OFFICES), "ZC1": ("ZC1-1", "ZC1-2"), "M1": ("M1-1",)}
SOME = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
LOOKED_AT = ((JUNE, "QSY"), (JUNE, "ZC1"), (JUNE, "ZB1"), (QUARTER, "ZC1"))
ZERO = Figure(Decimal(0), Decimal(0))


@pytest.fixture(autouse=True)
def asked_of_all(cast: Cast) -> None:
    set_out(cast)


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with the same mine."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def halves(figure: Figure | None) -> tuple[Decimal, Decimal]:
    figure = figure or ZERO
    return round(figure.num, 6), round(figure.den or Decimal(0), 6)


def added(parts: list[Figure | None]) -> tuple[Decimal, Decimal]:
    both = [halves(part) for part in parts]
    return sum((num for num, _ in both), Decimal(0)), sum((den for _, den in both), Decimal(0))


def apart(cast: Cast, one: Measure, period: Period) -> dict[int, list[tuple[object, object, object]]]:
    """What each unit has by itself, without what is below it: straight from the source."""
    start, end = calendar_of(cast.mine).bounds(period)
    assert one.source is not None
    found: dict[int, list[tuple[object, object, object]]] = {}
    for unit, num, den in one.source(Asked(cast.mine, start, end, TODAY, calendar_of(cast.mine))).by_unit():
        found.setdefault(unit, []).append((num, den, None))
    return found


def simple(cast: Cast) -> list[Measure]:
    return [one for one in measures.of(cast.mine) if one.source]


@SOME
@given(facts=FACTS)
@example(facts=MANY)
def test_units_add_up_to_the_whole(cast: Cast, facts: list[Fact]) -> None:
    """Sections, offices and what counts for none of them are the mine; crews and what counts for none are the section."""
    with undone():
        happen(cast, facts)
        for one in simple(cast):
            if one.kind not in (Kind.SUM, Kind.RATIO):
                continue
            found, own = figures(cast.mine, one.code, JUNE, TODAY), apart(cast, one, JUNE)
            for whole, parts in PARTITION.items():
                below = [found.get(cast.units[part].pk) for part in parts]
                inside = [unit_of(cast, part) for part in parts]
                rest = [
                    Figure(Decimal(str(num or 0)), Decimal(str(den or 0)))
                    for unit in Unit.objects.under(unit_of(cast, whole))
                    if not any(unit.path.startswith(part.path) for part in inside)
                    for num, den, _ in own.get(unit.pk, [])
                ]
                assert halves(found.get(unit_of(cast, whole).pk)) == added([*below, *rest]), (one.code, whole)


@SOME
@given(facts=FACTS)
@example(facts=MANY)
def test_a_quarter_is_its_months(cast: Cast, facts: list[Fact]) -> None:
    with undone():
        happen(cast, facts)
        codes = [one.code for one in measures.of(cast.mine)]
        found = series(cast.mine, codes, [*QUARTER.months(), QUARTER], TODAY)
        for one in measures.of(cast.mine):
            months = [found[one.code, month] for month in QUARTER.months()]
            for unit in ("QSY", "ZC1", "ZC1-1", "ZB1", "SAF"):
                pk = unit_of(cast, unit).pk
                told = [month.get(pk) for month in months]
                whole = found[one.code, QUARTER].get(pk)
                if one.stock:
                    assert halves(whole) == halves(told[-1]), (one.code, unit)
                elif one.kind in (Kind.SUM, Kind.RATIO):
                    assert halves(whole) == added(told), (one.code, unit)
                elif one.kind is Kind.MAX:
                    assert halves(whole)[0] == max(halves(month)[0] for month in told), (one.code, unit)


@SOME
@given(facts=FACTS)
@example(facts=MANY)
def test_what_is_listed_is_what_was_counted(cast: Cast, facts: list[Fact]) -> None:
    """One line for one thing that counts; where values are added, those of the lines. For the mine, a unit, a branch."""
    with undone():
        happen(cast, facts)
        calendar, by = calendar_of(cast.mine), cast.actor("party_officer")
        told = series(cast.mine, [one.code for one in simple(cast)], [JUNE, QUARTER], TODAY, calendar=calendar)
        for one in simple(cast):
            for period, code in LOOKED_AT:
                unit = unit_of(cast, code)
                behind, pages = rows_behind(cast.mine, one, unit, period, TODAY, calendar)
                if not behind:
                    assert pages, one.code
                    break
                figure, shown = told[one.code, period].get(unit.pk), records(by, behind, pages, ())
                assert halves(counted_again(one, behind)) == halves(figure), (one.code, code, str(period))
                assert len(listed(cast, behind)) == shown.total - shown.hidden
                if behind[0].facts.num is None and one.kind is Kind.SUM:
                    assert shown.total == halves(figure)[0], one.code
                if isinstance(behind[0].facts.den, Count):
                    assert shown.total == halves(figure)[1], one.code


def counted_again(one: Measure, behind: list[Behind]) -> Figure:
    """The figure of the rows that are listed, whatever unit they name."""
    told: list[Figure] = []
    for span in behind:
        facts = replace(span.facts, rows=listed_rows(span.facts))
        if one.kind is Kind.DISTINCT:
            return Figure(Decimal(len({key for _, key, _ in facts.by_unit()})))
        told += [Figure(Decimal(str(num or 0)), Decimal(str(den or 0))) for _, num, den in facts.by_unit()]
    if one.kind is Kind.MAX:
        return max(told, key=lambda figure: figure.num, default=ZERO)
    return Figure(*added([*told]))


def listed_rows(facts: Facts):  # type: ignore[no-untyped-def]
    return facts.rows.model._default_manager.filter(pk__in=[row.pk for row in facts.rows])


def listed(cast: Cast, behind: list[Behind]) -> list[str]:
    """All lines, page after page."""
    found, key = [], ""
    while True:
        page = records(cast.actor("party_officer"), behind, (), (), key)
        found += [f"{one.span} {one.line.url}" for one in page.lines]
        if not page.next_key:
            assert len(set(found)) == len(found)
            return found
        key = page.next_key


@SOME
@given(facts=FACTS, later=FACTS)
@example(facts=MANY, later=MANY[::3])
def test_what_comes_after_the_closing_changes_nothing_and_is_shown(
    cast: Cast, at: dt.datetime, facts: list[Fact], later: list[Fact]
) -> None:
    with undone():
        happen(cast, facts)
        codes = [one.code for one in measures.of(cast.mine)]
        before = series(cast.mine, codes, [JUNE], TODAY)
        close_period(by=cast.system(), at=at, mine=cast.mine, period=JUNE)
        assert same(cast, before, series(cast.mine, codes, [JUNE], TODAY)) == []
        happen(cast, later)
        assert same(cast, before, series(cast.mine, codes, [JUNE], TODAY)) == []
        with undone():
            Closing.objects.all().delete()
            now = series(cast.mine, codes, [JUNE], TODAY)
        for one in measures.of(cast.mine):
            pk = cast.units["ZC1"].pk
            kept, counted = (told[one.code, JUNE].get(pk) for told in (before, now))
            shown = drill(cast.mine, one, cast.units["ZC1"], JUNE, TODAY, calendar_of(cast.mine))
            assert kept_halves(shown.figure) == kept_halves(kept), one.code
            assert bool(shown.now) == (kept_halves(kept) != kept_halves(counted)), one.code


def kept_halves(figure: Figure | None) -> tuple[Decimal, Decimal]:
    """To the places that are kept."""
    num, den = halves(figure)
    return round(num, 3), round(den, 3)


def same(cast: Cast, one, other) -> list[object]:  # type: ignore[no-untyped-def]
    """Where two tell different things."""
    return [
        (key, unit)
        for key in one
        for unit in {*one[key], *other[key]}
        if kept_halves(one[key].get(unit)) != kept_halves(other[key].get(unit))
    ]


def test_page_and_command_line_say_what_the_series_says(
    cast: Cast,
    at: dt.datetime,
    signed_in: Callable[[str], Client],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    happen(cast, MANY)
    client, pk = signed_in("party_officer"), cast.mine.pk
    every = measures.of(cast.mine)
    found, told = series(cast.mine, [one.code for one in every], [JUNE], TODAY), {}
    for one in every:
        capsys.readouterr()
        run(["measure", one.code, "2026-06", "--mine", "QSY", "--unit", "QSY", "--format", "json"])
        said = json.loads(capsys.readouterr().out)["figures"][0]["value"] or "—"
        page = client.get(reverse("measures:figure", args=[one.code, "2026-06", "QSY"])).context
        told[one.code] = {said, page["drill"].words, one.words(found[one.code, JUNE].get(pk))}
        for url in [record.line.url for record in page["records"].lines][:1] + [
            url for _, url in page["records"].pages
        ]:
            assert client.get(url).status_code == 200, url
    assert {code: words for code, words in told.items() if len(words) > 1} == {}
    assert sum(words != {"—"} for words in told.values()) > len(told) / 2
