"""Two at the same moment: a record is written once, corrected once, signed once. SQLite has one writer: there one follows the other."""

import datetime as dt
from uuid import uuid4

import pytest

from pithead.issues.models import Issue
from pithead.kernel.db.testing import race
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast, make_cast
from pithead.practices.actions import RecordDraft, correct, record, sign, withdraw
from pithead.practices.models import Practice, Record
from pithead.practices.tests.worlds import take_over

BAD = {"roof": {"ok": False, "text": "掉渣"}}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cast = make_cast()
    form = [{"key": "roof", "label": "顶帮", "kind": "check"}, {"key": "mate", "label": "见证人", "kind": "signer"}]
    look = {"code": "look", "title": "当班一看", "performers": ["crew_leader"], "raises": "hazard", "form": form}
    take_over(cast, look)
    return cast


def write(cast: Cast, at: dt.datetime, draft: RecordDraft) -> Record:
    return record(by=cast.actor("crew_leader"), at=at, mine=cast.mine, draft=draft)


def test_sent_over_two_connections_it_is_written_once(cast: Cast, at: dt.datetime) -> None:
    draft = RecordDraft(Practice.objects.get(code="look"), BAD, id=uuid4())
    first, second = race(lambda: write(cast, at, draft), lambda: write(cast, at, draft))
    assert first == second == Record.objects.get()
    assert Issue.objects.count() == 1
    assert AuditEvent.objects.filter(action="practices.record.made").count() == 1


def test_one_of_two_corrections_is_the_first(cast: Cast, at: dt.datetime) -> None:
    look, by = Practice.objects.get(code="look"), cast.actor("crew_leader")
    old = write(cast, at, RecordDraft(look))

    def mend() -> Record:
        return correct(
            by=by, at=at, record=Record.objects.get(pk=old.pk), draft=RecordDraft(look, BAD), reason="漏写了"
        )

    def take_back() -> Record:
        return withdraw(by=by, at=at, record=Record.objects.get(pk=old.pk), reason="没有这回事")

    came = race(mend, take_back)
    assert sum(isinstance(one, Record) for one in came) == 1
    assert sum(isinstance(one, Refused) for one in came) == 1
    assert Record.objects.filter(is_current=True).count() == 1


def test_two_taps_are_one_signature(cast: Cast, at: dt.datetime) -> None:
    made = write(cast, at, RecordDraft(Practice.objects.get(code="look"), {"mate": cast.people["worker"]}))
    by = cast.actor("worker")
    race(*(lambda moment=moment: sign(by=by, at=moment, record=made, field="mate") for moment in (at, at)))
    assert made.people.get().signed_at == at
    assert AuditEvent.objects.filter(action="practices.record.signed").count() == 1
