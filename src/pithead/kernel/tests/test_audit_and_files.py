"""The audit log outlives its subjects; files are kept once per content; packs are read."""

import datetime as dt
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from pithead.kernel import audit, files, packs
from pithead.kernel.audit import Change
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.kernel.refusal import Reason, Refused

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Somebody:
    """All the log needs to know of who acts."""

    staff_no: str = "10010"
    name: str = "任事成"
    face: str = "web"
    source: str = "127.0.0.1"


BY = Somebody()
pytestmark = pytest.mark.django_db


def test_an_event_says_who_did_what_to_what_and_what_was_before(at: dt.datetime) -> None:
    event = audit.write(
        by=BY,
        at=at,
        mine="QSY",
        action="x.done",
        subject=("unit", 7, "综采一队"),
        before={"name": "旧"},
        after={"name": "新"},
    )
    event.refresh_from_db()
    assert (event.actor, event.actor_name, event.face, event.source) == ("10010", "任事成", "web", "127.0.0.1")
    assert (event.subject_type, event.subject_id, event.subject_label) == ("unit", "7", "综采一队")
    assert (event.before, event.after, event.at) == ({"name": "旧"}, {"name": "新"}, at)


def test_a_long_label_is_cut(at: dt.datetime) -> None:
    event = audit.write(by=BY, at=at, mine="QSY", action="x.done", subject=("unit", 7, "x" * 500))
    assert len(event.subject_label) == 200


def test_many_changes_are_one_insert(at: dt.datetime, django_assert_num_queries: Callable) -> None:
    changes = [Change("unit", str(number), "x") for number in range(40)]
    with django_assert_num_queries(1):
        audit.write_many(by=BY, at=at, mine="QSY", action="x.done", changes=changes)
    assert AuditEvent.objects.count() == 40


def test_no_change_leaves_no_event(at: dt.datetime) -> None:
    with transaction.atomic():
        audit.write(by=BY, at=at, mine="QSY", action="x.done", subject=("unit", 7, "x"))
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_personal_text_goes_and_the_event_stays(at: dt.datetime) -> None:
    for pk in (7, 8):
        subject = ("entry", pk, "张三迟到")
        audit.write(
            by=BY,
            at=at,
            mine="QSY",
            action="x",
            subject=subject,
            after={"reason": "张三迟到", "points": "1", "evidence": ""},
        )
    audit.erase(mine="QSY", subject=("entry", 7), fields=("reason", "evidence"), instead="（清除）", label=True)
    erased, kept = AuditEvent.objects.order_by("subject_id")
    assert erased.after == {"reason": "（清除）", "points": "1", "evidence": ""}
    assert (erased.before, erased.subject_label, erased.actor) == (None, "（清除）", "10010")
    assert (kept.after["reason"], kept.subject_label) == ("张三迟到", "张三迟到")


def test_a_file_is_kept_once_per_content_and_named_per_use(at: dt.datetime) -> None:
    kept = [
        files.store(b"content", mine="QSY", name=name, content_type="text/plain", by=BY, at=at)
        for name in ("a.txt", "../../etc/passwd")
    ]
    assert files.path_of(kept[0]) == files.path_of(kept[1])
    assert files.path_of(kept[0]).read_bytes() == b"content"
    assert [row.name for row in kept] == ["a.txt", "passwd"]
    assert StoredFile.objects.count() == 2
    assert not [path for path in files.path_of(kept[0]).parent.iterdir() if path.suffix]


def kept(at: dt.datetime, content: bytes = b"content", content_type: str = "text/plain") -> StoredFile:
    return files.store(content, mine="QSY", name="a.txt", content_type=content_type, by=BY, at=at)


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(files, "_passing", {})
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_bytes_go_only_with_what_was_settled(own_folder: Path, at: dt.datetime) -> None:
    """Where the rest of it fails the row is back, and the photo with it."""
    stored = kept(at)

    def discarded_but(fails: bool) -> bool:
        with suppress(RuntimeError), transaction.atomic():
            files.discard(stored, at=at + 2 * DAY)
            if fails:
                raise RuntimeError
        return not files.path_of(stored).exists()

    assert not discarded_but(fails=True)
    stored = StoredFile.objects.get()
    assert discarded_but(fails=False)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_has_too_or_has_just_sent_again_stays(own_folder: Path, at: dt.datetime) -> None:
    one, other = kept(at), kept(at)
    files.discard(one, at=at + 2 * DAY)
    assert files.path_of(other).exists()
    with suppress(RuntimeError), transaction.atomic():
        kept(at + 3 * DAY)  # on its way while the other goes
        raise RuntimeError
    files.discard(other, at=at + 3 * DAY)
    assert files.path_of(other).exists()


def test_what_was_taken_back_is_swept_up_the_day_after(own_folder: Path, at: dt.datetime) -> None:
    stays = kept(at, b"stays")
    with transaction.atomic():
        back = kept(at, b"taken back")
        transaction.set_rollback(True)
    left = files.path_of(stays).with_suffix(f".{uuid.uuid4().hex}")
    left.write_bytes(b"half")
    os.utime(left, (at.timestamp(), at.timestamp()))
    assert files.sweep(at + DAY / 2) == 0
    assert files.sweep(at + 1.1 * DAY) == 2
    assert [path.exists() for path in (files.path_of(stays), files.path_of(back), left)] == [True, False, False]


def test_what_is_kept_for_a_while_goes_after_it(own_folder: Path, at: dt.datetime) -> None:
    files.passes("test/ledger", 30 * DAY)
    old, young = kept(at, b"old", "test/ledger"), kept(at + DAY, b"young", "test/ledger")
    other = kept(at, b"other")
    files.sweep(at + 30 * DAY)
    assert set(StoredFile.objects.all()) == {young, other}
    assert [files.path_of(one).exists() for one in (old, young, other)] == [False, True, True]


def test_every_pack_can_be_read() -> None:
    for kind in ("standards", "policies"):
        assert packs.codes(kind)
        for code in packs.codes(kind):
            assert packs.load(kind, code)["title"]


def test_a_refusal_reads_as_sentences_with_their_places() -> None:
    refusal = Refused([Reason("少了工号", "“花名册”第 5 行"), Reason("多了一行")])
    assert str(refusal) == "“花名册”第 5 行：少了工号；多了一行"
    assert Refused("不行").reasons == Refused(Reason("不行")).reasons == (Reason("不行"),)
