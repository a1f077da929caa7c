"""Every address of the site as every member of the cast: open to those whom the table of roles lets in, absent for the others.

What is expected comes from the capability a page declares and from `ROLES`, not from the code that decides at run time. On the
way every page and file is looked through for what was answered in confidence.
"""

import datetime as dt
from copy import deepcopy

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from pithead.org.access import ROLES, Capability, Reach, RoleCode
from pithead.org.testing import MEMBERS, STRANGER, Cast
from pithead.practices.testing import SECRETS, confide
from pithead.web.exempt import is_open_to_all
from tests.sample import Sample, make_sample
from tests.site import Address, addresses

SITE = addresses()
WALKED = [address for address in SITE if not is_open_to_all(address.view)]
# The samples are the safety office's sheet and the worker of 综采一队/一班: whom a reach narrower than the mine still brings there.
BROUGHT_THERE = {
    Reach.OFFICE: {"assessor"},
    Reach.SELF: {"worker"},
    Reach.SUBTREE: {"crew_leader", "section_head", "section_clerk"},
    Reach.SERVED: {"branch_secretary"},
    Reach.ASSIGNED: {"liaison_officer"},
}
OF_THE_SECTION = {"assess:appeal_made"}  # where the sample is the section's, out of its crew leader's reach
OF_THE_BRANCH = {"practices:ledger_of"}  # about its secretary, out of the section's reach
OF_THE_OFFICE = {
    "assess:answer",
    "issues:ledger",
    "measures:sheet",
    "measures:sheet_failed",
    "practices:cancel_check",
}  # about the safety office without naming it in the address
OF_A_RECORD = {"practices:kept", "practices:photo"}  # for those who see what was done
OF_ITS_WRITER = {f"practices:{name}" for name in ("record", "correct", "withdraw", "sign")}  # and for nobody else
OF_EVERY_MINE = {"measures:figure", "measures:figure_file"}  # without a unit: of the reader's own
OF_THE_WHOLE_MINE = {"web:screen", "web:hang"}  # for whom a part of it is not enough
OPENED = {200, 302, 400, 422}  # shown, done, or refused in words
SHOWN = {200, 422}
POSTED = {
    "assess:entries": {"unit": "ZC1", "item": "B1"},
    "practices:sign": {"field": "looked"},
}  # what a form must say for its page to exist


@pytest.fixture(scope="module")
def built(standing: Cast, at: dt.datetime) -> Sample:
    """The sample mine, and in it a talk and questions somebody asked himself, full of markers."""
    sample = make_sample(standing, at)
    confide(standing, timezone.now())
    return sample


@pytest.fixture
def sample(db: None, built: Sample) -> Sample:
    """Made once for all who walk: nothing they do stays done."""
    return deepcopy(built)


def reach(member: str, capability: Capability) -> Reach | None:
    """How far the table lets this member go with a right; None: not at all."""
    role = RoleCode.MINE_LEADER if member == STRANGER else MEMBERS[member][2]
    grants = [ROLES[code].grants for code in (role, RoleCode.WORKER) if code]
    return next((grant[capability] for grant in grants if capability in grant), None)


def may_open(member: str, address: Address) -> bool:
    asked = {address.capability} - {None}
    if "staff_no" in address.arguments or address.name == "org:end_leave":
        asked.add(Capability.PERSON_VIEW)  # what one may do to a person, one may do to those one sees
    if address.name in OF_ITS_WRITER:
        return member == "crew_leader"
    if address.name in OF_A_RECORD:
        asked.add(Capability.DUTY_VIEW)
    strange = address.arguments and not (address.name in OF_EVERY_MINE and "unit_code" not in address.arguments)
    return not (strange and member == STRANGER) and all(lets_in(member, right, address) for right in asked)


def lets_in(member: str, capability: Capability, address: Address) -> bool:
    found = reach(member, capability)
    if found is None or found is Reach.MINE:
        return found is not None
    if address.name in OF_THE_WHOLE_MINE:
        return False
    if address.name in OF_THE_SECTION and member == "crew_leader":
        return False
    if address.name in OF_THE_BRANCH and found is not Reach.SERVED:
        return False
    office = "office" in address.arguments or address.name in OF_THE_OFFICE
    narrowed = office if found is Reach.OFFICE else bool(address.arguments)
    return not narrowed or member in BROUGHT_THERE[found]


def visit(client: Client, address: Address, path: str) -> HttpResponse:
    """The page, or for an address that only takes a POST the answer to an empty one; nothing it does stays done."""
    with transaction.atomic():
        response = client.get(path)
        if response.status_code == 405:
            response = client.post(path, POSTED.get(address.name))
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("member", [*MEMBERS, STRANGER])
def test_a_member_opens_what_the_table_of_roles_allows_and_nothing_else(member: str, sample: Sample) -> None:
    signed_in, wrong = Client(), []
    signed_in.force_login(sample.cast.account(member))
    session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    for address in WALKED:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        path = address.path(sample)
        response = visit(client, address, path)
        status, expected = response.status_code, may_open(member, address)
        assert "default-src 'self'" in response["Content-Security-Policy"], address.name
        assert address.name == "web:sign_out" or not response.headers.get("Location", "").startswith("/sign-in/")
        if status not in (OPENED if expected else {404}):
            wrong.append(f"{path} ({address.name}): {status}, expected {'the page' if expected else '404'}")
        content = response.getvalue()  # a download is read to its end, which closes it as a server would
        wrong += [f"{path} says {secret}" for secret in SECRETS if status in SHOWN and secret.encode() in content]
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
        "web:api_figures",  # ask for a key instead
        "web:api_measure",
    }


def test_every_page_declares_what_it_asks_for() -> None:
    silent = [address.name for address in WALKED if not hasattr(address.view, "capability")]
    assert not silent
