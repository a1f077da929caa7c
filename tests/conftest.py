"""Fixtures of the cross-app tests."""

import datetime as dt

import pytest

from pithead.org.testing import Cast
from tests.sample import Sample, make_sample


@pytest.fixture
def sample(cast: Cast, at: dt.datetime) -> Sample:
    """The cast with a standard, a settled month (2026-05) and one that takes scores (2026-06)."""
    return make_sample(cast, at)
