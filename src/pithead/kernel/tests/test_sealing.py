"""The chain by itself, over a table of notes: what is sealed, what is found, what may go."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.db import models

from pithead.kernel import sealing
from pithead.kernel.models import AuditEvent, SealChain, SealedRow, SealLink, StoredFile
from pithead.kernel.sealing import Content, SealedTable, tables
from pithead.kernel.sealing.digests import canonical, head_of

pytestmark = pytest.mark.django_db
MINE, OTHER = "QSY", "BYL"
NOTE = "kernel.note"
SUBJECT = ("notebook", 1, "便条")


def contents(mine: str, pks: object) -> dict[str, Content]:
    """Stored files stand in for what an app would seal: a row with text, a figure and a moment."""
    rows = StoredFile.objects.filter(mine=mine)
    if pks is not None:
        rows = rows.filter(pk__in=list(pks))
    return {
        str(row.pk): Content(row.name[:4], {"name": row.name, "size": row.size, "at": row.stored_at}) for row in rows
    }


def due(mine: str) -> set[str]:
    rows = StoredFile.objects.filter(mine=mine, content_type="due")
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


@pytest.fixture(autouse=True)
def notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_tables", {NOTE: SealedTable(NOTE, "便条", contents, due)})


def note(at: dt.datetime, name: str, mine: str = MINE, kind: str = "due") -> StoredFile:
    return StoredFile.objects.create(
        mine=mine, name=name, content_type=kind, size=5, sha256="", stored_at=at, stored_by="10010"
    )


@pytest.fixture
def sealed(at: dt.datetime) -> list[StoredFile]:
    """Three links: two notes, a third, and the first one changed by the system."""
    first, second = note(at, "甲条"), note(at, "乙条")
    sealing.seal(mine=MINE, at=at, act="x.noted", subject=SUBJECT, rows={NOTE: [first.pk, second.pk]})
    third = note(at, "丙条")
    sealing.seal(mine=MINE, at=at, act="x.noted", subject=SUBJECT, rows={NOTE: [third.pk]})
    change(first, name="甲条改")
    sealing.seal(mine=MINE, at=at, act="x.changed", subject=SUBJECT, rows={NOTE: [first.pk]})
    return [first, second, third]


def change(row: models.Model, /, **values: object) -> None:
    """Behind the back of the system."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def kinds() -> list[str]:
    return sorted({fault.kind for fault in sealing.verify(MINE).faults})


# ── canonical content ──
def test_figures_moments_and_keys_have_one_form(at: dt.datetime) -> None:
    told = canonical({"b": Decimal("1.5"), "a": at, "c": (True, None, 2, dt.date(2026, 7, 6))})
    assert told == '{"a":"2026-07-06T01:00:00.000000+00:00","b":"1.50","c":[true,null,2,"2026-07-06"]}'
    assert canonical(Decimal(1)) == canonical(Decimal("1.00")) != canonical(Decimal("1.001"))
    with pytest.raises(TypeError):
        canonical(object())


# ── sealing ──
def test_links_join_and_all_is_well(sealed: list[StoredFile]) -> None:
    report = sealing.verify(MINE)
    assert (report.ok, report.links, report.rows) == (True, 3, 3)
    assert list(SealLink.objects.values_list("seq", flat=True)) == [1, 2, 3]
    assert report.anchor == sealing.anchor(MINE)
    assert sealing.verify(OTHER) == sealing.Report(OTHER, 0, 0, "", ())


def test_nothing_new_adds_nothing(sealed: list[StoredFile], at: dt.datetime) -> None:
    keys = {NOTE: [row.pk for row in sealed]}
    assert sealing.seal(mine=MINE, at=at, act="x", subject=SUBJECT, rows=keys) is None
    assert sealing.seal(mine=MINE, at=at, act="x", subject=SUBJECT, released={NOTE: ["4711"]}) is None
    assert SealLink.objects.count() == 3


def test_what_was_changed_behind_the_back_is_not_sealed_with_the_rest(
    sealed: list[StoredFile], at: dt.datetime
) -> None:
    change(sealed[1], size=6)
    fresh = note(at, "丁条")
    keys = {NOTE: [sealed[1].pk, fresh.pk]}
    link = sealing.seal(mine=MINE, at=at, act="x", subject=SUBJECT, unsealed=keys)
    assert link is not None
    assert [row.row for row in link.rows.all()] == [str(fresh.pk)]
    assert kinds() == ["changed"]


