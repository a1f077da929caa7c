"""The page of one month: how far it has come, and the forms for whoever may take it further."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from pithead.assess import actions, queries
from pithead.assess.forms import ApprovalForm, ContactsForm, DepartureForm, EarlyClosingForm, NoteForm, ReasonForm
from pithead.assess.models import Cycle, CycleState
from pithead.assess.models.cycles import PUBLIC, deadline_of
from pithead.org.access import ActorRequest, Capability
from pithead.org.models import Unit

ROWS, MORE, MOST = 3, 3, 60  # lines for departures: at first, added by a press, at most
Context = dict[str, Any]


def cycle_page(request: ActorRequest, cycle: Cycle, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The month and what the reader may do next; `forms` are those sent and refused, by their name in the template."""
    actor = request.actor
    progress = queries.progress(cycle)
    context = {
        "cycle": cycle,
        "deadline": deadline_of(cycle),
        "progress": progress,
        "late": [entry.office for entry in progress if entry.submission is None],
        "summary": queries.summary(cycle) if cycle.closed_at else None,
        "participants": cycle.participants.count(),
        "may_run": actor.can(Capability.CYCLE_RUN, cycle.mine),
        "may_review": actor.can(Capability.CYCLE_REVIEW, cycle.mine),
        "chain": _chain(cycle),
        "note_form": NoteForm(),
        **(closing(cycle) if cycle.takes_scores and actor.can(Capability.CYCLE_RUN, cycle.mine) else {}),
        **_reopening(request, cycle),
        **second_half(request, cycle),
        **forms,
    }
    return render(request, "assess/cycle.html", context, status=status)


@dataclass(frozen=True)
class ChainStep:
    name: str
    done: bool
    now: bool


def _chain(cycle: Cycle) -> list[ChainStep]:
    """开启 → 打分 → 审核 → 审定 → 公示 → 确定; what the month waits for is the current one."""
    names = ("开启", "打分", "审核", "审定", "公示", "确定")
    here = list(CycleState).index(CycleState(cycle.state))
    if cycle.state == CycleState.APPROVAL and cycle.approved_at:
        here += 1
    final = cycle.state == CycleState.FINAL
    return [ChainStep(name, place < here or final, place == here and not final) for place, name in enumerate(names)]


def closing(cycle: Cycle, posted: QueryDict | None = None) -> Context:
    """What closing waits for, of all months that close together: until when it cannot be done, which offices are missing.
    While those still have time there is a form that asks."""
    cycles, today = actions.together(cycle), timezone.localdate()
    missing = [(found, late) for found in cycles if (late := actions.late_offices(found))]
    last = max(found.ends_on for found in cycles)
    in_time = any(today <= deadline_of(found) for found, _ in missing)
    return {
        "closes_on": last if today < last else None,
        "missing": missing,
        "undecided": [line for found in cycles for line in _undecided(found)],
        "closing_form": EarlyClosingForm(posted) if in_time and today >= last else None,
    }


@dataclass(frozen=True)
class Undecided:
    """What an office has not answered of what confirmed matters propose, and entries whose matter has changed since."""

    cycle: Cycle
    office: Unit
    pending: int = 0
    vetoes: int = 0
    doubtful: int = 0


def _undecided(cycle: Cycle) -> list[Undecided]:
    fed = queries.fed(cycle, today=timezone.localdate())
    pending, vetoes = (Counter(one.clause.office for one in ones) for ones in (fed.pending, fed.vetoes))
    doubtful = Counter(entry.office for entry in fed.doubtful)
    offices = dict.fromkeys([*pending, *doubtful])
    return [Undecided(cycle, office, pending[office], vetoes[office], doubtful[office]) for office in offices]


def _reopening(request: ActorRequest, cycle: Cycle) -> Context:
    """Who may send the month back: what was published only a leader."""
    right = Capability.CYCLE_REVIEW if cycle.state in PUBLIC else Capability.DRAFT_VIEW
    return {
        "may_reopen": cycle.closed_at is not None and request.actor.can(right, cycle.mine),
        "is_public": cycle.state in PUBLIC,
        "reason_form": ReasonForm(),
        "reopenings": queries.reopenings(request.actor, cycle),
    }


def second_half(request: ActorRequest, cycle: Cycle) -> Context:
    """What the page needs from approval on; forms only for those who may send them now."""
    actor, today = request.actor, timezone.localdate()
    cycles = actions.together(cycle)
    standing = queries.standing_together(cycles, queries.standings(cycles))
    context: Context = {
        "beside": cycles[1:],
        "standing": standing,
        "running": standing.runs_on(today),
        "over": standing.over_on(today),
        "course": standing.rounds[::-1],
        "departures": queries.departures(cycle) if cycle.approved_at else {},
        "changes": queries.changes(cycle) if standing.decided else [],
        "may_finalise": actor.can(Capability.CYCLE_FINALISE, cycle.mine),
    }
    if cycle.state == CycleState.APPROVAL and not cycle.approved_at and actor.can(Capability.CYCLE_APPROVE, cycle.mine):
        context |= approval_forms(cycles)
    if to_publish(cycle, standing) and actor.can(Capability.CYCLE_RUN, cycle.mine):
        context |= publication_form(cycles)
    return context


def to_publish(cycle: Cycle, standing: queries.Standing) -> bool:
    """Approved and not shown yet, or changed by appeals that are all decided."""
    if cycle.state == CycleState.APPROVAL:
        return cycle.approved_at is not None
    return cycle.state == CycleState.PUBLICITY and standing.changed and not standing.open_appeals


# ── forms of the second half ──
def approval_forms(
    cycles: Sequence[Cycle], posted: QueryDict | None = None, *, more: int = 0, bound: bool = True
) -> Context:
    """Bound to what was posted, or (`bound` false) filled with it as if it had not been sent yet."""
    choices: Context = {"units": queries.departable_units(cycles), "tiers": queries.tiers_of(cycles)}
    count = min(_count(posted) + more, MOST)
    if posted is None or bound:
        form = ApprovalForm(posted)
        rows = [
            DepartureForm(posted, prefix=f"row{n}", empty_permitted=True, use_required_attribute=False, **choices)
            for n in range(count)
        ]
    else:
        form = ApprovalForm(initial={name: posted.get(name, "") for name in ApprovalForm.base_fields})
        rows = [DepartureForm(prefix=f"row{n}", initial=_typed(posted, n), **choices) for n in range(count)]
    return {"approval_form": form, "departure_forms": rows, "row_count": count, "departing": bool(posted)}


def _count(posted: QueryDict | None) -> int:
    said = posted.get("rows", "") if posted else ""
    return min(int(said), MOST) if said.isdecimal() and len(said) < 4 else ROWS


def _typed(posted: QueryDict, row: int) -> dict[str, str]:
    return {name: said for name in DepartureForm.base_fields if (said := posted.get(f"row{row}-{name}")) is not None}


def publication_form(cycles: Sequence[Cycle]) -> Context:
    spans = queries.spans_ahead(cycles, timezone.localdate())
    return {
        "contacts_form": ContactsForm(initial={"contacts": queries.usual_contacts(cycles[0])}),
        "spans": [(cycle, spans[cycle.pk]) for cycle in cycles],
        "guessed_years": sorted({year for span in spans.values() for year in span.guessed}),
    }
