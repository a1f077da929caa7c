"""What is said in confidence lies nowhere in clear: not in the database, its file, its write-ahead log, a copy of it, files, logs,
notices, or pages of others. Reading it is seen; at the end of keeping nobody can."""

import datetime as dt
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from pithead.issues.actions import correct_step, forget_expired, merge, read_matter, set_workflow, tick
from pithead.issues.models import Involved, Issue, Role
from pithead.issues.queries import readings_of
from pithead.issues.testing import Story, grow_cast
from pithead.kernel import vault
from pithead.kernel.db.testing import everything_in, everything_in_the_database
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import make_cast

MARKER = "Zq7F3A9kX"  # the same in every encoding and inside JSON
ROOT = Path(__file__).parents[4]
YEAR = dt.timedelta(days=366)


def said(what: str) -> str:
    return f"{what}{MARKER}"


def tell_everything(story: Story) -> tuple[Story, Story]:
    """Both kinds, with the marker wherever a word can be written; and late, so that everybody is told what is to be told."""
    people = ((Role.SUBJECT, story.cast.people["worker"]),)
    story.begins(
        "section_head",
        "care",
        text=said("正文"),
        facts={"found_how": said("怎么发现")},
        people=people,
        grade="restrict",
    )
    story.goes_on("section_head", "plan", note=said("方案"))
    story.goes_on("crew_leader", "review", note=said("小结"), facts={"result": said("结果")})
    step = story.issue.steps.get(verb="review")
    correct_step(by=story.cast.actor("crew_leader"), at=story.at, step=step, note=said("更正"))
    officer, mine = story.cast.actor("party_officer"), story.cast.mine
    set_workflow(by=officer, at=story.at, mine=mine, kind="dispute", content={"detail": True})
    other = Story(story.cast, story.at)
    other.begins("section_head", "dispute", text=said("诉求"), facts={"cause": said("原因")}, people=people)
    other.goes_on("section_head", "plan", note=said("化解"), facts={"plan": said("预案")})
    other.goes_on("section_clerk", "track", note=said("跟踪"), facts={"result": said("进展")})
    tick(at=story.at + dt.timedelta(days=90), mine=mine)
    return story, other


