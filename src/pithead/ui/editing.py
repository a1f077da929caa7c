"""The one page a form is shown on when it stands alone: typed, refused, done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pithead.kernel.refusal import Reason, Refused


def edit(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    back: str,
    done: str,
    crumb: str,
    button: str = "保存",
    lead: str = "",
    danger: bool = False,
    wide: bool = False,
) -> HttpResponse:
    """Show a form; when it came filled in and clean, act and go back. What is refused stands above what was typed. A form may
    have `offered`: names that its text fields (with `list="offered"`) suggest while typing."""
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, done)
            return redirect(back)
    shown = {"form": form, "reasons": reasons, "title": title, "crumb": crumb, "lead": lead, "wide": wide}
    return render(request, "ui/edit.html", {**shown, "back": back, "button": button, "danger": danger})
