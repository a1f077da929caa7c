"""What assessment puts on the desk: what one should do now, and the latest places."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from pithead.assess import queries
from pithead.assess.models import Cycle, CycleState
from pithead.assess.models.cycles import TAKES_SCORES, deadline_of
from pithead.org.access import Actor, Capability
from pithead.org.models import Person, UnitKind
from pithead.ui.registry import HomeCard, Todo

SHOWN = 6


def todos(actor: Actor) -> list[Todo]:
    """Scores to hand in, months to review, months to settle."""
    in_work = list(queries.visible_cycles(actor).exclude(state=CycleState.FINAL)) if _works(actor) else []
    return [todo for cycle in in_work for todo in _todos_of(actor, cycle)]


def _works(actor: Actor) -> bool:
    return actor.can(Capability.SCORE_ENTER) or actor.can(Capability.DRAFT_VIEW)


def _todos_of(actor: Actor, cycle: Cycle) -> list[Todo]:
    found = []
    runs = actor.can(Capability.CYCLE_RUN, cycle.mine)
    page = reverse("assess:cycle", args=(cycle.code, cycle.period))
    if cycle.state in TAKES_SCORES:
        missing = [entry for entry in queries.own_progress(actor, cycle) if entry.submission is None]
        due = f"截止 {deadline_of(cycle):%-m 月 %-d 日}"
        if runs and missing:
            names = "、".join(entry.office.name for entry in missing)
            found.append(Todo(f"{cycle}：{len(missing)} 个科室还没提交打分", page, f"{names} · {due}", "warn"))
        elif runs:
            found.append(Todo(f"{cycle}：各科室都已提交，可以关闭打分", page, due))
        else:
            found += [_late(cycle, entry, due) for entry in missing]
    elif cycle.reviewed_at is None and actor.can(Capability.CYCLE_REVIEW, cycle.mine):
        found.append(Todo(f"{cycle}：结果等您审核", page, "", "accent"))
    elif cycle.reviewed_at and actor.can(Capability.CYCLE_FINALISE, cycle.mine):
        found.append(Todo(f"{cycle}：已审核，请确定结果并出通报", page, f"{cycle.reviewed_by}已审核", "accent"))
    return found


def _late(cycle: Cycle, entry: queries.OfficeProgress, due: str) -> Todo:
    """What an office has still to hand in; warned once it was reminded."""
    page = reverse("assess:sheet", args=(cycle.code, cycle.period, entry.office.code))
    text = f"{cycle}：{entry.office}的打分还没提交"
    if entry.reminder is None:
        return Todo(text, page, due)
    on = timezone.localdate(entry.reminder.reminded_at)
    return Todo(text, page, f"{entry.reminder.reminded_by} {on:%-m 月 %-d 日}催办 · {due}", "warn")


def _latest_sections(actor: Actor) -> Cycle | None:
    """The latest settled month of sections, or of whatever is assessed."""
    settled = queries.visible_cycles(actor).filter(state=CycleState.FINAL)
    found: Cycle | None = settled.filter(standard__subject=UnitKind.SECTION).first() or settled.first()
    return found


def _latest_places(actor: Actor) -> dict[str, Any] | None:
    cycle = _latest_sections(actor)
    if cycle is None:
        return None
    return {"cycle": cycle, "board": queries.board(cycle, per_page=SHOWN), "summary": queries.summary(cycle)}


def _own_units(actor: Actor) -> dict[str, Any] | None:
    """The latest settled month of the reader's own crew and section, with what cost most."""
    person = Person.objects.filter(pk=actor.person_id or 0).select_related("unit").first()
    if person is None or person.unit is None:
        return None
    own = queries.own_results(actor, person.unit)
    return {"own": own} if own else None


def _costly_items(actor: Actor) -> dict[str, Any] | None:
    """For those who run or review months: what cost most in the latest settled one, and where."""
    cycle = _latest_sections(actor) if actor.can(Capability.DRAFT_VIEW) else None
    found = queries.findings(cycle)[:SHOWN] if cycle else ()
    return {"cycle": cycle, "findings": found, "most": found[0].points} if found else None


results_card = HomeCard("assess/_home.html", _latest_places, order=20)
own_card = HomeCard("assess/_home_own.html", _own_units, order=10)
findings_card = HomeCard("assess/_home_findings.html", _costly_items, order=30)
