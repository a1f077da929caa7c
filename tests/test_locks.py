"""Lock files name every package with its hash and say nothing of where it was fetched from."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
NAME = re.compile(r"^([A-Za-z0-9._-]+)")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path) -> dict[str, str]:
    """Package → the text of its entry."""
    entries = re.split(r"^(?=[A-Za-z0-9])", path.read_text(), flags=re.MULTILINE)
    return {normal(NAME.match(entry)[1]): entry for entry in entries if NAME.match(entry)}  # type: ignore[index]


def wanted(*groups: str) -> set[str]:
    """What pyproject.toml asks for: `dependencies` or an extra by its name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = {"dependencies": project["dependencies"], **project["optional-dependencies"]}
    return {normal(NAME.match(line)[1]) for group in groups for line in lists[group]}  # type: ignore[index]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_entry_is_pinned_and_hashed(path: Path) -> None:
    loose = [name for name, entry in locked(path).items() if "==" not in entry or "--hash=sha256:" not in entry]
    assert not loose
    assert locked(path)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_no_entry_has_an_address_or_a_path(path: Path) -> None:
    assert not re.search(r"https?:|file:|--index-url|--find-links|(?<![\w-])/\w", path.read_text())


def test_the_locks_hold_what_the_project_asks_for() -> None:
    runtime, dev = locked(ROOT / "requirements/runtime.lock"), locked(ROOT / "requirements/dev.lock")
    assert not wanted("dependencies", "build") - set(runtime), "run bin/lock"
    assert not wanted("dependencies", "build", "dev") - set(dev), "run bin/lock"
    assert not wanted("dev") & set(runtime), "the runtime lock carries developers' packages"


def test_the_developers_lock_is_the_runtime_lock_and_more() -> None:
    runtime, dev = locked(ROOT / "requirements/runtime.lock"), locked(ROOT / "requirements/dev.lock")
    version = re.compile(r"==(\S+)")
    assert {name: version.search(entry)[1] for name, entry in runtime.items()} == {  # type: ignore[index]
        name: version.search(dev[name])[1]  # type: ignore[index]
        for name in runtime
    }


def test_browser_packages_are_pinned_exactly_and_locked() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    asked = {**package["dependencies"], **package["devDependencies"]}
    for name, version in asked.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned exactly"
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
