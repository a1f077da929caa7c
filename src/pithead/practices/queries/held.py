"""Which practice belongs to which of the three holds, and which is done by contacts: codes and names alone, for who shows figures."""

import datetime as dt
from dataclasses import dataclass

from pithead.org.models import Unit
from pithead.practices.models import Confidentiality, Every, Per, PracticeVersion, Quota


@dataclass(frozen=True)
class Held:
    """`by_contacts`: owed by every office to each section it is the contact of."""

    code: str
    title: str
    hold: str
    by_contacts: bool


def held(mine: Unit, start: dt.date, end: dt.date) -> list[Held]:
    """Those asked on at least one day of the span, as their latest version says; private ones never. Two queries."""
    rows = PracticeVersion.objects.during(start, end).filter(mine=mine)
    pairs = Quota.objects.filter(version__in=rows.values("pk"), per=Per.PAIR).exclude(every=Every.EVENT)
    contacts = set(pairs.values_list("version__practice", flat=True))
    fields = ("practice", "confidentiality", "practice__code", "practice__title", "content__holds")
    ordered = rows.order_by("practice__method__title", "practice__position", "practice__code", "number")
    latest = {row[0]: row for row in ordered.values_list(*fields)}
    return [
        Held(code, title, hold or "", practice in contacts)
        for practice, confidentiality, code, title, hold in latest.values()
        if confidentiality != Confidentiality.PRIVATE
    ]
