"""Shift systems (三八制, 四六制) and which crew works which shift: dated, because mines change both."""

from django.db import models

from pithead.org.models.dated import DatedQuerySet, ends_after_it_starts
from pithead.org.models.units import Unit


class ShiftSystem(models.Model):
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shift_systems")
    code = models.CharField(max_length=24)  # three_eight | four_six | …
    name = models.CharField(max_length=24)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "code"], name="shift_system_once"),)

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """A shift belongs to the date on which it starts. `synonyms` are what forms in the mine call it: 捌点班, 早班."""

    system = models.ForeignKey(ShiftSystem, on_delete=models.CASCADE, related_name="shifts")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=16)
    synonyms = models.CharField(max_length=64, default="", blank=True)
    starts_at = models.TimeField()
    hours = models.PositiveSmallIntegerField()
    is_night = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["system", "number"], name="shift_once"),)


class CrewShift(models.Model):
    """The shift system a section or crew works in and, for a crew, the shift it is on."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="crew_shifts")
    system = models.ForeignKey(ShiftSystem, on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey(Shift, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (ends_after_it_starts("crew_shift_ends_after_start"),)
        indexes = (models.Index(fields=["mine", "unit", "since"], name="crew_shift_mine_unit"),)
