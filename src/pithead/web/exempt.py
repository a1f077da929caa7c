"""The few pages that open without a sign-in, before a password that is due has been changed, or where only a screen hangs."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def open_before_change(view: View) -> View:
    view.open_before_change = True  # type: ignore[attr-defined]
    return view


def open_on_wall(view: View) -> View:
    view.open_on_wall = True  # type: ignore[attr-defined]
    return view


def is_open_to_all(view: Any) -> bool:
    return getattr(view, "open_to_all", False)


def is_open_before_change(view: Any) -> bool:
    return getattr(view, "open_before_change", False)


def is_open_on_wall(view: Any) -> bool:
    return getattr(view, "open_on_wall", False)
