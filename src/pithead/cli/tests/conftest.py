"""The command line as a test calls it."""

import datetime as dt
from collections.abc import Callable

import pytest

from pithead.cli.main import run
from pithead.org.models import UnitKind
from pithead.org.testing import Cast

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


@pytest.fixture
def only_mine(cast: Cast) -> Cast:
    """No `--mine` needed."""
    cast.other_mine.kind = UnitKind.COMPANY
    cast.other_mine.save()
    return cast


@pytest.fixture
def now(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the command line it is `at`."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
