"""The site as a list: every address by name, the capability its page declares, and sample arguments.

The access walk, the browser walk and `bin/screenshots` go through it. An address that takes arguments needs a line in
SAMPLES; one without it fails the walk, so that no page stays unvisited.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pithead.org.access import Capability
from pithead.org.testing import Cast


@dataclass(frozen=True)
class Address:
    """One URL pattern. `capability` is what the page asks of its reader; None: everybody signed in (or everybody: sign-in)."""

    name: str  # with its namespace: "assess:results"
    arguments: frozenset[str]
    view: Callable[..., Any]

    @property
    def capability(self) -> Capability | None:
        return getattr(self.view, "capability", None)

    def path(self, cast: Cast) -> str:
        """The path with sample arguments out of the sample mine."""
        if not self.arguments:
            return reverse(self.name)
        assert self.name in SAMPLES, f"{self.name} takes {sorted(self.arguments)}: give it a sample in tests/site.py"
        return reverse(self.name, kwargs=SAMPLES[self.name](cast))

    def reader(self, cast: Cast) -> str | None:
        """The member of the cast with the smallest rights who may open the page."""
        for member in cast.members:
            if self.capability is None or cast.actor(member).can(self.capability):
                return member
        return None


# Name of the address → arguments for it, out of the sample mine (tests/sample.py builds it).
SAMPLES: dict[str, Callable[[Cast], dict[str, object]]] = {}


def addresses() -> list[Address]:
    """Every named address of the site, in the order of the URL files."""
    return list(_walk(get_resolver(), "", frozenset()))


def _walk(resolver: URLResolver, namespace: str, outer: frozenset[str]) -> Iterator[Address]:
    outer = outer | frozenset(resolver.pattern.regex.groupindex)
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, outer)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"The address {entry.pattern} has no name"
            yield Address(f"{namespace}{entry.name}", outer | frozenset(entry.pattern.regex.groupindex), entry.callback)
