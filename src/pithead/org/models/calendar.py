"""The mine's calendar as data: cut-off day, where the night shift is booked, holidays and make-up days by year."""

from django.db import models

from pithead.org.models.units import Unit


class MineCalendar(models.Model):
    """One row per mine. No cut-off day means calendar months."""

    mine = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="calendar")
    cutoff_day = models.PositiveSmallIntegerField(null=True, blank=True)
    night_books_next_day = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(cutoff_day=None) | models.Q(cutoff_day__range=(1, 28)),
                name="cutoff_day_in_every_month",
            ),
        )


class CalendarYear(models.Model):
    """A year whose holiday table was filled: years without a row fall back to weekends, and pages say so."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="calendar_years")
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=120)  # where the table came from: a file name, "人工录入" …

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "year"], name="calendar_year_once"),)


class Holiday(models.Model):
    """A day that is not what its weekday says: a holiday on a weekday, or a make-up working day on a weekend."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="holidays")
    date = models.DateField()
    worked = models.BooleanField()
    name = models.CharField(max_length=32, default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "date"], name="holiday_once"),)
