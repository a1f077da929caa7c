"""Reading policies: the list with its search, and one paper with its editions."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from pithead.kernel import packs
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.rules.models import Clause, Policy

PER_PAGE = 50


@dataclass(frozen=True)
class PolicyLine:
    policy: Policy
    clauses: int
    state: str
    tone: str


@dataclass(frozen=True)
class PolicyList:
    lines: tuple[PolicyLine, ...]
    count: int
    page: int
    pages: int


@dataclass(frozen=True)
class PolicyPage:
    policy: Policy
    clauses: tuple[Clause, ...]
    editions: tuple[Policy, ...]  # earlier and later ones that hang together with it, oldest first
    state: str
    tone: str


def policy_list(actor: Actor, mine: Unit, *, on: dt.date, q: str = "", page: int = 1) -> PolicyList:
    """Two queries. `q` looks in number, title and the text of clauses."""
    rows = Policy.objects.visible_to(actor).filter(mine=mine)
    if q:
        quoted = Clause.objects.filter(policy=OuterRef("pk"), text__contains=q)
        rows = rows.filter(Q(number__contains=q) | Q(title__contains=q) | Exists(quoted))
    count = rows.count()
    pages = max((count - 1) // PER_PAGE + 1, 1)
    page = min(max(page, 1), pages)
    shown = rows.annotate(clause_count=Count("clauses")).order_by("-in_force_from", "number")
    lines = tuple(
        PolicyLine(policy, policy.clause_count, *state_of(policy, on))
        for policy in shown[(page - 1) * PER_PAGE : page * PER_PAGE]
    )
    return PolicyList(lines, count, page, pages)


def state_of(policy: Policy, on: dt.date) -> tuple[str, str]:
    """In words, and the tone of the tag."""
    if policy.in_force_from > on:
        return "未施行", "info"
    if policy.in_force_until and policy.in_force_until < on:
        return "已失效", "warn"
    return "现行", "good"


def policy_page(policy: Policy, *, on: dt.date) -> PolicyPage:
    """Two queries, however many editions."""
    by_id = {edition.pk: edition for edition in Policy.objects.filter(mine=policy.mine)}
    editions, grown = {policy.pk}, True
    while grown:
        related = {
            other.pk
            for other in by_id.values()
            if other.replaces_id in editions or any(by_id[pk].replaces_id == other.pk for pk in editions)
        }
        grown = not related <= editions
        editions |= related
    return PolicyPage(
        policy=policy,
        clauses=tuple(policy.clauses.order_by("position")),
        editions=tuple(sorted((by_id[pk] for pk in editions), key=lambda edition: edition.in_force_from)),
        state=state_of(policy, on)[0],
        tone=state_of(policy, on)[1],
    )


def packs_not_enacted(mine: Unit) -> list[tuple[str, str]]:
    """(code, title) of the sample policies that the mine has no paper of yet. One query."""
    titles = set(Policy.objects.filter(mine=mine).values_list("title", flat=True))
    known = [(code, packs.load("policies", code)["title"]) for code in packs.codes("policies")]
    return [(code, title) for code, title in known if title not in titles]
