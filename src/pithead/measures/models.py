"""Closed periods: what every figure was when the period was closed, whatever arrived later."""

from django.db import models

from pithead.org.models import Unit


class Closing(models.Model):
    """A period was closed: a record, not a flag; reopening deletes it. `measures`: what was kept, for one defined later has
    nothing here."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=12)
    closed_at = models.DateTimeField()  # the cut-off: what arrived after it is late
    closed_by = models.CharField(max_length=64)
    measures = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "period"], name="closing_once"),)


class Snapshot(models.Model):
    """A figure of one unit in a closed period, with what is below it. No row: nothing counted there."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.CharField(max_length=12)
    measure = models.CharField(max_length=48)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    num = models.DecimalField(max_digits=16, decimal_places=3)
    den = models.DecimalField(max_digits=16, decimal_places=3, null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "period", "measure", "unit"], name="snapshot_once"),)
