"""The few pages that open without a sign-in, or before a password that is due has been changed."""

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


def is_open_to_all(view: Any) -> bool:
    return getattr(view, "open_to_all", False)


def is_open_before_change(view: Any) -> bool:
    return getattr(view, "open_before_change", False)
