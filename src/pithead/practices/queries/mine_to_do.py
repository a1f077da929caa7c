"""What else waits for one person: papers to sign, what he wrote lately, when he last asked himself."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.practices.models import Confidentiality, Record, RecordPerson, RecordRole
from pithead.practices.queries.customs import Custom

SIGNATURES, RECENT, DAYS = 20, 8, 14


@dataclass(frozen=True)
class Asked:
    """A private practice: its name and the last date, nothing else is kept."""

    custom: Custom
    last: dt.date | None


def waiting_signatures(actor: Actor, mine: Unit) -> tuple[Record, ...]:
    """The oldest first. One query."""
    open_ones = RecordPerson.objects.filter(mine=mine, person=actor.person_id or 0, role=RecordRole.SIGNER)
    rows = Record.objects.visible_to(actor).current()
    rows = rows.filter(mine=mine, pk__in=open_ones.filter(signed_at=None).values("record"))
    return tuple(rows.select_related("practice", "unit").order_by("happened_at", "pk")[:SIGNATURES])


def made_lately(actor: Actor, mine: Unit, today: dt.date) -> tuple[Record, ...]:
    """One query."""
    since = today - dt.timedelta(days=DAYS)
    rows = Record.objects.current().filter(mine=mine, performer=actor.person_id or 0, happened_on__gte=since)
    rows = rows.exclude(version__confidentiality=Confidentiality.PRIVATE)
    return tuple(rows.select_related("practice", "unit", "place").order_by("-happened_at", "pk")[:RECENT])


def asked_oneself(actor: Actor, mine: Unit, private: Sequence[Custom]) -> tuple[Asked, ...]:
    """One query."""
    rows = Record.objects.current().filter(mine=mine, performer=actor.person_id or 0)
    rows = rows.filter(practice__in=[custom.pk for custom in private]).order_by()
    last = dict(rows.values_list("practice").annotate(Max("happened_on")))
    return tuple(Asked(custom, last.get(custom.pk)) for custom in private)
