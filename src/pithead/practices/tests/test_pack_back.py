"""Whatever a pack says is written back the same; whatever is done to one, it is read or refused."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel.refusal import Refused
from pithead.practices.content import FieldKind, FieldSpec, MethodSpec, PracticeSpec, QuotaSpec
from pithead.practices.models import Confidentiality, Every
from pithead.practices.pack import read_method, write_method
from pithead.practices.testing import TEXT, WALK


def test_what_is_written_back_is_read_the_same() -> None:
    text = write_method(WALK)
    assert read_method(text, "again.yaml") == WALK
    assert write_method(read_method(text, "again.yaml")) == text


# Words that YAML might take for something else, and those that are only odd.
WORDS = st.sampled_from(["on", "null", "1", "0.5", "2026-07-06", "- 甲", "甲: 乙", "# 甲", "'甲'", "{甲}", "!甲", "~"])
WORDS |= st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
LABELS = WORDS.map(lambda words: f"问{words}")  # nothing the system knows
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True).map(lambda key: f"k_{key}")
LIMITS = st.decimals(0, 999, places=2).map(str)


@st.composite
def fields(draw: st.DrawFn, rows: bool = True) -> FieldSpec:
    plain = {
        "key": draw(KEYS),
        "label": draw(LABELS),
        "help": draw(WORDS | st.just("")),
        "required": draw(st.booleans()),
    }
    match draw(st.sampled_from(["check", "choice", "number", "text", "rows"] if rows else ["check", "number", "text"])):
        case "choice":
            options = draw(st.dictionaries(KEYS, LABELS, min_size=2, max_size=4))
            return FieldSpec(**plain, kind=FieldKind.CHOICE, options=options, fails=tuple(options)[:1])
        case "number":
            least, most = sorted((draw(LIMITS), draw(LIMITS)), key=float)
            most = most if least != most else ""
            return FieldSpec(**plain, kind=FieldKind.NUMBER, least=least, most=most, unit="MPa", measured=True)
        case "rows":
            inner = draw(st.lists(fields(rows=False), min_size=1, max_size=3, unique_by=lambda one: one.key))
            return FieldSpec(**plain, kind=FieldKind.ROWS, rows=tuple(inner))
        case "check":
            return FieldSpec(**plain, kind=FieldKind.CHECK, raises="hazard")
    return FieldSpec(**plain, longest=draw(st.integers(10, 500)))


@st.composite
def specs(draw: st.DrawFn) -> MethodSpec:
    practices = []
    for code in draw(st.lists(KEYS, min_size=1, max_size=3, unique=True)):
        form = draw(st.lists(fields(), min_size=1, max_size=4, unique_by=lambda one: one.key))
        quotas = (QuotaSpec(Every.MONTH, count=draw(st.integers(1, 30)), only=draw(st.sampled_from(["", "night"]))),)
        one = PracticeSpec(code, draw(LABELS), source=draw(WORDS), performers=("crew_leader",), quotas=quotas)
        secret = {"confidentiality": Confidentiality.RESTRICTED, "readers": ("branch_secretary",), "text_months": 12}
        practices.append(replace(one, form=tuple(form), **(secret if draw(st.booleans()) else {})))
    return MethodSpec(draw(KEYS), draw(LABELS), on=draw(st.booleans()), practices=tuple(practices))


@given(specs())
def test_whatever_a_pack_says_is_written_back_the_same(spec: MethodSpec) -> None:
    assert read_method(write_method(spec), "x.yaml") == spec


def test_a_practice_too_long_to_be_filled_in_is_refused() -> None:
    field = FieldSpec("note", "说明", help="长" * 120)
    rows = tuple(replace(field, key=f"r{at}") for at in range(12))
    form = tuple(FieldSpec(f"s{at}", "工序", FieldKind.ROWS, rows=rows) for at in range(24))
    spec = replace(WALK, practices=(replace(WALK.practices[0], form=form),))
    with pytest.raises(Refused, match="一项做法太长"):
        read_method(write_method(spec), "x.yaml")


SCRAPS = [
    "[",
    "]",
    "{",
    "}",
    ": ",
    "- ",
    "&a",
    "*a",
    "!!int ",
    "|",
    ">",
    "#",
    "\t",
    "'",
    '"',
    "null",
    "~",
    "1e9",
    "\x85",
    "\ufeff",
    "?",
]


@given(
    st.lists(st.tuples(st.integers(0, len(TEXT)), st.sampled_from(SCRAPS) | st.text(max_size=3)), max_size=4), st.data()
)
def test_whatever_is_done_to_a_pack_it_is_read_or_refused(scraps: list[tuple[int, str]], data: st.DataObject) -> None:
    text = TEXT
    for place, scrap in scraps:
        gone = data.draw(st.integers(0, 12))
        text = text[:place] + scrap + text[place + gone :]
    with suppress(Refused):
        read_method(text, "x.yaml")
