"""What the search finds of matters: by their words and places, or by number. Of confidential kinds no word is ever looked at."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.queries import WORKFLOWS
from pithead.issues.queries.board import called
from pithead.kernel.searching import (
    apart,
    contains,
    either,
    either_numeral,
    every_word,
    excerpt,
    is_key,
    numbered,
    typed,
)
from pithead.org.access import Actor
from pithead.org.models import Place, Unit
from pithead.org.queries import only_mine
from pithead.ui.registry import Asked, Hit

OPEN = [kind for kind, flow in WORKFLOWS.items() if not flow.confidential]
PLACE, NUMBER = contains("name"), numbered("pk")
UNIT = either(either_numeral(contains("name", "short_name")), typed("spelling"))
TEXT = contains("text", "place_text")


def matters(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """The latest first. Two queries: which, then what they say."""
    words = asked.words
    said = apart(Issue.objects.filter(_by_words(words), kind__in=OPEN, **only_mine(actor)))
    if any(map(is_key, words)):
        rows = Issue.objects.visible_to(actor).filter(Q(pk__in=said) | _by_number(words))
    else:
        rows = Issue.objects.visible_to(actor, *OPEN).filter(pk__in=said)
    keys = list(rows.order_by("-found_at", "pk").values_list("pk", flat=True)[:limit])
    found = Issue.objects.select_related("unit__parent", "place").in_bulk(keys)
    return [_matter(found[key], asked) for key in keys]


def _by_number(words: Sequence[str]) -> Q:
    """隐患 1a2b3c4d, as pages and notices write it. Its reader finds a confidential one, too, and opens it where that is logged."""
    return every_word(words, NUMBER, _of_kind)


def _by_words(words: Sequence[str]) -> Q:
    """The unit and the kind narrow: 综采一队 alone is a unit, not all that was ever found there."""
    return every_word(words, either(TEXT, _at_place), either(_of_unit, _of_kind))


def _at_place(word: str) -> Q:
    return Q(place__in=Place.objects.filter(PLACE(word)).values("pk"))


def _of_unit(word: str) -> Q:
    return Q(unit__in=Unit.objects.filter(UNIT(word)).values("pk"))


def _of_kind(word: str) -> Q:
    return Q(kind__in=[kind for kind, flow in WORKFLOWS.items() if word in flow.label])


def _matter(issue: Issue, asked: Asked) -> Hit:
    place = issue.place.name if issue.place else issue.place_text
    day = f"{timezone.localtime(issue.found_at):%Y-%m-%d}"
    said = (issue.state_label, *(() if issue.is_confidential else (str(issue), called(issue.unit), place, day)))
    title = str(issue) if issue.is_confidential else excerpt(issue.text, asked.words)
    url = reverse("issues:matter", args=[issue.pk])
    return Hit(title or str(issue), url, " · ".join(filter(None, said)), "good" if issue.closed_at else "")
