"""Who speaks without a name is heard, but does not drown the others out; and nothing is kept of his having spoken."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.tests.test_pages import text_of
from pithead.issues.views import brake

SignIn = Callable[[str], Client]


def spoken(client: Client, **more: str) -> object:
    return client.post("/issues/new/", {"id": str(uuid4()), "text": "同一张表要填两次", "kind": "complaint", **more})


def test_one_person_speaks_so_often_a_day_without_a_name(
    signed_in: SignIn, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at)
    worker = signed_in("worker")
    for _ in range(brake.MOST):
        assert spoken(worker, anonymous="on").status_code == 302  # type: ignore[attr-defined]
    refused = spoken(worker, anonymous="on")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "请明天再报，或署名上报" in text_of(refused)
    assert Issue.objects.count() == brake.MOST
    assert spoken(worker).status_code == 302  # type: ignore[attr-defined]
    assert spoken(signed_in("crew_leader"), anonymous="on").status_code == 302  # type: ignore[attr-defined]
    monkeypatch.setattr(timezone, "now", lambda: at + dt.timedelta(days=1))
    assert spoken(signed_in("worker"), anonymous="on").status_code == 302  # type: ignore[attr-defined]
    assert len(brake._spoken) == 1


def test_what_was_refused_does_not_count(signed_in: SignIn) -> None:
    for _ in range(brake.MOST + 1):
        assert spoken(signed_in("worker"), anonymous="on", text="电话 13812345678").status_code == 422  # type: ignore[attr-defined]
    assert spoken(signed_in("worker"), anonymous="on").status_code == 302  # type: ignore[attr-defined]
