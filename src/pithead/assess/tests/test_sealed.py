"""What of the assessment is under seal: any change behind the back of the system is found and named."""

import datetime as dt

import pytest

from pithead.assess.actions import add_entries, open_cycle, submit, withdraw
from pithead.assess.models import Cycle, Entry
from pithead.assess.testing import draft, issue_small_standard
from pithead.kernel.periods import Period
from pithead.kernel.sealing import verify
from pithead.org.testing import Cast


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    standard = issue_small_standard(cast, at)
    cycle = open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    drafts = [draft(standard, cast.units[unit], "B1", "1.5") for unit in ("ZC1", "M1", "TF")]
    add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts)
    return cycle


def test_what_an_office_hands_in_is_sealed_until_it_takes_it_back(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    safety = cast.units["SAF"]
    assert verify("QSY").ok
    submit(by=cast.system(), at=at, cycle=cycle, office=safety)
    assert verify("QSY").rows == 1 + 1 + 3
    Entry.objects.filter(unit=cast.units["M1"]).update(points=1)
    [fault] = verify("QSY").faults
    assert "打分记录“小标准 2026年6月 煤一队 B1 扣分（安全科）”" in fault.where
    withdraw(by=cast.system(), at=at, cycle=cycle, office=safety)
    assert verify("QSY").ok
    assert verify("QSY").rows == 1
