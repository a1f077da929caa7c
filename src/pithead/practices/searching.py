"""What the search finds of work methods, practices and records. No answer of a record is looked at, for answers name people; of
restricted and private records not even that there are any."""

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from pithead.kernel.searching import apart, contains, either, either_numeral, every_word, excerpt, numbered, typed
from pithead.org.access import Actor, Capability
from pithead.org.models import Place, Unit
from pithead.org.queries import only_mine, place_of
from pithead.practices.models import Confidentiality, Practice, Record, WorkMethod
from pithead.ui.registry import Asked, Hit

METHOD = contains("title", "summary")
PRACTICE, OF_METHODS = contains("title"), contains("method__title")
TITLE, NAME = contains("practice__title", "elsewhere"), contains("name")
UNIT = either(either_numeral(contains("name", "short_name")), typed("spelling"))


def methods(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """One query."""
    rows = actor.scope(Capability.PRACTICE_VIEW).units(WorkMethod.objects.select_related("mine"), "mine__path")
    found = rows.filter(every_word(asked.words, METHOD)).order_by("title", "pk")
    return [
        Hit(one.title, _address("method", one.code, one.mine, actor), excerpt(one.summary, asked.words))
        for one in found[:limit]
    ]


def practices(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """One query."""
    rows = actor.scope(Capability.PRACTICE_VIEW).units(Practice.objects.select_related("method", "mine"), "mine__path")
    found = rows.filter(every_word(asked.words, PRACTICE, OF_METHODS)).order_by("title", "pk")
    return [Hit(one.title, _address("practice", one.code, one.mine, actor), one.method.title) for one in found[:limit]]


def _address(name: str, code: str, mine: Unit, actor: Actor) -> str:
    elsewhere = f"?{urlencode({'mine': mine.code})}" if mine.pk != actor.mine.pk else ""
    return reverse(f"practices:{name}", args=[code]) + elsewhere


def records(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """The latest first. Two queries: which, then what they say."""
    open_ones = Record.objects.current().filter(version__confidentiality=Confidentiality.OPEN, **only_mine(actor))
    said = open_ones.filter(every_word(asked.words, either(TITLE, _at_place, numbered("pk")), _of_unit))
    found = Record.objects.visible_to(actor).filter(pk__in=apart(said))
    keys = list(found.order_by("-happened_on", "-pk").values_list("pk", flat=True)[:limit])
    known = Record.objects.select_related("practice", "unit__parent", "place").defer("answers", "sealed").in_bulk(keys)
    return [_record(known[key]) for key in keys]


def _at_place(word: str) -> Q:
    return Q(place__in=Place.objects.filter(NAME(word)).values("pk"))


def _of_unit(word: str) -> Q:
    units = Unit.objects.filter(UNIT(word)).values("pk")
    return Q(unit__in=units) | Q(performer_unit__in=units)


def _record(record: Record) -> Hit:
    where = (place_of(record.unit), record.place.name if record.place else "", record.elsewhere, str(record.pk)[:8])
    url = reverse("practices:kept", args=[record.pk])
    return Hit(f"{record.practice} {record.happened_on}", url, " · ".join(filter(None, where)))
