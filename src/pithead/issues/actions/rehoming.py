"""Reported for the wrong unit, place or category: whose it is from now on."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.recording import tell
from pithead.issues.models import Issue
from pithead.issues.queries import Setting, people_at
from pithead.issues.workflows import REHOMED, WORKFLOWS, Move
from pithead.kernel.refusal import Reason
from pithead.org.models import Unit, UnitKind

ANSWERING = (UnitKind.SECTION, UnitKind.OFFICE, UnitKind.CREW)


def rehoming_faults(issue: Issue, found: Move, draft: StepDraft, at: dt.datetime) -> Iterable[Reason]:
    given = (draft.unit, draft.place, draft.place_text.strip(), draft.category)
    if not found.rehomes:
        if any(given):
            yield Reason(f"“{found.label}”时不能改{'、'.join(REHOMED.values())}")
        return
    changed = (
        draft.unit is not None and draft.unit.pk != issue.unit_id,
        draft.place is not None and draft.place.pk != issue.place_id,
        draft.place is None and bool(draft.place_text.strip()) and draft.place_text.strip() != issue.place_text,
        draft.category not in ("", issue.category),
    )
    if not any(changed):
        yield Reason(f"{'、'.join(REHOMED.values())}至少改一样")
    if draft.unit is not None and not _answers(draft.unit, issue.mine, at):
        yield Reason(f"{draft.unit.name}不是{issue.mine}现有的区队、科室或班组，不能作责任单位")
    if draft.place is not None and draft.place.mine_id != issue.mine_id:
        yield Reason(f"{draft.place.name}不是{issue.mine}的地点")
    if len(draft.place_text) > 64:
        yield Reason("地点最多 64 字")
    categories = WORKFLOWS[issue.kind].categories
    if draft.category and draft.category not in categories:
        yield Reason(f"{issue.kind_label}的类别有：{'、'.join(categories.values()) or '（不分类）'}")


def _answers(unit: Unit, mine: Unit, at: dt.datetime) -> bool:
    closed = unit.closed_on is not None and unit.closed_on <= timezone.localdate(at)
    return unit.mine_id == mine.pk and unit.kind in ANSWERING and not closed


def rehome(issue: Issue, found: Move, draft: StepDraft) -> dict[str, str]:
    """What the step says of it. Whether it repeats another depends on its place: a grade climbed by that stays, until
    somebody regrades it."""
    told = {}
    if draft.unit is not None and draft.unit.pk != issue.unit_id:
        issue.unit = draft.unit
        told["unit"] = draft.unit.name
    if draft.place is not None or draft.place_text.strip():
        issue.place, issue.place_text = draft.place, "" if draft.place else draft.place_text.strip()
        told["place"] = draft.place.name if draft.place else issue.place_text
    if draft.category:
        issue.category = draft.category
        told["category"] = WORKFLOWS[issue.kind].categories[draft.category]
    if "place" in told or "category" in told:
        issue.repeats = None
    if found.target:
        issue.owner = issue.owner_unit = None
    return told


def tell_new_unit(issue: Issue, setting: Setting, key: str, at: dt.datetime) -> None:
    people = people_at(issue, "section_head", setting, at)
    tell(issue, people, f"改由{issue.unit.name}负责，请办理", key, at)
