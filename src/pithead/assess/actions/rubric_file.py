"""A mine's own rubric, as a workbook, into a draft."""

import datetime as dt

from django.db import transaction

from pithead.assess.actions.drafting import draft_standard
from pithead.assess.actions.parts import offices_of
from pithead.assess.models import Standard
from pithead.assess.queries import content_of, issued_last
from pithead.assess.rubrics import Office, RubricReading, read_rubric
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit


def read_rubric_file(
    *, mine: Unit, file: bytes, name: str, code: str, title: str = "", sheet: str = ""
) -> RubricReading:
    """What the file says, with what the version in force says where the file is silent. Nothing is written."""
    offices = [Office(unit.code, unit.name, unit.short_name) for unit in offices_of(mine).values()]
    standing = issued_last(mine, code)
    content = content_of(standing) if standing else None
    return read_rubric(file, name=name, code=code, offices=offices, standing=content, title=title, sheet=sheet)


@transaction.atomic
def draft_rubric(
    *, by: Actor, at: dt.datetime, mine: Unit, file: bytes, name: str, code: str, title: str = "", sheet: str = ""
) -> Standard:
    """A draft out of a workbook; what could not be read stays with it as notes."""
    by.require(Capability.STANDARD_ISSUE, mine)
    reading = read_rubric_file(mine=mine, file=file, name=name, code=code, title=title, sheet=sheet)
    notes = [str(note) for note in (*reading.notes, *reading.problems)]
    return draft_standard(by=by, at=at, mine=mine, content=reading.content, notes=notes)
