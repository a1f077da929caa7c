"""One at a time: what was read before a row is held may no longer be so."""

from django.db import models
from django.db.models import F


def hold(row: models.Model, *reread: str) -> None:
    """Keep everybody else who holds this row waiting until the transaction ends; then reread these fields of it. An UPDATE
    that changes nothing locks the row on every database, and nobody who only refers to it waits."""
    model = type(row)
    column = next(field.name for field in model._meta.concrete_fields if not field.primary_key)
    model._base_manager.filter(pk=row.pk).update(**{column: F(column)})
    if reread:
        row.refresh_from_db(fields=reread)
