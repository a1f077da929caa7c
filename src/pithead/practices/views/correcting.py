"""A record is written anew, and the page it was written on is the same."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from pithead.issues.actions import keep_photo
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.practices import actions
from pithead.practices.forms import RecordForm, called
from pithead.practices.models import Record
from pithead.practices.models.methods import spec_of
from pithead.practices.queries.performing import may_correct, may_perform, seat_again
from pithead.practices.queries.prefill import Desk, Hint, desk_of
from pithead.practices.sampling import answered, drawn
from pithead.practices.views.recording import When, when_asked
from pithead.practices.views.records import record_or_404
from pithead.practices.views.shared import now, today


@page(Capability.RECORD_MAKE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: ActorRequest, pk: UUID) -> HttpResponse:
    record, at = record_or_404(request, pk), now()
    if not (record.is_current and not record.withdrawn and may_correct(request.actor, record, today())):
        raise Http404
    desk = _desk(request, record)
    when = _when(request, desk, record)
    answers = actions.read_record(by=request.actor, at=at, record=record)
    sent, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    rows = answered(desk.spec, answers) or drawn(desk.spec, record.unit, when.day, when.shift)
    form = RecordForm(desk, rows, sent, files, kept=answers)
    if request.method == "POST" and "more" not in request.POST and (done := _save(request, record, form, when)):
        return done
    context: dict[str, Any] = {"record": record, "practice": record.practice, "form": form, "desk": desk, "when": when}
    context |= {"called": called(record.unit), "correcting": True, "reason": request.POST.get("reason", "")}
    return render(request, "practices/correct.html", context, status=422 if form.reasons else 200)


def _desk(request: ActorRequest, record: Record) -> Desk:
    """From the chair the record was written from, whoever sits there now."""
    version, day = record.version, record.happened_on
    seat = seat_again(record, may_perform(request.actor, version, day))
    hint = Hint(unit=record.unit, place=record.place, bond=record.bond)
    desk = desk_of(request.actor, version, spec_of(version), record.happened_at, day, hint, seats=(seat,))
    assert desk is not None
    kept = [record.place] if record.place is not None and record.place not in desk.places and desk.places else []
    return replace(desk, shift=record.shift, places=[*kept, *desk.places])


def _when(request: ActorRequest, desk: Desk, record: Record) -> When:
    """As it was, unless another day or shift is picked."""
    picked = request.POST.get("shift"), request.POST.get("day")
    was = str(record.shift_id or ""), record.happened_on.isoformat()
    if request.method != "POST" or picked == was:
        return When(record.happened_on, record.shift, record.happened_at)
    return when_asked(request, desk)


@sensitive_variables()
def _save(request: ActorRequest, record: Record, form: RecordForm, when: When) -> HttpResponse | None:
    draft = form.draft(record.practice, shift=when.shift, happened_at=when.happened_at)
    if draft is None:
        return None
    act: dict[str, Any] = {"by": request.actor, "at": now()}
    try:
        with transaction.atomic():
            sent = form.uploads().items()
            files = {
                key: tuple(keep_photo(**act, mine=record.mine, upload=one) for one in given) for key, given in sent
            }
            reason = request.POST.get("reason", "")
            made = actions.correct(**act, record=record, draft=replace(draft, files=files), reason=reason)
    except Refused as refused:
        form.refuse(refused.reasons)
    except PermissionDenied as denied:
        form.refuse([Reason(str(denied) or "这份记录不由您更正")])
    else:
        messages.success(request, "已更正，原来写的留着")
        return redirect("practices:kept", made.pk)
    return None
