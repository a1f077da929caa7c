"""Taking a pack over."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast
from pithead.practices import actions
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.models import Adoption, Practice, PracticeVersion, Quota, VersionRole, WorkMethod
from pithead.practices.queries import library
from pithead.practices.testing import WALK, asking

JULY, AUGUST = dt.date(2026, 7, 1), dt.date(2026, 8, 1)


def load(cast: Cast, at: dt.datetime, spec: MethodSpec = WALK, since: dt.date = JULY) -> WorkMethod:
    return actions.load_pack(by=cast.actor("party_officer"), at=at, mine=cast.mine, spec=spec, since=since)


def changed(**how: object) -> MethodSpec:
    return asking("walkabout", **how)


def test_a_pack_becomes_a_method_its_practices_and_their_first_versions(cast: Cast, at: dt.datetime) -> None:
    method = load(cast, at)
    version = PracticeVersion.objects.get(practice__method=method, practice__code="walkabout")
    assert (version.number, version.since, version.until) == (1, JULY, None)
    assert PracticeSpec.from_plain(version.content) == WALK.practices[0]
    assert list(version.quotas.order_by("position").values_list("every", "count", "only")) == [
        ("month", 8, ""),
        ("month", 4, "underground"),
    ]
    assert list(version.roles.values_list("role", "part")) == [("branch_secretary", "performs")]


def test_the_same_pack_again_changes_nothing(cast: Cast, at: dt.datetime) -> None:
    load(cast, at)
    before = [
        model.objects.count() for model in (WorkMethod, Practice, PracticeVersion, Quota, VersionRole, AuditEvent)
    ]
    load(cast, at, since=AUGUST)
    after = [model.objects.count() for model in (WorkMethod, Practice, PracticeVersion, Quota, VersionRole, AuditEvent)]
    assert before == after


def test_what_the_mine_has_changed_stays_when_the_pack_comes_again(cast: Cast, at: dt.datetime) -> None:
    method = load(cast, at)
    practice, own = Practice.objects.get(code="walkabout"), asking("walkabout", purpose="矿上的说法").practices[0]
    actions.set_version(by=cast.actor("party_officer"), at=at, practice=practice, spec=own, since=AUGUST)
    load(cast, at, since=dt.date(2026, 9, 1))
    load(cast, at, replace(WALK, practices=WALK.practices[::-1]), dt.date(2026, 9, 1))
    assert list(practice.versions.order_by("number").values_list("since", flat=True)) == [JULY, AUGUST]
    assert list(method.practices.order_by("position").values_list("code", flat=True))[-1] == "walkabout"


def test_what_is_fetched_and_loaded_again_changes_nothing(cast: Cast, at: dt.datetime) -> None:
    method = load(cast, at)
    practice, own = Practice.objects.get(code="walkabout"), asking("walkabout", purpose="矿上的说法").practices[0]
    actions.set_version(by=cast.actor("party_officer"), at=at, practice=practice, spec=own, since=AUGUST)
    load(cast, at, library.spec_of_method(method, AUGUST), dt.date(2026, 9, 1))
    assert practice.versions.count() == 2


def test_what_a_pack_asks_anew_is_a_new_version_from_the_day_given(cast: Cast, at: dt.datetime) -> None:
    load(cast, at)
    load(cast, at, changed(purpose="另一个说法", title="走动"), AUGUST)
    first, second = PracticeVersion.objects.filter(practice__code="walkabout").order_by("number")
    assert (first.until, second.since, second.until) == (dt.date(2026, 7, 31), AUGUST, None)
    assert second.content["purpose"] == "另一个说法"
    assert Practice.objects.get(code="walkabout").title == "走动"


def test_a_method_is_called_what_its_pack_calls_it(cast: Cast, at: dt.datetime) -> None:
    load(cast, at)
    assert load(cast, at, replace(WALK, title="走动工作法（二）")).title == "走动工作法（二）"
    assert WorkMethod.objects.get().title == "走动工作法（二）"
    assert PracticeVersion.objects.count() == 2


def test_a_practice_that_sleeps_is_there_but_has_no_version(cast: Cast, at: dt.datetime) -> None:
    load(cast, at, changed(dormant=True))
    practice = Practice.objects.get(code="walkabout")
    assert not practice.versions.exists()
    assert PracticeSpec.from_plain(practice.loaded).dormant


@pytest.mark.parametrize("on", [True, False])
def test_a_method_is_taken_over_by_the_whole_mine_if_the_pack_says_so(cast: Cast, at: dt.datetime, on: bool) -> None:
    load(cast, at, replace(WALK, on=on))
    assert list(Adoption.objects.values_list("unit__code", "since")) == ([("QSY", JULY)] if on else [])
    load(cast, at, replace(changed(purpose="另一个说法"), on=on), AUGUST)
    assert Adoption.objects.count() == on


def test_a_code_belongs_to_one_method(cast: Cast, at: dt.datetime) -> None:
    load(cast, at)
    with pytest.raises(Refused, match="walkabout 已经属于“走动工作法”"):
        load(cast, at, replace(WALK, code="other"))
    assert WorkMethod.objects.count() == 1


@pytest.mark.parametrize("member", ["section_head", "mine_leader", "worker", "stranger"])
def test_only_the_party_office_loads_packs(cast: Cast, at: dt.datetime, member: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.load_pack(by=cast.actor(member), at=at, mine=cast.mine, spec=WALK, since=JULY)


def test_no_pack_wakes_what_needs_an_order(cast: Cast, at: dt.datetime) -> None:
    load(cast, at)
    sleeper, end = Practice.objects.get(code="zero_report"), dt.date(2026, 7, 20)
    on: Any = {"by": cast.actor("party_officer"), "at": at, "practice": sleeper}
    actions.switch_on(**on, since=at.date(), until=end, order_no="1 号")
    load(cast, at, asking("zero_report", purpose="改一个字"), dt.date(2026, 7, 10))
    version = sleeper.versions.get(number=2)
    assert (version.until, version.order_no, version.content["purpose"]) == (end, "1 号", "改一个字")
    load(cast, at, asking("zero_report", purpose="再改一个字"), AUGUST)
    assert not sleeper.versions.filter(since__gte=AUGUST).exists()
