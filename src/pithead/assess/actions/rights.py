"""Who may write scores for which office, and when."""

from django.core.exceptions import PermissionDenied

from pithead.assess.actions.checking import foreign_offices
from pithead.assess.models import Cycle
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit


def require_scoring(by: Actor, cycle: Cycle, offices: set[int]) -> None:
    """For these offices, in a month that takes scores, as long as they have not handed in."""
    require_office(by, cycle, offices)
    require_open(cycle)
    refuse_handed_in(cycle, offices)


def require_office(by: Actor, cycle: Cycle, offices: set[int]) -> None:
    by.require(Capability.SCORE_ENTER)
    for office in foreign_offices(by, cycle, offices):
        raise PermissionDenied(not_yours(by, office))


def require_open(cycle: Cycle) -> None:
    if not cycle.takes_scores:
        raise Refused(f"{cycle}{cycle.state_label}，不能再改分；确需修改，请先退回打分")


def refuse_handed_in(cycle: Cycle, offices: set[int]) -> None:
    handed_in = cycle.submissions.filter(office__in=offices).select_related("office")
    if names := [submission.office.name for submission in handed_in]:
        raise Refused(f"{'、'.join(names)}已提交{cycle}的打分，要修改请先撤回提交")


def not_yours(by: Actor, office: Unit) -> str:
    return f"{by.name}只能给本科室负责的项目打分，不能替{office}打分"
