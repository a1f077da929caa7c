"""Records as they were written: a list with its file, one record with what took its place, its signatures and photos."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from pithead.kernel.periods import Period
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.tables import guarded
from pithead.org.access import ROLES, ActorRequest, Capability, RoleCode, page
from pithead.org.models import Person, Unit
from pithead.org.queries import calendar_of, place_of
from pithead.practices import actions
from pithead.practices.models import Confidentiality, Practice, Record, RecordFile
from pithead.practices.models.methods import spec_of
from pithead.practices.queries import records as queries
from pithead.practices.queries.performing import may_correct
from pithead.practices.views.shared import mine_asked, now, today
from pithead.practices.words import PERFORMERS
from pithead.ui import downloads
from pithead.ui.downloads import CSV, kept_as

HEADINGS = (
    "日期",
    "项目",
    "单位",
    "地点",
    "班次",
    "填写人",
    "岗位",
    "填写单位",
    "井下",
    "夜班",
    "问题数",
    "上级系统编号",
    "更正",
)


def record_or_404(request: ActorRequest, pk: UUID) -> Record:
    found = queries.record_or_none(request.actor, pk)
    if found is None:
        raise Http404
    return found


@page(Capability.RECORD_MAKE)
@never_cache
@sensitive_variables()
@require_GET
def kept(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Opening a restricted one is written into the log by the only action that opens it."""
    return kept_page(request, record_or_404(request, pk))


@sensitive_variables()
def kept_page(request: ActorRequest, record: Record, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    at = now()
    answers, reason = actions.read_whole(by=request.actor, at=at, record=record)
    around = queries.kept(request.actor, record)
    context = {
        "record": record,
        "said": queries.in_words(spec_of(record.version), answers),
        "reason": reason,
        "reasons": reasons,
        "kept": around,
        "role": _role(record),
        "place_of": place_of(record.unit),
        "is_open": record.version.confidentiality == Confidentiality.OPEN,
        "is_private": record.version.confidentiality == Confidentiality.PRIVATE,
        "is_gone": record.forgets_on is not None and not actions.is_kept(record),
        "is_due": record.forgets_on is not None and record.forgets_on <= today(),
        "may_correct": record.is_current and not record.withdrawn and may_correct(request.actor, record, today()),
    }
    return render(request, "practices/kept.html", context, status=422 if reasons else 200)


def _role(record: Record) -> str:
    if record.performer_id is None:
        return "代录"
    return PERFORMERS.get(record.role, ROLES[RoleCode.WORKER].label)


@page(Capability.RECORD_MAKE)
@sensitive_post_parameters()
@require_POST
def withdraw(request: ActorRequest, pk: UUID) -> HttpResponse:
    record = record_or_404(request, pk)
    if not may_correct(request.actor, record, today()):
        raise Http404
    try:
        made = actions.withdraw(by=request.actor, at=now(), record=record, reason=request.POST.get("reason", ""))
    except Refused as refused:
        return kept_page(request, record, refused.reasons)
    messages.success(request, "已撤回，原来写的留着，不再计数")
    return redirect("practices:kept", made.pk)


@page(Capability.RECORD_MAKE)
@require_POST
def sign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Every place that waits for him; `field`: only this one."""
    record, field, at = record_or_404(request, pk), request.POST.get("field", ""), now()
    own = queries.signing(record).filter(person=request.actor.person_id)
    fields = list((own.filter(field=field) if field else own).order_by("pk").values_list("field", flat=True))
    if not fields:
        raise Http404
    try:
        with transaction.atomic():
            for one in fields:
                actions.sign(by=request.actor, at=at, record=record, field=one)
    except Refused as refused:
        return kept_page(request, record, refused.reasons)
    messages.success(request, "已签")
    return redirect("practices:kept", record.pk)


@page(Capability.RECORD_MAKE)
@never_cache
@require_GET
def photo(request: ActorRequest, pk: UUID, file: UUID) -> HttpResponse:
    """For those who see the record."""
    record = record_or_404(request, pk)
    kept = get_object_or_404(RecordFile.objects.select_related("file"), record=record, file=file)
    return downloads.photo(kept.file)


# ── lists ──
@page(Capability.RECORD_MAKE)
@require_GET
def records(request: ActorRequest) -> HttpResponse:
    """`?practice=&unit=&period=&performer=`."""
    wanted = _wanted(request)
    try:
        found = queries.records_page(request.actor, wanted, request.GET.get("after", ""))
    except Refused as refused:
        raise Http404 from refused
    context = {
        "wanted": wanted,
        "found": found,
        "practices": queries.practices_listed(request.actor, wanted.mine),
        "period": request.GET.get("period", ""),
        "may_import": request.actor.can(Capability.RECORD_IMPORT),
    }
    return render(request, "practices/records.html", context)


@page(Capability.RECORD_MAKE)
@require_GET
def records_file(request: ActorRequest) -> StreamingHttpResponse:
    """The same as a file, all pages; never what was answered."""
    lines = _lines(request, _wanted(request))
    return StreamingHttpResponse(lines, content_type=CSV, headers=kept_as("履责记录.csv"))


def _lines(request: ActorRequest, wanted: queries.Wanted) -> Iterator[str]:
    yield "\ufeff" + _line(HEADINGS)
    for record in queries.records_all(request.actor, wanted):
        yield _line(_row(record))


def _row(one: Record) -> list[str]:
    shift, place = one.shift.name if one.shift else "", one.place.name if one.place else ""
    where = [one.happened_on.isoformat(), one.practice.title, place_of(one.unit), place, shift]
    who = [one.performer_name, _role(one), place_of(one.performer_unit)]
    is_open = one.version.confidentiality == Confidentiality.OPEN
    flags = ["是" if one.underground else "", "是" if one.night else "", str(one.failing) if is_open else ""]
    return [*where, *who, *flags, one.elsewhere, "是" if one.supersedes_id else ""]


def _line(values: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(guarded(list(values)))
    return buffer.getvalue()


def _wanted(request: ActorRequest) -> queries.Wanted:
    mine = mine_asked(request)
    code, unit, performer = (request.GET.get(name, "") for name in ("practice", "unit", "performer"))
    people = Person.objects.visible_to(request.actor).filter(mine=mine)  # nobody learns names by trying numbers
    return queries.Wanted(
        mine,
        get_object_or_404(Practice, mine=mine, code=code) if code else None,
        get_object_or_404(Unit.objects.select_related("parent"), mine=mine, code=unit) if unit else None,
        get_object_or_404(people, staff_no=performer) if performer else None,
        _span(request, mine),
    )


def _span(request: ActorRequest, mine: Unit) -> Any:
    text = request.GET.get("period", "")
    try:
        return calendar_of(mine).bounds(Period.parse(text)) if text else None
    except (Refused, ValueError, OverflowError) as error:
        raise Http404 from error
