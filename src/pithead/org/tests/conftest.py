"""Somebody who may edit, and facts that pages can end."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from pithead.org.models import Leave, Place, Serves
from pithead.org.testing import OPENED, Cast


@pytest.fixture
def hr(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("hr_officer")


@pytest.fixture
def link(cast: Cast) -> Serves:
    return Serves.objects.get(server=cast.units["ZB1"])


@pytest.fixture
def leave(cast: Cast) -> Leave:
    return Leave.objects.create(mine=cast.mine, person=cast.people["worker"], kind="sick", since=dt.date(2026, 3, 1))


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place.objects.create(
        mine=cast.mine, code="3102", name="3102 工作面", kind="working", since=OPENED, unit=cast.units["ZC1"]
    )
