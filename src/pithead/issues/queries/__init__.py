"""What may be asked about matters."""

from pithead.issues.guessing import guess
from pithead.issues.queries.ages import Ages, ages
from pithead.issues.queries.answered import answered_without_name
from pithead.issues.queries.barred import barred_for, not_underground
from pithead.issues.queries.board import board, every_line, found_at_place, issue_page, kinds_for
from pithead.issues.queries.bulletin import Bulletin, bulletin
from pithead.issues.queries.counted import CONFIRMED, climbs_past_due, confirmed, overdue
from pithead.issues.queries.matter import (
    Alike,
    Reading,
    Standing,
    alike,
    files_of,
    is_seconded,
    is_untouched,
    kinds_instead,
    measures_of,
    readings_of,
    rekind_faults,
    standing_to,
)
from pithead.issues.queries.mine import NoticeLine, concerning, notices_of, own_of, raised_by, unread, waits_for
from pithead.issues.queries.posts import leaders_needed, people_at, readers_among, who_may
from pithead.issues.queries.raising import kinds_to_raise, may_raise, office_of, units_to_raise
from pithead.issues.queries.relations import relations_of, standing
from pithead.issues.queries.settings import (
    Level,
    Setting,
    content_of,
    demands_of,
    is_sparse,
    moment_after,
    read_setting,
    setting_of,
)
from pithead.issues.queries.ties import is_waited_for
from pithead.issues.workflows import WORKFLOWS, Demand, Move

__all__ = [
    "CONFIRMED",
    "WORKFLOWS",
    "Ages",
    "Alike",
    "Bulletin",
    "Demand",
    "Level",
    "Move",
    "NoticeLine",
    "Reading",
    "Setting",
    "Standing",
    "ages",
    "alike",
    "answered_without_name",
    "barred_for",
    "board",
    "bulletin",
    "climbs_past_due",
    "concerning",
    "confirmed",
    "content_of",
    "demands_of",
    "every_line",
    "files_of",
    "found_at_place",
    "guess",
    "is_seconded",
    "is_sparse",
    "is_untouched",
    "is_waited_for",
    "issue_page",
    "kinds_for",
    "kinds_instead",
    "kinds_to_raise",
    "leaders_needed",
    "may_raise",
    "measures_of",
    "moment_after",
    "not_underground",
    "notices_of",
    "office_of",
    "overdue",
    "own_of",
    "people_at",
    "raised_by",
    "read_setting",
    "readers_among",
    "readings_of",
    "rekind_faults",
    "relations_of",
    "setting_of",
    "standing",
    "standing_to",
    "units_to_raise",
    "unread",
    "waits_for",
    "who_may",
]
