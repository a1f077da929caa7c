"""Whether a work method works: the verdict in a sentence, and the figures it was drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pithead.measures.registry import Figure
from pithead.org.access import Actor, ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.practices.effect import SKIPPED, Sums, Trial
from pithead.practices.queries.claims import TONES, claim, label_of, missing
from pithead.practices.queries.effects import Judged, method_effects, month_numbered
from pithead.practices.views.shared import asked, today
from pithead.practices.views.showing import method_or_404


@dataclass(frozen=True)
class Row:
    """An adopter beside those it is compared with: the figure before and after, and what it was made of."""

    name: str
    since: str
    before: str
    after: str
    others_before: str
    others_after: str
    others: int


@dataclass(frozen=True)
class MonthRow:
    name: str
    role: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """One outcome on the page. `hidden`: units whose figures the reader may not see; they are in the total."""

    judged: Judged
    label: str
    tone: str
    sentence: str
    footnote: str
    missing: Sequence[str]
    rows: Sequence[Row]
    total: Row | None
    months: Sequence[str]
    by_month: Sequence[MonthRow]
    hidden: int


@page(Capability.PRACTICE_VIEW)
@require_GET
def effect(request: ActorRequest, code: str) -> HttpResponse:
    method = method_or_404(request, code)
    (found,) = method_effects(method.mine, today(), [method])
    shown = [_shown(request.actor, judged) for judged in found.outcomes]
    context = {"method": method, "found": found, "shown": shown, "skipped": SKIPPED, "asked": asked(request)}
    return render(request, "practices/effect.html", context)


def _shown(actor: Actor, judged: Judged) -> Shown:
    effect, (sentence, footnote) = judged.effect, claim(judged)
    units = [judged.units[key] for key in (*(one.key for one in effect.trials), *sorted(effect.others))]
    seen = {one.pk: one for one in units if actor.can(Capability.FIGURE_VIEW, one)}
    rows = [_row(judged, one) for one in effect.trials if one.key in seen]
    return Shown(
        judged,
        label_of(judged),
        TONES[effect.verdict],
        sentence,
        footnote,
        missing(judged),
        rows,
        _total(judged),
        [month.label.removeprefix("20") for month in judged.months],
        [_month_row(judged, unit) for unit in seen.values()],
        len({one.pk for one in units}) - len(seen),
    )


def _row(judged: Judged, trial: Trial) -> Row:
    others = trial.others.values()
    return Row(
        judged.units[trial.key].name,
        month_numbered(trial.month).label,
        _words(judged, [trial.own.before]),
        _words(judged, [trial.own.after]),
        _words(judged, [one.before for one in others]),
        _words(judged, [one.after for one in others]),
        len(others),
    )


def _total(judged: Judged) -> Row | None:
    trials = judged.effect.trials
    if not trials:
        return None
    others = [one for trial in trials for one in trial.others.values()]
    return Row(
        f"合计 {len(trials)} 个",
        "",
        _words(judged, [one.own.before for one in trials]),
        _words(judged, [one.own.after for one in trials]),
        _value(judged, [one.before for one in others])[0],  # each is there once for every adopter: no sum to be shown
        _value(judged, [one.after for one in others])[0],
        len(judged.effect.others),
    )


def _words(judged: Judged, spans: Sequence[Sums]) -> str:
    value, events, exposure = _value(judged, spans)
    return f"{value}（{events:.0f}/{exposure:.0f}）"


def _value(judged: Judged, spans: Sequence[Sums]) -> tuple[str, float, float]:
    events, exposure = (sum(getattr(one, half) for one in spans) for half in ("events", "exposure"))
    return judged.measure.words(Figure(Decimal(str(events)), Decimal(str(exposure)))), events, exposure


def _month_row(judged: Judged, unit: Unit) -> MonthRow:
    trial = next((one for one in judged.effect.trials if one.key == unit.pk), None)
    role = f"{month_numbered(trial.month).label}起采用" if trial else "对照"
    figures = [judged.figures.get((month, unit.pk)) for month in judged.months]
    return MonthRow(unit.name, role, [f"{one.num:.0f}/{one.den:.0f}" if one else "—" for one in figures])