def test_a_released_row_may_change_go_and_come_back(sealed: list[StoredFile], at: dt.datetime) -> None:
    change(sealed[0], content_type="draft")
    sealing.seal(mine=MINE, at=at, act="x.withdrawn", subject=SUBJECT, released={NOTE: [sealed[0].pk]})
    change(sealed[0], size=7)
    assert sealing.verify(MINE).ok
    assert sealing.verify(MINE).rows == 2
    assert sealing.anchor_of(MINE, NOTE, sealed[0].pk) == ""
    sealing.seal(mine=MINE, at=at, act="x.noted", subject=SUBJECT, unsealed={NOTE: [sealed[0].pk]})
    assert sealing.verify(MINE).rows == 3
    sealing.seal(mine=MINE, at=at, act="x.withdrawn", subject=SUBJECT, released={NOTE: [sealed[0].pk]})
    sealed[0].delete()
    assert sealing.verify(MINE).ok


def test_a_chain_begins_with_all_that_is_settled(at: dt.datetime) -> None:
    old, fresh = note(at, "旧条"), note(at, "新条")
    assert kinds() == ["unsealed"]
    sealing.seal(mine=MINE, at=at, act="x.noted", subject=SUBJECT, rows={NOTE: [fresh.pk]})
    rows = SealedRow.objects.values_list("link__seq", "link__act", "row")
    assert sorted(rows) == [(1, "begun", str(old.pk)), (2, "x.noted", str(fresh.pk))]
    assert sealing.verify(MINE).ok
    assert sealing.begin(mine=MINE, at=at) is None


def test_beginning_by_itself_seals_once_and_only_what_is_due(at: dt.datetime) -> None:
    assert sealing.begin(mine=MINE, at=at) is None
    note(at, "旧条")
    note(at, "草稿", kind="draft")
    link = sealing.begin(mine=MINE, at=at)
    assert link is not None
    assert link.rows.count() == 1
    note(at, "后来的")
    assert sealing.begin(mine=MINE, at=at) is None
    assert kinds() == ["unsealed"]


def test_a_row_that_is_not_there_or_a_table_unheard_of_cannot_be_sealed(at: dt.datetime) -> None:
    missing = {NOTE: ["00000000-0000-0000-0000-000000000000"]}
    for keys in (missing, {"kernel.unknown": ["1"]}):
        with pytest.raises(LookupError):
            sealing.seal(mine=MINE, at=at, act="x", subject=SUBJECT, rows=keys)
    assert not SealLink.objects.exists()


