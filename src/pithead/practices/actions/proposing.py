"""What would ask a role for more than it may be asked for waits for a mine leader."""

import datetime as dt
from collections.abc import Iterable

from pithead.kernel import audit
from pithead.org.access import Actor
from pithead.practices.actions.writing import Terms
from pithead.practices.content import PracticeSpec
from pithead.practices.models import Practice, Proposal, WorkMethod
from pithead.practices.queries import burden
from pithead.practices.words import PERFORMERS

Over = dict[str, list[float]]  # role → minutes a week it would come to, and its cap


def over_caps(method: WorkMethod, specs: Iterable[PracticeSpec], since: dt.date) -> Over:
    """The roles that these practices of a method would bring over their caps, were it in use: then, or once what is planned
    has begun."""
    found: Over = {}
    asked, caps = {spec.code: spec for spec in specs}, burden.caps_of(method.mine)
    for day in burden.days_of_change(method.mine, since):
        before = burden.specs_of(burden.versions_in_force(method.mine, day, besides=[method.pk]))
        found = {**roles_over(burden.compare(before, {**before, **asked}, caps)), **found}
    return found


def roles_over(loads: Iterable[burden.RoleLoad]) -> Over:
    return {load.role: [load.minutes, load.cap] for load in loads if load.over}


def in_words(over: Over) -> str:
    return "、".join(
        f"{PERFORMERS[role]}每周 {minutes:g} 分钟（上限 {cap:g}）" for role, (minutes, cap) in over.items()
    )


def propose(by: Actor, at: dt.datetime, practice: Practice, spec: PracticeSpec, terms: Terms, over: Over) -> Proposal:
    """One at a time for a practice: the last word counts."""
    given = {"content": spec.to_plain(), "since": terms.since, "until": terms.until, "order_no": terms.order_no}
    standing = Proposal.objects.filter(practice=practice).first()
    if standing is not None and all(getattr(standing, name) == value for name, value in given.items()):
        return standing
    told = {"mine": practice.mine, "over": over, "proposed_by_id": by.person_id, "proposed_at": at}
    proposal, _ = Proposal.objects.update_or_create(practice=practice, defaults={**given, **told})
    log_proposal(by, at, "practices.version.proposed", proposal)
    return proposal


def log_proposal(by: Actor, at: dt.datetime, action: str, proposal: Proposal, approval: str = "") -> None:
    after = {"since": proposal.since.isoformat(), "over": in_words(proposal.over), "approval": approval.strip()}
    subject = ("practice", proposal.practice_id, proposal.practice.title)
    audit.write(by=by, at=at, mine=proposal.mine.code, action=action, subject=subject, after=after)
