"""What of the assessment is under seal: any change behind the back of the system is found and named."""

import datetime as dt
from collections.abc import Callable
from copy import deepcopy

import pytest
from django.db import models

from pithead.assess import actions
from pithead.assess.models import (
    Appeal,
    Cycle,
    Departure,
    Dimension,
    Entry,
    Item,
    ItemScore,
    Participant,
    PeerGroup,
    Publicity,
    Reopening,
    Result,
    ScoreClause,
    Standard,
    Submission,
    Tier,
)
from pithead.assess.sealed import CYCLE, ENTRY, RESULT, SOURCES, unit_key
from pithead.assess.tests.sealed_month import another_value, whole_month
from pithead.kernel.models import AuditEvent, SealChain, SealedRow, SealLink
from pithead.kernel.sealing import Fault, anchor_of, begin, verify
from pithead.kernel.sealing.digests import canonical
from pithead.org.testing import Cast

UNDER_SEAL: list[type[models.Model]] = [
    *(source.model for source in SOURCES),
    *(Participant, ItemScore),
    *(PeerGroup, Tier, Dimension, Item, ScoreClause),
]
MAY_CHANGE = {
    # The entry of a decided appeal is a shortcut that goes with the entry; what the entry was stands beside it.
    (Appeal, "entry"),
}
NUMBERED = {"items", "computed", "units", "key"}  # keys of rows, which differ from one database to the next
names = pytest.mark.parametrize("model", UNDER_SEAL, ids=lambda model: model.__name__)


@pytest.fixture(scope="module")
def built(standing: Cast, at: dt.datetime) -> Cycle:
    return whole_month(standing, at)


@pytest.fixture
def month(db: None, built: Cycle) -> Cycle:
    """Made once for all who tamper with it."""
    return deepcopy(built)


@pytest.fixture
def cast(month: Cycle, standing: Cast) -> Cast:
    return deepcopy(standing)


def faults() -> tuple[Fault, ...]:
    return verify("QSY").faults


