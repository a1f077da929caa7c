"""Everything asks for a sign-in unless it says otherwise; whoever is signed in acts as an `Actor`, until idle too long."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from pithead.org.access import actor_for
from pithead.org.models import User
from pithead.web.exempt import is_open_before_change, is_open_on_wall, is_open_to_all

SEEN = "seen_at"
ON_WALL = "on_wall"  # of a session that shows the big screen and nothing else, without an idle limit
WRITE_EVERY_SECONDS = 180  # a page normally costs no write; the idle limit is exact to this much, on the early side


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No row holds a NUL, and PostgreSQL raises when asked for one: such a request is a bad one, not a fault. What is in
    uploaded files is nobody's business here."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        if request.method == "POST" and any("\x00" in text for text in _texts(request)):
            raise SuspiciousOperation("NUL in a form")
        return get_response(request)

    return answer


def _texts(request: HttpRequest) -> Iterator[str]:
    try:
        for name, values in request.POST.lists():
            yield name
            yield from map(str, values)
        for name, files in request.FILES.lists():
            yield name
            yield from (file.name or "" for file in files)
    except UnreadablePostError:  # hung up in the middle: nobody is there to hear of it
        raise SuspiciousOperation("the request broke off") from None


class SignedInMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._end_when_idle(request)
        if request.user.is_authenticated:
            request.actor = actor_for(  # type: ignore[attr-defined]
                request.user.person,
                on=timezone.localdate(),
                face="web",
                source=source_of(request),
            )
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            add_never_cache_headers(response)  # shared computers: Back after signing out shows nothing
        return response

    def _end_when_idle(self, request: HttpRequest) -> None:
        """A screen that refreshes itself is nobody at work; one that hangs on the wall shows nothing else, and stays."""
        if request.session.get(ON_WALL):
            return
        now = int(time.time())
        idle = now - request.session.get(SEEN, now)
        if idle > settings.IDLE_SIGN_OUT_SECONDS:
            logout(request)
        elif SEEN not in request.session or (idle >= WRITE_EVERY_SECONDS and request.path != reverse("web:screen")):
            mark_seen(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        if is_open_to_all(view):
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if request.session.get(ON_WALL) and not is_open_on_wall(view):
            logout(request)  # whoever stands at the wall's computer is not who hung the screen up
            return _to_sign_in(request)
        if change_is_due(account_of(request)) and not is_open_before_change(view):
            return HttpResponseRedirect(reverse("web:password"))
        return None


def mark_seen(request: HttpRequest) -> None:
    request.session[SEEN] = int(time.time())


def source_of(request: HttpRequest) -> str:
    """Where a request came from, for the log. Behind the proxy that terminates TLS: what that proxy added last."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:64]


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """After signing in one is back on the page; what a form had carried is not sent again by itself."""
    back = request.get_full_path() if request.method == "GET" else ""
    address = reverse("web:sign_in") + (f"?{urlencode({'next': back})}" if back and back != "/" else "")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def account_of(request: HttpRequest) -> User:
    """Of somebody signed in."""
    assert isinstance(request.user, User)
    return request.user


def change_is_due(account: User) -> bool:
    """A password that somebody else set, or one that is too old."""
    if not account.password:
        return False
    oldest = timezone.now() - dt.timedelta(days=settings.PASSWORD_MAX_AGE_DAYS)
    return account.password_set_at is None or account.password_set_at < oldest
