"""What was typed becomes words; signs that mean something to a database mean nothing here."""

import datetime as dt

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel.models import StoredFile
from pithead.kernel.searching import (
    LONGEST,
    MOST_WORDS,
    begins,
    contains,
    either_numeral,
    every_word,
    excerpt,
    fits,
    numbered,
    typed,
    words_of,
)

NAMES = ("a.png", "100%.png", "a_b.png", "a\\b.png", "综采一队.PNG", "'; --.png")


@pytest.mark.parametrize(
    ("typed_in", "words"),
    [
        ("  综采  一班 ", ("综采", "一班")),
        ("１２３４５ ＺＣ１", ("12345", "ZC1")),
        ("综采一队（一班）、漏液", ("综采一队", "一班", "漏液")),
        ("青矿党〔2026〕12号", ("青矿党", "2026", "12号")),
        ("zc\x00yd\u200bx\x1f", ("zc", "yd", "x")),
        ("漏液 漏液", ("漏液",)),
        ("ZC1-1 100% a_b", ("ZC1-1", "100%", "a_b")),
        (" （）,，", ()),
        ("", ()),
    ],
)
def test_words_are_read_as_they_are_meant(typed_in: str, words: tuple[str, ...]) -> None:
    assert words_of(typed_in) == words


@given(st.text(max_size=2000))
def test_whatever_is_typed_is_few_short_visible_words(text: str) -> None:
    words = words_of(text)
    assert len(words) <= MOST_WORDS
    assert sum(map(len, words)) <= LONGEST
    assert all(word.isprintable() and word.strip() == word for word in words)


def test_a_very_long_text_is_read_at_its_beginning() -> None:
    assert words_of("漏" * 1_000_000) == ("漏" * LONGEST,)


@pytest.fixture
def files(db: None, at: dt.datetime) -> "QuerySet[StoredFile]":
    known = {
        "mine": "QSY",
        "content_type": "image/png",
        "size": 1,
        "sha256": "0",
        "stored_at": at,
        "stored_by": "system",
    }
    StoredFile.objects.bulk_create(StoredFile(name=name, **known) for name in NAMES)
    return StoredFile.objects.all()


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("%", {"100%.png"}),
        ("_", {"a_b.png"}),
        ("\\", {"a\\b.png"}),
        ("PNG", set(NAMES)),
        ("png", set(NAMES)),
        ("综采一队", {"综采一队.PNG"}),
        ("'", {"'; --.png"}),
        ("没有", set()),
    ],
)
def test_a_word_is_found_as_it_is_written(files: "QuerySet[StoredFile]", word: str, found: set[str]) -> None:
    assert set(files.filter(contains("name", "mine")(word)).values_list("name", flat=True)) == found


def test_the_other_conditions_take_every_sign_literally(files: "QuerySet[StoredFile]") -> None:
    def names(condition: object) -> set[str]:
        return set(files.filter(condition).values_list("name", flat=True))

    assert names(begins("name")("A")) == {"a.png", "a_b.png", "a\\b.png"}
    assert names(begins("name")("_")) == set()
    assert names(either_numeral(contains("name"))("综采1队")) == {"综采一队.PNG"}
    assert names(typed("name")("%")) == set()
    assert names(every_word(("png", "100"), contains("name"))) == {"100%.png"}
    assert names(every_word(("QSY", "100"), contains("name"), contains("mine"))) == {"100%.png"}
    assert names(every_word(("QSY", "没有"), contains("name"), contains("mine"))) == set()
    assert names(every_word(("QSY", "qsy"), contains("name"), contains("mine"))) == set()


def test_a_key_is_found_by_its_first_eight_characters_and_not_by_fewer(files: "QuerySet[StoredFile]") -> None:
    one = files.get(name="a.png")
    for word in (str(one.pk)[:8], str(one.pk).upper(), one.pk.hex, one.pk.hex[:20]):
        assert files.get(numbered("pk")(word)) == one
    for word in (str(one.pk)[:7], f"{one.pk.hex}0", "gggggggg", "%%%%%%%%", "２"):
        assert not files.filter(numbered("pk")(word)).exists()


def test_an_excerpt_shows_the_word_and_no_more_than_a_line() -> None:
    text = "一" * 100 + "托辊\n损坏" + "二" * 100
    said = excerpt(text, ["没有", "托辊"])
    assert "托辊 损坏" in said
    assert len(said) <= 62
    assert said.startswith("…")
    assert said.endswith("…")
    assert excerpt("短的", ["没有"]) == "短的"


def test_what_stands_in_no_column_is_compared_alike() -> None:
    assert fits(("六好", "2026-06"), "六好区队 2026年6月 2026-06")
    assert fits(("DOCX",), "通报 .docx")
    assert not fits(("六好", "七月"), "六好区队 2026年6月")
