"""How far a record reaches, and its correction: no further than whoever makes it; and what is corrected counts."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.models import Issue
from pithead.kernel.refusal import Refused
from pithead.org.models import Membership, Person
from pithead.org.testing import OPENED, Cast
from pithead.practices import actions
from pithead.practices.actions import RecordDraft, correct, record, withdraw
from pithead.practices.content import PracticeSpec
from pithead.practices.models import Adoption, Confidentiality, Practice, Record, RecordPerson
from pithead.practices.tests.worlds import a_zone, take_over

CHECK = {"key": "roof", "label": "顶帮", "kind": "check"}
LOOK: dict[str, Any] = {"code": "look", "title": "看一看", "performers": ["crew_leader"], "form": [CHECK]}
PATROL: dict[str, Any] = {
    "code": "patrol",
    "title": "巡逻",
    "performers": ["crew_leader"],
    "quotas": [{"every": "week", "per": "zone"}],
    "form": [{"key": "where", "label": "去了哪里", "kind": "place", "about": True}, CHECK],
}
TALK: dict[str, Any] = {
    "code": "talk",
    "title": "谈心谈话",
    "performers": ["section_head"],
    "confidentiality": "restricted",
    "readers": ["branch_secretary"],
    "text_months": 12,
    "raises": "care",
    "form": [{"key": "who", "label": "和谁谈", "kind": "person", "subject": True}, CHECK],
}
FORUM: dict[str, Any] = {
    "code": "forum",
    "title": "座谈",
    "performers": ["section_head"],
    "form": [{"key": "who", "label": "和谁谈", "kind": "people", "subject": True}],
}
GOOD = {"roof": {"ok": True}}
DAY = dt.timedelta(days=1)


@pytest.fixture
def customs(cast: Cast) -> None:
    take_over(cast, LOOK, PATROL, TALK, FORUM)


@pytest.fixture
def stranger(cast: Cast) -> Person:
    """Of another section."""
    unit = cast.units["M1-1"]
    person = Person.objects.create(mine=cast.mine, staff_no="30001", name="别队人", unit=unit)
    Membership.objects.create(mine=cast.mine, person=person, unit=unit, since=OPENED)
    return person


def draft_of(code: str, answers: Any = GOOD, **more: Any) -> RecordDraft:
    return RecordDraft(Practice.objects.get(code=code), answers, **more)


def write(cast: Cast, at: dt.datetime, draft: RecordDraft, who: str = "crew_leader") -> Record:
    return record(by=cast.actor(who), at=at, mine=cast.mine, draft=draft)


def mend(cast: Cast, at: dt.datetime, old: Record, draft: RecordDraft, who: str = "crew_leader") -> Record:
    return correct(by=cast.actor(who), at=at, record=old, draft=draft, reason="写错了")


def test_a_correction_reaches_no_further_than_a_record(
    cast: Cast, at: dt.datetime, customs: None, stranger: Person
) -> None:
    old = write(cast, at, draft_of("look"))
    with pytest.raises(PermissionDenied):
        mend(cast, at, old, draft_of("look", unit=cast.units["M1-1"]))
    talk = write(cast, at, draft_of("talk", {"who": cast.people["worker"]}), "section_head")
    bad = {"who": stranger, "roof": {"ok": False, "text": "家里困难"}}
    with pytest.raises(PermissionDenied):
        mend(cast, at, talk, draft_of("talk", bad), "section_head")
    assert not Issue.objects.exists()
    assert mend(cast, at, talk, draft_of("talk", {"who": cast.people["crew_leader"]}), "section_head").is_current


def test_who_has_moved_since_may_still_be_written_about_anew(cast: Cast, at: dt.datetime, customs: None) -> None:
    worker = cast.people["worker"]
    talk = write(cast, at, draft_of("talk", {"who": worker}), "section_head")
    worker.unit = cast.units["M1-1"]
    worker.save()
    new = mend(cast, at, talk, draft_of("talk", {"who": worker, **GOOD}), "section_head")
    assert RecordPerson.objects.get(record=new).person == worker


def test_another_place_in_a_correction_is_where_it_was(cast: Cast, at: dt.datetime, customs: None) -> None:
    near, other, far = a_zone(cast, "Z1"), a_zone(cast, "Z2"), a_zone(cast, "Z3", "M1")
    old = write(cast, at, draft_of("patrol", {"where": near}))
    new = mend(cast, at, old, draft_of("patrol", {"where": other, **GOOD}))
    assert (new.place, new.answers["where"]["code"]) == (other, "Z2")
    with pytest.raises(PermissionDenied):
        mend(cast, at, new, draft_of("patrol", {"where": far}))


def test_nobody_walks_a_zone_of_others_in_the_name_of_his_own_unit(cast: Cast, at: dt.datetime, customs: None) -> None:
    far = a_zone(cast, "Z3", "M1")
    with pytest.raises(PermissionDenied):
        write(cast, at, draft_of("patrol", GOOD, unit=cast.units["ZC1-1"], place=far))


def test_all_of_several_people_are_within_reach(cast: Cast, at: dt.datetime, customs: None, stranger: Person) -> None:
    both = [cast.people["worker"], stranger]
    with pytest.raises(PermissionDenied):
        write(cast, at, draft_of("forum", {"who": both}), "section_head")
    assert write(cast, at, draft_of("forum", {"who": both[:1]}), "section_head").is_current


def test_nothing_happens_in_a_unit_that_is_closed(cast: Cast, at: dt.datetime, customs: None) -> None:
    unit = cast.units["ZC1-1"]
    unit.closed_on = at.date() - DAY
    unit.save()
    with pytest.raises(Refused, match="撤销"):
        write(cast, at, draft_of("look", unit=unit))
    assert write(cast, at, draft_of("look", unit=unit, happened_at=at - 2 * DAY)).unit == unit


def test_what_is_old_may_be_corrected_again_but_not_moved(cast: Cast, at: dt.datetime, customs: None) -> None:
    long_ago = at - 150 * DAY
    old = write(cast, long_ago, draft_of("look"))
    once = mend(cast, long_ago + 80 * DAY, old, draft_of("look"))
    twice = mend(cast, at, once, draft_of("look"))
    assert twice.happened_on == old.happened_on
    with pytest.raises(Refused, match="62 天"):
        mend(cast, at, twice, draft_of("look", happened_at=long_ago + 30 * DAY))


def test_what_was_left_since_may_be_withdrawn(cast: Cast, at: dt.datetime, customs: None) -> None:
    old = write(cast, at, draft_of("look"))
    adoption = Adoption.objects.get()
    actions.leave(by=cast.actor("party_officer"), at=at, adoption=adoption, on=at.date() - DAY)
    assert withdraw(by=cast.actor("crew_leader"), at=at, record=old, reason="没有这回事").withdrawn


def test_a_correction_keeps_to_the_version_of_its_day(cast: Cast, at: dt.datetime, customs: None) -> None:
    talk = write(cast, at - DAY, draft_of("talk", {"who": cast.people["worker"]}), "section_head")
    said = {name: value for name, value in TALK.items() if name not in ("confidentiality", "readers", "text_months")}
    given: Any = {"by": cast.actor("party_officer"), "at": at, "practice": talk.practice}
    actions.set_version(**given, spec=PracticeSpec.from_plain(said), since=at.date() - 2 * DAY)
    new = mend(cast, at, talk, draft_of("talk", {"who": cast.people["worker"], **GOOD}), "section_head")
    assert (new.version.confidentiality, new.answers) == (Confidentiality.RESTRICTED, {})
