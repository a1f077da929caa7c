"""Closed periods: what every figure was when the period was closed, whatever arrived later. And what comes from outside."""

from typing import Any, Self

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


class GivenQuerySet(models.QuerySet["Given"]):
    def visible_to(self, actor: Any) -> Self:
        from pithead.org.access import Capability

        return actor.scope(Capability.FIGURE_VIEW).units(self, "unit__path")

    def current(self) -> Self:
        """What counts: not corrected since, not taken back."""
        return self.filter(superseded=False, value__isnull=False)


class Source(models.TextChoices):
    MANUAL = "manual", "手工录入"
    IMPORT = "import", "导入"
    API = "api", "接口"
    CLI = "cli", "命令行"


class Given(models.Model):
    """A figure from outside, of one unit on one day or shift; those of a month stand on its last day. Rows are only added:
    a correction is the next `turn`, with its reason, and the one before it stays; without a value it was taken back."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    shift = models.CharField(max_length=1, default="", blank=True)  # the number of the shift
    turn = models.PositiveSmallIntegerField(default=1)
    value = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    superseded = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, default="", blank=True)
    arrived_at = models.DateTimeField()
    given_by = models.CharField(max_length=64)
    staff_no = models.CharField(max_length=32)
    source = models.CharField(max_length=8, choices=Source.choices)
    file = models.CharField(max_length=120, default="", blank=True)

    objects = GivenQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["mine", "quantity", "day", "unit", "shift", "turn"], name="given_once_a_turn"
            ),
        )

    @property
    def said(self) -> str:
        """Where it came from, in words."""
        return f"{self.given_by} {self.get_source_display()}" + (f"（{self.file}）" if self.file else "")


class QuantitySetting(models.Model):
    """A quantity as this mine has it: its own, or in place of the pack's."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=32)
    content = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "code"], name="quantity_once"),)


class ApiKey(models.Model):
    """Another system's key: it reads figures of the mine and enters those of one office, or of all. Only its digest is kept."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    office = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)  # its beginning, to tell keys apart
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, default="", blank=True)
    wrote_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["mine", "issued_at"], name="api_key_mine"),)
