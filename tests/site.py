"""The site as a list: every address by name, the capability its page declares, and sample arguments.

The access walk, the browser walk and `bin/screenshots` go through it. An address that takes arguments needs a line in
SAMPLES; one without it fails the walk, so that no page stays unvisited.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pithead.org.access import Capability
from tests.sample import Sample

# Name of the address → arguments for it, out of the sample mine.
SAMPLES: dict[str, Callable[[Sample], dict[str, object]]] = {}


@dataclass(frozen=True)
class Address:
    """One URL pattern. `capability` is what its page asks of the reader; None: everybody signed in, or everybody."""

    name: str  # with its namespace: "assess:results"
    arguments: frozenset[str]
    view: Callable[..., Any]

    @property
    def capability(self) -> Capability | None:
        return getattr(self.view, "capability", None)

    def path(self, sample: Sample) -> str:
        if not self.arguments:
            return reverse(self.name)
        assert self.name in SAMPLES, f"{self.name} takes {sorted(self.arguments)}: give it a sample in tests/site.py"
        return reverse(self.name, kwargs=SAMPLES[self.name](sample))

    def readers(self, sample: Sample) -> list[str]:
        """The members of the cast who may open the page, those with the smallest rights first."""
        cast = sample.cast
        allowed = [m for m in cast.members if self.capability is None or cast.actor(m).can(self.capability)]
        return sorted(allowed, key=lambda member: len(cast.actor(member).roles))


@dataclass(frozen=True)
class Page:
    """An address that answers a GET with a page, and a member of the cast who may read it."""

    name: str
    path: str
    member: str


def addresses() -> list[Address]:
    """Every address of the site, in the order of the URL files."""
    return list(_walk(get_resolver(), "", frozenset()))


def pages(sample: Sample) -> list[Page]:
    """What a browser can visit. Downloads, forms that only take a POST and answers for machines are not among them."""
    return [page for address in addresses() if (page := _page(address, sample))]


def _page(address: Address, sample: Sample) -> Page | None:
    path, seen = address.path(sample), set()
    for member in address.readers(sample):
        client = Client()
        client.force_login(sample.cast.account(member))
        response = client.get(path)
        seen.add(response.status_code)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            return Page(address.name, path, member)
        response.close()
        if response.status_code in (200, 302, 405):
            return None
    raise AssertionError(f"{address.name} ({path}) opens for nobody of the cast: {sorted(seen)}")


def _walk(resolver: URLResolver, namespace: str, outer: frozenset[str]) -> Iterator[Address]:
    outer = outer | frozenset(resolver.pattern.regex.groupindex)
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, outer)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"The address {entry.pattern} has no name"
            yield Address(f"{namespace}{entry.name}", outer | frozenset(entry.pattern.regex.groupindex), entry.callback)
