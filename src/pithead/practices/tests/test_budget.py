"""What the shipped practices ask for, by the meter's model: an uneventful shift of a crew leader, and the week of every role."""

import pytest

from pithead.kernel import packs
from pithead.practices.actions import shipped_pack
from pithead.practices.content import PracticeSpec
from pithead.practices.metering import weekly
from pithead.practices.pack_rules import filling
from pithead.practices.queries.burden import shift_load


def shipped() -> dict[str, PracticeSpec]:
    """All that may be in use at once: as if every method were taken over by everybody, and without what waits for an order."""
    practices = (one for code in packs.codes("practices") for one in shipped_pack(code).practices)
    return {one.code: one for one in practices if not one.dormant}


def test_an_uneventful_shift_is_two_minutes_of_a_crew_leader() -> None:
    load = shift_load(shipped().values())
    assert load.lines  # somebody has something to do every shift
    assert load.inputs <= 8
    assert load.seconds <= 120
    assert [line.title for line in load.lines if line.seconds > 60] == []
    assert not load.over


def test_a_campaign_does_not_break_the_shift() -> None:
    """Screening and the zero report are switched on by order, on top of all the rest."""
    practices = [one for code in packs.codes("practices") for one in shipped_pack(code).practices]
    assert {one.code for one in practices if one.dormant} == {"health_screening", "stability_report"}
    assert not shift_load(practices).over


@pytest.mark.parametrize("role", sorted(filling()["caps"]))
def test_the_week_of_every_role_stays_below_its_cap(role: str) -> None:
    asked = weekly(shipped().values())
    assert role not in asked or asked[role].minutes <= filling()["caps"][role]


def test_everybody_who_is_asked_has_a_cap() -> None:
    assert set(weekly(shipped().values())) <= set(filling()["caps"])


def test_what_ships_is_read_without_a_fault_and_says_where_it_comes_from() -> None:
    for code in packs.codes("practices"):
        spec = shipped_pack(code)
        assert spec.code == code
        assert spec.source
        for one in spec.practices:
            assert one.source, one.code
            assert one.purpose, one.code


def test_a_new_mine_loads_every_pack_once() -> None:
    assert sorted(packs.load("mines", "default")["practices"]) == packs.codes("practices")
