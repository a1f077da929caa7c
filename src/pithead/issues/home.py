"""What matters put on the desk: what waits for this person, what one was told, and whom not to send underground today."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from pithead.issues import queries
from pithead.issues.queries.board import IssueLine
from pithead.org.access import Actor, RoleCode
from pithead.org.models import UnitKind
from pithead.ui.registry import HomeCard, Todo

SHOWN = 3  # by themselves; the rest in one line
ASSIGN = {RoleCode.CREW_LEADER, RoleCode.DEPUTY_CREW_LEADER, RoleCode.SECTION_HEAD, RoleCode.DEPUTY_SECTION_HEAD}


def todos(actor: Actor) -> list[Todo]:
    """Three queries."""
    if actor.mine.kind != UnitKind.MINE or actor.person_id is None:
        return []
    waiting = queries.waits_for(actor, actor.mine, timezone.now())
    found = [_todo(line) for line in waiting.lines[:SHOWN]]
    page = reverse("issues:own")
    if waiting.total > SHOWN:
        late = sum(line.overdue for line in waiting.lines[SHOWN:])
        least = "至少" if late == len(waiting.lines) - SHOWN and waiting.pages > 1 else "其中"
        more = f"{waiting.total - SHOWN}{' 多' if waiting.more else ''}"
        found.append(
            Todo(f"还有 {more} 件要办", page, f"{least} {late} 件超期" if late else "", "accent" if late else "")
        )
    if count := queries.unread(actor, actor.mine):
        found.append(Todo(f"{count} 条通知没有看", page))
    return found


def _barred(actor: Actor) -> dict[str, Any] | None:
    """For those who assign the work of a shift: names, and nothing else."""
    if actor.mine.kind != UnitKind.MINE or not ASSIGN & set(actor.roles):
        return None
    people = queries.barred_for(actor, actor.mine, timezone.localdate())
    return {"names": [person.name for person in people]} if people else None


barred_card = HomeCard("issues/_home_barred.html", _barred, order=1)


def _todo(line: IssueLine) -> Todo:
    """Of a confidential matter its kind and state, nothing else."""
    due = f"{line.due} 到期" if line.due_at else ""
    about = line.text if len(line.text) <= 30 else f"{line.text[:29]}…"
    text = f"{line.kind_label}“{line.state}”" + (f"：{about}" if about else "")
    detail = " · ".join(part for part in (line.unit, line.grade, f"已超期，{due}" if line.overdue else due) if part)
    return Todo(text, reverse("issues:matter", args=(line.pk,)), detail, "accent" if line.overdue else "")
