"""What was told in confidence ends with its key: also in copies of the database, whoever has them."""

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from pithead.kernel import crypto, vault
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast
from pithead.practices.actions import Handed, RecordDraft, correct, forget, load_pack, read_record, record_all
from pithead.practices.actions import record as make
from pithead.practices.actions.sealing import KEYS, WHERE
from pithead.practices.content import MethodSpec
from pithead.practices.models import Practice, Record
from pithead.practices.testing import RESTRICTED, TALK, Confided, confide

SignIn = Callable[[str], Client]
FORMER = "practices.record.sealed"
MIGRATION = import_module("pithead.practices.migrations.0002_keys_of_records")


@pytest.fixture
def clock(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


@pytest.fixture
def confided(cast: Cast, at: dt.datetime, clock: None) -> Confided:
    return confide(cast, at)


def key_files() -> set[str]:
    return {path.stem for path in (Path(settings.DATA_DIR) / "keys" / KEYS).glob("*/*.key")}


def read(confided: Confided, record: Record, member: str = "party_officer") -> dict[str, Any]:
    fresh = Record.objects.get(pk=record.pk)
    return read_record(by=confided.cast.actor(member), at=confided.at, record=fresh)


def readings() -> int:
    return AuditEvent.objects.filter(action="practices.record.read").count()


# ── one key each ──
def test_each_record_has_a_key_of_its_own(confided: Confided) -> None:
    both = (confided.first, confided.talk)
    assert {str(one.pk) for one in both} <= key_files()
    assert str(confided.ask.pk) not in key_files(), "of what is private there is nothing to open"
    assert RESTRICTED in read(confided, confided.talk)["said"]
    Record.objects.filter(pk=confided.talk.pk).update(sealed=Record.objects.get(pk=confided.first.pk).sealed)
    with pytest.raises(InvalidTag):
        read(confided, confided.talk)


def test_those_handed_over_together_have_theirs_too(
    cast: Cast, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made in one go, however many there are."""
    spec = MethodSpec.from_plain({"code": "confidences", "title": "说心里话", "on": True, "practices": [TALK]})
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=dt.date(2026, 1, 1))
    by, practice = cast.actor("branch_secretary"), Practice.objects.get(code="heart_talk")
    said = [{"who": cast.people["worker"], "said": f"第 {count} 次"} for count in range(5)]
    handed = [Handed(by, at, RecordDraft(practice, answers)) for answers in said]
    locked, turns = vault._locked, []
    monkeypatch.setattr(vault, "_locked", lambda: turns.append(1) or locked())
    assert record_all(mine=cast.mine, handed=handed) == 5
    assert len(turns) == 1
    made = [Record.objects.get(pk=one.draft.id) for one in handed]
    assert len({one.sealed for one in made}) == 5
    assert [read_record(by=by, at=at, record=one)["said"] for one in made] == [one["said"] for one in said]


def test_a_new_master_key_opens_what_was_told_before(confided: Confided) -> None:
    """And a backup of the keys of before is worth nothing without the master that is gone."""
    path = vault._path(confided.talk.pk, KEYS)
    before = path.read_bytes()
    assert vault.rotate() >= 2
    assert RESTRICTED in read(confided, confided.talk)["said"]
    after = path.read_bytes()
    path.write_bytes(before)
    with pytest.raises(vault.KeyGone):
        read(confided, confided.talk)
    path.write_bytes(after)


# ── the end of keeping ──
def test_a_copy_of_before_opens_no_more(confided: Confided, signed_in: SignIn) -> None:
    """The rows as a backup holds them, beside the keys as they are now."""
    backup = {one.pk: one for one in Record.objects.exclude(sealed="")}
    assert len(backup) == 2
    read_before = readings()
    late = dt.datetime(2027, 8, 1, 12, 0, tzinfo=confided.at.tzinfo)
    assert forget(at=late) == 2
    assert not key_files() & {str(pk) for pk in backup}
    assert not Record.objects.filter(pk__in=backup).exclude(fingerprint="").exists(), "nor may it be guessed"
    for pk, one in backup.items():
        Record.objects.filter(pk=pk).update(sealed=one.sealed, fingerprint=one.fingerprint)
        with pytest.raises(vault.KeyGone):
            vault.open_text(pk, one.sealed, where=WHERE, of=KEYS)
        with pytest.raises(InvalidTag):
            crypto.decrypt(one.sealed, column=FORMER)
    assert read(confided, confided.talk) == {}
    assert readings() == read_before, "nothing was opened"
    page = signed_in("party_officer").get(reverse("practices:kept", args=[confided.talk.pk]))
    assert page.status_code == 200
    assert RESTRICTED not in page.content.decode()
    assert forget(at=late) == 2, "what came back goes again"


def test_cut_short_between_key_and_row_it_is_finished_the_next_day(
    confided: Confided, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = dt.datetime(2027, 8, 1, 12, 0, tzinfo=confided.at.tzinfo)
    with monkeypatch.context() as cut:
        cut.setattr("pithead.practices.actions.forgetting.audit.write_many", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forget(at=late)
    assert read(confided, confided.talk) == {}
    assert forget(at=late) == 2
    assert not Record.objects.exclude(sealed="").exists()


def test_a_key_that_is_lost_is_not_taken_for_the_end(confided: Confided, signed_in: SignIn) -> None:
    path = vault._path(confided.talk.pk, KEYS)
    key = path.read_bytes()
    path.unlink()
    url, client = reverse("practices:kept", args=[confided.talk.pk]), signed_in("party_officer")
    assert "从备份恢复 keys 文件夹" in client.get(url).content.decode()
    path.write_bytes(key)
    assert RESTRICTED in client.get(url).content.decode()


# ── those of before ──
def former(record: Record) -> None:
    """As the version before kept it: under the key of the column."""
    text = vault.open_text(record.pk, Record.objects.get(pk=record.pk).sealed, where=WHERE, of=KEYS)
    vault.destroy(record.pk, of=KEYS)
    Record.objects.filter(pk=record.pk).update(sealed=crypto.encrypt(text, column=FORMER))


def migrate() -> None:
    state = MigrationExecutor(connection).loader.project_state([("practices", "0002_keys_of_records")])
    MIGRATION.seal_anew(state.apps, SimpleNamespace(connection=connection))


def test_what_was_sealed_before_is_sealed_anew(confided: Confided, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short, it is simply run again; run twice, it finds nothing to do."""
    monkeypatch.setattr(MIGRATION, "AT_ONCE", 1)
    for one in (confided.first, confided.talk):
        former(one)
    seal, turns = vault.seal_text, iter((True, False))
    with monkeypatch.context() as cut:
        cut.setattr(vault, "seal_text", lambda *what, **how: seal(*what, **how) if next(turns) else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            migrate()
    assert Record.objects.filter(sealed__startswith=crypto.PREFIX).count() == 1
    migrate()
    rows = dict(Record.objects.values_list("pk", "sealed"))
    assert all(text.startswith(vault.PREFIX) for text in rows.values() if text)
    assert RESTRICTED in read(confided, confided.first)["said"]
    assert RESTRICTED in read(confided, confided.talk)["said"]
    migrate()
    assert dict(Record.objects.values_list("pk", "sealed")) == rows
    assert rows[confided.ask.pk] == ""


def test_nothing_said_in_confidence_is_moved_to_a_day_when_it_was_open(cast: Cast, at: dt.datetime) -> None:
    """Neither by a correction nor by what is written down late."""
    june, talk = at - dt.timedelta(days=20), {**TALK, "confidentiality": "open", "readers": [], "text_months": 0}
    for asked, since in ((talk, dt.date(2026, 1, 1)), (TALK, dt.date(2026, 7, 1))):
        spec = MethodSpec.from_plain({"code": "confidences", "title": "说心里话", "on": True, "practices": [asked]})
        load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=since)
    by, practice = cast.actor("branch_secretary"), Practice.objects.get(code="heart_talk")
    said = {"who": cast.people["worker"], "said": RESTRICTED}
    kept = make(by=by, at=at, mine=cast.mine, draft=RecordDraft(practice, said))
    with pytest.raises(Refused, match="的内容还是公开的"):
        correct(by=by, at=at, record=kept, draft=RecordDraft(practice, said, happened_at=june), reason="记错了日子")
    with pytest.raises(Refused, match="的内容还是公开的"):
        make(by=by, at=at, mine=cast.mine, draft=RecordDraft(practice, said, happened_at=june))
    assert not Record.objects.exclude(answers={}).exists()
    assert RESTRICTED in read_record(by=by, at=at, record=kept)["said"]