def test_no_word_said_in_confidence_lies_in_the_database_in_files_or_in_logs(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for one in tell_everything(story):
            read = read_matter(by=story.cast.actor("section_head"), at=one.at, issue=one.issue)
            assert MARKER in read.text, "it is there to be read"
            assert sum(MARKER in step.note for step in read.steps) >= 2
    kept = everything_in_the_database()
    assert "牛铁柱".encode() in kept, "the search finds what lies in clear"
    assert MARKER.encode() not in kept
    assert MARKER.encode() not in everything_in(Path(settings.DATA_DIR))
    assert MARKER not in caplog.text


def test_whom_it_is_about_is_not_named_beside_it(story: Story) -> None:
    worker = story.cast.people["worker"]
    for one in tell_everything(story):
        read_matter(by=story.cast.actor("worker"), at=one.at, issue=one.issue)
        rows = [one.issue, *one.issue.steps.all(), *Involved.objects.filter(issue=one.issue), *one.issue.notices.all()]
        rows += AuditEvent.objects.filter(subject_id=str(one.issue.pk))
        assert not [row for row in rows if worker.name in str(vars(row)) or worker.staff_no in str(vars(row))]
        assert not one.issue.involved.filter(who=str(worker.pk)).exists()


def test_the_file_and_its_write_ahead_log_hold_no_word_of_it(tmp_path: Path) -> None:
    """The product's own database, left in the middle of its work."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PITHEAD_", "DJANGO_"))}
    script = "from pithead.issues.tests.test_confidential_marker import live; live()"
    where = {"PITHEAD_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pithead.web.settings"}
    command = [sys.executable, "-c", f"import django; django.setup(); {script}"]
    done = subprocess.run(command, cwd=ROOT, env={**inherited, **where}, capture_output=True, text=True, check=False)
    assert "told" in done.stdout, done.stderr
    assert MARKER not in done.stdout + done.stderr
    assert (tmp_path / "pithead.sqlite3-wal").stat().st_size > 0
    kept = everything_in(tmp_path)
    assert "牛铁柱".encode() in kept
    assert MARKER.encode() not in kept


def live() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    at = dt.datetime(2026, 7, 6, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    tell_everything(Story(grow_cast(make_cast()), at))
    print("told", flush=True)  # noqa: T201
    os._exit(0)  # without closing the database


# ── others ──
def test_for_everybody_else_it_is_not_there(story: Story, signed_in: Callable[[str], Client]) -> None:
    for one in tell_everything(story):
        readers = one.seen_by()
        for member in sorted(set(story.cast.members) - {"stranger"} - readers):
            client = signed_in(member)
            assert client.get(reverse("issues:matter", args=[one.issue.pk])).status_code == 404
            with pytest.raises(PermissionDenied):
                read_matter(by=story.cast.actor(member), at=one.at, issue=one.issue)
        page = signed_in("section_head").get(reverse("issues:matter", args=[one.issue.pk]))
        assert MARKER in page.content.decode(), "those who are named do read it"


@pytest.mark.parametrize(
    "member", ["worker", "party_officer", "mine_leader", "administrator", "auditor", "section_head"]
)
def test_no_list_says_a_word_of_it(story: Story, signed_in: Callable[[str], Client], member: str) -> None:
    tell_everything(story)
    for name in ("issues:board", "issues:own", "issues:bulletin", "web:home"):
        answer = signed_in(member).get(reverse(name))
        assert answer.status_code in (200, 302, 404)
        assert MARKER not in answer.content.decode()


# ── reading ──
def test_every_reading_is_seen_by_the_person_concerned(story: Story) -> None:
    tell_everything(story)
    for minutes, member in enumerate(("assessor", "worker", "crew_leader")):
        read_matter(by=story.cast.actor(member), at=story.at + dt.timedelta(minutes=minutes), issue=story.issue)
    assert story.issue in Issue.objects.visible_to(story.cast.actor("worker"))
    assert [reading.name for reading in readings_of(story.issue)] == ["牛铁柱", "当事人", "安平"]


def test_the_log_does_not_say_whom_it_is_about_when_he_reads_it_himself(story: Story) -> None:
    tell_everything(story)
    read_matter(by=story.cast.actor("worker"), at=story.at, issue=story.issue)
    last = AuditEvent.objects.order_by("pk").last()
    assert (last.action, last.actor, last.actor_name, last.source) == ("issues.matter.read", "concerned", "当事人", "")


def test_the_system_reads_none_of_it(story: Story) -> None:
    tell_everything(story)
    with pytest.raises(PermissionDenied):
        read_matter(by=story.cast.system(), at=story.at, issue=story.issue)


def test_it_is_never_merged_with_another(story: Story) -> None:
    _, dispute = tell_everything(story)
    other = Story(story.cast, story.at)
    other.begins("section_head", "dispute", text=said("诉求"))
    with pytest.raises(Refused, match="同一类"):
        merge(by=story.cast.actor("party_officer"), at=story.at, issue=other.issue, into=dispute.issue)


# ── the end of keeping ──
def closed(story: Story) -> Issue:
    tell_everything(story)
    story.follows(("section_head", "propose_lift"), ("assessor", "lift"))
    story.follows(("section_head", "propose_restored"), ("assessor", "restore"))
    return story.issue


def test_when_its_time_is_over_the_key_is_gone_and_the_count_stays(story: Story) -> None:
    before = closed(story)
    assert forget_expired(at=story.at + YEAR - dt.timedelta(days=2)) == 0
    assert forget_expired(at=story.at + YEAR) == 1
    assert forget_expired(at=story.at + YEAR) == 0
    after = story.issue
    for sealed in (before.text, after.steps.first().note or before.text):
        with pytest.raises(vault.KeyGone):
            vault.open_text(before.pk, sealed, where="text")
    assert not list((Path(settings.DATA_DIR) / "keys" / "matters").glob(f"*/{before.pk}.key"))
    assert (after.text, after.facts, after.found_by, after.fingerprint) == ("", {}, None, "")
    assert (after.kind, after.grade, after.state, after.unit) == ("care", "watch", "restored", before.unit)
    assert not after.involved.exists()
    assert not after.notices.exists()
    assert {(step.by_id, step.by_name, step.note, str(step.facts)) for step in after.steps.all()} == {
        (None, "", "", "{}")
    }
    assert Issue.objects.filter(kind="care").count() == 1
    assert AuditEvent.objects.filter(action="issues.matter.erased").count() == 1


def test_what_is_open_is_kept(story: Story) -> None:
    tell_everything(story)
    assert forget_expired(at=story.at + 20 * YEAR) == 0


def test_what_was_said_openly_by_people_goes_too_and_is_not_opened_again(story: Story) -> None:
    story.begins("worker", "suggestion", text=said("建议"))
    story.goes_on("party_officer", "decline", note=said("理由"))
    assert MARKER.encode() in everything_in_the_database()
    assert forget_expired(at=story.at + 3 * YEAR) == 1
    assert Issue.objects.filter(kind="suggestion").count() == 1
    kept = [str(vars(row)) for row in (story.issue, *story.issue.steps.all(), *AuditEvent.objects.all())]
    assert not [text for text in kept if MARKER in text]
    with pytest.raises(Refused, match="已到期清除"):
        story.goes_on("party_officer", "reopen")


def test_hazards_are_kept(story: Story) -> None:
    story.begins("worker", "hazard", grade="D")
    story.follows(("section_head", "fix_on_spot"), ("assessor", "pass"))
    assert forget_expired(at=story.at + 20 * YEAR) == 0
    assert story.issue.text
