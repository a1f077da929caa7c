"""Handing out accounts on the desk."""

import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from pithead.kernel.models import AuditEvent
from pithead.org import actions
from pithead.org.models import Person, User
from pithead.org.testing import Cast

Signed = Callable[[str], Client]


def test_the_list_shows_everybody_of_the_unit_and_below_with_the_state_of_the_account(
    cast: Cast, signed_in: Signed
) -> None:
    client = signed_in("hr_officer")
    actions.issue_codes(by=cast.actor("hr_officer"), at=timezone.now(), people=[cast.people["worker"]])
    page = client.get(f"/accounts/?unit={cast.units['ZC1'].pk}").content.decode()
    assert re.findall(r"class=\"lead nowrap\">([^<]+)", page) == ["马小军", "牛铁柱", "高山", "祝小雨"]
    assert page.count("综采一队 一班") == 2
    assert page.count("没有发过启用码") == 3
    assert page.count("日前有效") == 1
    assert "4 人，4 人还没有启用" in page


def test_the_mine_itself_shows_also_those_without_a_unit(signed_in: Signed) -> None:
    assert "石领" in signed_in("administrator").get("/accounts/").content.decode()


def test_every_state_of_an_account_has_its_words(cast: Cast, signed_in: Signed) -> None:
    client, now = signed_in("hr_officer"), timezone.now()
    states = {
        "worker": {"password": "x", "password_set_at": now},
        "crew_leader": {"password": "x", "locked_until": now + timezone.timedelta(minutes=9)},
        "section_head": {"is_active": False},
        "section_clerk": {"password": "!", "code_hash": "x", "code_expires_at": now - timezone.timedelta(days=1)},
    }
    for member, values in states.items():
        User.objects.filter(pk=cast.account(member).pk).update(**values)
    page = client.get(f"/accounts/?unit={cast.units['ZC1'].pk}").content.decode()
    for words in ("已启用", "锁定到", "已停用", "启用码已过期"):
        assert words in page


def test_codes_for_those_chosen_come_as_slips_and_open_their_accounts(cast: Cast, signed_in: Signed) -> None:
    chosen = [cast.people["worker"], cast.people["crew_leader"]]
    data = {"unit": cast.units["ZC1"].pk, "which": "chosen", "person": [person.pk for person in chosen]}
    response = signed_in("hr_officer").post("/accounts/codes/", data)
    page = response.content.decode()
    codes = re.findall(r"class=\"code\">([A-Z0-9]{5} [A-Z0-9]{5})<", page)
    assert len(codes) == 2
    assert "no-store" in response["Cache-Control"]
    visitor = actions.Visitor(mine="QSY", staff_no="10001")
    actions.activate(by=visitor, at=timezone.now(), code=codes[0], password="moon-over-shaft-7")


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (["*"], "打开本系统网址，后面加 /activate/ ，填工号"),
        (["*", "mine.example"], "打开本系统网址，后面加 /activate/ ，填工号"),
        ([".example"], "打开本系统网址，后面加 /activate/ ，填工号"),
        (["mine.example", "evil.example"], "打开 http://mine.example/activate/ ，填工号"),
    ],
)
def test_a_slip_names_the_address_that_was_set_never_one_that_a_request_claims(
    cast: Cast, signed_in: Signed, hosts: list[str], words: str
) -> None:
    data = {"unit": cast.units["ZC1"].pk, "which": "waiting"}
    client = signed_in("hr_officer")
    with override_settings(ALLOWED_HOSTS=hosts):
        page = client.post("/accounts/codes/", data, headers={"Host": "evil.example"}).content.decode()
    assert words in page
    assert "evil.example" not in page


def test_one_click_serves_all_that_have_no_account_yet(cast: Cast, signed_in: Signed) -> None:
    User.objects.filter(pk=cast.account("worker").pk).update(password="x", password_set_at=timezone.now())
    data = {"unit": cast.units["ZC1"].pk, "which": "waiting"}
    page = signed_in("hr_officer").post("/accounts/codes/", data).content.decode()
    assert "启用码 3 张" in page
    assert "马小军" not in page


def test_choosing_nobody_is_said(cast: Cast, signed_in: Signed) -> None:
    nobody = ["x", "²", "-1", "9" * 18, "9" * 30, "9" * 5000]
    page = signed_in("hr_officer").post("/accounts/codes/", {"person": nobody}).content.decode()
    assert "一个人也没有选中" in page
    assert not AuditEvent.objects.filter(action="account.code_issued").exists()


def test_people_and_units_of_another_mine_are_out_of_reach(cast: Cast, signed_in: Signed) -> None:
    client = signed_in("hr_officer")
    assert client.get(f"/accounts/?unit={cast.other_mine.pk}").status_code == 404
    page = client.post("/accounts/codes/", {"which": "chosen", "person": [cast.people["stranger"].pk]})
    assert "一个人也没有选中" in page.content.decode()


def test_long_lists_go_on_by_staff_number(cast: Cast, signed_in: Signed, django_assert_max_num_queries: object) -> None:
    unit = cast.units["M1"]
    rows = [Person(mine=cast.mine, staff_no=f"3{n:04}", name=f"工{n}", unit=unit) for n in range(150)]
    Person.objects.bulk_create(rows)
    client = signed_in("hr_officer")
    client.get("/accounts/")
    with django_assert_max_num_queries(8):  # session, account, posts, units, people, accounts, two counts  # type: ignore[operator]
        first = client.get(f"/accounts/?unit={unit.pk}").content.decode()
    assert "30099" in first
    assert "30100" not in first
    assert f"unit={unit.pk}&amp;after=30099" in first
    rest = client.get(f"/accounts/?unit={unit.pk}&after=30099").content.decode()
    assert "30149" in rest
    assert "30099" not in re.findall(r"<td>(\d+)</td>", rest)


@pytest.mark.parametrize("member", ["worker", "section_head", "mine_leader", "auditor"])
def test_others_do_not_find_the_page(signed_in: Signed, member: str) -> None:
    assert signed_in(member).get("/accounts/").status_code == 404
    assert signed_in(member).post("/accounts/codes/").status_code == 404
