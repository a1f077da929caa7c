"""(b) The results page at 1,000 sections: queries, bytes, and latency against an empty signed-in page with the full shell."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from bench.measure import Measurement, seconds
from bench.mines import AT, OPENED, big_mine, month_with_entries
from pithead.assess.testing import settle
from pithead.org.access import page, system
from pithead.org.models import Person, Unit, User

SECTIONS, ENTRIES, PAGES = 1_000, 20_000, 40
MOST_QUERIES, MOST_BYTES = 12, 60 * 1024


@page(None)
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing but the shell: navigation, name, sign-out."""
    return render(request, "ui/base.html")


urlpatterns = [path("bench/empty/", empty), path("", include("pithead.web.urls"))]


@override_settings(ROOT_URLCONF="bench.results_page")
def measure() -> Measurement:
    mine = big_mine("PAGE", SECTIONS)
    for period in ("2026-05", "2026-06"):
        cycle = month_with_entries(mine, period, ENTRIES)
        settle(cycle, by=system(mine), at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself after a while
    client = _reader(mine)
    address = "/results/six-good/2026-06/"
    _get(client, address)
    with CaptureQueriesContext(connection) as captured:
        size = len(_get(client, address).content)
    queries = len(captured)  # now: the next request forgets them
    shell = seconds(lambda: [_get(client, "/bench/empty/") for _ in range(PAGES)])
    ours = seconds(lambda: [_get(client, address) for _ in range(PAGES)])
    faults = [f"{queries} queries, at most {MOST_QUERIES}"] if queries > MOST_QUERIES else []
    faults += [f"{size} bytes, at most {MOST_BYTES}"] if size > MOST_BYTES else []
    note = f"{PAGES} pages, {queries} queries, {size / 1024:.0f} KB"
    return Measurement("results page: 1,000 sections", ours, shell, 4, note, tuple(faults))


def _reader(mine: Unit) -> Client:
    """A worker of the mine, signed in."""
    person = Person.objects.create(mine=mine, staff_no="1", name="测速员", hired_on=OPENED)
    user = User.objects.create(person=person, sign_in=f"{mine.code}/1", password_set_at=timezone.now())
    client = Client()
    client.force_login(user)
    return client


def _get(client: Client, address: str) -> HttpResponse:
    answer: HttpResponse = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer
