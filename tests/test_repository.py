"""What the repository may not carry: paths of one machine, addresses of registries, secrets, unfinished work, other people's files."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRACES = {
    "a path of one machine": r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|opt/pypi)/",
    "a package registry's address": r"pypi\.org|pythonhosted\.org|registry\.npm|deb\.debian\.org|npmmirror|tuna\.tsinghua",
    "unfinished work": r"\b(?:TODO|FIXME)\b|lorem ipsum",
    "a secret": r"BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}",
}


def tracked_texts() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    binary = {".png", ".ico", ".woff2", ".xlsx", ".xls", ".xlsm", ".docx"}
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in binary and path != Path(__file__)]


@pytest.mark.parametrize("what", TRACES)
def test_no_file_carries(what: str) -> None:
    pattern = re.compile(TRACES[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked_texts()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


def test_nothing_made_by_a_machine_is_committed() -> None:
    made = re.compile(r"(?:^|/)(?:node_modules|_static|var|\.venv|__pycache__)/|\.sqlite3$|\.pyc$")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert not [name for name in listed.splitlines() if made.search(name)]


def test_no_third_party_script_or_style_is_committed() -> None:
    foreign = [path for path in (ROOT / "src").rglob("static/**/*") if "vendor" in path.parts or ".min." in path.name]
    assert not foreign
