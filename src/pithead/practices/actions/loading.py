"""Taking a pack over: its work method, the practices, their first or next versions. All or nothing."""

import datetime as dt

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.practices.actions.writing import Terms, latest_version, write_version
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.models import Adoption, Practice, WorkMethod


@transaction.atomic
def load_pack(*, by: Actor, at: dt.datetime, mine: Unit, spec: MethodSpec, since: dt.date) -> WorkMethod:
    """The same pack again changes nothing, not even what the mine has changed in the meantime. A practice that the pack asks in
    another way becomes a new version from `since`; one that sleeps waits for its order number; one the pack no longer has
    stays as it is."""
    by.require(Capability.PRACTICE_EDIT, mine)
    hold(mine)
    method, is_new = _method(mine, spec)
    changed = [code for place, one in enumerate(spec.practices) if (code := _load(method, place, one, since))]
    if is_new and spec.on:
        Adoption.objects.create(mine=mine, method=method, unit=mine, since=since)
    if is_new or changed:
        after = {"since": since.isoformat(), "practices": changed, "adopted": is_new and spec.on}
        subject = ("method", method.pk, method.title)
        audit.write(by=by, at=at, mine=mine.code, action="practices.pack.loaded", subject=subject, after=after)
    return method


def _method(mine: Unit, spec: MethodSpec) -> tuple[WorkMethod, bool]:
    said = {"title": spec.title, "summary": spec.summary, "source": spec.source}
    method, is_new = WorkMethod.objects.get_or_create(mine=mine, code=spec.code, defaults=said)
    if not is_new and any(getattr(method, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(method, name, value)
        method.save(update_fields=list(said))
    return method, is_new


def _load(method: WorkMethod, position: int, spec: PracticeSpec, since: dt.date) -> str:
    """Its code if the pack asks anything new of it."""
    practice = Practice.objects.filter(mine=method.mine, code=spec.code).select_related("method").first()
    if practice is None:
        practice = Practice(mine=method.mine, method=method, code=spec.code, title=spec.title)
    elif practice.method_id != method.pk:
        raise Refused(f"做法编号 {spec.code} 已经属于“{practice.method.title}”，请换一个编号")
    asked = spec.to_plain()
    if practice.loaded == asked and practice.position == position:
        return ""
    is_same, practice.loaded, practice.position = practice.loaded == asked, asked, position
    practice.save()
    latest = latest_version(practice)
    if is_same or (latest is not None and latest.content == asked):
        return ""
    if latest is not None or not spec.dormant:
        write_version(practice, spec, Terms(since))
    return spec.code
