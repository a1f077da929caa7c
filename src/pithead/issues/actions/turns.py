"""Work of the clock on many matters: one that is broken keeps no other from its turn."""

import logging
import traceback
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction

from pithead.org.models import Unit, UnitKind

log = logging.getLogger(__name__)


class Unfinished(Exception):
    """Some were left; the log names them."""


def each_mine(work: Callable[[Unit], int]) -> int:
    """One that was not finished is told of when all had their turn."""
    count, left = 0, 0
    for mine in Unit.objects.filter(kind=UnitKind.MINE):
        try:
            count += work(mine)
        except Unfinished as error:
            left += error.args[0]
    if left:
        raise Unfinished(left)
    return count


def each(issues: Iterable[UUID], work: Callable[[UUID], int]) -> int:
    """Each by itself: done or not. The log learns where it broke, and not what the fault says: that may quote the matter."""
    count, left = 0, 0
    for pk in issues:
        try:
            with transaction.atomic():
                count += work(pk)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error("matter %s: %s in %s, line %s", pk, type(error).__name__, where.filename, where.lineno)
            left += 1
    if left:
        raise Unfinished(left)
    return count
