"""A matter to tell, in a mine with a chief engineer and two people in each office."""

import datetime as dt

import pytest

from pithead.issues.testing import Story, grow_cast
from pithead.issues.views import brake
from pithead.org.testing import Cast


@pytest.fixture(autouse=True)
def _nobody_has_spoken() -> None:
    brake.forget()


@pytest.fixture
def story(cast: Cast, at: dt.datetime) -> Story:
    return Story(grow_cast(cast), at)
