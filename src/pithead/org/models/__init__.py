"""The organisation as dated facts: who belonged where, who was responsible for what, on which date."""

from pithead.org.models.accounts import User
from pithead.org.models.calendar import CalendarYear, Holiday, MineCalendar
from pithead.org.models.people import Leave, Membership, Person, Post
from pithead.org.models.places import Place
from pithead.org.models.shifts import CrewShift, Shift, ShiftSystem
from pithead.org.models.units import Line, Serves, Specialty, Unit, UnitKind, ids_of, path_below, unfit_for_an_address

__all__ = [
    "CalendarYear",
    "CrewShift",
    "Holiday",
    "Leave",
    "Line",
    "Membership",
    "MineCalendar",
    "Person",
    "Place",
    "Post",
    "Serves",
    "Shift",
    "ShiftSystem",
    "Specialty",
    "Unit",
    "UnitKind",
    "User",
    "ids_of",
    "path_below",
    "unfit_for_an_address",
]
