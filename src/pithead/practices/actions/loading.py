"""Taking a pack over: its work method, the practices, their first or next versions. All or nothing."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.practices import outcomes
from pithead.practices.actions.dating import not_long_past
from pithead.practices.actions.proposing import over_caps, propose
from pithead.practices.actions.writing import Terms, latest_version, write_version
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.metering import weekly
from pithead.practices.models import Adoption, Practice, WorkMethod
from pithead.rules.queries import by_quote, clauses_in_force


@transaction.atomic
def load_pack(
    *, by: Actor, at: dt.datetime, mine: Unit, spec: MethodSpec, since: dt.date, origin: Unit | None = None
) -> WorkMethod:
    """The same pack again changes nothing, not even what the mine has changed in the meantime. A practice that the pack asks in
    another way becomes a new version from `since`; one that sleeps waits for its order number, one that brings a role over its
    cap for a mine leader; one the pack no longer has stays as it is. A clause that the mine has no paper of is left out, and the
    log says of what. `origin`: the unit of a new one that is credited."""
    by.require(Capability.PRACTICE_EDIT, mine)
    hold(mine)
    method, is_new, judged_by = _method(mine, spec, origin)
    known = by_quote(clauses_in_force(mine, since))
    placed = [one if one.clause in known else replace(one, clause="") for one in spec.practices]
    taken = [(_taken(method, place, one), one) for place, one in enumerate(placed)]
    asked = [(practice, one) for practice, one in taken if practice is not None]
    waiting = _ask(by, at, method, asked, since)
    if is_new and spec.on:
        Adoption.objects.create(mine=mine, method=method, unit=mine, since=since)
    if is_new or asked or judged_by is not None:
        unplaced = [one.title for one in spec.practices if one.clause and one.clause not in known]
        changed = {"practices": "、".join(one.title for _, one in asked), "waiting": "、".join(waiting)}
        changed |= {"without_clause": "、".join(unplaced)} if unplaced else {}
        changed |= {"judged_by": judged_by} if judged_by is not None else {}
        after = {"since": since.isoformat(), "adopted": is_new and spec.on, **changed}
        subject = ("method", method.pk, method.title)
        audit.write(by=by, at=at, mine=mine.code, action="practices.pack.loaded", subject=subject, after=after)
    return method


def _method(mine: Unit, spec: MethodSpec, origin: Unit | None) -> tuple[WorkMethod, bool, str | None]:
    """Whether it is new, and by what it is judged from now on if that is otherwise than before."""
    said: dict[str, Any] = {"title": spec.title, "summary": spec.summary, "source": spec.source}
    said |= {"outcomes": list(spec.outcomes), "judged_months": spec.judged_months}
    method, is_new = WorkMethod.objects.get_or_create(mine=mine, code=spec.code, defaults={**said, "origin": origin})
    differing = [name for name, value in said.items() if getattr(method, name) != value]
    if differing:
        for name in differing:
            setattr(method, name, said[name])
        method.save(update_fields=differing)
    judged = (is_new and spec.outcomes) or {"outcomes", "judged_months"} & {*differing}
    return method, is_new, outcomes.in_words(spec) if judged else None


def _taken(method: WorkMethod, position: int, spec: PracticeSpec) -> Practice | None:
    """The practice, if the pack asks anything new of it."""
    practice = Practice.objects.filter(mine=method.mine, code=spec.code).select_related("method").first()
    if practice is None:
        practice = Practice(mine=method.mine, method=method, code=spec.code, title=spec.title)
    elif practice.method_id != method.pk:
        raise Refused(f"做法编号 {spec.code} 已经属于“{practice.method.title}”，请换一个编号")
    asked = spec.to_plain()
    if practice.loaded == asked and practice.position == position:
        return None
    is_same, practice.loaded, practice.position = practice.loaded == asked, asked, position
    practice.save()
    latest = latest_version(practice)
    return None if is_same or (latest is not None and latest.content == asked) else practice


def _ask(
    by: Actor, at: dt.datetime, method: WorkMethod, asked: list[tuple[Practice, PracticeSpec]], since: dt.date
) -> list[str]:
    """Put in force, but for what sleeps and for what has to be allowed first; returns what that is."""
    awake = [(one, spec, terms) for one, spec in asked if (terms := _terms(one, spec, since)) is not None]
    if awake:
        not_long_past(by, at, method.mine, since)
    over = {} if by.is_system else over_caps(method, [spec for _, spec, _ in awake], since)
    waiting = []
    for practice, spec, terms in awake:
        if burdens := {role: figures for role, figures in over.items() if role in weekly([spec])}:
            propose(by, at, practice, spec, terms, burdens)
            waiting.append(spec.title)
        else:
            write_version(practice, spec, terms)
    return waiting


def _terms(practice: Practice, spec: PracticeSpec, since: dt.date) -> Terms | None:
    """None: it sleeps, or the mine has switched it off. One that has an end keeps it: no pack takes the place of an order."""
    latest = latest_version(practice)
    if latest is None or latest.until is None:
        return None if spec.dormant else Terms(since)
    return Terms(since, latest.until, latest.order_no) if latest.until >= since else None
