"""Without the key of marks nobody is found, and nobody is taken for somebody who may go underground."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.queries import not_underground
from pithead.issues.testing import Story
from pithead.kernel import vault


@pytest.fixture
def key(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "keys" / "marks.key"


def lose(key: Path) -> None:
    key.unlink()
    vault._marks_key.cache_clear()  # as after a restart


def test_who_is_barred_is_not_let_down_because_a_key_is_lost(
    key: Path, story: Story, signed_in: Callable[[str], Client]
) -> None:
    story.begins("section_head", "care", grade="stop")
    day = timezone.localdate(story.at)
    assert list(not_underground(story.cast.mine, day)) == [story.cast.people["worker"]]
    kept = key.read_bytes()
    lose(key)
    for asked in (lambda: not_underground(story.cast.mine, day), lambda: story.begins("section_head", "care")):
        with pytest.raises(vault.MarksGone, match="从备份恢复 keys 文件夹"):
            asked()
    with pytest.raises(vault.MarksGone):
        signed_in("worker").get("/issues/own/")
    assert not key.exists()
    key.write_bytes(kept)
    assert list(not_underground(story.cast.mine, day)) == [story.cast.people["worker"]]


def test_where_nobody_is_marked_yet_there_is_nothing_to_lose(key: Path, story: Story) -> None:
    story.begins("worker", "hazard")
    lose(key)
    assert Issue.objects.visible_to(story.cast.actor("worker")).count() == 1
    assert key.exists()
