"""The demo mine, loaded once for all who only look at it, in a transaction that is rolled back after them."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction

from pithead.demo.load import DemoReport, load

AS_OF = dt.date(2026, 11, 21)


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker) -> Iterator[DemoReport]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(as_of=AS_OF)
        transaction.set_rollback(True)
