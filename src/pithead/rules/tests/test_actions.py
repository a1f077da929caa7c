"""Policies: enacted, corrected, amended, repealed, taken from a pack."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel import packs
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast
from pithead.rules import actions
from pithead.rules.actions import PolicyDraft
from pithead.rules.models import Policy

JANUARY, JULY = dt.date(2026, 1, 1), dt.date(2026, 7, 1)
DRAFT = PolicyDraft(
    number="青矿党〔2026〕12号",
    title="区队考核办法",
    issuer="矿党委",
    issued_on=JANUARY,
    in_force_from=JANUARY,
    clauses=[("第一条", "考核区队。"), ("第二条", "每月一次。")],
)
SECOND = replace(DRAFT, number="青矿党〔2026〕40号", issued_on=JULY, in_force_from=JULY)


@pytest.fixture
def policy(cast: Cast, at: dt.datetime) -> Policy:
    return actions.enact(by=cast.actor("party_officer"), at=at, mine=cast.mine, draft=DRAFT)


def test_a_policy_is_enacted_once_with_its_clauses(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    assert actions.enact(by=cast.actor("party_officer"), at=at, mine=cast.mine, draft=DRAFT) == policy
    assert list(policy.clauses.order_by("position").values_list("number", "text")) == DRAFT.clauses
    event = AuditEvent.objects.get(action="rules.policy.enacted")
    assert event.subject_label == "《区队考核办法》青矿党〔2026〕12号"


def test_a_number_is_borne_by_one_paper(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    with pytest.raises(Refused, match="文号 青矿党〔2026〕12号 已经是《区队考核办法》"):
        actions.enact(by=cast.actor("party_officer"), at=at, mine=cast.mine, draft=replace(DRAFT, title="别的办法"))


def test_a_paper_with_holes_is_refused_with_every_reason(cast: Cast, at: dt.datetime) -> None:
    draft = replace(
        DRAFT, issuer="", in_force_from=dt.date(2025, 1, 1), clauses=[("第一条", "甲"), ("第一条", ""), ("第二条", " ")]
    )
    with pytest.raises(Refused) as refused:
        actions.enact(by=cast.actor("party_officer"), at=at, mine=cast.mine, draft=draft)
    assert [reason.message for reason in refused.value.reasons] == [
        "要有文号、标题和发文单位",
        "施行日期（2025-01-01）早于发文日期（2026-01-01）",
        "第一条出现了两次",
        "第一条没有内容",
        "第二条没有内容",
    ]
    with pytest.raises(Refused, match="一条也没有"):
        actions.enact(by=cast.actor("party_officer"), at=at, mine=cast.mine, draft=replace(DRAFT, clauses=[]))
    assert not Policy.objects.exists()


def test_a_new_edition_ends_the_old_one_the_day_before(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    by = cast.actor("party_officer")
    for _ in range(2):
        new = actions.amend(by=by, at=at, policy=policy, draft=SECOND)
    policy.refresh_from_db()
    assert (new.replaces, policy.in_force_until) == (policy, dt.date(2026, 6, 30))
    assert AuditEvent.objects.filter(action="rules.policy.amended").count() == 1
    with pytest.raises(Refused, match="已于 2026-06-30 失效"):
        actions.amend(by=by, at=at, policy=policy, draft=replace(SECOND, number="青矿党〔2026〕41号"))


def test_an_edition_needs_a_later_day_and_its_own_number(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    by = cast.actor("party_officer")
    with pytest.raises(Refused, match="新版要晚于旧版施行"):
        actions.amend(by=by, at=at, policy=policy, draft=replace(SECOND, issued_on=JANUARY, in_force_from=JANUARY))
    with pytest.raises(Refused, match="新版要有自己的文号"):
        actions.amend(by=by, at=at, policy=policy, draft=replace(SECOND, number=DRAFT.number))


def test_a_policy_is_repealed_once(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    by = cast.actor("party_officer")
    with pytest.raises(Refused, match="废止日期不能更早"):
        actions.repeal(by=by, at=at, policy=policy, on=dt.date(2025, 1, 1))
    for _ in range(2):
        actions.repeal(by=by, at=at, policy=policy, on=JULY)
    assert AuditEvent.objects.filter(action="rules.policy.repealed").count() == 1
    with pytest.raises(Refused, match="已于 2026-07-01 失效"):
        actions.repeal(by=by, at=at, policy=policy, on=JANUARY)


def test_a_correction_keeps_the_clauses_identity(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    by = cast.actor("party_officer")
    second = policy.clauses.get(number="第二条")
    draft = replace(
        DRAFT, title="区队月度考核办法", clauses=[("第二条", "每月一次，月底截止。"), ("第三条", "公布结果。")]
    )
    for _ in range(2):
        actions.correct(by=by, at=at, policy=policy, draft=draft)
    second.refresh_from_db()
    assert (second.text, second.position) == ("每月一次，月底截止。", 1)
    assert list(policy.clauses.order_by("position").values_list("number", flat=True)) == ["第二条", "第三条"]
    event = AuditEvent.objects.get(action="rules.policy.corrected")
    assert (event.before["title"], event.after["title"]) == ("区队考核办法", "区队月度考核办法")


def test_a_correction_takes_no_other_papers_number_nor_a_day_after_the_end(
    cast: Cast, at: dt.datetime, policy: Policy
) -> None:
    by = cast.actor("party_officer")
    new = actions.amend(by=by, at=at, policy=policy, draft=SECOND)
    policy.refresh_from_db()
    with pytest.raises(Refused, match="已经是另一份制度"):
        actions.correct(by=by, at=at, policy=new, draft=replace(SECOND, number=DRAFT.number))
    with pytest.raises(Refused, match="到 2026-06-30 失效，施行日期不能更晚"):
        actions.correct(by=by, at=at, policy=policy, draft=replace(DRAFT, in_force_from=dt.date(2026, 8, 1)))


@pytest.mark.parametrize("code", packs.codes("policies"))
def test_every_pack_is_loaded_once_under_the_name_of_the_mine(cast: Cast, at: dt.datetime, code: str) -> None:
    by = cast.actor("party_officer")
    policy = actions.load_policy(by=by, at=at, mine=cast.mine, pack_code=code, in_force_from=JANUARY)
    again = actions.load_policy(by=by, at=at, mine=cast.mine, pack_code=code, in_force_from=JULY)
    assert again == policy
    assert policy.number.startswith("青石峪煤矿")


@pytest.mark.parametrize("code", packs.codes("standards"))
def test_every_standard_names_a_clause_of_its_policy(code: str) -> None:
    standard = packs.load("standards", code)
    clauses = packs.load("policies", standard["policy"])["clauses"]
    assert standard["clause"] in [number for clause in clauses for number in clause]


def test_an_unknown_pack_is_refused(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="没有“seven-good”这份制度样本"):
        actions.load_policy(by=cast.system(), at=at, mine=cast.mine, pack_code="seven-good", in_force_from=JANUARY)


def test_only_those_with_the_right_put_policies_on_record(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    for member in ("worker", "mine_leader", "stranger"):
        by = cast.actor(member)
        for verb in (
            lambda by=by: actions.enact(by=by, at=at, mine=cast.mine, draft=SECOND),
            lambda by=by: actions.amend(by=by, at=at, policy=policy, draft=SECOND),
            lambda by=by: actions.repeal(by=by, at=at, policy=policy, on=JULY),
            lambda by=by: actions.correct(by=by, at=at, policy=policy, draft=SECOND),
            lambda by=by: actions.load_policy(by=by, at=at, mine=cast.mine, pack_code="six-good", in_force_from=JULY),
        ):
            with pytest.raises(PermissionDenied):
                verb()
