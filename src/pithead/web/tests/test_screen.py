"""The big screen: units and nobody's name; what hangs on a wall opens nothing else, and says when it has stopped."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from pithead.kernel.models import AuditEvent
from pithead.org.testing import Cast
from pithead.web.middleware import SEEN

Signed = Callable[[str], Client]
TWO_HOURS = 7200


def idle(client: Client) -> None:
    """As if nobody had touched it for two hours."""
    session = client.session
    session[SEEN] -= TWO_HOURS
    session.save()


def test_who_sees_the_whole_mine_opens_it_and_it_names_nobody(cast: Cast, signed_in: Signed) -> None:
    for member in ("section_head", "branch_secretary", "worker"):
        assert signed_in(member).get("/screen/").status_code == 404, member
    for member in ("mine_leader", "party_officer"):
        answer = signed_in(member).get("/screen/")
        assert answer.status_code == 200
        named = [person.name for person in cast.people.values() if person.name in answer.content.decode()]
        assert named == [], member


def test_it_refreshes_itself_with_and_without_a_script(signed_in: Signed) -> None:
    page = signed_in("mine_leader").get("/screen/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
    assert "web/screen.js" in page
    assert 'id="stopped"' in page


def test_a_screen_that_refreshes_itself_keeps_nobody_signed_in(signed_in: Signed) -> None:
    client = signed_in("mine_leader")
    client.get("/")
    session = client.session
    session[SEEN] -= 1000  # seconds: not idle for too long, but long enough to be marked anew
    session.save()
    before = session[SEEN]
    client.get("/screen/")
    assert client.session[SEEN] == before
    client.get("/cockpit/")
    assert client.session[SEEN] > before
    idle(client)
    answer = client.get("/screen/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Fscreen%2F")
    assert "大屏停了" in client.get(answer["Location"]).content.decode()


def test_what_hangs_on_the_wall_stays_and_opens_nothing_else(signed_in: Signed) -> None:
    client = signed_in("mine_leader")
    client.get("/")
    assert client.post("/screen/hang/")["Location"] == "/screen/"
    assert AuditEvent.objects.filter(action="account.screen_hung").count() == 1
    idle(client)
    answer = client.get("/screen/")
    assert answer.status_code == 200
    assert "只能看大屏" in answer.content.decode()
    assert client.get("/people/")["Location"] == "/sign-in/?next=%2Fpeople%2F"
    assert client.get("/screen/").status_code == 302  # whoever tried ended it


@pytest.mark.parametrize("member", ["section_head", "worker"])
def test_nobody_else_hangs_it_up(signed_in: Signed, member: str) -> None:
    assert signed_in(member).post("/screen/hang/").status_code == 404


def test_it_ends_after_its_month(signed_in: Signed) -> None:
    client = signed_in("party_officer")
    client.get("/")
    client.post("/screen/hang/")
    age = client.session.get_expiry_age()
    assert dt.timedelta(days=29) < dt.timedelta(seconds=age) <= dt.timedelta(days=30)
