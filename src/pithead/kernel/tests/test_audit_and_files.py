"""The audit log outlives its subjects; files are kept once per content; packs are read."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from pithead.kernel import audit, files, packs
from pithead.kernel.audit import Change
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.kernel.refusal import Reason, Refused


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


def test_every_pack_can_be_read() -> None:
    for kind in ("standards", "policies"):
        assert packs.codes(kind)
        for code in packs.codes(kind):
            assert packs.load(kind, code)["title"]


def test_a_refusal_reads_as_sentences_with_their_places() -> None:
    refusal = Refused([Reason("少了工号", "“花名册”第 5 行"), Reason("多了一行")])
    assert str(refusal) == "“花名册”第 5 行：少了工号；多了一行"
    assert Refused("不行").reasons == Refused(Reason("不行")).reasons == (Reason("不行"),)
