"""Addresses that no page ever has."""

import pytest
from django.test import Client

from pithead.org.testing import Cast


@pytest.mark.parametrize("address", ["/people/?q=%00", "/people/%00/", "/units/?mine=QSY%00", "/health/?%00"])
def test_a_nul_in_an_address_is_a_bad_request_on_every_database(cast: Cast, address: str) -> None:
    client = Client()
    client.force_login(cast.account("hr_officer"))
    assert client.get(address).status_code == 400