def put(row: models.Model, /, **values: object) -> None:
    """Behind the back of the system."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def sealed_rows(model: type[models.Model], month: Cycle) -> list[models.Model]:
    """The first and the last of the month that is final, or of its standard; whatever there is of reopenings."""
    rows, fields = model._base_manager.order_by("pk"), {field.name for field in model._meta.fields}
    if model is Cycle:
        rows = rows.filter(pk=month.pk)
    elif model is Standard:
        rows = rows.filter(pk=month.standard_id)
    elif "cycle" in fields and model is not Reopening:
        rows = rows.filter(cycle=month)
    return [row for row in (rows.first(), rows.last()) if row]


# ── every column ──
def test_a_month_that_went_its_way_is_well(month: Cycle) -> None:
    report = verify("QSY")
    assert not report.faults
    assert report.links > 10
    sealed = set(SealedRow.objects.exclude(digest="").values_list("table", flat=True))
    assert sealed == {source.name for source in SOURCES}


@names
def test_every_column_of_what_is_under_seal_is_watched(model: type[models.Model], cast: Cast, month: Cycle) -> None:
    rows = sealed_rows(model, month)
    assert rows
    for row in rows:
        for field in model._meta.concrete_fields:
            if field.primary_key or (model, field.name) in MAY_CHANGE:
                continue
            was = getattr(row, field.attname)
            put(row, **{field.attname: another_value(field, was, cast)})
            found = faults()
            assert found, f"{model.__name__}.{field.name}"
            assert all("None" not in str(fault) for fault in found)
            put(row, **{field.attname: was})
    assert not faults()


def test_the_entry_of_an_appeal_may_go_but_never_be_another(month: Cycle) -> None:
    [appeal] = Appeal.objects.filter(cycle=month)
    put(appeal, entry=None)
    assert not faults()
    put(appeal, entry=Entry.objects.exclude(pk=appeal.entry_id)[0])
    assert [fault.kind for fault in faults()] == ["changed"]


# ── rows that go, rows that come ──
@pytest.mark.parametrize(
    "model", [Submission, Entry, Result, Departure, Publicity, Appeal, Reopening, ItemScore, Participant, ScoreClause]
)
def test_a_row_that_goes_is_missed(model: type[models.Model], month: Cycle) -> None:
    for row in sealed_rows(model, month):
        put_back = model._base_manager.filter(pk=row.pk)
        model._base_manager.filter(pk=row.pk)._raw_delete(using="default")
        assert faults()
        assert not put_back.exists()
        row.save(force_insert=True)
    assert not faults()


def copies(cast: Cast, month: Cycle) -> dict[type[models.Model], Callable[[], dict[str, object]]]:
    """What a copy must differ in to be a row of its own."""
    unit = {"unit_id": cast.units["HR"].pk}
    return {
        Entry: lambda: {"key": "slipped in"},
        Submission: lambda: {"office_id": cast.units["HR"].pk},
        Result: lambda: unit,
        Departure: lambda: unit,
        ItemScore: lambda: unit,
        Participant: lambda: unit,
        Publicity: lambda: {"round": 9},
        Appeal: dict,
        Reopening: dict,
        Standard: lambda: {"version": 9},
        Cycle: lambda: {"period": "2026-04"},
        Item: lambda: {"code": "B9"},
        ScoreClause: lambda: {"code": "B9.1"},
    }


def test_a_row_slipped_in_is_noticed(cast: Cast, month: Cycle) -> None:
    for model, differing in copies(cast, month).items():
        row = sealed_rows(model, month)[-1]
        row.pk = None
        for name, value in differing().items():
            setattr(row, name, value)
        row.save(force_insert=True)
        assert faults(), model.__name__
        model._base_manager.filter(pk=row.pk)._raw_delete(using="default")
    assert not faults()


# ── in words ──
def test_what_was_changed_is_said_in_words(cast: Cast, month: Cycle) -> None:
    unit = cast.units["M1"]
    Entry.objects.filter(cycle=month, unit=unit, item__code="B1").update(points=1)
    ItemScore.objects.filter(cycle=month, unit=unit, item__code="B1").update(score=39)
    entry, result = sorted(faults(), key=lambda fault: fault.where)
    assert entry.where.startswith("打分记录“小标准 2026年6月 煤一队 B1 扣分（安全科）”")
    assert "2026-07-06 09:00，小标准 2026年6月 安全科）" in entry.message
    assert result.where.startswith("考核结果“小标准 2026年6月 煤一队”")
    assert result.message.startswith("现在的内容与封存的不一致")


def test_the_code_of_a_month_stays_as_long_as_the_month(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    printed = anchor_of("QSY", "assess.cycle", month.pk)
    actions.submit(by=cast.system(), at=at, cycle=Cycle.objects.get(period="2026-05"), office=cast.units["SAF"])
    assert anchor_of("QSY", "assess.cycle", month.pk) == printed
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=month, reason="漏报")
    assert anchor_of("QSY", "assess.cycle", month.pk) == ""
    assert not faults()


# ── months from before there were seals ──
def test_what_was_settled_before_is_sealed_once_as_it_stands(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    for model in (SealedRow, SealLink, SealChain):
        model.objects.all().delete()
    AuditEvent.objects.filter(action="seal.begun").delete()
    Cycle.objects.filter(pk=month.pk).update(approved_at=None, approved_by="", minutes="")
    Publicity.objects.filter(cycle=month).delete()
    assert {fault.kind for fault in faults()} == {"unsealed"}
    begin(mine="QSY", at=at)
    report = verify("QSY")
    assert (report.faults, report.links) == ((), 1)
    Result.objects.filter(cycle=month, unit=cast.units["M1"]).update(rank=1)
    assert [fault.kind for fault in faults()] == ["changed"]


# ── one text on every database ──
def test_a_row_reads_the_same_from_every_database(cast: Cast, month: Cycle) -> None:
    [entry, *_] = Entry.objects.filter(cycle=month, unit=cast.units["ZC1"])
    sealed = {
        RESULT: unit_key(month.pk, entry.unit_id),
        ENTRY: str(entry.pk),
        CYCLE: str(month.pk),
    }
    told = {}
    for source in SOURCES:
        if source.name in sealed:
            facts = source.contents("QSY", [sealed[source.name]])[sealed[source.name]].facts
            told[source.name] = canonical(
                {k: v for k, v in facts.items() if not k.endswith("_id") and k not in NUMBERED}
            )
    assert told == {
        RESULT: '{"bonus":"0.00","bonus_earned":"0.00","group_rank":1,"normalised":"99.25","rank":2,"raw":"99.25",'
        '"shares":[["A","班子建设好","40.00","40.00"],["B","安全生产好","59.25","60.00"]],"total":"99.25"}',
        ENTRY: '{"author":"系统","entered_at":"2026-07-06T01:00:00.000000+00:00","kind":"deduction","points":"0.75",'
        '"reason":"B1 检查发现的问题"}',
        CYCLE: '{"approved_at":"2026-07-06T01:00:00.000000+00:00","approved_by":"系统",'
        '"changed_at":"2026-07-06T02:00:00.000000+00:00","closed_at":"2026-07-06T01:00:00.000000+00:00","code":"small",'
        '"decision":"同意","ends_on":"2026-06-30","finalised_at":"2026-07-12T01:00:00.000000+00:00",'
        '"finalised_by":"系统","item_scores":12,"minutes":"2026年第7次","opened_at":"2026-07-06T01:00:00.000000+00:00",'
        '"period":"2026-06","reviewed_at":"2026-07-06T01:00:00.000000+00:00","reviewed_by":"系统",'
        '"starts_on":"2026-06-01","state":"final"}',
    }


# ── cost ──
def test_comparing_asks_a_fixed_number_of_questions(
    month: Cycle, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(3 + 3 * len(SOURCES) + 12):
        verify("QSY")
