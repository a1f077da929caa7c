"""What of the assessment is under seal, and what a sealed row says: every column of it that is not at its default, so that
a column added later leaves old digests as they are. Registered with `kernel.sealing` when the app is ready."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet

from pithead.assess.models import (
    Appeal,
    Cycle,
    Departure,
    Dimension,
    Entry,
    EntryKind,
    Item,
    ItemScore,
    Participant,
    PeerGroup,
    Publicity,
    Reopening,
    Result,
    ScoreClause,
    Source,
    Standard,
    StandardState,
    Submission,
    Tier,
)
from pithead.assess.models.cycles import TAKES_SCORES
from pithead.assess.models.entries import is_counted
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import Content, SealedTable, register
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import unit_names

STANDARD, SUBMISSION, ENTRY = "assess.standard", "assess.submission", "assess.entry"
CYCLE, RESULT, DEPARTURE = "assess.cycle", "assess.result", "assess.departure"
PUBLICITY, APPEAL, REOPENING = "assess.publicity", "assess.appeal", "assess.reopening"

Rows = QuerySet[Any, Any]
Values = dict[str, Any]
More = dict[int, dict[str, Any]]  # row → what hangs under it
ALL = Q()
FEW = 100  # units that are named one by one
COMPUTED = Q(source=Source.COMPUTED)
MONTH = {"title": F("cycle__standard__title"), "month": F("cycle__period")}  # names of the row's month


def register_tables() -> None:
    for source in SOURCES:
        register(SealedTable(source.name, source.label, source.contents, source.due))


def _nothing(rows: Rows) -> More:  # noqa: ARG001
    return {}


@dataclass(frozen=True)
class _Source:
    """`named`: what its label needs beside its columns; `under`: what of other tables belongs to the rows; `own`: which rows
    are sealed by themselves. `per_unit`: the key is month and unit, for rows that are written afresh with new numbers."""

    name: str
    label: str
    model: type[Model]
    mine: str
    due_when: Q
    named: Mapping[str, Any]
    call: Callable[[Values], str]
    under: Callable[[Rows], More] = _nothing
    own: Q = ALL
    per_unit: bool = False
    without: frozenset[str] = frozenset()

    def contents(self, mine: str, keys: Iterable[str] | None) -> dict[str, Content]:
        rows = self._of(mine)
        wanted = None if keys is None else set(keys)
        if wanted is not None:
            rows = rows.filter(self._chosen(wanted))
        more = self.under(rows)
        columns = [pair for pair in _columns(self.model) if pair[0] not in self.without]
        fields = [name for name, _ in columns]
        found = rows.values("pk", *fields, **{f"_{name}": value for name, value in self.named.items()})
        contents, names = {}, _unit_names(mine) if "unit" in self.named else {}
        for row in found:
            key = self._key(row)
            if names:
                row["_unit"] = names.get(row["unit_id"], row["_unit"])
            if wanted is None or key in wanted:
                contents[key] = Content(self.call(row), _facts(row, columns) | more.get(row["pk"], {}))
        return contents

    def _chosen(self, keys: set[str]) -> Q:
        """Rows of these keys, and for unit keys others of the same months."""
        pairs = [tuple(map(int, key.split("-"))) for key in keys]
        if not self.per_unit:
            return Q(pk__in=[pk for (pk,) in pairs])
        months, units = {month for month, _ in pairs}, {unit for _, unit in pairs}
        return Q(cycle__in=months, unit__in=units) if len(units) < FEW else Q(cycle__in=months)

    def due(self, mine: str) -> set[str]:
        rows = self._of(mine).filter(self.due_when)
        return {self._key(row) for row in rows.values("pk", *(("cycle_id", "unit_id") if self.per_unit else ()))}

    def _key(self, row: Values) -> str:
        return unit_key(row["cycle_id"], row["unit_id"]) if self.per_unit else str(row["pk"])

    def _of(self, mine: str) -> Rows:
        return self.model._base_manager.filter(self.own, **{self.mine: mine})


def unit_key(cycle: int, unit: int) -> str:
    return f"{cycle}-{unit}"


# ── columns ──
@cache
def _columns(model: type[Model]) -> tuple[tuple[str, Any], ...]:
    """Column and default; the key stands in the chain beside the digest."""
    fields = (field for field in model._meta.concrete_fields if not field.primary_key)
    return tuple((field.attname, field.get_default()) for field in fields)


def _facts(row: Values, columns: Iterable[tuple[str, Any]]) -> Values:
    return {name: row[name] for name, default in columns if row[name] != default}


def _parts(model: type[Model], parent: str, rows: Rows) -> Iterator[tuple[int, int, Values]]:
    """Parent, key and facts of the rows of a table that belong to these."""
    columns = _columns(model)
    found = model._base_manager.filter(**{f"{parent}__in": rows.values("pk")})
    for row in found.values("pk", *(name for name, _ in columns), _parent=F(parent)):
        yield row["_parent"], row["pk"], _facts(row, columns)


# ── what belongs to a row ──
def _of_standards(standards: Rows) -> More:
    """A standard is one row with everything it consists of."""
    more: More = {}
    kinds: tuple[tuple[type[Model], str], ...] = (
        (PeerGroup, "standard"),
        (Tier, "standard"),
        (Dimension, "standard"),
        (Item, "standard"),
        (ScoreClause, "item__standard"),
    )
    for model, parent in kinds:
        for standard, pk, facts in _parts(model, parent, standards):
            more.setdefault(standard, {}).setdefault(f"{model.__name__}s", {})[pk] = facts
    return more


def _of_cycles(cycles: Rows) -> More:
    """Who takes part in which group; how many item scores there are, so that none stands beside those of the results."""
    more: More = {}
    for cycle, _, facts in _parts(Participant, "cycle", cycles):
        more.setdefault(cycle, {}).setdefault("units", {})[facts["unit_id"]] = facts["group_id"]
    scored = ItemScore.objects.filter(cycle__in=cycles.values("pk")).values_list("cycle").annotate(count=Count("pk"))
    for cycle, count in scored:
        more.setdefault(cycle, {})["item_scores"] = count
    return more


def _of_results(results: Rows) -> More:
    """A result is one row with its score for every item, and with the entries that were computed along with it."""
    pairs = {(cycle, unit): pk for pk, cycle, unit in results.values_list("pk", "cycle_id", "unit_id")}
    more: More = {}
    scores = ItemScore.objects.filter(cycle__in=results.values("cycle"))
    for cycle, unit, item, lost, score in scores.values_list("cycle_id", "unit_id", "item_id", "lost", "score"):
        if pk := pairs.get((cycle, unit)):
            more.setdefault(pk, {}).setdefault("items", {})[item] = [lost, score]
    columns = _columns(Entry)
    computed = Entry.objects.filter(COMPUTED, cycle__in=results.values("cycle"))
    for row in computed.values(*(name for name, _ in columns)):
        if pk := pairs.get((row["cycle_id"], row["unit_id"])):
            more.setdefault(pk, {}).setdefault("computed", {})[row["key"]] = _facts(row, columns)
    return more


def _of_appeals(appeals: Rows) -> More:
    """The entry itself matters as long as nobody has decided; afterwards it may go, but never be another one."""
    pointing = appeals.filter(Q(decided_at=None) | ~Q(entry__key=F("entry_key")), entry__isnull=False)
    return {pk: {"entry": entry} for pk, entry in pointing.values_list("pk", "entry_id")}


# ── how people call a row ──
def _unit_names(mine: str) -> dict[int, str]:
    """Unique in the mine: every section has a 一班."""
    return unit_names(Unit.objects.get(code=mine, kind=UnitKind.MINE))


def _month(row: Values) -> str:
    return f"{row['_title']} {_period(row['_month'])}"


@cache
def _period(text: str) -> str:
    """Whatever stands there has to be named, even what nobody could have written by the rules."""
    try:
        return Period.parse(text).label
    except Refused:
        return text


KINDS: dict[str, Any] = dict(EntryKind.choices)


def _entry(row: Values) -> str:
    return f"{_month(row)} {row['_unit']} {row['_item']} {KINDS.get(row['kind'], row['kind'])}（{row['_office']}）"


def _of_unit(row: Values) -> str:
    return f"{_month(row)} {row['_unit']}"


UNIT = MONTH | {"unit": F("unit__name")}
HANDED_IN = Submission.objects.filter(cycle=OuterRef("cycle"), office=OuterRef("office"))

SOURCES: tuple[_Source, ...] = (
    _Source(
        STANDARD,
        "考核标准",
        Standard,
        "mine__code",
        Q(state=StandardState.ISSUED),
        {},
        lambda row: f"{row['title']}第 {row['version']} 版",
        _of_standards,
    ),
    _Source(
        SUBMISSION,
        "打分提交",
        Submission,
        "cycle__mine__code",
        ALL,
        MONTH | {"office": F("office__name")},
        lambda row: f"{_month(row)} {row['_office']}",
    ),
    _Source(
        ENTRY,
        "打分记录",
        Entry,
        "cycle__mine__code",
        ~Q(cycle__state__in=TAKES_SCORES) | Q(Exists(HANDED_IN)),
        UNIT | {"item": F("item__code"), "office": F("office__name")},
        _entry,
        own=~is_counted(),  # these come and go with the result they are sealed in
    ),
    _Source(
        CYCLE,
        "考核",
        Cycle,
        "mine__code",
        ~Q(state__in=TAKES_SCORES),
        {"title": F("standard__title"), "month": F("period")},
        _month,
        _of_cycles,
    ),
    _Source(
        RESULT,
        "考核结果",
        Result,
        "cycle__mine__code",
        ~Q(cycle__state__in=TAKES_SCORES),
        UNIT,
        _of_unit,
        _of_results,
        per_unit=True,
    ),
    _Source(DEPARTURE, "联席会审定意见", Departure, "cycle__mine__code", ALL, UNIT, _of_unit, per_unit=True),
    _Source(
        PUBLICITY,
        "公示",
        Publicity,
        "cycle__mine__code",
        ALL,
        MONTH,
        lambda row: f"{_month(row)} 第 {row['round']} 次",
    ),
    _Source(
        APPEAL,
        "申诉",
        Appeal,
        "cycle__mine__code",
        ALL,
        UNIT | {"item": F("item__code")},
        lambda row: f"{_of_unit(row)} {row['_item']}",
        _of_appeals,
        without=frozenset({"entry_id"}),
    ),
    _Source(REOPENING, "退回打分", Reopening, "cycle__mine__code", ALL, MONTH, _month),
)
