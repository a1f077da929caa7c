"""The same seed on the same day is the same database, to the last column and key."""

import datetime as dt
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command

from pithead.assess.models import Cycle, Entry
from pithead.demo.load import load
from pithead.kernel.models import AuditEvent
from pithead.kernel.vault import PREFIX


def everything():
    """Every table of ours; the framework fills its own when it migrates."""
    return {
        model._meta.label: [tuple(map(plain, row)) for row in model._base_manager.order_by("pk").values_list()]
        for model in apps.get_models()
        if model.__module__.startswith("pithead.")
    }


def plain(value):
    """Cipher text is another one every time; that is what keeps it."""
    if isinstance(value, dict):
        return {key: plain(inside) for key, inside in value.items()}
    return PREFIX if isinstance(value, str) and value.startswith(PREFIX) else value


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_loading_twice_gives_the_same_rows():
    load(as_of=dt.date(2026, 6, 28), seed=3, last=2)
    first = everything()
    call_command("flush", interactive=False, verbosity=0)
    load(as_of=dt.date(2026, 6, 28), seed=3, last=2)
    second = everything()
    assert [label for label in first if first[label] != second[label]] == []
    assert len(first["assess.Entry"]) > 1500


@pytest.mark.django_db
def test_another_seed_is_another_story_on_any_day():
    """The first day of a year whose holidays nobody has published yet."""
    told = []
    report = load(
        as_of=dt.date(2031, 1, 1), seed=8, last=3, progress=lambda done, of, what: told.append((done, of, what))
    )
    assert report.months[0] == "2030-11"
    assert report.months[-1] == "2031-01"
    assert [done for done, _, _ in told] == list(range(1, told[-1][1] + 1))
    assert not Entry.objects.filter(found_on__gt=dt.date(2031, 1, 1)).exists()
    states = Counter(Cycle.objects.exclude(period="2031-01").values_list("state", flat=True))
    assert states == {"final": 3, "publicity": 3}
    assert AuditEvent.objects.filter(action="assess.cycle.finalised").count() == 3
