"""A month that has been through everything, for tests of what is under seal, and other values for any column."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models

from pithead.assess import actions
from pithead.assess.actions import DepartureDraft
from pithead.assess.models import Appeal, Cycle, Entry, Outcome, Standard
from pithead.assess.testing import PUBLICITY, draft, issue_small_standard, publish
from pithead.kernel.periods import Period
from pithead.org.models import Unit
from pithead.org.testing import Cast
from pithead.rules.actions import load_policy


def open_month(cast: Cast, at: dt.datetime, period: str = "2026-06") -> Cycle:
    """With five things found in three sections."""
    standard = issue_small_standard(cast, at)
    act = {"by": cast.system(), "at": at}
    cycle = actions.open_cycle(**act, mine=cast.mine, code="small", period=Period.parse(period))
    unit = cast.units.__getitem__
    found = [
        draft(standard, unit("ZC1"), "B1", "1.5"),
        draft(standard, unit("M1"), "B1", "2"),
        draft(standard, unit("M1"), "A1", "0.5"),
        draft(standard, unit("TF"), "V1", kind="veto"),
        draft(standard, unit("TF"), "J1", "1", kind="bonus"),
    ]
    actions.add_entries(**act, cycle=cycle, drafts=found)
    return cycle


def whole_month(cast: Cast, at: dt.datetime) -> Cycle:
    """June: handed in, approved with a departure, published, an appeal that gave half a point back, published again, final.
    May: published and sent back to scoring, with an appeal that lapsed by it."""
    act = {"by": cast.system(), "at": at}
    load_policy(**act, mine=cast.mine, pack_code="six-good", in_force_from=at.date())
    cycle = open_month(cast, at)
    actions.submit(**act, cycle=cycle, office=cast.units["SAF"])
    actions.close_cycle(**act, cycle=cycle)
    other = [DepartureDraft(cast.units["TF"].pk, "good")]
    actions.approve_cycle(**act, cycle=cycle, minutes="2026年第7次", decision="同意", departures=other)
    actions.publish_cycle(**act, cycle=cycle, contacts="纪委 2323")
    _decide(cast, at, cycle)
    actions.publish_cycle(**act | {"at": at + dt.timedelta(hours=2)}, cycle=cycle)
    actions.finalise_cycle(by=cast.system(), at=at + PUBLICITY, cycle=cycle)
    may = publish(open_month(cast, at, "2026-05"), **act)
    appeal(cast, at, may)
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=may, reason="漏报一处")
    _elsewhere(cast, at)
    return cycle


def _elsewhere(cast: Cast, at: dt.datetime) -> None:
    """A draft and a month without anything in them, where a row may be moved to."""
    draft = Standard.objects.create(mine=cast.mine, code="bare", version=1, title="草案", owner=cast.units["PTY"])
    when = {"period": "2026-01", "starts_on": at.date(), "ends_on": at.date(), "opened_at": at}
    Cycle.objects.create(mine=cast.mine, standard=draft, code="bare", **when)


def appeal(cast: Cast, at: dt.datetime, cycle: Cycle) -> Appeal:
    entry = Entry.objects.get(cycle=cycle, unit=cast.units["ZC1"])
    return actions.make_appeal(by=cast.actor("section_head"), at=at, entry=entry, text="当班已经整改")


def _decide(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    found = appeal(cast, at, cycle)
    actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=found, answer="请裁定")
    actions.decide_appeal(
        by=cast.actor("party_officer"),
        at=at + dt.timedelta(hours=1),
        appeal=found,
        outcome=Outcome.CHANGED,
        decision="已整改的减半",
        points=Decimal("0.75"),
    )


def another_value(field: "models.Field[Any, Any]", value: Any, cast: Cast) -> Any:
    """What the column might hold instead."""
    match field:
        case models.ForeignKey() if field.related_model is Unit:
            return cast.units["HR"].pk if field.name != "mine" else cast.other_mine.pk
        case models.ForeignKey():
            return field.related_model._base_manager.exclude(pk=value).order_by("-pk").values_list("pk", flat=True)[0]
        case models.BooleanField():
            return not value
        case models.DecimalField():
            return (value or Decimal(0)) + Decimal("0.01")
        case models.DateTimeField():
            return (value or dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) + dt.timedelta(microseconds=1)
        case models.DateField():
            return (value or dt.date(2026, 1, 1)) + dt.timedelta(days=1)
        case models.PositiveIntegerField() | models.PositiveSmallIntegerField():
            return (value or 0) + 7
        case models.JSONField():
            return {**value, "x": 1} if isinstance(value, dict) else [*value, "x"]
        case models.CharField() if field.choices:
            return [choice for choice, _ in field.choices if choice != value][-1]
    return f"{value[:-1]}#"
