"""More than a role may be asked for: a mine leader allows it by name, or does not (10.4 B7). And the caps themselves."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.practices.actions.proposing import log_proposal
from pithead.practices.actions.versions import put_in_force
from pithead.practices.actions.writing import Terms
from pithead.practices.content import PracticeSpec
from pithead.practices.models import BurdenCap, PracticeVersion, Proposal
from pithead.practices.pack_rules import filling
from pithead.practices.queries import burden
from pithead.practices.words import PERFORMERS


@transaction.atomic
def approve(*, by: Actor, at: dt.datetime, proposal: Proposal, approval: str) -> PracticeVersion:
    """Nobody allows what he proposed himself. What should have begun already begins today."""
    practice = proposal.practice
    by.require(Capability.PRACTICE_APPROVE, practice.mine)
    hold(practice.mine)
    standing = Proposal.objects.filter(pk=proposal.pk).first()
    if standing is None:
        raise Refused(f"“{practice}”的报批已经办过，请刷新页面")
    if standing.proposed_at != proposal.proposed_at:
        raise Refused(f"“{practice}”的报批刚刚改过，请看过改后的再批准")
    if by.person_id is None or by.person_id == proposal.proposed_by_id:
        raise Refused("批准要由另一位矿领导署名，不能自己报、自己批")
    if not approval.strip():
        raise Refused("请写明批准的依据，如会议纪要编号")
    since = max(proposal.since, timezone.localdate(at))
    if proposal.until is not None and proposal.until < since:
        raise Refused(f"报批的要求到 {proposal.until} 为止，已经过期，请退回")
    terms = Terms(since, proposal.until, proposal.order_no, approval.strip(), by.person_id)
    version = put_in_force(by, at, practice, PracticeSpec.from_plain(proposal.content), terms)
    log_proposal(by, at, "practices.version.approved", proposal, approval)
    return version


@transaction.atomic
def decline(*, by: Actor, at: dt.datetime, proposal: Proposal, note: str) -> None:
    """By a mine leader, or taken back by the party office."""
    if not by.can(Capability.PRACTICE_EDIT, proposal.practice.mine):
        by.require(Capability.PRACTICE_APPROVE, proposal.practice.mine)
    hold(proposal.practice.mine)
    deleted, _ = Proposal.objects.filter(pk=proposal.pk).delete()
    if deleted:
        log_proposal(by, at, "practices.version.declined", proposal, note)


@transaction.atomic
def set_caps(*, by: Actor, at: dt.datetime, mine: Unit, minutes: Mapping[str, int]) -> None:
    """Minutes a week per role; as in the pack: no row of its own. Whoever may allow more may move the caps."""
    by.require(Capability.PRACTICE_APPROVE, mine)
    hold(mine)
    usual, before = filling()["caps"], burden.caps_of(mine)
    if unknown := [role for role in minutes if role not in usual]:
        raise Refused(f"没有“{'、'.join(unknown)}”这种岗位")
    if any(not 0 <= value <= 600 for value in minutes.values()):
        raise Refused("上限应在每周 0 到 600 分钟之间")
    changed = {role: value for role, value in minutes.items() if before[role] != value}
    for role, value in changed.items():
        own = BurdenCap.objects.filter(mine=mine, role=role)
        if value == usual[role]:
            own.delete()
        else:
            BurdenCap.objects.update_or_create(mine=mine, role=role, defaults={"minutes": value})
    if changed:
        subject = ("mine", mine.pk, mine.name)
        facts = {"before": {"caps": _in_words(before, changed)}, "after": {"caps": _in_words(changed, changed)}}
        audit.write(by=by, at=at, mine=mine.code, action="practices.caps.set", subject=subject, **facts)


def _in_words(minutes: Mapping[str, int], roles: Iterable[str]) -> str:
    return "、".join(f"{PERFORMERS[role]} {minutes[role]} 分钟" for role in roles)
