"""What may be taken out of a unit's month for the sake of somebody's privacy: the texts people wrote."""

from dataclasses import dataclass

from pithead.assess.models import Appeal, Cycle, Entry, Source
from pithead.org.models import Unit


@dataclass(frozen=True)
class Erasable:
    key: str  # "entry-12"
    label: str
    what: Entry | Appeal


def erasable(cycle: Cycle, unit: Unit) -> list[Erasable]:
    """Two queries."""
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
    ]
