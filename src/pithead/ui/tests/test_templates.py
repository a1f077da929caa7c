"""What no template of the repository may contain, whoever wrote it; and that every name it uses exists."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

import pithead
from pithead.ui.finders import NPM_FILES
from pithead.ui.icons import ICONS
from pithead.ui.registry import NAV_GROUPS, navigation

SOURCE = Path(pithead.__file__).parent
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=|<style",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "a script address": r"javascript:",
    "another host": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
    "an evaluated attribute": r"\shx-(?:on|vals=[\"']js|headers=[\"']js)",
    "a custom property from data": r"--[a-z]+\s*:",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_carries(what: str) -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {match[0].strip()}"
        for path in TEMPLATES
        for match in re.finditer(FORBIDDEN[what], path.read_text())
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


def test_every_template_compiles() -> None:
    assert TEMPLATES
    for path in TEMPLATES:
        get_template(str(path).split("/templates/", 1)[1])


def test_every_static_file_named_in_a_template_exists() -> None:
    for path in TEMPLATES:
        for name in re.findall(r"{% (?:static|script) \"([^\"]+)\"", path.read_text()):
            assert name in NPM_FILES or finders.find(name), f"{path.name}: {name}"


def test_every_icon_that_is_used_is_in_the_set() -> None:
    used = {entry.on_phone for entry in navigation if entry.on_phone}
    for path in TEMPLATES:
        used.update(re.findall(r"(?:{% icon |icon=)\"([a-z_]+)\"", path.read_text()))
    assert used <= set(ICONS)


def test_every_navigation_entry_stands_in_a_known_group() -> None:
    assert {entry.group for entry in navigation} <= set(NAV_GROUPS)


def test_the_phone_has_room_for_its_tabs() -> None:
    assert len([entry for entry in navigation if entry.on_phone]) <= 4


def test_style_sheets_use_nothing_that_chromium_86_lacks() -> None:
    newer = r"@layer|light-dark\(|color-mix\(|(?<!-)\binset\s*:|(?:margin|padding|inset)-(?:inline|block)\s*:|@container|:has\(|:is\("
    for path in sorted(SOURCE.rglob("static/**/*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(newer, text), path.name
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", text), path.name
