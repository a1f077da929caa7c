"""Putting policies on record: enacted, corrected, amended by a later edition, repealed, or taken from a pack."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from pithead.kernel import audit, packs
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.rules.models import Clause, Policy

ONE_DAY = dt.timedelta(days=1)
FIELDS = ("number", "title", "issuer", "issued_on", "in_force_from")


@dataclass(frozen=True)
class PolicyDraft:
    """A paper as it was issued. `clauses`: (第三条, its text), in order."""

    number: str
    title: str
    issuer: str
    issued_on: dt.date
    in_force_from: dt.date
    clauses: Sequence[tuple[str, str]]


@transaction.atomic
def enact(*, by: Actor, at: dt.datetime, mine: Unit, draft: PolicyDraft) -> Policy:
    """The same paper put on record again is returned; another one under its number is refused."""
    by.require(Capability.RULE_EDIT, mine)
    if standing := Policy.objects.filter(mine=mine, number=draft.number).first():
        if _same(standing, draft):
            return standing
        raise Refused(f"文号 {draft.number} 已经是《{standing.title}》，请核对")
    policy = _create(mine, draft)
    _log(by, at, "rules.policy.enacted", policy)
    return policy


@transaction.atomic
def amend(*, by: Actor, at: dt.datetime, policy: Policy, draft: PolicyDraft) -> Policy:
    """A new edition: from the day it holds, the old one no longer does. What pointed at the old one still does."""
    by.require(Capability.RULE_EDIT, policy.mine)
    standing = policy.replaced_by.filter(number=draft.number).first()
    if standing and _same(standing, draft):
        return standing
    if policy.in_force_until:
        raise Refused(f"《{policy.title}》已于 {policy.in_force_until} 失效，不能再修订")
    if draft.in_force_from <= policy.in_force_from:
        raise Refused(f"新版要晚于旧版施行：旧版从 {policy.in_force_from} 起施行")
    if Policy.objects.filter(mine=policy.mine, number=draft.number).exists():
        raise Refused(f"文号 {draft.number} 已经用过，新版要有自己的文号")
    new = _create(policy.mine, draft, replaces=policy)
    policy.in_force_until = draft.in_force_from - ONE_DAY
    policy.save(update_fields=["in_force_until"])
    _log(by, at, "rules.policy.amended", new, before=_facts(policy))
    return new


@transaction.atomic
def repeal(*, by: Actor, at: dt.datetime, policy: Policy, on: dt.date) -> Policy:
    """`on` is the last day it holds."""
    by.require(Capability.RULE_EDIT, policy.mine)
    if policy.in_force_until == on:
        return policy
    if policy.in_force_until:
        raise Refused(f"《{policy.title}》已于 {policy.in_force_until} 失效")
    if on < policy.in_force_from:
        raise Refused(f"《{policy.title}》从 {policy.in_force_from} 起施行，废止日期不能更早")
    before = _facts(policy)
    policy.in_force_until = on
    policy.save(update_fields=["in_force_until"])
    _log(by, at, "rules.policy.repealed", policy, before=before)
    return policy


@transaction.atomic
def correct(*, by: Actor, at: dt.datetime, policy: Policy, draft: PolicyDraft) -> Policy:
    """Mend what was typed wrongly. Clauses keep their identity by number, so that standards go on pointing at them."""
    by.require(Capability.RULE_EDIT, policy.mine)
    if _same(policy, draft):
        return policy
    _check(draft)
    if Policy.objects.filter(mine=policy.mine, number=draft.number).exclude(pk=policy.pk).exists():
        raise Refused(f"文号 {draft.number} 已经是另一份制度，请核对")
    if policy.in_force_until and draft.in_force_from > policy.in_force_until:
        raise Refused(f"《{policy.title}》到 {policy.in_force_until} 失效，施行日期不能更晚")
    before = _facts(policy)
    for field in FIELDS:
        setattr(policy, field, getattr(draft, field))
    policy.save()
    _replace_clauses(policy, draft.clauses)
    _log(by, at, "rules.policy.corrected", policy, before=before)
    return policy


def _replace_clauses(policy: Policy, wanted: Sequence[tuple[str, str]]) -> None:
    standing = {clause.number: clause for clause in policy.clauses.all()}
    gone = [clause for number, clause in standing.items() if number not in dict(wanted)]
    for clause in gone:
        try:
            clause.delete()
        except ProtectedError as error:
            raise Refused(f"{clause.number}已被考核标准或工作法引用，不能删去；要废止请出新版") from error
    for position, (number, text) in enumerate(wanted, 1):
        clause = standing.get(number) or Clause(policy=policy, number=number)
        clause.text, clause.position = text, position
        clause.save()


# ── from a pack ──
def load_policy(*, by: Actor, at: dt.datetime, mine: Unit, pack_code: str, in_force_from: dt.date) -> Policy:
    """Enact `packs/policies/<code>.yaml` under the mine's own number; where a paper of that title holds already, that one."""
    by.require(Capability.RULE_EDIT, mine)
    if pack_code not in packs.codes("policies"):
        raise Refused(f"没有“{pack_code}”这份制度样本")
    content = packs.load("policies", pack_code)
    if standing := Policy.objects.filter(mine=mine, title=content["title"]).order_by("-in_force_from").first():
        return standing
    words = {"mine": mine.short_name or mine.name, "year": in_force_from.year}
    draft = PolicyDraft(
        number=content["number"].format(**words),
        title=content["title"],
        issuer=content["issuer"].format(**words),
        issued_on=in_force_from,
        in_force_from=in_force_from,
        clauses=[clause for part in content["clauses"] for clause in part.items()],
    )
    return enact(by=by, at=at, mine=mine, draft=draft)


