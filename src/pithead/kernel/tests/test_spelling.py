"""Names are found as they are typed in Latin letters, whichever way a character is read."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel.spelling import LONGEST, spelled


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("综采一队", "zcyd zongcaiyidui zc1d"),
        ("综采1队", "zcyd zongcaiyidui zc1d"),
        ("重庆路", "cql zql chongqinglu"),
        ("查长行", "zch ccx zhachanghang chachangxing zzx"),
        ("单田芳", "stf dtf shantianfang"),
        ("吕布", "lb lvbu lubu"),
        ("M3 队（新）", "m3dx m3duixin"),
        ("OBrien", "obrien"),
        ("", ""),
        ("——", ""),
    ],
)
def test_a_name_is_found_under_each_plausible_reading(name: str, typed: str) -> None:
    words = spelled(name).split()
    assert not set(typed.split()) - set(words)
    assert typed or not words


def test_the_likeliest_reading_comes_first() -> None:
    words = spelled("综采一队").split()
    assert words[0] == "zcyd"
    assert next(word for word in words if len(word) > 4) == "zongcaiyidui"


@given(st.text(alphabet=st.sampled_from("重长行查单解仇区曾一1aB（· 𠮷\u3400"), max_size=64))
def test_it_fits_its_column_and_holds_only_what_can_be_typed(name: str) -> None:
    text = spelled(name)
    assert len(text) <= LONGEST
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in text.split())
    assert text == "".join(f" {word}" for word in text.split())


def test_nothing_is_loaded_before_a_name_is_written_and_never_the_phrases() -> None:
    code = (
        "import os, sys; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tests.settings'); import django; django.setup();"
        "assert not any(name.startswith('pypinyin') for name in sys.modules);"
        "from pithead.kernel.spelling import spelled; spelled('一'); assert 'pypinyin' in sys.modules;"
        "assert 'pypinyin.phrases_dict' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
