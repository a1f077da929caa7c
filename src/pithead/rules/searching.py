"""What the search finds of policies: a paper by number, title and issuer, a clause by its words."""

from django.urls import reverse

from pithead.kernel.searching import contains, every_word, excerpt
from pithead.org.access import Actor
from pithead.rules.models import Clause, Policy
from pithead.rules.queries import state_of
from pithead.ui.registry import Asked, Hit

POLICY = contains("number", "title", "issuer")
CLAUSE, OF_POLICIES = contains("text", "number"), contains("policy__title", "policy__number")


def policies(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """One query."""
    rows = Policy.objects.visible_to(actor).filter(every_word(asked.words, POLICY)).order_by("-in_force_from", "pk")
    return [_policy(one, asked) for one in rows[:limit]]


def _policy(policy: Policy, asked: Asked) -> Hit:
    state, tone = state_of(policy, asked.on)
    return Hit(policy.title, reverse("rules:policy", args=[policy.pk]), f"{policy.number} · {state}", tone)


def clauses(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """One query."""
    rows = Clause.objects.filter(policy__in=Policy.objects.visible_to(actor).values("pk"))
    found = rows.filter(every_word(asked.words, CLAUSE, OF_POLICIES)).select_related("policy")
    ordered = found.order_by("-policy__in_force_from", "policy", "position")
    return [_clause(one, asked) for one in ordered[:limit]]


def _clause(clause: Clause, asked: Asked) -> Hit:
    address = f"{reverse('rules:policy', args=[clause.policy_id])}#clause-{clause.pk}"
    return Hit(f"{clause.policy} {clause.number}", address, excerpt(clause.text, asked.words))
