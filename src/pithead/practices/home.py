"""What duties put on the desk: what is due first, and what waits for a signature."""

from django.urls import reverse
from django.utils import timezone

from pithead.org.access import Actor, Capability
from pithead.org.models import UnitKind
from pithead.practices.lines import Line, late_line, line_of
from pithead.practices.models import Proposal
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
    return found + _to_allow(actor)


def _to_allow(actor: Actor) -> list[Todo]:
    """What asks too much waits for a mine leader (10.4 B7)."""
    if not actor.can(Capability.PRACTICE_APPROVE, actor.mine):
        return []
    waiting = Proposal.objects.filter(mine=actor.mine).exclude(proposed_by=actor.person_id)
    return [
        Todo(f"{one.practice.title}超过填报上限，等您批准", reverse("practices:proposal", args=[one.pk]))
        for one in waiting.select_related("practice").order_by("proposed_at")[:SHOWN]
    ]


def _todo(line: Line) -> Todo:
    return Todo(line.sentence, line.url, line.when, "accent" if line.is_late else "")
