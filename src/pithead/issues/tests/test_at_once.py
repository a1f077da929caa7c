"""Two at the same moment: whoever comes second finds what the first has done. SQLite has one writer at a time: there one
follows the other, and it is seen that the row is held before it is read."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.issues.actions import IssueDraft, importing, move, raise_issue
from pithead.issues.actions.importing import import_hazards
from pithead.issues.models import Issue
from pithead.issues.testing import Story, filled, grow_cast, raised
from pithead.issues.tests.ledgers import month, month_row
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.db.testing import ONE_WRITER, race
from pithead.kernel.refusal import Refused
from pithead.org.models import Place
from pithead.org.testing import OPENED, make_cast

CHECKED = {"状态": "已复查", "复查时间": "2026-07-06", "复查人": "石领", "复查结果": "合格"}


@contextmanager
def questions() -> Iterator[Callable[..., int]]:
    """The number of the first one that has all of these words."""
    with CaptureQueriesContext(connection) as asked:
        yield lambda *words: next(
            number for number, one in enumerate(asked.captured_queries) if all(word in one["sql"] for word in words)
        )


@pytest.fixture
def told(at: dt.datetime, transactional_db: None) -> Story:
    return Story(grow_cast(make_cast()), at)


def incident(story: Story) -> Issue:
    story.begins("worker", "incident")
    story.follows(("inspector", "confirm"), ("inspector", "analyse"))
    story.later(minutes=1)
    return story.issue


# ── what is still to be done for it, and its end ──
def test_nothing_is_closed_while_a_measure_is_raised_for_it(told: Story) -> None:
    issue = incident(told)
    close = filled(told.cast, told.at, issue, WORKFLOWS["incident"].find("close"))  # type: ignore[arg-type]
    by = told.cast.actor("assessor")
    came = race(
        lambda: raised(told.cast, "section_head", told.at, "shortfall", origin=issue),
        lambda: move(by=by, at=told.at, issue=issue, verb="close", draft=close),
    )
    assert sum(isinstance(one, Issue) for one in came) == 1
    assert sum(isinstance(one, Refused) for one in came) == 1
    assert not (told.issue.closed_at and Issue.objects.filter(origin=issue, closed_at=None).exists())


def test_nothing_is_raised_for_what_is_closed(story: Story) -> None:
    issue = incident(story)
    story.goes_on("assessor", "close")
    with pytest.raises(Refused, match="已经办结，不能再登记措施"):
        raised(story.cast, "section_head", story.at, "shortfall", origin=issue)  # as his page still shows it


def test_nothing_is_raised_for_what_one_cannot_see(story: Story) -> None:
    issue = incident(story)
    with pytest.raises(PermissionDenied, match="看不到"):
        raised(story.cast, "other_head", story.at, "shortfall", origin=issue, unit=story.cast.units["M1"])
    assert not Issue.objects.filter(origin=issue).exists()


def test_a_measure_sent_again_is_the_one_that_stands(story: Story) -> None:
    issue = incident(story)
    draft = IssueDraft(kind="shortfall", text="绞车闸间隙没有人查", unit=story.cast.units["ZC1"], origin=issue)
    by = story.cast.actor("section_head")
    made = raise_issue(by=by, at=story.at, mine=story.cast.mine, draft=draft)
    Issue.objects.filter(pk=issue.pk).update(state="closed", closed_at=story.at)
    assert raise_issue(by=by, at=story.at, mine=story.cast.mine, draft=draft) == made


# ── the same again ──
@pytest.mark.parametrize("named", [True, False], ids=["a place", "only its name"])
def test_of_two_equal_hazards_one_is_the_second(told: Story, named: bool) -> None:
    place = Place.objects.create(mine=told.cast.mine, code="1312", name="1312 工作面", kind="face", since=OPENED)
    where = {"place": place} if named else {"place_text": "1312 工作面"}
    more = {"category": "haulage", "grade": "D", **where}
    came = race(*[lambda: raised(told.cast, "worker", told.at, "hazard", **more)] * 3)
    assert all(isinstance(one, Issue) for one in came), came
    grades = dict(Issue.objects.values_list("pk", "grade"))
    assert sorted(grades.values()) == ["C", "C", "D"]
    assert Issue.objects.filter(repeats=None).count() == 1


def test_the_place_is_held_before_it_is_asked_what_was_found_there(story: Story) -> None:
    with questions() as first:
        story.begins("worker", "hazard", category="haulage", place_text="1312 工作面")
    assert first("UPDATE", "org_unit") < first("SELECT", "issues_issue", '"place_text" = ')


# ── a ledger, and people who go on meanwhile ──
def imported(story: Story, **cells: object) -> object:
    by = story.cast.actor("inspector")
    return import_hazards(by=by, at=story.at, mine=story.cast.mine, file=month(month_row(**cells)), name="台账.xlsx")


def test_nobody_goes_on_with_what_a_ledger_is_about_to_change(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sends it back at the moment the import has read it as put right."""
    imported(told, 状态="已整改")
    told.told = Issue.objects.get()
    told.later(days=1)
    sent_back = filled(told.cast, told.at, told.issue, WORKFLOWS["hazard"].find("fail"))  # type: ignore[arg-type]
    by, issue, came = told.cast.actor("assessor"), told.issue, list[object]()
    work = lambda: came.extend(race(lambda: move(by=by, at=told.at, issue=issue, verb="fail", draft=sent_back)))  # noqa: E731
    meanwhile = threading.Thread(target=work, daemon=True)
    laying = importing.lay_out

    def lay_out(*what: object) -> object:
        meanwhile.start()
        meanwhile.join(1)
        assert not came, "he waits for the import"
        return laying(*what)  # type: ignore[arg-type]

    if not ONE_WRITER:
        monkeypatch.setattr(importing, "lay_out", lay_out)
    imported(told, **CHECKED)
    if ONE_WRITER:
        work()
    else:
        meanwhile.join(60)
    assert isinstance(came[0], Refused), came
    assert list(told.issue.steps.values_list("seq", "verb"))[-2:] == [(3, "fix"), (4, "pass")]


def test_what_a_ledger_changes_is_held_before_it_is_read(story: Story) -> None:
    imported(story, 状态="已整改")
    with questions() as first:
        imported(story, **CHECKED)
    assert first("UPDATE", "issues_issue", '"seq" = ') < first("SELECT", "issues_issue", '"fingerprint"')
    assert Issue.objects.get().state == "closed"
