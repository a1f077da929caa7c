"""Addresses that no page ever has, and forms that no page ever sends."""

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pithead.org.testing import Cast


@pytest.mark.parametrize("address", ["/people/?q=%00", "/people/%00/", "/units/?mine=QSY%00", "/health/?%00"])
def test_a_nul_in_an_address_is_a_bad_request_on_every_database(cast: Cast, address: str) -> None:
    client = Client()
    client.force_login(cast.account("hr_officer"))
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("field", ["unit", "which", "person", "not\x00asked"])
@pytest.mark.parametrize("how", ["multipart", "urlencoded"])
def test_a_nul_in_a_form_is_a_bad_request_on_every_database(cast: Cast, field: str, how: str) -> None:
    client = Client()
    client.force_login(cast.account("hr_officer"))
    if how == "multipart":
        answer = client.post("/accounts/codes/", {field: "a\x00b"})
    else:
        body = f"{quote(field)}=a%00b"
        answer = client.post("/accounts/codes/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_file_may_hold_what_it_likes(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.account("hr_officer"))
    file = SimpleUploadedFile("花\x00名册.xlsx", b"\x00\x00")
    answer = client.post("/accounts/codes/", {"file": file})
    assert answer.status_code == 200
