"""The mine's calendar out of its tables, as the value every period asks for its dates."""

from pithead.kernel.calendars import Calendar
from pithead.org.models import CalendarYear, Holiday, MineCalendar, Shift, Unit


def calendar_of(mine: Unit) -> Calendar:
    """Four small queries; callers that need it more than once keep it."""
    settings = MineCalendar.objects.filter(mine=mine).first() or MineCalendar(mine=mine)
    nights = Shift.objects.filter(system__mine=mine, is_night=True).order_by("number").values_list("number", flat=True)
    return Calendar(
        cutoff_day=settings.cutoff_day,
        night_shift=nights.first(),
        night_books_next_day=settings.night_books_next_day,
        exceptions=dict(Holiday.objects.filter(mine=mine).values_list("date", "worked")),
        known_years=frozenset(CalendarYear.objects.filter(mine=mine).values_list("year", flat=True)),
    )
