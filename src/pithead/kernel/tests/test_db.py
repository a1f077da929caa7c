"""What differs between the databases, and the set-based write."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import F, Value

from pithead.kernel.db import database_from_url, insert_select
from pithead.kernel.models import AuditEvent


def test_sqlite_waits_for_its_one_writer_and_never_blocks_readers() -> None:
    database = database_from_url("sqlite:////tmp/x.sqlite3")
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_postgresql_is_pooled_and_safe_behind_pgbouncer() -> None:
    database = database_from_url("postgresql://user:p%40ss@host:5433/name")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("host", 5433, "name")
    assert (database["USER"], database["PASSWORD"]) == ("user", "p@ss")
    assert database["OPTIONS"] == {"pool": True}
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True


FIELDS = (
    "mine",
    "at",
    "actor",
    "actor_name",
    "face",
    "source",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
)


def remember(at: dt.datetime, mine: str) -> None:
    AuditEvent.objects.create(mine=mine, at=at, actor="1", actor_name="甲", face="cli", action="x.done")


@pytest.mark.django_db
def test_rows_are_copied_inside_the_database(at: dt.datetime, django_assert_num_queries: Callable) -> None:
    for mine in ("A", "B"):
        remember(at, mine)
    copied = [Value("a'b%s") if field == "source" else F(field) for field in FIELDS]
    with django_assert_num_queries(1):
        assert insert_select(AuditEvent, FIELDS, AuditEvent.objects.values_list(*copied)) == 2
    made = AuditEvent.objects.filter(source="a'b%s")
    assert set(made.values_list("mine", "actor_name", "at")) == {("A", "甲", at), ("B", "甲", at)}


@pytest.mark.django_db
def test_nothing_to_copy_copies_nothing() -> None:
    assert insert_select(AuditEvent, FIELDS, AuditEvent.objects.values_list(*FIELDS)) == 0
