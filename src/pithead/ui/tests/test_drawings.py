"""What the template tags draw."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest
from django.template import Context, Template
from django.test import override_settings

from pithead.ui.finders import NpmFinder
from pithead.ui.templatetags import ui


@dataclass(frozen=True)
class Share:
    name: str
    got: Decimal
    full: Decimal


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_ring_closes_as_it_is_done_and_never_beyond() -> None:
    assert 'stroke-dasharray="59.7 120"' in drawn("{% ring 2 4 %}")
    assert 'stroke-dasharray="119.4 120"' in drawn("{% ring 5 4 %}")
    assert "已过期，做了 0，该做 1" in drawn("{% ring 0 1 True %}")


def test_six_bars_say_their_points_and_mark_what_is_under_half_as_lost() -> None:
    shares = [
        Share("班子好", Decimal(15), Decimal(15)),
        Share("安全好", Decimal("12.5"), Decimal(25)),
        Share("民主好", Decimal("4.9"), Decimal(10)),
        Share("党建好", Decimal(0), Decimal(0)),
    ]
    svg = drawn("{% six_bars shares %}", shares=shares)
    assert "班子好 15/15 · 安全好 12.5/25 · 民主好 4.9/10 · 党建好 缺项" in svg
    assert svg.count("<rect") == 4
    assert svg.count('class="lost"') == 1
    assert svg.count('class="none"') == 1
    assert 'height="13.0"' in svg  # half of 26


def test_a_bar_that_lost_everything_is_still_a_line() -> None:
    assert 'height="2.0"' in drawn("{% six_bars s %}", s=[Share("a", Decimal(0), Decimal(9))])


def test_names_are_escaped() -> None:
    assert "<b>" not in drawn("{% six_bars s %}{% tier 'x' n %}", s=[Share("<b>", Decimal(1), Decimal(1))], n="<b>")


@pytest.mark.parametrize(
    "value,most,width", [(94, 100, "94.0%"), (3, 6, "50.0%"), (9, 6, "100.0%"), (1, 0, "0.0%"), (-1, 5, "0.0%")]
)
def test_a_bar_is_as_long_as_its_share(value: int, most: int, width: str) -> None:
    assert f'class="fill" width="{width}"' in drawn("{% bar value most %}", value=value, most=most)


@pytest.mark.parametrize("value,tone", [(90, ""), (79, "warn"), (64, "low")])
def test_a_bar_may_choose_its_own_tone(value: int, tone: str) -> None:
    assert f'class="bar {tone}"' in drawn("{% bar value 100 'auto' %}", value=value)


def test_a_sparkline_skips_gaps_and_ends_in_a_dot() -> None:
    svg = drawn("{% sparkline values %}", values=[1, None, 3])
    assert 'points="4.0,24.0 116.0,4.0"' in svg
    assert 'cx="116.0" cy="4.0"' in svg


@pytest.mark.parametrize("values", [[], [1], [None, 2, None]])
def test_a_course_of_one_point_is_not_drawn(values: list[int | None]) -> None:
    assert drawn("{% sparkline values %}", values=values) == ""


def test_a_flat_course_is_a_flat_line() -> None:
    assert 'points="4.0,14.0 116.0,14.0"' in drawn("{% sparkline values %}", values=[5, 5])


@pytest.mark.parametrize("place,words", [(1, "rank top"), (3, "rank top"), (4, 'class="rank"'), (None, "—")])
def test_the_first_three_stand_out(place: int | None, words: str) -> None:
    assert words in drawn("{% rank place %}", place=place)


@pytest.mark.parametrize("moved,words", [(2, "↑2"), (-3, "↓3"), (0, "—"), (None, "新")])
def test_moves_are_arrows(moved: int | None, words: str) -> None:
    assert words in drawn("{% delta moved %}", moved=moved)


def test_points_are_written_as_people_write_them() -> None:
    assert drawn("{% points v %}", v=Decimal("95.20")) == "95.2"
    assert drawn("{% points v sign=True %}", v=Decimal("0.50")) == "+0.5"
    assert drawn("{% points v %}", v=Decimal("-2.00")) == "−2"
    assert drawn("{% points v %}", v=None) == "—"


def test_a_tier_without_a_name_is_nothing() -> None:
    assert drawn("{% tier '' '' %}") == ""


def test_a_script_that_was_never_fetched_is_left_out(tmp_path: Path) -> None:
    ui._address_of.cache_clear()
    with patch("django.contrib.staticfiles.finders.find", return_value=None):
        assert drawn('{% script "vendor/htmx.js" %}') == ""
    ui._address_of.cache_clear()
    assert 'src="/static/ui/js/app.js" defer' in drawn('{% script "ui/js/app.js" %}')


def test_of_node_modules_only_listed_files_are_served(tmp_path: Path) -> None:
    with override_settings(NPM_ROOT=tmp_path):
        assert list(NpmFinder().list(None)) == []
        assert not NpmFinder().find("vendor/htmx.js")
        target = tmp_path / "htmx.org" / "dist" / "htmx.min.js"
        target.parent.mkdir(parents=True)
        target.write_text("// here")
        (target.parent / "htmx.js").write_text("// not asked for")
        [(name, storage)] = NpmFinder().list(None)
        with storage.open(name) as file:
            assert file.read() == b"// here"
        assert NpmFinder().find("vendor/htmx.js") == str(target)
        assert NpmFinder().find("vendor/htmx.js", find_all=True) == [str(target)]
        assert not NpmFinder().find("htmx.org/dist/htmx.js")
