"""The site as a list: every address by name, the capability its page declares, and sample arguments.

The access walk, the browser walk and `bin/screenshots` go through it. An argument that is not known here fails the walk,
so that no page stays unvisited.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pithead.kernel.periods import Kind
from pithead.org.access import Capability
from tests.sample import Sample

Of = Callable[[Sample], object]

# App → argument → its value out of the sample mine.
ARGUMENTS: dict[str, dict[str, Of]] = {
    "org": {
        "code": lambda sample: sample.cast.units["ZC1"].code,
        "staff_no": lambda sample: sample.cast.people["worker"].staff_no,
    },
    "rules": {"pk": lambda sample: sample.policy.pk},
    "measures": {
        "code": lambda sample: "tonnes",
        "period": lambda sample: "2026-06",
        "unit_code": lambda sample: sample.cast.units["ZC1-1"].code,
    },
    "issues": {
        "pk": lambda sample: sample.hazard.pk,
        "verb": lambda sample: "comment",
        "seq": lambda sample: 1,
        "kind": lambda sample: "hazard",
        "code": lambda sample: sample.place.code,
    },
    "practices": {"code": lambda sample: sample.adoption.method.code},
    "assess": {
        "code": lambda sample: sample.standard.code,
        "version": lambda sample: sample.standard.version,
        "period": lambda sample: sample.settled.period,
        "unit_code": lambda sample: sample.cast.units["ZC1"].code,
        "office": lambda sample: sample.cast.units["SAF"].code,
        "pk": lambda sample: sample.scoring.entries.filter(office__code="SAF").order_by("pk")[0].pk,
    },
    "documents": {
        "code": lambda sample: sample.standard.code,
        "period": lambda sample: sample.settled.period,
    },
}
# Address → arguments that are different there.
SAMPLES: dict[str, dict[str, Of]] = {
    "org:relieve": {"pk": lambda sample: sample.cast.people["section_head"].posts.get().pk},
    "org:stop_serving": {"pk": lambda sample: sample.cast.units["ZC1"].served_by.order_by("pk")[0].pk},
    "org:end_leave": {"pk": lambda sample: sample.leave.pk},
    "org:roster": {"pk": lambda sample: sample.roster.pk},
    "org:roster_failed": {"pk": lambda sample: sample.roster.pk},
    "org:close_place": {"code": lambda sample: sample.place.code},
    **{f"measures:{name}": {"code": lambda sample: "standardisation.score"} for name in ("figure", "figure_file")},
    "measures:given_figure": {"pk": lambda sample: sample.figure.pk},
    **{f"measures:{name}": {"pk": lambda sample: sample.table.pk} for name in ("sheet", "sheet_failed")},
    "measures:revoke_key": {"pk": lambda sample: sample.key.pk},
    "web:api_measure": {"code": lambda sample: "production.tonnes"},
    "issues:ledger": {"pk": lambda sample: sample.ledger.pk},
    "issues:photo": {"pk": lambda sample: sample.photo.pk},
    "practices:ledger_of": {"number": lambda sample: sample.cast.people["branch_secretary"].staff_no},
    **{f"practices:{name}": {"pk": lambda sample: sample.sheet.pk} for name in ("sheet", "sheet_failed")},
    "practices:record": {"code": lambda sample: "look"},
    **{
        f"practices:{name}": {
            "pk": lambda sample: sample.record.pk,
            "file": lambda sample: sample.record.files.get().file_id,
        }
        for name in ("kept", "correct", "withdraw", "sign", "photo")
    },
    "practices:cancel_check": {"pk": lambda sample: sample.check.pk},
    "practices:arrange": {"kind": lambda sample: "zone"},
    "practices:end_bond": {"pk": lambda sample: sample.bond.pk},
    "practices:adopt": {"code": lambda sample: "idle"},
    "practices:leave": {"pk": lambda sample: sample.adoption.pk},
    "practices:proposal": {"pk": lambda sample: sample.proposal.pk},
    **{
        f"practices:{name}": {"code": lambda sample: "walkabout"}
        for name in ("practice", "edit_practice", "switch_off")
    },
    "practices:switch_on": {"code": lambda sample: "zero_report"},
    **{
        f"assess:{name}": {
            "version": lambda sample: sample.draft.version,
            "part": lambda sample: "tiers",
            "item": lambda sample: "A1",
        }
        for name in [
            "trial",
            "draft_issue",
            "draft_removal",
            "draft_header",
            "draft_rows",
            "draft_new_item",
            "draft_item",
            "draft_place",
            "draft_item_removal",
        ]
    },
    "assess:span": {"period": lambda sample: sample.settled.period_value.within(Kind.QUARTER)},
    "assess:cycle": {"period": lambda sample: sample.reviewed.period},
    "assess:publicity": {"period": lambda sample: sample.published.period},
    **{f"assess:{name}": {"pk": lambda sample: sample.appeal.pk} for name in ("appeal", "answer", "decision")},
    "assess:appeal_made": {"pk": lambda sample: sample.published.entries.get(unit__code="ZC1", item__code="B1").pk},
    **{
        f"assess:{name}": {"period": lambda sample: sample.scoring.period}
        for name in [
            "scores",
            "scores_template",
            "sheet",
            "entries",
            "entry",
            "removal",
            "submission",
            "withdrawal",
            "closing",
            "cells",
            "taking",
            "leaving",
            "overriding",
            "counting",
            "reminders",
        ]
    },
}


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
        known = {**ARGUMENTS.get(self.name.split(":")[0], {}), **SAMPLES.get(self.name, {})}
        unknown = sorted(self.arguments - set(known))
        assert not unknown, f"{self.name} takes {unknown}: give them samples in tests/site.py"
        return reverse(self.name, kwargs={name: known[name](sample) for name in self.arguments})

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
        response.getvalue()  # a download is read to its end, which closes it as a server would
        if response.status_code in (200, 302, 401, 405):  # 401: for machines with a key
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
