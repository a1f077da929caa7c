"""Writing down what was done: one form for every practice, filled in with all that is known."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from pithead.issues.actions import keep_photo
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Person, Place, Shift, Unit
from pithead.org.queries import calendar_of
from pithead.practices import actions
from pithead.practices.actions import RecordDraft
from pithead.practices.content import FieldKind
from pithead.practices.forms import RecordForm, called
from pithead.practices.models import Bond, Practice, Record
from pithead.practices.models.methods import spec_of
from pithead.practices.queries.on_shift import day_of, is_near, moment_in
from pithead.practices.queries.performing import is_adopted, version_on
from pithead.practices.queries.prefill import Desk, Hint, asks_leader, desk_of
from pithead.practices.sampling import drawn
from pithead.practices.views.shared import mine_asked, now


@dataclass(frozen=True)
class When:
    """`happened_at` None: now."""

    day: dt.date
    shift: Shift | None
    happened_at: dt.datetime | None


@page(Capability.RECORD_MAKE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: ActorRequest, code: str) -> HttpResponse:
    """`?unit=`, `?place=`, `?bond=`, `?subject=`, `?day=`: what is known already."""
    practice = get_object_or_404(Practice.objects.select_related("method", "mine"), mine=mine_asked(request), code=code)
    desk = _desk(request, practice)
    if (chosen := _choice(desk, opened=request.method != "POST")) is not None:
        return render(request, "practices/choose.html", {"practice": practice, "offered": chosen, "desk": desk})
    unit, when = desk.unit or desk.seats[0].unit, when_asked(request, desk)
    if not is_adopted(practice, (unit, desk.seats[0].unit), when.day):
        return render(request, "practices/not_in_use.html", {"practice": practice, "unit": unit}, status=404)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RecordForm(desk, drawn(desk.spec, unit, when.day, when.shift), *posted)
    if request.method == "POST" and "more" not in request.POST and (done := _save(request, practice, form, when)):
        return done
    context = {"practice": practice, "form": form, "desk": desk, "when": when, "called": called(unit)}
    context["dated"] = _day(request) not in (None, timezone.localdate(now()))
    return render(request, "practices/record.html", context, status=422 if form.reasons else 200)


# ── what is known ──
def _desk(request: ActorRequest, practice: Practice) -> Desk:
    at = now()
    day = _day(request) or timezone.localdate(at)
    version = version_on(practice, day)
    if version is None:
        raise Http404
    moment = at if day == timezone.localdate(at) else timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    desk = desk_of(request.actor, version, spec_of(version), moment, day, _hint(request, practice.mine))
    if desk is None or not _in_reach(desk):
        raise Http404
    return _with_only_bond(desk)


def _day(request: ActorRequest) -> dt.date | None:
    text = request.POST.get("day") or request.GET.get("day", "")
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Http404 from error
    if day is not None and abs((day - timezone.localdate()).days) > 10_000:
        raise Http404
    return day


def _hint(request: ActorRequest, mine: Unit) -> Hint:
    get = request.GET.get
    number = get("bond", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    people = Person.objects.filter(mine=mine, left_on=None).select_related("unit")
    bonds = Bond.objects.filter(mine=mine).select_related(
        "unit__parent", "place__unit", "worker__unit", "person", "group"
    )
    return Hint(
        unit=_named(Unit.objects.of_mine(mine).select_related("parent"), code=get("unit", "")),
        place=_named(Place.objects.filter(mine=mine).select_related("unit"), code=get("place", "")),
        bond=_named(bonds, pk=number),
        subject=_named(people, staff_no=get("subject", "")),
    )


def _named(rows: Any, **wanted: str) -> Any:
    return get_object_or_404(rows, **wanted) if any(wanted.values()) else None


def _in_reach(desk: Desk) -> bool:
    """Nobody learns by an address who works elsewhere."""
    hint, seats = desk.hint, desk.seats
    if hint.bond is not None:
        own = hint.bond.person_id == desk.actor.person_id
        return own or (hint.bond.person_id is None and any(seat.covers(hint.bond.unit) for seat in seats))
    about = [hint.unit, hint.subject.unit if hint.subject else None]
    covered = all(unit is None or any(seat.covers(unit) for seat in seats) for unit in about)
    place = hint.place
    return covered and (place is None or place.unit is None or any(seat.reaches(place) for seat in seats))


def _with_only_bond(desk: Desk) -> Desk:
    meant = [
        bond
        for bond in desk.bonds
        if (desk.hint.place is None or bond.place == desk.hint.place)
        and (desk.hint.subject is None or bond.worker == desk.hint.subject)
    ]
    return replace(desk, bonds=meant, hint=replace(desk.hint, bond=meant[0] if len(meant) == 1 else desk.hint.bond))


def _choice(desk: Desk, *, opened: bool) -> list[tuple[str, str, str]] | None:
    """Where it has to be said first whom or what it is about: parameter, its value, what it is called."""
    if desk.hint.bond is None and len(desk.bonds) > 1:
        return [
            ("bond", str(bond.pk), str(bond.place or bond.worker or bond.label or bond.unit)) for bond in desk.bonds
        ]
    asks = any(one.about and one.kind in (FieldKind.UNIT, FieldKind.PLACE) for one in desk.spec.form)
    asks = asks or any(one.subject for one in desk.spec.form)
    asks = asks and not (opened and asks_leader(desk.spec))  # of the crew one has chosen it is known who leads it
    if desk.counted and desk.unit is None and not asks:
        return [("unit", unit.code, called(unit)) for unit in desk.units]
    return None


def when_asked(request: ActorRequest, desk: Desk) -> When:
    """The shift that runs, unless another day or shift is picked; what is of now is said to be of now."""
    calendar, at = calendar_of(desk.mine), now()
    picked = request.POST.get("shift")
    shift = desk.shift if picked is None else next((one for one in desk.shifts if str(one.pk) == picked), None)
    today = day_of(calendar, shift, at)
    day = _day(request) or today
    is_now = day == today and (shift is None or is_near(shift, at))
    return When(day, shift, None if is_now else moment_in(calendar, shift, day))


# ── sent ──
@sensitive_variables()
def _save(request: ActorRequest, practice: Practice, form: RecordForm, when: When) -> HttpResponse | None:
    """None: refused, and the form says why."""
    draft = form.draft(practice, shift=when.shift, happened_at=when.happened_at, **_about(form.desk))
    if draft is None:
        return None
    try:
        made = _keep(request, form, draft)
    except Refused as refused:
        form.refuse(refused.reasons)
    except PermissionDenied as denied:
        form.refuse([Reason(str(denied) or "这一项不由您填写")])
    else:
        return _after(request, form, made)
    return None


def _about(desk: Desk) -> dict[str, Any]:
    """What the address said and no field asks."""
    asked_for = {one.kind for one in desk.spec.form if one.about}
    unit = desk.hint.unit if FieldKind.UNIT not in asked_for else None
    place = desk.hint.place if FieldKind.PLACE not in asked_for else None
    return {"unit": unit, "place": place, "bond": desk.hint.bond}


@sensitive_variables()
@transaction.atomic
def _keep(request: ActorRequest, form: RecordForm, draft: RecordDraft) -> Record:
    """With its photos: both or neither."""
    what: dict[str, Any] = {"by": request.actor, "at": now(), "mine": form.desk.mine}
    files = {key: tuple(keep_photo(**what, upload=one) for one in given) for key, given in form.uploads().items()}
    return actions.record(**what, draft=replace(draft, files=files))


def _after(request: ActorRequest, form: RecordForm, made: Record) -> HttpResponse:
    raised = made.matters.count()
    if form.asked.is_private:
        messages.success(request, f"记下了日期，答案没有保存{f'；登记了 {raised} 件要办的' if raised else ''}")
        return redirect("practices:own")
    said = f"，登记了 {raised} 件，到期会提醒" if raised else ""
    messages.success(request, f"已保存：{made.practice.title}{said}")
    waits = made.people.filter(Q(role="signer", signed_at=None)).exists()
    return redirect("practices:kept", made.pk) if raised or waits else redirect("practices:own")