def test_thousands_of_rows_are_a_few_queries(
    at: dt.datetime, django_assert_max_num_queries: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = StoredFile.objects.bulk_create(
        StoredFile(mine=MINE, name=f"{number}", content_type="due", size=1, sha256="", stored_at=at, stored_by="1")
        for number in range(3000)
    )
    with django_assert_max_num_queries(18):
        sealing.seal(mine=MINE, at=at, act="x", subject=SUBJECT, rows={NOTE: [row.pk for row in rows]})
    with django_assert_max_num_queries(6):
        assert sealing.verify(MINE).rows == 3000
    monkeypatch.setattr("pithead.kernel.sealing.chain.AT_ONCE", 100)
    assert sealing.seal(mine=MINE, at=at, act="x", subject=SUBJECT, rows={NOTE: [row.pk for row in rows]}) is None


# ── what is found ──
def test_a_changed_a_deleted_and_an_inserted_row_are_named(sealed: list[StoredFile], at: dt.datetime) -> None:
    change(sealed[0], size=6)
    sealed[2].delete()
    note(at, "混进来的")
    told = {fault.kind: str(fault) for fault in sealing.verify(MINE).faults}
    assert set(told) == {"changed", "deleted", "unsealed"}
    assert "便条“甲条改”" in told["changed"]
    assert "第 3 环（2026-07-06 09:00，便条）" in told["changed"]
    assert "便条“丙条”" in told["deleted"]
    assert "第 2 环" in told["deleted"]
    assert "便条“混进来的”" in told["unsealed"]


def other_value(field: "models.Field", row: models.Model, at: dt.datetime) -> object:
    match field:
        case models.ForeignKey():
            return SealLink.objects.exclude(pk=row.link_id).values_list("pk", flat=True)[0]
        case models.DateTimeField():
            return at + dt.timedelta(microseconds=1)
        case models.PositiveIntegerField():
            return 99
    return f"{getattr(row, field.attname)[:-1]}#"


@pytest.mark.parametrize("model", [SealChain, SealLink, SealedRow], ids=lambda model: model.__name__)
def test_every_column_of_every_row_of_the_chain_is_watched(
    model: type[models.Model], sealed: list[StoredFile], at: dt.datetime
) -> None:
    for row in model._base_manager.order_by("pk"):
        for field in model._meta.concrete_fields:
            if field.primary_key:
                continue
            was = getattr(row, field.attname)
            change(row, **{field.attname: other_value(field, row, at)})
            assert not sealing.verify(MINE).ok, (model.__name__, row.pk, field.attname)
            change(row, **{field.attname: was})
    assert sealing.verify(MINE).ok


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_link_taken_out_with_all_it_sealed_is_missed(seq: int, sealed: list[StoredFile]) -> None:
    SealedRow.objects.filter(link__seq=seq).delete()
    SealLink.objects.filter(seq=seq).delete()
    assert set(kinds()) & {"link", "tip"}


def test_all_sealed_rows_can_be_missed_one_by_one(sealed: list[StoredFile]) -> None:
    for row in SealedRow.objects.order_by("pk"):
        SealedRow.objects.filter(pk=row.pk).delete()
        assert "link" in kinds(), row.row
        row.save(force_insert=True)
    assert sealing.verify(MINE).ok


def test_two_links_exchanged_are_found(sealed: list[StoredFile]) -> None:
    first, second = SealLink.objects.order_by("seq")[:2]
    change(first, seq=99)
    change(second, seq=1)
    change(first, seq=2)
    assert "link" in kinds()


def test_a_link_slipped_in_or_put_at_the_end_is_found(sealed: list[StoredFile]) -> None:
    last = SealLink.objects.get(seq=3)
    copied = SealLink.objects.get(seq=3)
    copied.pk, copied.seq = None, 4
    copied.save()
    assert {"link", "tip"} <= set(kinds())
    copied.delete()
    change(last, seq=4)
    last.pk, last.seq = None, 3
    last.save(force_insert=True)
    assert "link" in kinds()


def test_a_record_slipped_under_a_link_or_under_none_is_found(sealed: list[StoredFile], at: dt.datetime) -> None:
    row = SealedRow.objects.order_by("pk")[0]
    row.pk = None
    row.save(force_insert=True)
    assert "link" in kinds()
    foreign = note(at, "他矿", mine=OTHER)
    link = sealing.seal(mine=OTHER, at=at, act="x", subject=SUBJECT, rows={NOTE: [foreign.pk]})
    change(row, link=link)
    assert kinds() == ["record"]


def test_the_chain_of_the_last_link_without_a_tip_is_found(sealed: list[StoredFile]) -> None:
    SealChain.objects.filter(mine=MINE).delete()
    assert kinds() == ["tip"]


def test_a_table_that_nobody_knows_any_more_is_named(sealed: list[StoredFile], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_tables", {})
    assert [(fault.kind, fault.where) for fault in sealing.verify(MINE).faults] == [("table", NOTE)]


def test_rows_can_be_asked_whether_they_stand(sealed: list[StoredFile], at: dt.datetime) -> None:
    keys = {NOTE: [row.pk for row in sealed]}
    assert sealing.altered(MINE, keys) == {}
    change(sealed[0], size=6)
    sealed[2].delete()
    assert sorted(sealing.altered(MINE, keys).values()) == ["丙条", "甲条改"]
    assert sealing.altered(MINE, {"kernel.unknown": ["1"]}) == {}


# ── erasing ──
def test_an_erased_text_cannot_be_guessed_any_more_and_all_is_well(sealed: list[StoredFile], at: dt.datetime) -> None:
    first = sealed[0]
    change(first, name="（清除）")
    link = sealing.erase(mine=MINE, at=at, subject=SUBJECT, rows={NOTE: [first.pk]})
    assert link is not None
    assert link.act == "erased"
    salts = SealedRow.objects.filter(row=str(first.pk)).order_by("link__seq").values_list("salt", flat=True)
    assert [bool(salt) for salt in salts] == [False, False, True]
    assert sealing.verify(MINE).ok


def test_a_row_that_went_can_lose_its_salts_too(sealed: list[StoredFile], at: dt.datetime) -> None:
    sealing.seal(mine=MINE, at=at, act="x.withdrawn", subject=SUBJECT, released={NOTE: [sealed[0].pk]})
    sealed[0].delete()
    sealing.erase(mine=MINE, at=at, subject=SUBJECT, rows={NOTE: [sealed[0].pk]})
    assert not SealedRow.objects.filter(row=str(sealed[0].pk)).exclude(salt="").exists()
    assert sealing.verify(MINE).ok


def test_what_was_never_sealed_needs_no_link_to_be_erased(at: dt.datetime) -> None:
    assert sealing.erase(mine=MINE, at=at, subject=SUBJECT, rows={NOTE: [note(at, "草稿", kind="draft").pk]}) is None


def test_a_salt_destroyed_without_erasing_is_found(sealed: list[StoredFile]) -> None:
    old = SealedRow.objects.filter(row=str(sealed[0].pk)).order_by("link__seq")[0]
    change(old, salt="")
    assert kinds() == ["salt"]


def test_a_link_made_again_after_its_neighbour_is_named(sealed: list[StoredFile]) -> None:
    """Consistent in itself, but no longer what the next one follows."""
    link = SealLink.objects.get(mine=MINE, seq=2)
    subject = (link.subject_type, link.subject_id, "别的便条")
    head = head_of(MINE, link.seq, link.at, link.act, subject, link.digest, link.previous)
    change(link, subject_label="别的便条", head=head)
    assert [str(fault) for fault in sealing.verify(MINE).faults if "与前一环接不上" in str(fault)]


def test_a_record_of_another_mine_under_our_link_is_named(sealed: list[StoredFile]) -> None:
    link = SealLink.objects.get(mine=MINE, seq=3)
    SealedRow.objects.create(link=link, mine=OTHER, table=NOTE, row="x", label="别矿的")
    assert "record" in kinds()


# ── anchors ──
def test_paper_remembers_a_chain_that_was_made_again(sealed: list[StoredFile], at: dt.datetime) -> None:
    anchor = sealing.anchor(MINE)
    assert sealing.check_anchor(MINE, f" {anchor.upper().replace(':', '：')} ") == ""
    assert sealing.anchor_of(MINE, NOTE, sealed[2].pk).startswith("2:")
    SealedRow.objects.all().delete()
    SealLink.objects.all().delete()
    SealChain.objects.all().delete()
    change(sealed[1], size=6)
    assert sealing.begin(mine=MINE, at=at) is None  # the log remembers
    AuditEvent.objects.filter(action="seal.begun").delete()
    sealing.begin(mine=MINE, at=at)
    assert sealing.verify(MINE).ok
    assert "没有第 3 环" in sealing.check_anchor(MINE, anchor)
    assert "现在第 1 环的校验码是" in sealing.check_anchor(MINE, "1:0123456789abcdef")
    for nonsense in ("", "3", "3:", ":abcdef01", "3:xyzxyzxy", f"{'9' * 30}:abcdef01"):
        assert "不是校验码" in sealing.check_anchor(MINE, nonsense)


# ── salts ──
def test_salts_differ_and_only_a_seed_repeats_them(at: dt.datetime) -> None:
    row = note(at, "同一条")

    def salts() -> Iterator[str]:
        for _ in range(2):
            SealedRow.objects.all().delete()
            SealLink.objects.all().delete()
            SealChain.objects.all().delete()
            link = sealing.seal(mine=MINE, at=at, act="x", subject=SUBJECT, rows={NOTE: [row.pk]})
            assert link is not None
            yield link.rows.get().salt

    assert len({*salts()}) == 2
    seeded = []
    for _ in range(2):
        with sealing.seeded_salts(random.Random("1")):
            seeded += [*salts()]
    assert seeded[:2] == seeded[2:]
    assert len({*seeded}) == 2
