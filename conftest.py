"""Fixtures every test may ask for: the cast, a clock, and a client signed in as one of the cast."""

import datetime as dt
from collections.abc import Callable

import hypothesis
import pytest
from django.test import Client
from django.utils import timezone

from pithead.org.testing import Cast, make_cast

# A busy machine is no failure: examples are counted, not timed.
hypothesis.settings.register_profile("pithead", deadline=None)
hypothesis.settings.load_profile("pithead")


@pytest.fixture
def at() -> dt.datetime:
    """When the tests play: the morning of Monday 6 July 2026, in the scoring days of June."""
    return dt.datetime(2026, 7, 6, 9, 0, tzinfo=timezone.get_current_timezone())


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], Client]:
    """`signed_in("assessor")` → a client with that member's session."""

    def sign_in(member: str) -> Client:
        client = Client()
        client.force_login(cast.account(member))
        return client

    return sign_in
