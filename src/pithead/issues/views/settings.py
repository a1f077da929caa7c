"""Deadlines, posts and levels per kind, as the mine wants them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pithead.issues import actions, queries
from pithead.issues.models import WorkflowSetting
from pithead.issues.queries.settings import CLOCKS, spoken
from pithead.issues.setting_form import WorkflowForm
from pithead.issues.views.shared import now
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page


@page(Capability.ISSUE_SETTINGS)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """One query."""
    own = dict(WorkflowSetting.objects.filter(mine=request.actor.mine).values_list("kind", "content"))
    kinds = []
    for kind, flow in WORKFLOWS.items():
        content = queries.content_of(kind) | own.get(kind, {})
        told = [
            f"{CLOCKS.get(clock, clock)} {'、'.join(dict.fromkeys(spoken(one) for one in by_grade.values()))}"
            for clock, by_grade in content["deadlines"].items()
        ]
        kinds.append({"kind": kind, "label": flow.label, "told": "；".join(told), "changed": bool(own.get(kind))})
    return render(request, "issues/settings.html", {"kinds": kinds})


@page(Capability.ISSUE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: ActorRequest, kind: str) -> HttpResponse:
    if kind not in WORKFLOWS:
        raise Http404
    mine, shipped = request.actor.mine, queries.content_of(kind)
    setting = WorkflowSetting.objects.filter(mine=mine, kind=kind).first()
    own = setting.content if setting else {}
    form = WorkflowForm(request.POST if request.method == "POST" else None, kind=kind, content=shipped | own)
    if request.method == "POST" and ("shipped" in request.POST or form.is_valid()):
        rules = {} if "shipped" in request.POST else form.rules()
        kept = {name: value for name, value in own.items() if name == "roles" and rules}
        changed = {name: value for name, value in rules.items() if value != shipped.get(name)}
        try:
            actions.set_workflow(by=request.actor, at=now(), mine=mine, kind=kind, content=kept | changed)
        except Refused as refused:
            form.add_error(None, [reason.message for reason in refused.reasons])
        else:
            messages.success(request, f"{WORKFLOWS[kind].label}的期限和岗位已保存；已经在走的期限不变")
            return redirect("issues:settings")
    context = {"form": form, "flow": WORKFLOWS[kind], "changed": bool(own)}
    return render(request, "issues/settings_kind.html", context, status=422 if form.errors else 200)
