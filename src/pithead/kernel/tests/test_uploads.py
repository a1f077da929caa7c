"""What was uploaded waits, encrypted, for its importer, and knows afterwards what became of it."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest

from pithead.kernel import files
from pithead.kernel.audit import System
from pithead.kernel.models import AuditEvent
from pithead.kernel.uploads import Uploads

FIGURES = Uploads("kernel", "figures")
BY, OTHER = System(staff_no="10010"), System(staff_no="10011")
pytestmark = pytest.mark.django_db


def test_a_kept_file_comes_back_as_it_was_and_lies_encrypted(at: dt.datetime) -> None:
    stored = FIGURES.keep(by=BY, at=at, mine="JK", file=b"PK\x03\x04 all of it", name="产量.xlsx")
    kept = FIGURES.kept(stored.pk, mine="JK")
    assert kept
    assert (kept.file, kept.name, kept.result) == (b"PK\x03\x04 all of it", "产量.xlsx", None)
    assert b"PK\x03\x04" not in files.path_of(stored).read_bytes()
    assert AuditEvent.objects.get().action == "kernel.figures.uploaded"


def test_it_is_there_for_its_mine_its_kind_and_whoever_is_asked_for(at: dt.datetime) -> None:
    pk = FIGURES.keep(by=BY, at=at, mine="JK", file=b"1", name="产量.xlsx").pk
    assert FIGURES.kept(pk, mine="JK", stored_by=BY.staff_no)
    assert FIGURES.kept(pk, mine="JK", stored_by=OTHER.staff_no) is None
    assert FIGURES.kept(pk, mine="LT") is None
    assert FIGURES.kept(uuid.uuid4(), mine="JK") is None
    assert Uploads("kernel", "names").kept(pk, mine="JK") is None


def test_it_knows_the_first_import_of_itself_and_of_nothing_else(at: dt.datetime) -> None:
    first, second = (FIGURES.keep(by=BY, at=at, mine="JK", file=b"1", name="产量.xlsx").pk for _ in range(2))
    for reference, rows in ((str(first), 3), (str(first), 0), ("", 7)):
        counts = {"rows": rows}
        FIGURES.imported(by=BY, at=at, mine="JK", file=b"1", name="产量.xlsx", reference=reference, counts=counts)
    results = [kept.result for pk in (first, second) if (kept := FIGURES.kept(pk, mine="JK"))]
    assert results == [{"rows": 3}, None]
    named = AuditEvent.objects.filter(action="kernel.figures.imported").values_list("subject_id", flat=True)
    assert sorted({len(name) for name in named}) == [16, 36]


def test_a_registered_kind_goes_after_a_month(at: dt.datetime, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    FIGURES.register()
    pk = FIGURES.keep(by=BY, at=at, mine="JK", file=b"1", name="产量.xlsx").pk
    files.sweep(at + dt.timedelta(days=29))
    assert FIGURES.kept(pk, mine="JK")
    files.sweep(at + dt.timedelta(days=30))
    assert FIGURES.kept(pk, mine="JK") is None
