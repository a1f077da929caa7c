"""The command line as a test calls it."""

from collections.abc import Callable

import pytest

from pithead.cli.main import run

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def pithead(db: None, capsys: pytest.CaptureFixture[str]) -> Command:
    """`pithead("assess", "show", …)` → (status, standard output, standard error)."""

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = run([str(word) for word in words])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command
