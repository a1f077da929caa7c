"""Holding a cycle: what it was when the page was loaded may no longer be so."""

from django.db.models import F

from pithead.assess.models import Cycle


def hold(cycle: Cycle) -> None:
    """Keep everybody else from changing the cycle until this transaction ends, and reread its state. An UPDATE locks the row
    on every database; so a score is either in before a month is computed, or refused after it."""
    Cycle.objects.filter(pk=cycle.pk).update(state=F("state"))
    cycle.refresh_from_db(fields=("state", "closed_at", "reviewed_at", "reviewed_by", "review_note", "finalised_at"))
