"""A mine's own rubric from Excel, in one go: read, checked, drafted and, if nothing speaks against it, issued."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from pithead.assess.actions.drafting import draft_standard
from pithead.assess.actions.fitness import problems_of
from pithead.assess.actions.issuing import issue_standard, month_of
from pithead.assess.actions.rubric_file import read_rubric_file
from pithead.assess.contents import Content
from pithead.assess.models import Standard, StandardState
from pithead.assess.queries import content_of
from pithead.assess.rubrics import RubricReading
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit


@dataclass(frozen=True)
class StandardImport:
    """What was read and the standard it became. With `dry_run` there is none, and `problems` keep it from being issued."""

    reading: RubricReading
    standard: Standard | None = None
    problems: tuple[Reason, ...] = ()


def import_standard(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    file: bytes,
    name: str,
    code: str,
    in_force_from: str,
    title: str = "",
    sheet: str = "",
    issue: bool = True,
    dry_run: bool = False,
) -> StandardImport:
    """Issued from that month on, or with `issue=False` left as a draft. A file with problems is refused with all of them;
    the same file again makes nothing new."""
    by.require(Capability.STANDARD_ISSUE, mine)
    start = str(month_of(in_force_from))
    reading = read_rubric_file(mine=mine, file=file, name=name, code=code, title=title, sheet=sheet)
    problems = reading.problems or tuple(problems_of(reading.content, mine, start))
    if dry_run:
        return StandardImport(reading, problems=problems)
    if problems:
        raise Refused(problems)
    standard = _same(mine, reading.content, start) or _write(by, at, mine, reading, start if issue else "")
    return StandardImport(reading, standard)


@transaction.atomic
def _write(by: Actor, at: dt.datetime, mine: Unit, reading: RubricReading, start: str) -> Standard:
    notes = [str(note) for note in reading.notes]
    standard = draft_standard(by=by, at=at, mine=mine, content=reading.content, notes=notes)
    return issue_standard(by=by, at=at, standard=standard, in_force_from=start) if start else standard


def _same(mine: Unit, content: Content, start: str) -> Standard | None:
    """The version that says the same from the same month on."""
    issued = Standard.objects.filter(mine=mine, code=content["code"], state=StandardState.ISSUED, in_force_from=start)
    newest = issued.select_related("owner", "clause__policy", "mine").order_by("-version").first()
    return newest if newest and content_of(newest) == content else None
