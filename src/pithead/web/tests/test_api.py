"""Other systems send figures and read measures with a key: all or nothing, in words, and nothing but that."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.measures.actions import close_period, issue_key, revoke_key
from pithead.measures.models import ApiKey, Given
from pithead.org.testing import Cast
from pithead.web.views import api

Send = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def nobody_was_here_before() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def secret(cast: Cast, at: dt.datetime) -> str:
    return issue_key(by=cast.actor("administrator"), at=at, mine=cast.mine, name="调度系统", office=cast.units["PRO"])[
        1
    ]


@pytest.fixture
def send(secret: str) -> Send:
    client = Client(enforce_csrf_checks=True)

    def post(figures: Any, key: str = secret, **more: Any) -> HttpResponse:
        body = json.dumps({"figures": figures, **more})
        headers = {"authorization": f"Bearer {key}"}
        return client.post("/api/figures/", body, content_type="application/json", headers=headers)

    return post


def row(value: Any = 1200.5, **more: Any) -> dict[str, Any]:
    return {"quantity": "tonnes", "unit": "ZC1", "on": "2026-06-03.1", "value": value, **more}


def errors(response: HttpResponse) -> list[dict[str, Any]]:
    return json.loads(response.content)["errors"]


def test_figures_come_in_once_and_are_corrected_with_a_reason(send: Send) -> None:
    assert json.loads(send([row(), row(2, on="2026-06-03.2")]).content) == {"added": 2, "corrected": 0, "unchanged": 0}
    assert json.loads(send([row()]).content)["unchanged"] == 1
    refused = send([row(1300)])
    assert (refused.status_code, errors(refused)[0]["row"]) == (422, 1)
    assert json.loads(send([row(1300)], reason="重新过磅").content)["corrected"] == 1
    assert json.loads(send([row(None)], reason="不是这个队的").content)["corrected"] == 1
    first = Given.objects.get(shift="1", turn=1)
    assert (str(first.value), first.given_by, first.source) == ("1200.500", "调度系统", "api")
    event = AuditEvent.objects.filter(action="measures.figures.given").first()
    assert event is not None
    assert (event.face, event.actor_name) == ("api", "调度系统")
    assert ApiKey.objects.get().wrote_at


def test_every_row_at_fault_is_named_and_nothing_is_half_written(send: Send) -> None:
    refused = send([row(), row(unit="NIX"), row(on="gestern"), row("12"), row(extra=1), "x"])
    assert refused.status_code == 422
    assert [one["row"] for one in errors(refused)] == [2, 3, 4, 5, 6]
    late = send(
        [
            row(),
            row(on="2199-01-01"),
            row(90, quantity="check_score", on="2026-06"),
            row(quantity="absent", on="2026-06"),
        ]
    )
    assert [one["row"] for one in errors(late)] == [2, 4]
    assert "归" in errors(late)[1]["message"]
    assert not Given.objects.exists()


@pytest.mark.parametrize(
    "body, status",
    [
        ("{", 400),
        ("[]", 400),
        ('"x"', 400),
        ("{}", 400),
        ('{"figures": []}', 400),
        ('{"figures": [{"quantity":"tonnes","unit":"ZC1","on":"2026-06-03","value":NaN}]}', 400),
        ('{"figures": [1], "reason": 1}', 400),
        ("[" * 100_000, 400),
        ('{"figures": [{"quantity":"tonnes","unit":"ZC1","on":"2026-06-03","value":1e999999}]}', 422),
    ],
)
def test_what_is_no_list_of_figures_is_refused_in_words(secret: str, body: str, status: int) -> None:
    headers = {"authorization": f"Bearer {secret}"}
    response = Client().post("/api/figures/", body, content_type="application/json", headers=headers)
    assert (response.status_code, bool(errors(response)[0]["message"])) == (status, True)


def test_without_a_key_nothing_opens_and_a_key_opens_nothing_else(
    cast: Cast, at: dt.datetime, secret: str, send: Send, signed_in: Callable[[str], Client]
) -> None:
    assert send([row()], key="wrong").status_code == 401
    assert signed_in("party_officer").post("/api/figures/", "{}", content_type="application/json").status_code == 401
    headers = {"authorization": f"Bearer {secret}"}
    assert Client().get("/figures/", headers=headers).status_code == 302
    revoke_key(by=cast.actor("administrator"), at=at, key=ApiKey.objects.get())
    assert send([row()]).status_code == 401
    assert not Given.objects.exists()


def test_too_much_at_once_is_refused(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send([row()] * (api.MANY_FIGURES + 1)).status_code == 400
    monkeypatch.setattr(api, "MANY_BYTES", 10)
    assert send([row()]).status_code == 413
    monkeypatch.setattr(api, "PER_MINUTE", 3)
    assert send([row()]).status_code == 413
    assert send([row()]).status_code == 429


def test_a_measure_is_the_same_figure_as_everywhere(cast: Cast, at: dt.datetime, secret: str, send: Send) -> None:
    send([row(900), row(100, on="2026-06-04", unit="M1")])
    close_period(by=cast.system(), at=at, mine=cast.mine, period=Period.parse("2026-06"))
    headers = {"authorization": f"Bearer {secret}"}

    def read(code: str, query: str) -> Any:
        return Client().get(f"/api/measures/{code}/?{query}", headers=headers)

    told = json.loads(read("production.tonnes", "period=2026-06").content)
    assert (told["unit_of_measure"], [one["value"] for one in told["figures"]]) == (
        "吨",
        ["1000", "900", "100", "900", "900"],
    )
    one = json.loads(read("production.tonnes", "period=2026-Q2&unit=M1").content)["figures"]
    assert one == [{"unit": {"code": "M1", "name": "煤一队"}, "value": "100", "num": "100", "den": None}]
    for code, query, status in (
        ("gold", "period=2026-06", 404),
        ("production.tonnes", "period=2026-06&unit=NIX", 404),
        ("production.tonnes", "period=bald", 422),
        ("production.tonnes", "period=2026-06-03.1", 422),
    ):
        assert read(code, query).status_code == status
