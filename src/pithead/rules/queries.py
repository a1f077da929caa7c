"""Reading policies: the list with its search, and one paper with its editions."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from pithead.kernel import packs
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.rules.models import Clause, Policy
from pithead.rules.registry import Standing, standing

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
    clauses: tuple[tuple[Clause, tuple[Standing, ...]], ...]  # each with what stands under it
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


def clause_count(mine: Unit, on: dt.date) -> int:
    """One query."""
    lasting = Q(policy__in_force_until=None) | Q(policy__in_force_until__gte=on)
    return Clause.objects.filter(lasting, policy__mine=mine, policy__in_force_from__lte=on).count()


def policy_page(actor: Actor, policy: Policy, *, on: dt.date) -> PolicyPage:
    """Two queries, however many editions, and those of whoever points at clauses."""
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
    under = _standing(actor, policy, on)
    return PolicyPage(
        policy=policy,
        clauses=tuple((clause, under[clause.pk]) for clause in policy.clauses.order_by("position")),
        editions=tuple(sorted((by_id[pk] for pk in editions), key=lambda edition: edition.in_force_from)),
        state=state_of(policy, on)[0],
        tone=state_of(policy, on)[1],
    )


def _standing(actor: Actor, policy: Policy, on: dt.date) -> dict[int, tuple[Standing, ...]]:
    found: dict[int, tuple[Standing, ...]] = defaultdict(tuple)
    for source in standing:
        for one in source(actor, policy, on):
            found[one.clause_id] += (one,)
    return found


# ── clauses, as others quote them ──
def clauses_in_force(mine: Unit, on: dt.date) -> list[Clause]:
    """Paper by paper. One query."""
    holds = Q(policy__in_force_until=None) | Q(policy__in_force_until__gte=on)
    rows = Clause.objects.filter(holds, policy__mine=mine, policy__in_force_from__lte=on).select_related("policy")
    return list(rows.order_by("policy__title", "policy__in_force_from", "policy_id", "position"))


def quote(clause: Clause) -> str:
    return f"{clause.policy.number} {clause.number}"


def by_quote(clauses: Sequence[Clause]) -> dict[str, Clause]:
    """By number and by title of the paper: where two of a title hold, the later."""
    found = {f"{one.policy.title} {one.number}": one for one in clauses}
    return found | {quote(one): one for one in clauses}


def quotes_of_samples(mine: Unit) -> set[str]:
    """What papers that come with the product and are no paper of the mine yet are quoted as. One query."""
    papers = [packs.load("policies", code) for code, _ in packs_not_enacted(mine)]
    return {f"{paper['title']} {number}" for paper in papers for clause in paper["clauses"] for number in clause}


def packs_not_enacted(mine: Unit) -> list[tuple[str, str]]:
    """(code, title) of the sample policies that the mine has no paper of yet. One query."""
    titles = set(Policy.objects.filter(mine=mine).values_list("title", flat=True))
    known = [(code, packs.load("policies", code)["title"]) for code in packs.codes("policies")]
    return [(code, title) for code, title in known if title not in titles]
