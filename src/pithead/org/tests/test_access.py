"""Who may do what, and how far."""

import pytest
from django.core.exceptions import PermissionDenied

from pithead.org.access import Capability
from pithead.org.models import Person, Unit
from pithead.org.testing import MEMBERS, Cast


def names(rows: object) -> set[str]:
    return {row.name for row in rows}  # type: ignore[attr-defined]


def test_a_worker_sees_only_himself_among_people(cast: Cast) -> None:
    assert names(Person.objects.visible_to(cast.actor("worker"))) == {"马小军"}


def test_a_crew_leader_sees_the_crew(cast: Cast) -> None:
    assert names(Person.objects.visible_to(cast.actor("crew_leader"))) == {"马小军", "牛铁柱"}


def test_a_branch_secretary_sees_the_people_of_the_section_the_branch_serves(cast: Cast) -> None:
    seen = names(Person.objects.visible_to(cast.actor("branch_secretary")))
    assert {"马小军", "牛铁柱", "高山", "程书文"} <= seen
    assert "安平" not in seen


def test_a_liaison_officer_sees_the_assigned_section(cast: Cast) -> None:
    seen = names(Person.objects.visible_to(cast.actor("liaison_officer")))
    assert "高山" in seen
    assert "安平" not in seen


def test_who_belongs_to_no_unit_is_seen_by_those_who_see_the_whole_mine(cast: Cast) -> None:
    assert "石领" in names(Person.objects.visible_to(cast.actor("hr_officer")))
    assert "石领" not in names(Person.objects.visible_to(cast.actor("section_head")))


def test_nobody_sees_the_mine_next_door(cast: Cast) -> None:
    for member in ("worker", "mine_leader", "hr_officer"):
        assert not Unit.objects.visible_to(cast.actor(member)).filter(pk=cast.other_mine.pk).exists()
    assert names(Person.objects.visible_to(cast.actor("stranger"))) == {"白云飞"}


def test_a_post_counts_only_while_it_is_held(cast: Cast) -> None:
    post = cast.people["section_head"].posts.get()
    post.until = post.since
    post.save()
    assert names(Person.objects.visible_to(cast.actor("section_head"))) == {"高山"}


def test_require_names_the_person_and_the_right(cast: Cast) -> None:
    with pytest.raises(PermissionDenied, match="马小军没有“导入花名册”的权限"):
        cast.actor("worker").require(Capability.ROSTER_IMPORT)


def test_the_system_may_do_everything_in_its_mine_and_nothing_next_door(cast: Cast) -> None:
    system = cast.system()
    for capability in Capability:
        assert system.can(capability, cast.mine)
        assert system.can(capability, cast.units["ZC1-1"])
        assert not system.can(capability, cast.other_mine)
        assert not system.can(capability, cast.mine.parent)
    assert names(Person.objects.visible_to(system)) == {name for name, _, _ in MEMBERS.values()}
