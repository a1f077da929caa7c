"""What assessment puts on the desk: what one should do now, and the latest places."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from pithead.assess import queries
from pithead.assess.actions import together
from pithead.assess.models import Cycle, CycleState
from pithead.assess.models.cycles import PUBLIC, TAKES_SCORES, deadline_of
from pithead.org.access import Actor, Capability
from pithead.org.models import Person, UnitKind
from pithead.ui.registry import HomeCard, Todo

SHOWN = 6


def todos(actor: Actor) -> list[Todo]:
    """Scores to hand in, steps a month waits for, appeals to answer and to decide."""
    in_work = list(queries.visible_cycles(actor).exclude(state=CycleState.FINAL)) if _works(actor) else []
    steps = [todo for cycle in in_work for todo in _todos_of(actor, cycle)]
    return [*_appeals(actor), *_publicities(actor, in_work), *steps]


def _works(actor: Actor) -> bool:
    return actor.can(Capability.SCORE_ENTER) or actor.can(Capability.DRAFT_VIEW)


def _page_of(cycle: Cycle) -> str:
    return reverse("assess:cycle", args=(cycle.code, cycle.period))


def _todos_of(actor: Actor, cycle: Cycle) -> list[Todo]:
    """Up to publicity."""
    page = _page_of(cycle)
    if cycle.state in TAKES_SCORES:
        return _scores(actor, cycle, page)
    if cycle.state == CycleState.REVIEW and actor.can(Capability.CYCLE_REVIEW, cycle.mine):
        return [Todo(f"{cycle}：结果等您审核", page, "", "accent")]
    if cycle.state == CycleState.APPROVAL and cycle.approved_at is None:
        by = f"{cycle.reviewed_by}已审核，会后填写纪要编号"
        may = actor.can(Capability.CYCLE_APPROVE, cycle.mine)
        return [Todo(f"{cycle}：待党政联席会审定", page, by, "accent")] if may else []
    if cycle.state == CycleState.APPROVAL and actor.can(Capability.CYCLE_RUN, cycle.mine):
        return [Todo(f"{cycle}：已审定，可以公示", page, f"纪要 {cycle.minutes}", "accent")]
    return []


def _scores(actor: Actor, cycle: Cycle, page: str) -> list[Todo]:
    missing = [entry for entry in queries.own_progress(actor, cycle) if entry.submission is None]
    due = f"截止 {deadline_of(cycle):%-m 月 %-d 日}"
    if not actor.can(Capability.CYCLE_RUN, cycle.mine):
        return [_late(cycle, entry, due) for entry in missing]
    if missing:
        names = "、".join(entry.office.name for entry in missing)
        return [Todo(f"{cycle}：{len(missing)} 个科室还没提交打分", page, f"{names} · {due}", "warn")]
    since = f"{cycle.ends_on:%-m 月 %-d 日}起" if timezone.localdate() < cycle.ends_on else ""
    return [Todo(f"{cycle}：各科室都已提交，{since}可以关闭打分", page, due)]


def _late(cycle: Cycle, entry: queries.OfficeProgress, due: str) -> Todo:
    """What an office has still to hand in; warned once it was reminded."""
    page = reverse("assess:sheet", args=(cycle.code, cycle.period, entry.office.code))
    text = f"{cycle}：{entry.office}的打分还没提交"
    if entry.reminder is None:
        return Todo(text, page, due)
    on = timezone.localdate(entry.reminder.reminded_at)
    return Todo(text, page, f"{entry.reminder.reminded_by} {on:%-m 月 %-d 日}催办 · {due}", "warn")


def _publicities(actor: Actor, in_work: list[Cycle]) -> list[Todo]:
    """Months that were shown for long enough, or have to be shown again; linked ones once, under the first of them."""
    shown = [cycle for cycle in in_work if cycle.state == CycleState.PUBLICITY] if actor.can(_SETTLES) else []
    own, told, found = queries.standings(shown), set[int](), []
    for cycle in shown:
        cycles = [one for one in together(cycle) if one.pk in own]
        if cycle.pk not in told:
            found += _publicity(actor, cycle, queries.standing_together(cycles, own))
        told.update(one.pk for one in cycles)
    return found


_SETTLES = Capability.CYCLE_FINALISE


def _publicity(actor: Actor, cycle: Cycle, standing: queries.Standing) -> list[Todo]:
    if standing.changed and not standing.open_appeals and actor.can(Capability.CYCLE_RUN, cycle.mine):
        return [Todo(f"{cycle}：申诉已处理，请{standing.next_round}", _page_of(cycle), "结果有变化", "accent")]
    if standing.over_on(timezone.localdate()) and actor.can(_SETTLES, cycle.mine):
        return [Todo(f"{cycle}：公示期满，可以确定", _page_of(cycle), "没有未办的申诉", "accent")]
    return []


def _appeals(actor: Actor) -> list[Todo]:
    waiting = queries.appeals_waiting(actor)
    page, found = reverse("assess:appeals"), []
    if waiting.to_answer:
        offices = "、".join(f"{office} {count} 件" for office, count in waiting.to_answer.items())
        found.append(Todo(f"{sum(waiting.to_answer.values())} 件申诉待答复", page, offices, "accent"))
    if waiting.to_decide:
        found.append(Todo(f"{waiting.to_decide} 件申诉待裁定", page, "科室已经答复", "accent"))
    return found


def _running(actor: Actor) -> dict[str, Any] | None:
    """For everybody, from the moment a month is published until its days are over."""
    cycles = queries.visible_cycles(actor).filter(state=CycleState.PUBLICITY)
    months = [month for month in queries.public_months(cycles, timezone.localdate()) if month.state.running]
    return {"months": months} if months else None


def _latest_sections(actor: Actor) -> Cycle | None:
    """The latest published month of sections, or of whatever is assessed."""
    settled = queries.visible_cycles(actor).filter(state__in=PUBLIC)
    found: Cycle | None = settled.filter(standard__subject=UnitKind.SECTION).first() or settled.first()
    return found


def _latest_places(actor: Actor) -> dict[str, Any] | None:
    cycle = _latest_sections(actor)
    if cycle is None:
        return None
    board, summary = queries.board(cycle, per_page=SHOWN), queries.summary(cycle)
    return {"cycle": cycle, "board": board, "summary": summary, "state": _unsettled([cycle]).get(cycle.pk)}


def _unsettled(cycles: list[Cycle]) -> dict[int, queries.PublicState]:
    """cycle → how far its publicity is, for those that are not final: nobody shall take them for settled."""
    shown = [cycle for cycle in cycles if cycle.state == CycleState.PUBLICITY]
    return {month.cycle.pk: month.state for month in queries.public_months(shown, timezone.localdate())}


def _own_units(actor: Actor) -> dict[str, Any] | None:
    """The latest published month of the reader's own crew and section, and of the branch they are responsible for, with
    what cost most."""
    person = Person.objects.filter(pk=actor.person_id or 0).select_related("unit").first()
    if person is None:
        return None
    own = queries.own_results(actor, person.unit)
    states = _unsettled([result.cycle for result in own])
    return {"own": [(result, states.get(result.cycle.pk)) for result in own]} if own else None


def _costly_items(actor: Actor) -> dict[str, Any] | None:
    """For those who run or review months: what cost most in the latest published one, and where."""
    cycle = _latest_sections(actor) if actor.can(Capability.DRAFT_VIEW) else None
    found = queries.findings(cycle)[:SHOWN] if cycle else ()
    if cycle is None or not found:
        return None
    return {"cycle": cycle, "findings": found, "most": found[0].points, "state": _unsettled([cycle]).get(cycle.pk)}


publicity_card = HomeCard("assess/_home_publicity.html", _running, order=5)
results_card = HomeCard("assess/_home.html", _latest_places, order=20)
own_card = HomeCard("assess/_home_own.html", _own_units, order=10)
findings_card = HomeCard("assess/_home_findings.html", _costly_items, order=30)
