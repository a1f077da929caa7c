"""Fixtures every test may ask for: the cast, a clock, and a client signed in as one of the cast."""

import datetime as dt
from collections.abc import Callable, Iterator

import hypothesis
import pytest
import pytest_django
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from pithead.org.testing import Cast, make_cast

# A busy machine is no failure: examples are counted, not timed.
hypothesis.settings.register_profile("pithead", deadline=None)
hypothesis.settings.load_profile("pithead")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database is the same beside both: PostgreSQL gets the rest. (A test that has not asked for one is refused it.)"""
    if connection.vendor == "postgresql":
        idle = [item for item in items if not _asks_database(item)]
        config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if _asks_database(item)]


def _asks_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(fixtures & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def at() -> dt.datetime:
    """When the tests play: the morning of Monday 6 July 2026, in the scoring days of June."""
    return dt.datetime(2026, 7, 6, 9, 0, tzinfo=timezone.get_current_timezone())


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """What pages keep for some minutes: the next test has other rows under the same numbers."""
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Cast]:
    """A cast that stands for a whole file, and with it what the file's own fixtures of that scope build around it. What a test
    does is undone after it, this after the last. Objects remember what was done to them: give tests copies."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_cast()
        transaction.set_rollback(True)


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], Client]:
    """`signed_in("assessor")` → a client with that member's session."""

    def sign_in(member: str) -> Client:
        client = Client()
        client.force_login(cast.account(member))
        return client

    return sign_in
