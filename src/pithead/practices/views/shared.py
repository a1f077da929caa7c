"""What several pages start from: the mine they are about, the day it is, which practice is looked at."""

import datetime as dt
from collections.abc import Sequence

from django.http import Http404
from django.utils import timezone

from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest
from pithead.org.queries import asked as asked
from pithead.org.queries import mine_asked as mine_asked
from pithead.practices.queries.customs import Custom


def now() -> dt.datetime:
    return timezone.now()


def today() -> dt.date:
    return timezone.localdate()


def chosen(request: ActorRequest, offered: Sequence[Custom]) -> Custom | None:
    """The practice named by `?practice=`, otherwise the first; None where the mine asks none of this kind."""
    code = request.GET.get("practice", "")
    return next((one for one in offered if one.code == code), offered[0] if offered and not code else None)


def named_period(request: ActorRequest, otherwise: Period) -> Period:
    """`?period=` of the same kind, otherwise what is usual; anything else is no page."""
    text = request.GET.get("period", "")
    try:
        period = Period.parse(text) if text else otherwise
    except Refused as refused:
        raise Http404(str(refused)) from refused
    if period.kind != otherwise.kind:
        raise Http404
    return period
