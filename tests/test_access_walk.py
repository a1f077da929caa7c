"""Every address of the site as every member of the cast: open to those whom the table of roles lets in, absent for the others.

What is expected comes from the capability a page declares and from `ROLES`, not from the code that decides at run time.
"""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from pithead.org.access import ROLES, Reach, RoleCode
from pithead.org.testing import MEMBERS, STRANGER
from pithead.web.exempt import is_open_to_all
from tests.sample import Sample
from tests.site import Address, addresses

SITE = addresses()
WALKED = [address for address in SITE if not is_open_to_all(address.view)]
# Both hold the right to score, for their own office only; the sample sheet is the safety office's.
OWN_OFFICE = {"assessor"}


def reach(member: str, address: Address) -> Reach | None:
    """How far the table lets this member go with what the page asks for; None: not at all."""
    if address.capability is None:
        return Reach.MINE
    role = RoleCode.MINE_LEADER if member == STRANGER else MEMBERS[member][2]
    grants = [ROLES[code].grants for code in (RoleCode.WORKER, role) if code]
    return next((grant[address.capability] for grant in reversed(grants) if address.capability in grant), None)


def may_open(member: str, address: Address) -> bool:
    found = reach(member, address)
    if found is None:
        return False
    if address.arguments and member == STRANGER:
        return False  # the address names something of the other mine
    return not ("office" in address.arguments and found is Reach.OFFICE and member not in OWN_OFFICE)


def visit(client: Client, path: str) -> HttpResponse:
    """The page, or for an address that only takes a POST the answer to an empty one; nothing it does stays done."""
    with transaction.atomic():
        response = client.get(path)
        if response.status_code == 405:
            response = client.post(path)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("member", [*MEMBERS, STRANGER])
def test_a_member_opens_what_the_table_of_roles_allows_and_nothing_else(member: str, sample: Sample) -> None:
    account, wrong = sample.cast.account(member), []
    for address in WALKED:
        client = Client()
        client.force_login(account)
        path = address.path(sample)
        response = visit(client, path)
        opened = response.status_code in (200, 302, 400) and not response.headers.get("Location", "").startswith(
            "/sign-in/"
        )
        if address.name == "web:sign_out":
            opened = response.headers.get("Location") == "/sign-in/"
        if opened != may_open(member, address) or (not opened and response.status_code != 404):
            wrong.append(f"{path} ({address.name}): {response.status_code}, expected {may_open(member, address)}")
        response.close()
    assert not wrong, "\n".join(wrong)


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(sample: Sample) -> None:
    for address in WALKED:
        path = address.path(sample)
        for response in (Client().get(path), Client().post(path)):
            assert response.status_code == 302, address.name
            assert response["Location"].startswith("/sign-in/"), address.name


def test_few_addresses_are_open_to_all() -> None:
    assert {address.name for address in SITE if is_open_to_all(address.view)} == {
        "web:sign_in",
        "web:activate",
        "web:health",
    }


def test_every_page_declares_what_it_asks_for() -> None:
    silent = [address.name for address in WALKED if not hasattr(address.view, "capability")]
    assert not silent
