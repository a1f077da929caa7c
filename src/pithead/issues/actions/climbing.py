"""What is late climbs: each level once per clock, to whoever holds the post at that time."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from pithead.issues.actions import clocks
from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.recording import Act, held, log, tell, write_step
from pithead.issues.models import Issue
from pithead.issues.queries import Level, Setting, people_at, setting_of
from pithead.issues.workflows import Kind
from pithead.org.access import Actor, system
from pithead.org.models import Unit

CLIMB = "climb"


def tick(*, at: dt.datetime, mine: Unit | None = None) -> int:
    """How many levels were climbed. Safe to run again and by several at once: what has climbed has climbed."""
    late = Issue.objects.filter(climbs_at__lte=at)
    if mine is not None:
        late = late.filter(mine=mine)
    settings: dict[tuple[int, str], Setting] = {}
    climbed = 0
    for pk, owner, kind in list(late.order_by("climbs_at").values_list("pk", "mine_id", "kind")):
        if (owner, kind) not in settings:
            settings[owner, kind] = setting_of(Unit.objects.get(pk=owner), Kind(kind))
        climbed += _climb(pk, settings[owner, kind], at)
    return climbed


@transaction.atomic
def _climb(pk: UUID, setting: Setting, at: dt.datetime) -> int:
    issue = held(Issue(pk=pk))
    by, count = system(issue.mine), 0
    while issue.climbs_at is not None and issue.climbs_at <= at:
        level = setting.levels[issue.level]
        issue.level, issue.listed = issue.level + 1, issue.listed or level.listed
        clocks.set_climb(issue, setting)
        _write(issue, by, at, level, setting)
        count += 1
    if count:
        issue.save()
    return count


def _write(issue: Issue, by: Actor, at: dt.datetime, level: Level, setting: Setting) -> None:
    label = f"临期提醒{level.label}" if level.after == "half" else f"超期，报{level.label}"
    act = Act(by, at, CLIMB, label, StepDraft())
    write_step(issue, act, before=issue.state, level=issue.level)
    log(issue, act, "issue.climbed", before=issue.state_label)
    text = "时间过半，请抓紧" if level.after == "half" else f"“{issue.state_label}”已超期，请过问"
    for post in level.to:
        tell(issue, people_at(issue, post, setting, at), text, f"climb:{issue.clock}:{issue.level}", at)
