"""One code for SQLite, PostgreSQL and the engines derived from it. What differs lives in kernel/db."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "pithead"
ADAPTERS = SOURCE / "kernel" / "db"

BANNED = {
    "a field or function of PostgreSQL only": r"django\.contrib\.postgres",
    "row locks, which SQLite does not have": r"select_for_update",
    "raw SQL": r"\bRawSQL\b|\.raw\(|\.extra\(|cursor\(\)",
    "DISTINCT ON": r"\.distinct\(\s*[\"']",
    "ignored conflicts, which hide errors": r"ignore_conflicts",
    "asking which database it is": r"connection\.vendor|\.vendor\s*==",
}


def product_files() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "tests" not in path.parts and ADAPTERS not in path.parents]


@pytest.mark.parametrize("what", BANNED)
def test_only_kernel_db_knows_the_database(what: str) -> None:
    pattern = re.compile(BANNED[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in product_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what}: {found}"


# Whoever writes SQL by hand reads through kernel.db and keeps to words every engine has.
BY_HAND = {"practices/queries/duties.py"}
STATEMENTS = {"practices/queries/statement.py", "practices/queries/endings.py"}
OF_ONE_ENGINE = re.compile(
    r"julianday|strftime|\bILIKE\b|\bDISTINCT ON\b|\bRETURNING\b|\bFOR UPDATE\b|\bINTERVAL\b|\bGLOB\b|\bLATERAL\b|\w::\w|->>"
)
SELECT = re.compile(r"[\"\s(](SELECT\s[^\"]*\sFROM|UPDATE\s+\w+\s+SET|DELETE\s+FROM|INSERT\s+INTO)\s")


def test_sql_is_written_by_hand_in_one_place_only() -> None:
    def holding(pattern: str) -> set[str]:
        return {str(path.relative_to(SOURCE)) for path in product_files() if re.search(pattern, path.read_text())}

    assert holding(r"\bread_by_hand\b") == BY_HAND
    assert holding(SELECT.pattern) == STATEMENTS


def test_what_is_written_by_hand_is_standard_sql() -> None:
    found = {name: OF_ONE_ENGINE.findall((SOURCE / name).read_text()) for name in STATEMENTS}
    assert not any(found.values()), found


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("pithead.")]


def own_indexes() -> list[models.Index]:
    return [index for model in own_models() for index in model._meta.indexes]


def own_uniqueness() -> list[models.UniqueConstraint]:
    rules = [rule for model in own_models() for rule in model._meta.constraints]
    return [rule for rule in rules if isinstance(rule, models.UniqueConstraint)]


def test_no_index_is_partial_computed_or_covering() -> None:
    assert not [index.name for index in own_indexes() if index.condition or index.expressions or index.include]


def test_no_uniqueness_is_conditional() -> None:
    rules = own_uniqueness()
    assert not [rule.name for rule in rules if rule.condition or rule.expressions or rule.include]
    assert not [rule.name for rule in rules if rule.nulls_distinct is not None or rule.deferrable]


def test_no_long_text_is_indexed() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.local_fields
        if isinstance(field, models.TextField)
        if field.db_index or field.unique or field.name in indexed_columns(model)
    ]
    assert not found


def indexed_columns(model: type[models.Model]) -> set[str]:
    columns = {name.lstrip("-") for index in model._meta.indexes for name in index.fields}
    unique = (rule.fields for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint))
    return columns | {name for names in unique for name in names}


def test_migrations_keep_to_the_common_subset() -> None:
    banned = re.compile(
        r"condition=|RunSQL|nulls_distinct|deferrable|opclasses|include=|django\.contrib\.postgres|db_tablespace"
    )
    found = []
    for path in SOURCE.rglob("migrations/*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if banned.search(line) and "CheckConstraint" not in line:
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found, found


def test_names_fit_every_engine() -> None:
    """30 characters is the shortest limit among them for an index, 63 for a table."""
    long = [model._meta.db_table for model in own_models() if len(model._meta.db_table) > 63]
    long += [index.name for model in own_models() for index in model._meta.indexes if len(index.name) > 30]
    assert not long


KINDS = """
    AutoField BigAutoField BigIntegerField BinaryField BooleanField CharField DateField DateTimeField DecimalField
    FileField ForeignKey IntegerField JSONField OneToOneField PositiveBigIntegerField PositiveIntegerField
    PositiveSmallIntegerField SmallIntegerField TextField TimeField UUIDField EncryptedTextField SpelledField
"""


def test_fields_are_of_kinds_every_engine_has() -> None:
    strange = [
        f"{model._meta.label}.{field.name}: {type(field).__name__}"
        for model in own_models()
        for field in model._meta.local_fields
        if type(field).__name__ not in KINDS.split()
    ]
    assert not strange, strange
