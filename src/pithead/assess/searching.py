"""What the search finds of assessment: standards as they are now, their items by the words of the clauses, months with a result."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from pithead.assess.models import Cycle, Item, ScoreClause, Standard, StandardState
from pithead.assess.models.cycles import PUBLIC
from pithead.kernel.searching import contains, every_word, excerpt, fits
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.ui.registry import Asked, Hit

STANDARD = contains("title", "code")
NAMED, SAID, OF_STANDARDS = contains("name", "code"), contains("text"), contains("standard__title")


def _current(actor: Actor) -> "QuerySet[Standard]":
    """Drafts as far as one sees them, and of issued ones the last."""
    later = Standard.objects.filter(state=StandardState.ISSUED, mine=OuterRef("mine"), code=OuterRef("code"))
    rows: QuerySet[Standard] = Standard.objects.visible_to(actor)
    return rows.exclude(Exists(later.filter(version__gt=OuterRef("version"))))


def _address(name: str, mine: Unit, actor: Actor, *steps: object) -> str:
    elsewhere = f"?{urlencode({'mine': mine.code})}" if mine.pk != actor.mine.pk else ""
    return reverse(f"assess:{name}", args=steps) + elsewhere


def standards(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """One query."""
    found = _current(actor).filter(every_word(asked.words, STANDARD)).select_related("mine").order_by("title", "pk")
    return [_standard(actor, one) for one in found[:limit]]


def _standard(actor: Actor, standard: Standard) -> Hit:
    draft = standard.state == StandardState.DRAFT
    detail = f"第 {standard.version} 版" + "，草案" * draft
    address = _address("standard", standard.mine, actor, standard.code, standard.version)
    return Hit(standard.title, address, detail, "warn" if draft else "")


def items(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """Two queries: the items, and what their clauses say."""
    rows = Item.objects.filter(standard__in=_current(actor).values("pk"))
    found = rows.filter(every_word(asked.words, _said, OF_STANDARDS)).select_related("standard__mine")
    shown = found.order_by("standard__title", "standard", "position").prefetch_related("clauses")[:limit]
    return [_item(actor, one, asked) for one in shown]


def _said(word: str) -> Q:
    clauses = ScoreClause.objects.filter(SAID(word), item=OuterRef("pk"))
    return NAMED(word) | Q(Exists(clauses))


def _item(actor: Actor, item: Item, asked: Asked) -> Hit:
    standard = item.standard
    texts = [clause.text for clause in item.clauses.all()]
    said = next((text for text in texts if any(word in text for word in asked.words)), texts[0] if texts else "")
    address = f"{_address('standard', standard.mine, actor, standard.code, standard.version)}#item-{item.code}"
    return Hit(str(item), address, f"{standard.title} · {excerpt(said, asked.words)}")


def results(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """Months are few, and what they are called stands in no column. The latest first. One query."""
    rows = Cycle.objects.visible_to(actor).filter(state__in=PUBLIC).select_related("standard", "mine")
    found = [one for one in rows.order_by("-starts_on", "pk") if fits(asked.words, f"{one} {one.period} 结果 排名")]
    return [_result(actor, one) for one in found[:limit]]


def _result(actor: Actor, cycle: Cycle) -> Hit:
    address = _address("results", cycle.mine, actor, cycle.code, cycle.period)
    return Hit(str(cycle), address, cycle.state_label, "" if cycle.finalised_at else "warn")
