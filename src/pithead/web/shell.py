"""What the shell around every page shows: navigation as far as one may go, the mine, who is signed in."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from pithead.org.access import ROLES, Actor, Capability
from pithead.ui.registry import NAV_GROUPS, NavEntry, navigation

CAPABILITIES = {capability.value: capability for capability in Capability}


@dataclass(frozen=True)
class Line:
    label: str
    url: str
    current: bool
    on_phone: str


@dataclass(frozen=True)
class Group:
    label: str
    entries: tuple[Line, ...]


def shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    shown = [entry for entry in navigation if may_open(actor, entry)]
    shown.sort(key=lambda entry: (NAV_GROUPS.index(entry.group), entry.order))
    lines = _lines(actor, shown, request.path)
    return {
        "shell": {
            "home": reverse("web:home"),
            "search": reverse("web:search"),
            "mine_name": actor.mine.name,
            "person_name": actor.name,
            "post": _post(actor),
            "groups": _grouped(shown, lines),
            "tabs": [line for line in lines if line.on_phone],
            "voice": f"{reverse('issues:new')}?kind=complaint" if actor.can(Capability.ISSUE_RAISE) else "",
        }
    }


def may_open(actor: Actor, entry: NavEntry) -> bool:
    return entry.capability is None or actor.can(CAPABILITIES[entry.capability])


def said_to(actor: Actor, entry: NavEntry) -> tuple[str, str]:
    """Label and address; whoever would find a list of nobody but himself is led to his own page."""
    if entry.alone and entry.capability and not actor.scope(CAPABILITIES[entry.capability]).paths:
        label, url_name = entry.alone
        return label, reverse(url_name, args=[actor.staff_no])
    return entry.label, reverse(entry.url_name)


def _lines(actor: Actor, entries: list[NavEntry], path: str) -> list[Line]:
    """The current line is the one whose address is the longest beginning of the page's."""
    said = [said_to(actor, entry) for entry in entries]
    addresses = [address for _, address in said]
    within = [address for address in addresses if path == address or (address != "/" and path.startswith(address))]
    here = max(within, key=len, default="")
    return [
        Line(label, address, address == here, entry.on_phone)
        for entry, (label, address) in zip(entries, said, strict=True)
    ]


def _grouped(entries: list[NavEntry], lines: list[Line]) -> list[Group]:
    groups = []
    for label in NAV_GROUPS:
        inside = tuple(line for entry, line in zip(entries, lines, strict=True) if entry.group == label)
        if inside:
            groups.append(Group(label, inside))
    return groups


def _post(actor: Actor) -> str:
    """The post held, as far as it fits: the last role is the weightiest one beside 职工. Some roles name their office."""
    grant = actor.grants[-1]
    label = ROLES[grant.role].label
    return label if grant.unit == actor.mine or label.startswith(grant.unit.name) else f"{grant.unit.name} {label}"
