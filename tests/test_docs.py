"""Documentation is held to account: what can be set, called, made or allowed is described, in both languages."""

import argparse
import re
from pathlib import Path

import pytest

from pithead.cli.arguments import parser
from pithead.cli.main import run
from pithead.org.access import ROLES, Capability

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "pithead"
READMES = {"English": ROOT / "README.md", "Chinese": ROOT / "README.zh-CN.md"}
# What scripts rely on; there may be more.
CONTRACT = {
    "serve",
    "setup",
    *(f"import {what}" for what in ("roster", "scores")),
    *(f"assess {what}" for what in ("open", "close", "review", "finalise", "show")),
    "document bulletin",
    *(f"template {what}" for what in ("roster", "scores")),
}
INTERNAL = {"PITHEAD_COLLECTING"}  # set by our own scripts

both = pytest.mark.parametrize("readme", READMES.values(), ids=READMES)


def headings(path: Path) -> list[int]:
    """The level of each heading, in order, code blocks left out."""
    lines = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL).splitlines()
    return [len(line) - len(line.lstrip("#")) for line in lines if re.match(r"#+ ", line)]


def settings_read() -> set[str]:
    texts = [path.read_text() for path in SOURCE.rglob("*.py") if "tests" not in path.parts]
    return set(re.findall(r"\bPITHEAD_[A-Z_]+[A-Z]\b", "\n".join(texts))) - INTERNAL


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@both
def test_every_setting_is_documented(readme: Path) -> None:
    documented = set(re.findall(r"`(PITHEAD_[A-Z_]+)`", readme.read_text()))
    assert settings_read()
    assert documented == settings_read()


@both
def test_every_target_is_documented(readme: Path) -> None:
    assert {target for target in targets() if f"make {target}" not in readme.read_text()} == set()


def commands(root: argparse.ArgumentParser, words: str = "") -> dict[str, argparse.ArgumentParser]:
    """Every leaf of the command line, by its words."""
    branches = [action for action in root._actions if isinstance(action, argparse._SubParsersAction)]
    found = {} if branches else {words: root}
    for branch in branches:
        for word, child in branch.choices.items():
            found |= commands(child, f"{words} {word}".strip())
    return found


COMMANDS = commands(parser())


def test_the_commands_scripts_rely_on_are_there() -> None:
    assert set(COMMANDS) >= CONTRACT


@both
def test_every_command_is_documented_and_no_other(readme: Path) -> None:
    documented = set(re.findall(r"^\| `pithead ((?:[a-z]+ ?)+)", readme.read_text(), re.MULTILINE))
    assert {words.strip() for words in documented} == set(COMMANDS)


@both
@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(readme: Path, command: str) -> None:
    options = {
        option for action in COMMANDS[command]._actions for option in action.option_strings if option[:2] == "--"
    }
    text = readme.read_text()
    assert not [option for option in options - {"--help", "--output"} if f"{option}" not in text]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_status:
        run([*command.split(), "--help"])
    assert exit_status.value.code in (0, None)
    assert re.search(r"[\u4e00-\u9fff]{2}", capsys.readouterr().out), "help is for miners: in Chinese"


def test_the_twin_has_the_same_chapters() -> None:
    english, chinese = READMES.values()
    assert headings(english) == headings(chinese)
    assert english.read_text().count("\n|") == chinese.read_text().count("\n|"), (
        "a table has a line more in one of them"
    )


def test_every_capability_and_role_is_in_the_table() -> None:
    table = (ROOT / "docs" / "access.md").read_text()
    missing = [capability.label for capability in Capability if capability.label not in table]
    missing += [role.label for role in ROLES.values() if role.label not in table]
    assert not missing


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Path) -> None:
    found = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert not [link for link in found if not (path.parent / link).exists()]


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda path: path.name)
def test_a_decision_has_context_decision_and_consequences(path: Path) -> None:
    text = path.read_text()
    assert re.match(r"# \d{4}: ", text)
    assert text.startswith(f"# {path.name[:4]}: ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 34
