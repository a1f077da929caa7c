"""Everything one may do to the organisation."""

from pithead.org.actions.accounts import (
    IssuedCode,
    Visitor,
    activate,
    change_password,
    check_strength,
    hang_screen,
    issue_codes,
    sign_in,
    sign_out,
)
from pithead.org.actions.calendar import (
    Day,
    confirm_calendar_year,
    fill_calendar,
    fill_calendar_from_file,
    seed_calendar,
    seeded_years,
    set_calendar_day,
    set_cutoff,
)
from pithead.org.actions.leaves import end_leave, record_leave
from pithead.org.actions.mines import create_company, create_mine
from pithead.org.actions.people import NewPerson, add_people, add_person, amend_person, move_person, release_person
from pithead.org.actions.places import add_place, close_place
from pithead.org.actions.posts import NewPost, appoint, appoint_all, relieve
from pithead.org.actions.reorganising import reorganise
from pithead.org.actions.roster import RosterReport, failed_workbook, import_roster, keep_roster, roster_template
from pithead.org.actions.shifts import SYSTEMS, assign_shift, set_shift_system
from pithead.org.actions.units import (
    NewUnit,
    close_unit,
    move_unit,
    open_unit,
    open_units,
    rename_unit,
    serve,
    stop_serving,
)

__all__ = [
    "SYSTEMS",
    "Day",
    "IssuedCode",
    "NewPerson",
    "NewPost",
    "NewUnit",
    "RosterReport",
    "Visitor",
    "activate",
    "add_people",
    "add_person",
    "add_place",
    "amend_person",
    "appoint",
    "appoint_all",
    "assign_shift",
    "change_password",
    "check_strength",
    "close_place",
    "close_unit",
    "confirm_calendar_year",
    "create_company",
    "create_mine",
    "end_leave",
    "failed_workbook",
    "fill_calendar",
    "fill_calendar_from_file",
    "hang_screen",
    "import_roster",
    "issue_codes",
    "keep_roster",
    "move_person",
    "move_unit",
    "open_unit",
    "open_units",
    "record_leave",
    "release_person",
    "relieve",
    "rename_unit",
    "reorganise",
    "roster_template",
    "seed_calendar",
    "seeded_years",
    "serve",
    "set_calendar_day",
    "set_cutoff",
    "set_shift_system",
    "sign_in",
    "sign_out",
    "stop_serving",
]
