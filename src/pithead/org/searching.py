"""What the search finds of the organisation: units, and people as far as one sees them, by name, number and unit alone."""

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.http import urlencode

from pithead.kernel.searching import begins, contains, either, either_numeral, every_word, typed
from pithead.org.access import Actor
from pithead.org.models import Person, Unit
from pithead.org.queries import place_of
from pithead.ui.registry import Asked, Hit

UNIT = either(either_numeral(contains("name", "short_name")), contains("code"), typed("spelling"))
ABOVE = either(either_numeral(contains("parent__name", "parent__short_name")), typed("parent__spelling"))
PERSON = either(contains("name"), begins("staff_no"), typed("spelling"))
OF_UNITS = either(UNIT, ABOVE)


def units(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """Short names first: 综采一队 before 综采一队党支部. Closed ones last. One query."""
    rows = Unit.objects.visible_to(actor).filter(every_word(asked.words, UNIT, ABOVE))
    found = rows.select_related("parent", "mine").order_by(
        F("closed_on").desc(nulls_first=True), Length("name"), "path"
    )
    return [_unit(actor, one) for one in found[:limit]]


def _unit(actor: Actor, unit: Unit) -> Hit:
    detail = " · ".join((unit.get_kind_display(), unit.code, *(["已撤销"] if unit.closed_on else [])))
    return Hit(place_of(unit), _address("org:unit", unit.code, unit.mine, actor), detail)


def people(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """Those who have not left. The unit tells namesakes apart and narrows, it finds nobody by itself. One query."""
    words, units = asked.words, Unit.objects.visible_to(actor)

    def within(word: str) -> Q:
        return Q(unit__in=units.filter(OF_UNITS(word)).values("pk"))

    rows = Person.objects.visible_to(actor).filter(Q(left_on=None) | Q(left_on__gt=asked.on))
    found: QuerySet[Person] = rows.filter(every_word(words, PERSON, within)).select_related("unit__parent", "mine")
    ordered = found.order_by(Length("name"), "staff_no", "pk")
    return [_person(actor, one) for one in ordered[:limit]]


def _person(actor: Actor, person: Person) -> Hit:
    detail = " · ".join(part for part in (person.staff_no, place_of(person.unit)) if part)
    return Hit(person.name, _address("org:person", person.staff_no, person.mine, actor), detail)


def _address(name: str, key: str, mine: Unit | None, actor: Actor) -> str:
    elsewhere = mine is not None and mine.pk != actor.mine.pk
    return reverse(name, args=[key]) + (f"?{urlencode({'mine': mine.code})}" if mine and elsewhere else "")
