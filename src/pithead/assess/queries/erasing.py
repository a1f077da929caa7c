"""What may be taken out of a unit's month for the sake of somebody's privacy: the texts people wrote."""

from dataclasses import dataclass

from pithead.assess.models import Appeal, Cycle, Departure, Entry, Reopening, Source
from pithead.org.models import Unit


@dataclass(frozen=True)
class Erasable:
    key: str  # "entry-12"
    label: str
    what: Entry | Appeal | Cycle | Departure | Reopening


def erasable(cycle: Cycle, unit: Unit) -> list[Erasable]:
    """What was written about the unit, then about the month as a whole. Four queries."""
    entries = Entry.objects.filter(cycle=cycle, unit=unit).exclude(source=Source.COMPUTED)
    appeals = Appeal.objects.filter(cycle=cycle, unit=unit)
    beside = ("item", "unit", "cycle__mine", "cycle__standard")
    return [
        *(
            Erasable(f"entry-{entry.pk}", f"{entry.item.code} {entry.get_kind_display()}：{entry.reason}", entry)
            for entry in entries.select_related(*beside).order_by("item__position", "pk")
        ),
        *(
            Erasable(f"appeal-{appeal.pk}", f"{appeal.item.code} 申诉：{appeal.text}", appeal)
            for appeal in appeals.select_related(*beside).order_by("pk")
        ),
        *_of_meeting(cycle, unit),
    ]


def _of_meeting(cycle: Cycle, unit: Unit) -> list[Erasable]:
    departures = cycle.departures.filter(unit=unit).select_related("unit")
    said = " · ".join(filter(None, (cycle.review_note, cycle.decision)))
    return [
        *(Erasable(f"departure-{one.pk}", f"联席会调整的理由：{one.reason}", one) for one in departures),
        *([Erasable(f"cycle-{cycle.pk}", f"本月的审核意见和会议意见：{said}", cycle)] if said else []),
        *(
            Erasable(f"reopening-{one.pk}", f"退回打分的原因：{one.reason}", one)
            for one in cycle.reopenings.order_by("pk")
        ),
    ]
