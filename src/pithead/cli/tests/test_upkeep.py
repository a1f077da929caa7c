"""What is due by the clock, and keys, from the command line."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from pithead.cli import jobs as beside
from pithead.cli.main import run
from pithead.issues.actions import read_matter
from pithead.issues.testing import Story, grow_cast
from pithead.kernel import jobs
from pithead.kernel.models import AuditEvent, Schedule
from pithead.org.testing import Cast


@pytest.fixture
def story(cast: Cast, at: dt.datetime) -> Story:
    return Story(grow_cast(cast), at)


def test_what_is_due_is_done_and_said(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.begins("worker", "hazard")
    assert run(["jobs", "run"]) == 0
    assert "超期升级：升级 5 次" in capsys.readouterr().out
    assert story.told_to("climb")


def test_by_hand_it_is_done_at_once_and_not_at_its_next_turn(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["jobs", "run"]) == 0
    story.begins("worker", "hazard")
    assert run(["jobs", "run"]) == 0
    said = capsys.readouterr().out
    assert "升级 0 次" in said
    assert "升级 5 次" in said, "what came in since, late as it was"
    Schedule.objects.update(started_at=timezone.now(), ended_at=None)
    assert run(["jobs", "run"]) == 0
    assert capsys.readouterr().out == "正在自动办，不用再办\n"


def test_help_says_how_often_it_climbs_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    every = next(job.every for job in jobs.registered() if job.name == "issues.climb")
    with pytest.raises(SystemExit):
        run(["jobs", "--help"])
    said = "".join(capsys.readouterr().out.split())
    assert f"每{every // dt.timedelta(minutes=1)}分钟一次" in said


def test_a_job_that_failed_is_seen_in_the_exit_status(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(at: dt.datetime) -> str:
        raise ValueError("不该说出来的话")

    monkeypatch.setattr(jobs, "_jobs", {})
    jobs.register(jobs.Job("test.fails", "会失败", dt.timedelta(hours=1), fail))
    assert run(["jobs", "run"]) == 1
    printed = capsys.readouterr()
    assert "会失败：没有办成，ValueError" in printed.out
    assert "不该说出来的话" not in printed.out


def test_keys_are_rotated_and_everything_is_still_read(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.begins("section_head", "care", text="家里有事")
    keys = Path(settings.DATA_DIR) / "keys"
    before = sorted(path.name for path in keys.glob("matters-*.key"))
    assert run(["keys", "rotate"]) == 0
    assert "已换主密钥" in capsys.readouterr().out
    assert sorted(path.name for path in keys.glob("matters-*.key")) != before
    read = read_matter(by=story.cast.actor("section_head"), at=story.at, issue=story.issue)
    assert read.text == "家里有事"
    assert AuditEvent.objects.filter(action="issues.keys.rotated").count() == 2, "one in the log of each mine"


# ── beside the server ──
@pytest.mark.django_db(transaction=True)  # a turn ends with its connection
def test_a_turn_beside_the_server_climbs(story: Story) -> None:
    story.begins("worker", "hazard")
    beside.turn()
    assert story.told_to("climb")


def test_a_database_that_is_away_ends_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(at: dt.datetime) -> None:
        raise OSError("away")

    monkeypatch.setattr(jobs, "run_due", away)
    beside.turn()
    assert "could not be run" in caplog.text


def test_it_ends_when_the_server_is_gone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    turns: list[int] = []
    monkeypatch.setattr(beside, "turn", lambda: turns.append(1))
    beside.keep_running(os.getppid() + 1)
    assert turns == [1]
    assert not Schedule.objects.exists()
