"""Reading the organisation. A fixed number of queries each, whatever the size of the mine."""

from pithead.org.queries.calendars import calendar_of
from pithead.org.queries.directory import Match, UnitDirectory, unit_directory, unit_names

__all__ = [
    "Match",
    "UnitDirectory",
    "calendar_of",
    "unit_directory",
    "unit_names",
]
