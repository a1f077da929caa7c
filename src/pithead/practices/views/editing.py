"""The editor: how often, in which words, within which limits; on, off; and what a mine leader has to allow."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.practices import actions
from pithead.practices.content import PracticeSpec
from pithead.practices.editing_form import DecisionForm, PracticeForm, SwitchOffForm, SwitchOnForm
from pithead.practices.metering import record_cost, weekly
from pithead.practices.models import Practice, Proposal
from pithead.practices.queries import burden
from pithead.practices.queries import library as queries
from pithead.practices.views.shared import mine_asked, today
from pithead.practices.views.showing import answered, doing, edit_page, get_or_post, practice_or_404, seen
from pithead.rules.queries import clauses_in_force

WAITS = "超过了填报上限，已报矿领导批准，批准以后执行"


def editable_or_404(request: ActorRequest, code: str) -> tuple[Practice, queries.PracticeLine]:
    practice = practice_or_404(request, code, to_edit=True)
    (line,) = queries.practice_lines(practice.mine, [practice], today())
    return practice, line


@page(Capability.PRACTICE_EDIT)
@get_or_post
def edit(request: ActorRequest, code: str) -> HttpResponse:
    """`try`: look at it and at what it costs; `save`: from the day given."""
    practice, line = editable_or_404(request, code)
    if line.version is None:
        raise Http404
    sent = request.method == "POST"
    clauses = clauses_in_force(practice.mine, today())
    start = {"since": today()}
    form = PracticeForm(request.POST if sent else None, spec=line.spec, clauses=clauses, initial=start)
    spec: PracticeSpec = line.spec
    reasons: tuple[Reason, ...] = ()
    if sent and form.is_valid():
        spec = form.changed()
        if "try" in request.POST:
            reasons = tuple(actions.reasons_against(spec))
        else:
            done, reasons = _save(request, practice, spec, form.cleaned_data)
            if done is not None:
                return redirect("practices:practice", practice.code)
    context = {"practice": practice, "line": line, "form": form, "reasons": reasons}
    return answered(request, "practices/edit.html", context | _weighed(request, practice, line, spec))


def _save(
    request: ActorRequest, practice: Practice, spec: PracticeSpec, given: dict[str, Any]
) -> tuple[Any, tuple[Reason, ...]]:
    try:
        done = actions.set_version(**doing(request), practice=practice, spec=spec, since=given["since"])
    except Refused as refused:
        return None, refused.reasons
    _tell(request, practice, done, f"从 {given['since']} 起执行")
    return done, ()


def _tell(request: ActorRequest, practice: Practice, done: Any, words: str) -> None:
    if isinstance(done, Proposal):
        messages.warning(request, f"{practice.title}：{WAITS}")
    else:
        messages.success(request, f"{practice.title}：{words}")


def _weighed(
    request: ActorRequest, practice: Practice, line: queries.PracticeLine, spec: PracticeSpec
) -> dict[str, Any]:
    """The meter beside it: before and after, of those who would fill it in."""
    before = burden.specs_of(burden.versions_in_force(practice.mine, today(), besides=[practice.method_id]))
    after = {**before, practice.code: spec}
    loads = burden.compare(before, after, burden.caps_of(practice.mine))
    asked = {*spec.performers, *weekly([line.spec, spec])}
    return {
        "loads": [load for load in loads if load.role in asked],
        "shift": burden.shift_load(after.values()) if "crew_leader" in asked else None,
        "cost_before": record_cost(line.spec),
        **seen(request, practice.mine, spec),
    }


@page(Capability.PRACTICE_EDIT)
@get_or_post
def switch_on(request: ActorRequest, code: str) -> HttpResponse:
    practice, line = editable_or_404(request, code)
    if line.state not in ("off", "asleep"):
        raise Http404
    choices = queries.to_switch_on(practice)

    def act(given: dict[str, Any]) -> None:
        done = actions.switch_on(**doing(request), practice=practice, **given)
        if isinstance(done, Proposal):
            messages.warning(request, WAITS)

    return edit_page(
        request,
        SwitchOnForm(request.POST or None, asleep=line.spec.dormant, choices=choices, initial={"since": today()}),
        act,
        title=f"启用{practice.title}",
        lead="平时停用的要求，启用要有文号和截止日期。" if line.spec.dormant else "",
        back=reverse("practices:practice", args=[practice.code]),
        done="已办理",
        button="启用",
    )


@page(Capability.PRACTICE_EDIT)
@get_or_post
def switch_off(request: ActorRequest, code: str) -> HttpResponse:
    practice, line = editable_or_404(request, code)
    if line.version is None:
        raise Http404
    return edit_page(
        request,
        SwitchOffForm(request.POST or None, initial={"on": today()}),
        lambda given: actions.switch_off(**doing(request), practice=practice, **given),
        title=f"停用{practice.title}",
        lead="做过的记录都留着，以后不再要求。",
        back=reverse("practices:practice", args=[practice.code]),
        done="已停用",
        button="停用",
        danger=True,
    )


@page(Capability.PRACTICE_VIEW)
@get_or_post
def proposal(request: ActorRequest, pk: int) -> HttpResponse:
    """What is asked for and by how much it exceeds, for all to see; a mine leader decides, the party office may take it back."""
    rows = Proposal.objects.select_related("practice__method", "practice__mine", "proposed_by", "mine")
    found = get_object_or_404(rows, mine=mine_asked(request), pk=pk)
    decides, edits = (
        request.actor.can(capability, found.mine)
        for capability in (Capability.PRACTICE_APPROVE, Capability.PRACTICE_EDIT)
    )
    form = DecisionForm(request.POST or None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        reasons = _decide(request, found, form.cleaned_data["approval"])
        if not reasons:
            return redirect("practices:practice", found.practice.code)
    (line,) = queries.practice_lines(found.mine, [found.practice], today())
    spec = PracticeSpec.from_plain(found.content)
    context = {"proposal": found, "line": line, "form": form, "reasons": reasons, "decides": decides, "edits": edits}
    context["seen"] = found.proposed_at.isoformat()
    return answered(request, "practices/proposal.html", context | _weighed(request, found.practice, line, spec))


def _refuse_unseen(request: ActorRequest, found: Proposal) -> None:
    """What is allowed is what stood on the page."""
    now_proposed = found.proposed_at.isoformat()
    if request.POST.get("seen", now_proposed) != now_proposed:
        raise Refused(f"“{found.practice}”的报批刚刚改过，请看过改后的再批准")


def _decide(request: ActorRequest, found: Proposal, words: str) -> tuple[Reason, ...]:
    try:
        if "approve" in request.POST:
            _refuse_unseen(request, found)
            actions.approve(**doing(request), proposal=found, approval=words)
            messages.success(request, f"{found.practice.title}：已批准")
        else:
            actions.decline(**doing(request), proposal=found, note=words)
            messages.success(request, f"{found.practice.title}：已退回")
    except Refused as refused:
        return refused.reasons
    return ()
