"""Signing in and out, activating an account, changing one's password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pithead.kernel.refusal import Reason, Refused
from pithead.org import actions
from pithead.org.access import ActorRequest, page
from pithead.org.models import User
from pithead.web.exempt import open_before_change, open_on_wall, open_to_all
from pithead.web.forms import ActivateForm, PasswordForm, SignInForm, WhoForm
from pithead.web.middleware import account_of, change_is_due, mark_seen, source_of

NOT_REFUSED: tuple[Reason, ...] = ()


def _visitor(request: HttpRequest, form: WhoForm) -> actions.Visitor:
    return actions.Visitor(
        mine=form.cleaned_data["mine"],
        staff_no=form.cleaned_data["staff_no"],
        source=source_of(request),
    )


def _enter(request: HttpRequest, account: User) -> HttpResponse:
    """A fresh session under a new key, and back to where one was going."""
    login(request, account)
    mark_seen(request)
    wanted = request.POST.get("next", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(
        wanted if safe else reverse("web:home")
    )  # `redirect` would look for a view of that name


@open_to_all
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.method == "GET":
        return redirect("web:home")
    form, reasons = SignInForm(request.POST or None), NOT_REFUSED
    if form.is_valid():
        try:
            account = actions.sign_in(
                by=_visitor(request, form), at=timezone.now(), password=form.cleaned_data["password"]
            )
            return _enter(request, account)
        except Refused as refused:
            reasons = refused.reasons
    wanted = request.POST.get("next") or request.GET.get("next", "")
    from_wall = request.method == "GET" and wanted.startswith(reverse("web:screen"))
    context = {"form": form, "reasons": reasons, "next": wanted, "from_wall": from_wall}
    return render(request, "web/sign_in.html", context)


@open_to_all
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    form, reasons = ActivateForm(request.POST or None), NOT_REFUSED
    if form.is_valid():
        try:
            account = actions.activate(
                by=_visitor(request, form),
                at=timezone.now(),
                code=form.cleaned_data["code"],
                password=form.cleaned_data["password"],
            )
            messages.success(request, "账号已启用，以后用工号和新密码登录")
            return _enter(request, account)
        except Refused as refused:
            reasons = refused.reasons
    return render(request, "web/activate.html", {"form": form, "reasons": reasons})


@open_before_change
@open_on_wall
@page(None)
@require_POST
def sign_out(request: ActorRequest) -> HttpResponse:
    actions.sign_out(by=request.actor, at=timezone.now())
    logout(request)
    messages.info(request, "已经退出")
    return redirect("web:sign_in")


@open_before_change
@page(None)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: ActorRequest) -> HttpResponse:
    form, reasons = PasswordForm(request.POST or None), NOT_REFUSED
    if form.is_valid():
        try:
            account = actions.change_password(
                by=request.actor,
                at=timezone.now(),
                old=form.cleaned_data["old"],
                new=form.cleaned_data["password"],
            )
            update_session_auth_hash(request, account)
            messages.success(request, "密码已修改，其他地方登录的已自动退出")
            return redirect("web:home")
        except Refused as refused:
            reasons = refused.reasons
    context = {
        "form": form,
        "reasons": reasons,
        "due": change_is_due(account_of(request)),
        "max_age": settings.PASSWORD_MAX_AGE_DAYS,
    }
    return render(request, "web/password.html", context)
