"""Two at the same moment: whoever comes second finds what the first has done. SQLite has one writer at a time: there one
follows the other."""

import datetime as dt

import pytest

from pithead.kernel.db.testing import race
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast, make_cast
from pithead.practices import actions
from pithead.practices.models import Adoption, Practice, PracticeVersion, WorkMethod
from pithead.practices.testing import WALK, asking

SINCE, AUGUST = dt.date(2026, 7, 1), dt.date(2026, 8, 1)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return make_cast()


def test_a_section_and_its_crew_do_not_both_take_a_method_over(people: Cast, at: dt.datetime) -> None:
    method = actions.load_pack(by=people.system(), at=at, mine=people.mine, spec=WALK, since=SINCE)
    units = [people.units["ZC1"], people.units["ZC1-1"], people.mine]
    found = race(
        *(lambda u=unit: actions.adopt(by=people.system(), at=at, method=method, unit=u, since=SINCE) for unit in units)  # type: ignore[misc]
    )
    assert sum(isinstance(one, Adoption) for one in found) == 1
    assert sum(isinstance(one, Refused) for one in found) == 2


def test_a_pack_loaded_twice_at_once_is_loaded_once(people: Cast, at: dt.datetime) -> None:
    def load() -> object:
        return actions.load_pack(by=people.system(), at=at, mine=people.mine, spec=WALK, since=SINCE)

    one, two = race(load, load)
    assert one == two
    assert (WorkMethod.objects.count(), Practice.objects.count(), PracticeVersion.objects.count()) == (1, 3, 2)


def test_two_changes_of_one_practice_follow_each_other(people: Cast, at: dt.datetime) -> None:
    method = actions.load_pack(by=people.system(), at=at, mine=people.mine, spec=WALK, since=SINCE)
    practice = method.practices.get(code="walkabout")

    def change(words: str) -> object:
        spec = asking("walkabout", purpose=words).practices[0]
        return actions.set_version(by=people.system(), at=at, practice=practice, spec=spec, since=AUGUST)

    race(lambda: change("一种说法"), lambda: change("另一种说法"))
    assert list(practice.versions.order_by("number").values_list("number", "since")) == [(1, SINCE), (2, AUGUST)]
