"""What is late climbs: each level once per clock, to whoever holds the post at that time."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache, partial
from uuid import UUID, uuid5

from pithead.issues.actions import clocks
from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.recording import Act, held, log, tell_post, write_step
from pithead.issues.actions.turns import each, each_mine
from pithead.issues.models import Issue
from pithead.issues.queries import Level, Setting, setting_of
from pithead.org.access import Actor, system
from pithead.org.models import Unit

CLIMB = "climb"


def tick(*, at: dt.datetime, mine: Unit | None = None) -> int:
    """How many levels were climbed. Safe to run again and by several at once: what has climbed has climbed. `Unfinished`
    where a matter was broken; all the others have climbed."""
    if mine is None:
        return each_mine(lambda one: tick(at=at, mine=one))
    late = Issue.objects.filter(mine=mine, climbs_at__lte=at).order_by("climbs_at")
    setting = lru_cache(maxsize=None)(partial(setting_of, mine))
    return each(list(late.values_list("pk", flat=True)), lambda pk: _climb(pk, setting, at))


def _climb(pk: UUID, setting_for: Callable[[str], Setting], at: dt.datetime) -> int:
    issue = held(Issue(pk=pk))
    setting = setting_for(issue.kind)
    by, count, planned = system(issue.mine), 0, issue.climbs_at
    clocks.set_climb(issue, setting)  # the mine may have changed its levels since
    while issue.climbs_at is not None and issue.climbs_at <= at:
        level = setting.levels[issue.level]
        issue.level, issue.listed = issue.level + 1, issue.listed or level.listed
        clocks.set_climb(issue, setting)
        _write(issue, by, at, level, setting)
        count += 1
    if count or issue.climbs_at != planned:
        issue.save()
    return count


def _write(issue: Issue, by: Actor, at: dt.datetime, level: Level, setting: Setting) -> None:
    label = f"临期提醒{level.label}" if level.after == "half" else f"超期，报{level.label}"
    step = StepDraft(id=uuid5(issue.pk, f"climb:{issue.clock}:{issue.level}"))
    act = Act(by, at, CLIMB, label, step)
    write_step(issue, act, before=issue.state, level=issue.level)
    log(issue, act, "issues.issue.climbed", before=issue.state_label)
    text = "时间过半，请抓紧" if level.after == "half" else f"“{issue.state_label}”已超期，请过问"
    for post in level.to:
        tell_post(issue, post, setting, text, f"climb:{issue.clock}:{issue.level}", at)
