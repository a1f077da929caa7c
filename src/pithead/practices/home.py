"""What duties put on the desk: what is due first, and what waits for a signature."""

from django.urls import reverse
from django.utils import timezone

from pithead.org.access import Actor
from pithead.org.models import UnitKind
from pithead.practices.lines import Line, late_line, line_of
from pithead.practices.queries import mine_to_do
from pithead.practices.queries.own import own_duties
from pithead.ui.registry import Todo

SHOWN = 3  # by themselves; the rest in one line


def todos(actor: Actor) -> list[Todo]:
    if actor.mine.kind != UnitKind.MINE or actor.person_id is None:
        return []
    today, page = timezone.localdate(), reverse("practices:own")
    duties = own_duties(actor, actor.mine, today)
    # Of somebody new a talk still has to be had; other things that are over cannot be done any more.
    lines = [late_line(duty, today) for duty in duties.late if duty.is_event]
    lines += [line_of(duty, today) for duty in duties.open]
    found = [_todo(line) for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        found.append(Todo(f"还有 {len(lines) - SHOWN} 项履责", page))
    if count := len(mine_to_do.waiting_signatures(actor, actor.mine)):
        found.append(Todo(f"{count} 份记录等您签字", page))
    return found


def _todo(line: Line) -> Todo:
    return Todo(line.sentence, line.url, line.when, "accent" if line.is_late else "")
