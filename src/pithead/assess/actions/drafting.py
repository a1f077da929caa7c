"""Drafts of standards: a copy of a version or what a file was read into, rewritten as a whole until it is issued."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from pithead.assess.actions.flaws import flaws_of
from pithead.assess.actions.issuing import log_standard
from pithead.assess.actions.parts import offices_of, replace_parts, write_header
from pithead.assess.actions.standards import create_draft
from pithead.assess.contents import Content, complete
from pithead.assess.differences import differences
from pithead.assess.models import Standard, StandardState
from pithead.assess.queries import content_of
from pithead.kernel import db
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

TOLD = 480  # characters of the changes that the log repeats


@transaction.atomic
def draft_standard(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    content: dict[str, Any] | None = None,
    code: str | None = None,
    notes: Sequence[str] = (),
) -> Standard:
    """A new draft: of a content, or a copy of the newest version of `code`. A draft that says the same is not made twice.
    `notes`: what could not be read from a file."""
    by.require(Capability.STANDARD_ISSUE, mine)
    db.hold(mine)  # versions are numbered one after the other
    whole = complete(content) if content is not None else content_of(_newest(mine, code or ""))
    _refuse_flaws(whole, mine)
    for standing in Standard.objects.filter(mine=mine, code=whole["code"], state=StandardState.DRAFT):
        if content_of(standing) == whole:
            return standing
    standard = create_draft(mine, whole, notes=notes)
    log_standard(by, at, standard, "drafted")
    return standard


@transaction.atomic
def rewrite_draft(*, by: Actor, at: dt.datetime, standard: Standard, content: dict[str, Any], seen: int) -> Standard:
    """Replace everything a draft says. `seen` is the revision its author had before the eyes: of two who change it at once
    the second is told. The code stays."""
    by.require(Capability.STANDARD_ISSUE, standard.mine)
    _hold_draft(standard)
    before, whole = content_of(standard), complete({**content, "code": standard.code})
    if before == whole:
        return standard
    if seen != standard.revision:
        raise Refused("别人刚改过这份草案，请刷新页面，看过现在的内容再改；您刚才填的没有保存")
    _refuse_flaws(whole, standard.mine)
    write_header(standard, whole)
    standard.revision += 1
    standard.save()
    replace_parts(standard, whole)
    changes = differences(before, whole)
    told = "；".join(str(change) for change in changes)
    log_standard(by, at, standard, "rewritten", changed=len(changes), text=told[:TOLD])
    return standard


@transaction.atomic
def discard_draft(*, by: Actor, at: dt.datetime, standard: Standard) -> None:
    """A draft that is gone is discarded already."""
    by.require(Capability.STANDARD_ISSUE, standard.mine)
    if not Standard.objects.filter(pk=standard.pk).exists():
        return
    _hold_draft(standard)
    log_standard(by, at, standard, "discarded")
    standard.delete()


def _newest(mine: Unit, code: str) -> Standard:
    """The version issued last, or else the newest draft."""
    versions = Standard.objects.filter(mine=mine, code=code).select_related("owner", "clause__policy", "mine")
    found = versions.order_by("-state", "-in_force_from", "-version").first()  # issued > draft
    if found is None:
        raise Refused(f"本矿没有标准“{code}”，请先导入或新建")
    return found


def _hold_draft(standard: Standard) -> None:
    db.hold(standard, "state", "revision", "version")
    if standard.state != StandardState.DRAFT:
        raise Refused(f"{standard}第 {standard.version} 版已经发布，不能再改；要改请新建草案")


def _refuse_flaws(content: Content, mine: Unit) -> None:
    if flaws := flaws_of(content, offices_of(mine)):
        raise Refused(flaws)