# ── shared ──
def _same(policy: Policy, draft: PolicyDraft) -> bool:
    clauses = list(policy.clauses.order_by("position").values_list("number", "text"))
    return all(getattr(policy, field) == getattr(draft, field) for field in FIELDS) and clauses == list(draft.clauses)


def _create(mine: Unit, draft: PolicyDraft, replaces: Policy | None = None) -> Policy:
    _check(draft)
    policy = Policy.objects.create(mine=mine, replaces=replaces, **{field: getattr(draft, field) for field in FIELDS})
    Clause.objects.bulk_create(
        Clause(policy=policy, number=number, text=text, position=position)
        for position, (number, text) in enumerate(draft.clauses, 1)
    )
    return policy


def _check(draft: PolicyDraft) -> None:
    reasons = []
    if not draft.number.strip() or not draft.title.strip() or not draft.issuer.strip():
        reasons.append(Reason("要有文号、标题和发文单位"))
    if draft.in_force_from < draft.issued_on:
        reasons.append(Reason(f"施行日期（{draft.in_force_from}）早于发文日期（{draft.issued_on}）"))
    if not draft.clauses:
        reasons.append(Reason("一条也没有：请把条文写上"))
    numbers = [number for number, _ in draft.clauses]
    reasons += [Reason(f"{number}出现了两次") for number in dict.fromkeys(numbers) if numbers.count(number) > 1]
    reasons += [Reason(f"{number}没有内容") for number, text in draft.clauses if not text.strip()]
    if reasons:
        raise Refused(reasons)


def _facts(policy: Policy) -> dict[str, Any]:
    return {
        "number": policy.number,
        "title": policy.title,
        "issuer": policy.issuer,
        "issued_on": policy.issued_on.isoformat(),
        "in_force_from": policy.in_force_from.isoformat(),
        "in_force_until": policy.in_force_until.isoformat() if policy.in_force_until else None,
        "clauses": policy.clauses.count(),
    }


def _log(by: Actor, at: dt.datetime, action: str, policy: Policy, before: dict[str, Any] | None = None) -> None:
    subject = ("policy", policy.pk, f"《{policy.title}》{policy.number}")
    audit.write(
        by=by, at=at, mine=policy.mine.code, action=action, subject=subject, before=before, after=_facts(policy)
    )
