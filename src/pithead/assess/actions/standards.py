"""Standards out of packs. An issued version never changes: a changed pack becomes the next version."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from pithead.assess.actions.fitness import circles, own_problems
from pithead.assess.actions.issuing import next_version, put_in_force
from pithead.assess.actions.parts import create_parts, write_header
from pithead.assess.contents import Content, complete
from pithead.assess.models import Standard, StandardState
from pithead.kernel import db, packs
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.rules.models import Clause


@transaction.atomic
def load_standard(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    pack: str | dict[str, Any],
    in_force_from: str,
    clause: Clause | None = None,
) -> Standard:
    """Issue the version a pack describes, in force from a period. The same code from the same period is issued once.

    `pack` is a code under `packs/standards/` or the pack itself. Refuses packs that are unfit; the standards it is linked
    with may come after it.
    """
    by.require(Capability.STANDARD_ISSUE, mine)
    db.hold(mine)  # of two who load the same the second finds it issued
    content = complete(packs.load("standards", pack) if isinstance(pack, str) else pack)
    start = str(Period.parse(in_force_from))
    issued = Standard.objects.filter(mine=mine, state=StandardState.ISSUED)
    if standing := issued.filter(code=content["code"], in_force_from=start).first():
        return standing
    if problems := own_problems(content, mine) or circles(content, mine, start):
        raise Refused(problems)
    return put_in_force(by, at, create_draft(mine, content, clause=clause), start)


def create_draft(mine: Unit, content: Content, *, clause: Clause | None = None, notes: Sequence[str] = ()) -> Standard:
    """The rows of the next version. `content` is a full form without flaws."""
    standard = Standard(mine=mine, code=content["code"], notes=list(notes))
    standard.version = next_version(standard)
    write_header(standard, content, clause)
    standard.save()
    create_parts(standard, content)
    return standard
