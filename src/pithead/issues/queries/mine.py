"""What one person has to do with: what waits for him now, what he raised, what is about him, what he was told."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from pithead.issues.models import Issue, Notice, Role
from pithead.issues.queries.board import (
    NO_KEYS,
    PER_PAGE,
    SORTS,
    IssueLine,
    IssuePage,
    Keys,
    counted,
    lines_of,
    page_of,
    paged,
    turned,
    turned_to,
)
from pithead.issues.queries.ties import JUDGED, Involvement, involvements_of, ties_of
from pithead.issues.workflows import WORKFLOWS, Visibility
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

EVERYBODYS = [kind for kind, flow in WORKFLOWS.items() if flow.visibility is Visibility.MINE]
SECRET = [kind for kind, flow in WORKFLOWS.items() if flow.confidential]
BEGINNING = 30  # characters of a text


@dataclass(frozen=True)
class NoticeLine:
    pk: int
    issue: IssueLine
    text: str
    at: dt.datetime
    read: bool
    opens: bool  # who has lost sight of it since is told no more than he was

    @property
    def about(self) -> str:
        """How its text begins, which the notice itself does not hold."""
        text = self.issue.text if self.opens else ""
        return text if len(text) <= BEGINNING else f"{text[: BEGINNING - 1]}…"


@dataclass(frozen=True)
class NoticePage:
    """`unread`: of all of them, not of those on this page."""

    lines: tuple[NoticeLine, ...]
    total: int
    unread: int
    page: int
    pages: int


def waits_for(actor: Actor, mine: Unit, now: dt.datetime, number: int = 1, size: int = PER_PAGE) -> IssuePage:
    """What this person's posts, or his name, are asked for now; what is due first stands first. Six queries at most, of
    leaders eight."""
    return page_of(_Desk(actor, mine).waiting(now, number, size), now)


def raised_by(actor: Actor, mine: Unit, now: dt.datetime, number: int = 1, size: int = PER_PAGE) -> IssuePage:
    """With one's name on it; what was said without a name is nobody's, and what is confidential its readers'. The latest
    first. Five queries at most."""
    return page_of(_Desk(actor, mine).raised(number, size), now)


def concerning(actor: Actor, mine: Unit, now: dt.datetime, number: int = 1, size: int = PER_PAGE) -> IssuePage:
    """Where one is named: a violation, a plan of help, a dispute that has climbed to one. The latest first. Two queries."""
    return page_of(_Desk(actor, mine).concerning(number, size), now)


def notices_of(actor: Actor, mine: Unit, now: dt.datetime, number: int = 1, size: int = PER_PAGE) -> NoticePage:
    """Unread ones first. Six queries at most."""
    desk = _Desk(actor, mine)
    told = desk.told(number, size)
    return desk.read_out(told, lines_of(told.about, now))


def unread(actor: Actor, mine: Unit) -> int:
    """Three queries at most."""
    return _Desk(actor, mine).heard.filter(read_at=None).count()


@dataclass(frozen=True)
class Own:
    """How each of the lists begins."""

    waiting: IssuePage
    raised: IssuePage
    concerning: IssuePage
    notices: NoticePage


def own_of(actor: Actor, mine: Unit, now: dt.datetime, sizes: Mapping[str, int]) -> Own:
    """What several of them need is asked once, what their matters say for all of them together. Fifteen queries at most."""
    desk = _Desk(actor, mine)
    waiting, raised = desk.waiting(now, 1, sizes["waiting"]), desk.raised(1, sizes["raised"])
    concerning, told = desk.concerning(1, sizes["concerning"]), desk.told(1, sizes["notices"])
    lines = lines_of({*waiting.shown, *raised.shown, *concerning.shown, *told.about}, now)
    return Own(paged(waiting, lines), paged(raised, lines), paged(concerning, lines), desk.read_out(told, lines))


@dataclass(frozen=True)
class _Told:
    """`rows`: key, matter, text, when it was told and read."""

    rows: tuple[tuple[int, UUID, str, dt.datetime, dt.datetime | None], ...]
    total: int
    unread: int
    page: int
    pages: int

    @property
    def about(self) -> set[UUID]:
        return {issue for _, issue, *_ in self.rows}


@dataclass(frozen=True)
class _Desk:
    actor: Actor
    mine: Unit

    @property
    def person(self) -> int:
        return self.actor.person_id or 0

    @cached_property
    def involvements(self) -> list[Involvement]:
        return involvements_of(self.actor, self.person, self.mine)

    @cached_property
    def shut(self) -> set[UUID]:
        """What is confidential, was raised by him or told to him, and is not his to read any more. Two queries at most."""
        told = Notice.objects.filter(mine=self.mine, person=self.person).values("issue")
        # By its kind: SQLite would read all that he ever raised.
        rows = Issue.objects.alias(finder=Coalesce("found_by_id", 0)).filter(mine=self.mine, kind__in=SECRET)
        secret = rows.filter(Q(finder=self.person) | Q(pk__in=told))
        found = set(secret.values_list("pk", flat=True))
        return found - self._seen(found, *SECRET) if found else found

    def _seen(self, keys: Collection[UUID], *kinds: str) -> set[UUID]:
        return set(Issue.objects.visible_to(self.actor, *kinds).filter(pk__in=keys).values_list("pk", flat=True))

    def waiting(self, now: dt.datetime, number: int, size: int) -> Keys:
        if self.actor.person_id is None:
            return NO_KEYS
        ties = ties_of(self.actor, self.person, self.mine, self.involvements, now)
        rows = Issue.objects.filter(ties.within, mine=self.mine, closed_at=None).order_by(*SORTS["due"][1])
        return turned_to(ties.asked(list(rows.values_list(*JUDGED))), number, size)

    def raised(self, number: int, size: int) -> Keys:
        """Whoever raised what is not confidential reads it, whatever he is now."""
        own = Issue.objects.filter(found_by=self.person, mine=self.mine, erased_at=None)
        return counted(own.exclude(pk__in=self.shut) if self.shut else own, "found", number, size)

    def concerning(self, number: int, size: int) -> Keys:
        found = {(one.found_at, one.issue) for one in self.involvements if one.role != Role.AUTHOR and not one.erased}
        latest = sorted(found, key=lambda one: (-one[0].timestamp(), one[1]))
        return turned_to(tuple(issue for _, issue in latest), number, size)

    @property
    def heard(self) -> "QuerySet[Notice]":
        """What was heard of a confidential matter is gone with the right to read it."""
        told = Notice.objects.filter(mine=self.mine, person=self.person)
        return told.exclude(issue__in=self.shut) if self.shut else told

    def told(self, number: int, size: int) -> _Told:
        heard = self.heard
        found = heard.aggregate(total=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
        pages, page = turned(found["total"], number, size)
        rows = heard.order_by(F("read_at").desc(nulls_first=True), "-at", "pk")[(page - 1) * size : page * size]
        said = tuple(rows.values_list("pk", "issue", "text", "at", "read_at")) if found["total"] else ()
        return _Told(said, found["total"], found["unread"], page, pages)

    def read_out(self, told: _Told, lines: Mapping[UUID, IssueLine]) -> NoticePage:
        """What is confidential was heard by its readers; of the others it is asked who may not be sure to open them. One query
        at most."""
        sure = {*SECRET, *(EVERYBODYS if self.actor.can(Capability.ISSUE_RAISE, self.mine) else ())}
        doubtful = {key: lines[key].kind for key in told.about if lines[key].kind not in sure}
        doubtful = {key: kind for key, kind in doubtful.items() if self.person not in lines[key].whose}
        hidden = set(doubtful) - (self._seen(doubtful, *doubtful.values()) if doubtful else set())
        notices = tuple(
            NoticeLine(pk, lines[issue], text, at, read is not None, issue not in hidden)
            for pk, issue, text, at, read in told.rows
        )
        return NoticePage(notices, told.total, told.unread, told.page, told.pages)
