"""The sheet's own door for typing and pasting: JSON in, the new state of the cells out."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pithead.assess import actions, queries
from pithead.assess.actions import CellConflict, CellDraft, CellsRefused, CellState
from pithead.assess.models import Cycle
from pithead.assess.views.shared import sheet_or_404
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import plain
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit

MOST_CELLS = 1000
MOST_BYTES = 512 * 1024
LONGEST_TEXT = 1000  # of any word in a request; what a reason may have is the action's business
MOST_ROWS = 100_000


@page(Capability.SCORE_ENTER)
@require_POST
def cells(request: ActorRequest, code: str, period: str, office: str) -> JsonResponse:
    """200: written; 409: somebody else was there first; 422: refused, every cell named; 400, 413: not what a sheet sends."""
    cycle, scorer = sheet_or_404(request, code, period, office)
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            return _refusal(["一次粘贴的内容太多，请分几次粘贴"], 413)
        drafts = _drafts(request)
    except (ValueError, TypeError, KeyError, RecursionError):
        return _refusal(["这次保存的内容不完整，请刷新页面再试"], 400)
    try:
        before = actions.set_cells(by=request.actor, at=timezone.now(), cycle=cycle, office=scorer, cells=drafts)
    except CellConflict as conflict:
        clashes = [
            {"unit": one.unit, "item": one.item, "where": one.where, "message": str(one)} for one in conflict.clashes
        ]
        return JsonResponse({"conflicts": clashes, **_state(cycle, scorer, drafts)}, status=409)
    except CellsRefused as refused:
        reasons = [
            {"unit": draft.unit, "item": draft.item, "where": reason.where, "message": reason.message}
            for draft, reason in zip(refused.cells, refused.reasons, strict=True)
        ]
        return JsonResponse({"reasons": reasons, **_state(cycle, scorer, drafts)}, status=422)
    except Refused as refused:
        return _refusal([str(reason) for reason in refused.reasons], 422)
    said = {"before": [_before(state) for state in before], "saved_at": f"{timezone.localtime():%H:%M}"}
    return JsonResponse(said | _state(cycle, scorer, drafts))


def _refusal(messages: Sequence[str], status: int) -> JsonResponse:
    return JsonResponse({"reasons": [{"message": message} for message in messages]}, status=status)


def _before(state: CellState) -> dict[str, Any]:
    found_on = state.found_on.isoformat() if state.found_on else None
    words = {"figure": state.figure, "reason": state.reason, "evidence": state.evidence}
    return {"unit": state.unit, "item": state.item, **words, "found_on": found_on}


def _state(cycle: Cycle, office: Unit, drafts: Sequence[CellDraft]) -> dict[str, Any]:
    """The touched cells as they are now, the means, and what still wants a reason."""
    sheet, touched = queries.sheet(cycle, office), {(draft.unit, draft.item) for draft in drafts}
    return {
        "cells": [
            {
                "unit": row.unit_code,
                "item": cell.item_code,
                "state": cell.state,
                "text": cell.text,
                "value": cell.value,
                "own": cell.own,
                "bare": cell.bare,
                "typed": cell.typed,
                "seen": cell.seen,
            }
            for row in sheet.rows
            for cell in row.cells
            if (row.unit_code, cell.item_code) in touched
        ],
        "means": {item.code: "—" if mean is None else plain(mean) for item, mean in sheet.means_by_item},
        "bare": [
            {"unit": row.unit_code, "item": cell.item_code, "where": f"{row.unit_name} {cell.item_code}"}
            for row, cell in sheet.bare
        ],
        "entries": sheet.entries,
    }


# ── reading what a page sent; anything odd raises ──
def _drafts(request: HttpRequest) -> list[CellDraft]:
    if request.content_type != "application/json":  # a form was read already, its body is gone
        raise ValueError(request.content_type)
    rows = json.loads(request.body)["cells"]
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_CELLS or not all(isinstance(row, dict) for row in rows):
        raise ValueError("cells")
    return [_draft(row) for row in rows]


def _draft(row: dict[str, Any]) -> CellDraft:
    found_on, number = _text(row.get("found_on")), row.get("row", 0)
    if not isinstance(number, int) or not 0 <= number <= MOST_ROWS:
        raise ValueError("row")
    return CellDraft(
        unit=_needed(row["unit"]),
        item=_needed(row["item"]),
        seen=_needed(row["seen"]),
        figure=_text(row.get("figure")),
        reason=_text(row.get("reason")),
        evidence=_text(row.get("evidence")),
        found_on=dt.date.fromisoformat(found_on) if found_on else None,
        row=number,
    )


def _needed(value: object) -> str:
    if (text := _text(value)) is None:
        raise ValueError("missing")
    return text


def _text(value: object) -> str | None:
    """What a database can keep: no NUL, no half characters."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise ValueError("text")
    value.encode()
    return value
