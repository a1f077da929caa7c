"""What was answered in confidence lies nowhere in clear, opens for few and goes in time; what is private lies nowhere at all."""

import csv
import datetime as dt
import io
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter
from PIL import Image

from pithead.issues.actions import keep_photo
from pithead.issues.models import Issue
from pithead.kernel.db.testing import everything_in, everything_in_the_database
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast, make_cast
from pithead.practices.actions import RecordDraft, forget, read_record, record
from pithead.practices.models import Measured, Record, RecordMatter, RecordPerson
from pithead.practices.queries.duties import Question, duty_rows
from pithead.practices.testing import (
    LINE,
    PRIVATE,
    RESTRICTED,
    RESTRICTED_NUMBER,
    SECRETS,
    Confided,
    asked,
    confide,
    talked,
)

ROOT = Path(__file__).parents[4]
READERS = {"branch_secretary", "party_officer"}
SignIn = Callable[[str], Client]


@pytest.fixture
def clock(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


@pytest.fixture
def confided(cast: Cast, at: dt.datetime, clock: None) -> Confided:
    return confide(cast, at)


def found_in(content: bytes | str) -> list[str]:
    text = content if isinstance(content, bytes) else content.encode()
    return [secret for secret in SECRETS if secret.encode() in text]


# ── at rest ──
def test_no_answer_lies_in_clear_in_the_database_in_files_or_in_logs(
    cast: Cast, at: dt.datetime, clock: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        told = confide(cast, at)
        answers = read_record(by=cast.actor("branch_secretary"), at=at, record=told.talk)
    assert answers["said"] == f"另一件事{RESTRICTED}", "it is there to be read"
    assert answers["owed"] == {"value": RESTRICTED_NUMBER, "text": f"欠{RESTRICTED}"}
    kept = everything_in_the_database()
    assert LINE.encode() in kept, "the search finds what lies in clear"
    assert found_in(kept) == []
    assert found_in(everything_in(Path(settings.DATA_DIR))) == []
    assert found_in(caplog.text) == []


def test_the_file_and_its_write_ahead_log_hold_no_word_of_it(tmp_path: Path) -> None:
    """The product's own database, left in the middle of its work."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PITHEAD_", "DJANGO_"))}
    script = "from pithead.practices.tests.test_restricted import live; live()"
    where = {"PITHEAD_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pithead.web.settings"}
    command = [sys.executable, "-c", f"import django; django.setup(); {script}"]
    done = subprocess.run(command, cwd=ROOT, env={**inherited, **where}, capture_output=True, text=True, check=False)
    assert "told" in done.stdout, done.stderr
    assert found_in(done.stdout + done.stderr) == []
    assert (tmp_path / "pithead.sqlite3-wal").stat().st_size > 0
    kept = everything_in(tmp_path)
    assert LINE.encode() in kept
    assert found_in(kept) == []


def live() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    call_command("migrate", interactive=False, verbosity=0)
    confide(make_cast(), timezone.now())
    print("told", flush=True)  # noqa: T201
    os._exit(0)  # without closing the database


def test_of_what_is_private_only_the_day_is_kept(confided: Confided) -> None:
    ask = Record.objects.get(pk=confided.ask.pk)
    assert (ask.answers, ask.sealed, ask.failing, ask.reason, ask.forgets_on) == ({}, "", 0, "", None)
    rows = [RecordPerson.objects.filter(record=ask), Measured.objects.filter(record=ask), ask.files.all()]
    assert not any(row.exists() for row in rows)
    assert not Measured.objects.exists(), "of what is restricted neither"


def test_what_they_lead_to_holds_nothing_but_the_line_written_for_it(confided: Confided) -> None:
    assert set(Issue.objects.values_list("kind", "text")) == {
        ("request", f"请调换班次{LINE}"),
        ("request", f"和区队长谈一次{LINE}"),
        ("shortfall", f"本周下井三次{LINE}"),
    }
    for issue in Issue.objects.all():
        rows = [issue, *issue.steps.all(), *issue.notices.all(), *issue.involved.all()]
        assert not [row for row in rows if found_in(str(vars(row)))]
        assert not any("马小军" in str(vars(row)) for row in rows), "nor whom it was talked over with"
        assert not any("出了力没有" in str(vars(row)) for row in rows), "nor which question it was"
    assert set(RecordMatter.objects.filter(record=confided.ask).values_list("field", flat=True)) == {""}


def test_an_answer_that_asks_for_nothing_leads_to_nothing(cast: Cast, signed_in: SignIn, confided: Confided) -> None:
    before = Issue.objects.count()
    url = reverse("practices:record", args=["ask_myself"])
    assert signed_in("section_head").post(url, {"effort": "no", "calm": "no", "mood": "badly"}).status_code == 302
    assert Issue.objects.count() == before


# ── others ──
def test_it_opens_for_its_author_and_its_readers_and_each_opening_is_logged(
    confided: Confided, signed_in: SignIn
) -> None:
    for one in (confided.talk, confided.first):
        for member in confided.cast.members:
            answer = signed_in(member).get(reverse("practices:kept", args=[one.pk]))
            assert answer.status_code == (200 if member in READERS else 404), member
            assert (RESTRICTED in answer.content.decode()) is (member in READERS)
        read = AuditEvent.objects.filter(action="practices.record.read", subject_id=str(one.pk))
        assert set(read.values_list("actor_name", flat=True)) == {"程书文", "周全"}


def test_the_action_opens_it_for_nobody_else_not_even_the_system(confided: Confided) -> None:
    cast = confided.cast
    others = [cast.actor(member) for member in cast.members if member not in READERS]
    for by in (*others, cast.system()):
        for one in (confided.talk, confided.first):
            with pytest.raises(PermissionDenied):
                read_record(by=by, at=confided.at, record=one)


def test_what_is_private_is_on_no_page_but_its_authors_and_there_without_an_answer(
    confided: Confided, signed_in: SignIn
) -> None:
    url = reverse("practices:kept", args=[confided.ask.pk])
    for member in confided.cast.members:
        answer = signed_in(member).get(url)
        assert answer.status_code == (200 if member == "section_head" else 404), member
        assert found_in(answer.content) == []
        listed = signed_in(member).get(reverse("practices:records")).content.decode()
        assert (str(confided.ask.pk) in listed) is (member == "section_head"), member


def test_no_list_and_no_file_says_a_word_of_it(confided: Confided, signed_in: SignIn) -> None:
    for member in confided.cast.members:
        assert found_in(signed_in(member).get(reverse("practices:records")).content) == []
        file = b"".join(signed_in(member).get(reverse("practices:records_file")))  # type: ignore[call-overload]
        assert found_in(file) == []
        titles = {row[1] for row in csv.reader(io.StringIO(file.decode("utf-8-sig")))} & {"谈心", "问自己"}
        own = {"section_head": {"问自己"}, **{reader: {"谈心"} for reader in READERS}}
        assert titles == own.get(member, set()), member


def test_the_log_says_who_and_when_and_of_what_is_private_not_even_what(confided: Confided, signed_in: SignIn) -> None:
    read_record(by=confided.cast.actor("party_officer"), at=confided.at, record=confided.talk)
    events = AuditEvent.objects.filter(action__startswith="practices.record.")
    assert not [event for event in events if found_in(str(vars(event))) or "问自己" in str(vars(event))]
    shown = signed_in("auditor").get(reverse("web:audit")).content.decode()
    assert "查看受限的履责记录" in shown
    assert found_in(shown) == []
    assert "私密记录" in shown


# ── on the way ──
def test_what_is_private_is_not_shown_again_when_it_is_refused(
    cast: Cast, signed_in: SignIn, confided: Confided
) -> None:
    url = reverse("practices:record", args=["ask_myself"])
    for wrong in ({"thoughts": PRIVATE * 60}, {"hours": f"{PRIVATE}"}, {"calm": ""}, {"todo": f"{PRIVATE}13812345678"}):
        answer = signed_in("section_head").post(url, {**asked(), **wrong})
        assert answer.status_code == 422
        assert found_in(answer.content) == []
        assert found_in(str(answer.cookies)) == []


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What Django would write of an error to whoever looks after the site: as a page and as a message."""
    written: list[str] = []

    def report(request: Any, **_more: Any) -> None:
        reporter = ExceptionReporter(request, *sys.exc_info())
        written.extend((reporter.get_traceback_html(), reporter.get_traceback_text()))

    got_request_exception.connect(report)
    yield written
    got_request_exception.disconnect(report)


class Broken(Exception):
    pass


def broken(*_args: Any, **_more: Any) -> None:
    raise Broken


@pytest.mark.parametrize(
    "where",
    [
        "pithead.practices.forms.RecordForm._read",
        "pithead.practices.forms.RecordForm.uploads",
        "pithead.practices.answering._require_different",
        "pithead.practices.actions.recording.make_record",
        "pithead.practices.actions.recording.raise_matters",
        "pithead.practices.actions.matters.raise_issue",
        "pithead.practices.actions.recording.change_of",
        "pithead.practices.views.recording._after",
        "pithead.practices.views.recording._desk",
    ],
)
@pytest.mark.parametrize("code", ["heart_talk", "ask_myself"])
def test_an_error_report_holds_no_answer(
    confided: Confided,
    reports: list[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    code: str,
) -> None:
    member, data = ("branch_secretary", talked(confided.cast)) if code == "heart_talk" else ("section_head", asked())
    client = Client(raise_request_exception=False)
    client.force_login(confided.cast.account(member))
    monkeypatch.setattr(where, broken)
    with caplog.at_level(logging.DEBUG):
        answer = client.post(reverse("practices:record", args=[code]), data)
    assert answer.status_code == 500
    assert len(reports) == 2
    for text in (*reports, caplog.text, answer.content.decode()):
        assert found_in(text) == []
        assert LINE not in text


@pytest.mark.parametrize(
    ("page", "where"),
    [
        ("correct", "pithead.practices.forms.RecordForm._read"),
        ("correct", "pithead.practices.actions.correcting.write"),
        ("correct", "pithead.practices.views.correcting.render"),
        ("withdraw", "pithead.practices.actions.correcting.make_record"),
        ("kept", "pithead.practices.views.records.render"),
        ("kept", "pithead.practices.queries.records._said"),
        ("kept", "pithead.practices.actions.reading.log"),
    ],
)
def test_nor_does_one_of_a_page_that_opens_it(
    confided: Confided,
    reports: list[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    where: str,
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(confided.cast.account("branch_secretary"))
    monkeypatch.setattr(where, broken)
    data = {**talked(confided.cast), "reason": f"不对{RESTRICTED}"}
    with caplog.at_level(logging.DEBUG):
        url = reverse(f"practices:{page}", args=[confided.talk.pk])
        answer = client.get(url) if page == "kept" or where.endswith("render") else client.post(url, data)
    assert answer.status_code == 500
    assert len(reports) == 2
    for text in (*reports, caplog.text, answer.content.decode()):
        assert found_in(text) == []


def test_neither_takes_photos_they_cannot_be_sealed(confided: Confided, signed_in: SignIn) -> None:
    for member, code in (("branch_secretary", "heart_talk"), ("section_head", "ask_myself")):
        page = signed_in(member).get(reverse("practices:record", args=[code])).content.decode()
        assert 'type="file"' not in page
    cast = confided.cast
    file = keep_photo(by=cast.actor("branch_secretary"), at=confided.at, mine=cast.mine, upload=picture())
    answers = {"who": cast.people["worker"], "state": "torn"}
    draft = RecordDraft(confided.talk.practice, answers, files={"state": (file,)})
    with pytest.raises(Refused, match="不能放照片"):
        record(by=cast.actor("branch_secretary"), at=confided.at, mine=cast.mine, draft=draft)


def picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (32, 24), "#556677").save(drawn, "JPEG")
    return SimpleUploadedFile("家里.jpg", drawn.getvalue(), "image/jpeg")


# ── the end of keeping ──
def test_when_its_time_is_over_the_answers_are_gone_and_the_count_stays(confided: Confided, signed_in: SignIn) -> None:
    mine, practice = confided.cast.mine, confided.talk.practice_id
    july = (dt.date(2026, 7, 1), dt.date(2026, 7, 31), dt.date(2026, 8, 1))
    counted = [row.done for row in duty_rows(Question(mine, *july, practice_id=practice))]
    assert 1 in counted
    last = dt.datetime(2027, 7, 31, 12, 0, tzinfo=confided.at.tzinfo)
    assert forget(at=last) == 0
    assert forget(at=last + dt.timedelta(days=1)) == 2, "what it stood in for goes with it"
    assert forget(at=last + dt.timedelta(days=2)) == 0
    assert not Record.objects.exclude(sealed="").exists()
    assert [row.done for row in duty_rows(Question(mine, *july, practice_id=practice))] == counted
    assert AuditEvent.objects.filter(action="practices.record.forgotten").count() == 2
    assert (
        read_record(by=confided.cast.actor("party_officer"), at=last, record=Record.objects.get(pk=confided.talk.pk))
        == {}
    )
    page = signed_in("branch_secretary").get(reverse("practices:kept", args=[confided.talk.pk])).content.decode()
    assert RESTRICTED not in page
