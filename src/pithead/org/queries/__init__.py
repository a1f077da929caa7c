"""Reading the organisation. A fixed number of queries each, whatever the size of the mine."""

from pithead.org.queries.answering import Answering, answering
from pithead.org.queries.calendars import DayCell, MonthGrid, YearGrid, calendar_of, unfilled_years, year_grid
from pithead.org.queries.directory import Match, UnitDirectory, name_of, names_among, unit_directory, unit_names
from pithead.org.queries.mines import asked, mine_asked
from pithead.org.queries.names import LONGEST_WORD, ORDINARY, PLACE_ENDS, Veil, veil_of, veiled_name
from pithead.org.queries.people import (
    PeoplePage,
    PersonLine,
    PersonPage,
    masked,
    people_page,
    person_called,
    person_page,
    place_of,
)
from pithead.org.queries.rosters import kept_roster
from pithead.org.queries.shifts import ShiftLine, shift_called, shift_lines, shift_systems
from pithead.org.queries.units import (
    MineLine,
    UnitLine,
    UnitPage,
    UnitTable,
    mines_in_reach,
    only_mine,
    responsible,
    unit_lines,
    unit_page,
    unit_table,
)

__all__ = [
    "LONGEST_WORD",
    "ORDINARY",
    "PLACE_ENDS",
    "Answering",
    "DayCell",
    "Match",
    "MineLine",
    "MonthGrid",
    "PeoplePage",
    "PersonLine",
    "PersonPage",
    "ShiftLine",
    "UnitDirectory",
    "UnitLine",
    "UnitPage",
    "UnitTable",
    "Veil",
    "YearGrid",
    "answering",
    "asked",
    "calendar_of",
    "kept_roster",
    "masked",
    "mine_asked",
    "mines_in_reach",
    "name_of",
    "names_among",
    "only_mine",
    "people_page",
    "person_called",
    "person_page",
    "place_of",
    "responsible",
    "shift_called",
    "shift_lines",
    "shift_systems",
    "unfilled_years",
    "unit_directory",
    "unit_lines",
    "unit_names",
    "unit_page",
    "unit_table",
    "veil_of",
    "veiled_name",
    "year_grid",
]
