"""Audit events and stored files. Both name their subjects by text, so that they outlive them."""

import uuid

from django.db import models


class AuditEvent(models.Model):
    """Who did what to what, when, and what it was before and after (mission row 45; 10.2 C7).

    No foreign keys: a person or unit that is gone leaves its history behind. `mine` is the mine's code.
    """

    mine = models.CharField(max_length=32, default="", blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=32)  # staff number, or "system"
    actor_name = models.CharField(max_length=64)
    face = models.CharField(max_length=16)  # web | cli | …
    source = models.CharField(max_length=64, default="", blank=True)  # address the request came from
    action = models.CharField(max_length=64)  # "assess.cycle.closed"
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["mine", "at"], name="audit_mine_at"),
            models.Index(fields=["mine", "subject_type", "subject_id"], name="audit_subject"),
        )


class StoredFile(models.Model):
    """A file under the data directory, addressed by its content; the row says what it was called and who may care."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mine = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=["mine", "stored_at"], name="file_mine_at"),)
