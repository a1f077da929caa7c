"""Facts that hold from a date until a date, both inclusive; an open end means "still so"."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Q


class DatedQuerySet(models.QuerySet[Any]):
    def on(self, date: dt.date) -> Self:
        """Those that hold on a date."""
        return self.filter(Q(until=None) | Q(until__gte=date), since__lte=date)

    def during(self, start: dt.date, end: dt.date) -> Self:
        """Those that hold on at least one day of the span."""
        return self.filter(Q(until=None) | Q(until__gte=start), since__lte=end)


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name=name)
