"""What people wrote does nothing where it is shown."""

import pytest

from pithead.kernel.tables import guarded, one_line


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"])
def test_what_begins_like_a_formula_is_text(sign: str) -> None:
    assert guarded([f"{sign}HYPERLINK(1)", "架漏液"]) == [f"'{sign}HYPERLINK(1)", "架漏液"]


@pytest.mark.parametrize("cell", ["-1.50", "+3", "0", "", "3=3"])
def test_figures_and_words_stay_as_they_are(cell: str) -> None:
    assert guarded([cell]) == [cell]


def test_a_line_on_a_terminal_is_one_line_and_moves_nothing() -> None:
    assert one_line("架\x1b[2J漏\n液\x07\u202e反\u2028完\x9b1m") == "架 [2J漏 液  反 完 1m"
