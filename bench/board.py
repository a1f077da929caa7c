"""(e) Pages of matters in a world of 1,000,000 of them, against an empty signed-in page of the same reader in the same run."""

import time
from collections.abc import Callable
from statistics import median

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from bench.matters import world
from bench.measure import Measurement
from pithead.org.models import Person, User

MINES, ISSUES = 10, 1_000_000
TURNS = 15
EMPTY = "/bench/empty/"
Opened = Callable[[str], bytes]


@override_settings(ROOT_URLCONF="bench.results_page")  # where the empty page is
def measure() -> list[Measurement]:
    began = time.perf_counter()
    made = world(MINES, ISSUES, timezone.now())
    loaded = f"{ISSUES:,} matters in {MINES} mines, laid down in {time.perf_counter() - began:.0f} s"
    pages = {
        "board": reverse("issues:board"),
        "my matters": reverse("issues:own"),
        "place history": reverse("issues:place", args=[made.place.code]),
    }
    readers = {sort: signed_in(person) for sort, person in made.readers.items()}
    return [_worst(name, address, readers, loaded) for name, address in pages.items()]


def _worst(name: str, address: str, readers: dict[str, Opened], loaded: str) -> Measurement:
    """Of the reader who waits longest in proportion."""
    taken = {sort: _seconds(reader, address) for sort, reader in readers.items()}
    worst = max(taken, key=lambda sort: taken[sort][0] / taken[sort][1])
    each = "、".join(f"{sort} {ours * 1000:.0f}/{empty * 1000:.0f} ms" for sort, (ours, empty) in taken.items())
    return Measurement(f"matters: {name}", *taken[worst], 4, f"{loaded}; {each}")


def signed_in(person: Person) -> Opened:
    """Opens pages as the server does it: the test client would keep a copy of every template's context."""
    account = User.objects.create(
        person=person, sign_in=f"{person.mine.code}/{person.staff_no}", password_set_at=timezone.now()
    )
    client, factory, handler = Client(), RequestFactory(), WSGIHandler()
    client.force_login(account)
    factory.cookies = client.cookies

    def opened(address: str) -> bytes:
        said: list[str] = []
        environ = factory.get(address).environ
        content = b"".join(handler(environ, lambda status, *_: said.append(status)))  # type: ignore[arg-type]
        assert said == ["200 OK"], (address, said)
        return content

    return opened


def _seconds(opened: Opened, address: str) -> tuple[float, float]:
    """Turn about, so that a busy machine is busy for both."""
    taken: dict[str, list[float]] = {address: [], EMPTY: []}
    for page in (*(address, EMPTY) * 2, *(address, EMPTY) * TURNS):
        began = time.perf_counter()
        opened(page)
        taken[page].append(time.perf_counter() - began)
    return median(taken[address][2:]), median(taken[EMPTY][2:])
