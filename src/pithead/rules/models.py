"""Policies and their clauses: the first link of the chain. Standards, practices and fund rules point at clauses."""

from typing import Any, Self

from django.db import models

from pithead.org import access
from pithead.org.models import Unit


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, actor: Any) -> Self:
        return actor.scope(access.Capability.RULE_VIEW).units(self, "mine__path")


class Policy(models.Model):
    """A paper that is in force: 青矿党〔2026〕12号. A later edition names the one it replaces."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="policies")
    number = models.CharField(max_length=64)  # 发文字号
    title = models.CharField(max_length=120)
    issuer = models.CharField(max_length=64)
    issued_on = models.DateField()
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["mine", "number"], name="policy_number_once_per_mine"),
            models.CheckConstraint(
                condition=models.Q(in_force_until=None) | models.Q(in_force_until__gte=models.F("in_force_from")),
                name="policy_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Clause(models.Model):
    """One clause, as it is quoted: 第六条."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="clauses")
    number = models.CharField(max_length=24)
    text = models.TextField()
    position = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["policy", "number"], name="clause_number_once_per_policy"),)

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"
