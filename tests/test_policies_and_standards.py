"""Where rules and standards meet: a clause that a standard stands under."""

import datetime as dt
from dataclasses import replace

import pytest

from pithead.assess.actions import load_standard
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast, add_unit
from pithead.rules import actions
from pithead.rules.actions import PolicyDraft


def test_a_clause_that_a_standard_stands_under_is_not_corrected_away(cast: Cast, at: dt.datetime) -> None:
    for office in ("DIS", "TRN", "EM", "UNI", "DIC", "MKT", "GEO", "VEN"):
        add_unit(cast.mine, "office", office, office)
    policy = actions.load_policy(
        by=cast.system(), at=at, mine=cast.mine, pack_code="six-good", in_force_from=dt.date(2026, 1, 1)
    )
    standard = load_standard(by=cast.system(), at=at, mine=cast.mine, pack="six-good", in_force_from="2026-01")
    assert standard.clause is not None
    assert standard.clause.policy == policy
    clauses = [(clause.number, clause.text) for clause in policy.clauses.order_by("position")]
    draft = PolicyDraft(policy.number, policy.title, policy.issuer, policy.issued_on, policy.in_force_from, clauses)
    without = [clause for clause in clauses if clause[0] != standard.clause.number]
    with pytest.raises(Refused, match="第三条已被考核标准或工作法引用，不能删去"):
        actions.correct(by=cast.system(), at=at, policy=policy, draft=replace(draft, clauses=without))
    assert policy.clauses.count() == len(clauses)
