"""Audit events, stored files and the sealed chain. All name their subjects by text, so that they outlive them."""

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


class SealChain(models.Model):
    """The tip of a mine's chain, and what those who seal hold one after the other."""

    mine = models.CharField(max_length=32, unique=True)
    seq = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default="", blank=True)


class SealLink(models.Model):
    """One act that sealed rows. `digest` is over the lines of its `SealedRow`s, `head` over all columns and the head before
    it: whoever knows a head knows everything up to it."""

    mine = models.CharField(max_length=32)
    seq = models.PositiveIntegerField()  # from 1, without gaps
    at = models.DateTimeField()
    act = models.CharField(max_length=64)  # "assess.scores.submitted"
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=200)  # no personal text: it can never be erased
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, default="", blank=True)
    head = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "seq"], name="seal_link_once"),)
        ordering = ("mine", "seq")


class SealedRow(models.Model):
    """The digest of one row as it was then; the latest of a row is in force. No digest: no longer under seal. `salt` keeps
    short texts from being guessed and is destroyed when a text is erased; `salt_digest` says that nobody changed it."""

    link = models.ForeignKey(SealLink, on_delete=models.PROTECT, related_name="rows")
    mine = models.CharField(max_length=32)
    table = models.CharField(max_length=64)  # "assess.entry"
    row = models.CharField(max_length=64)  # its primary key as text
    label = models.CharField(max_length=100)  # how people call the row, for when it is gone; no personal text
    salt = models.CharField(max_length=32, default="", blank=True)
    salt_digest = models.CharField(max_length=16, default="", blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        indexes = (models.Index(fields=["mine", "table", "row"], name="sealed_row"),)


class Schedule(models.Model):
    """When a job of `kernel.jobs` runs next, and how its last turn went."""

    name = models.CharField(max_length=64, unique=True)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # empty while it runs
    done = models.BooleanField(default=False)
    outcome = models.CharField(max_length=200, default="", blank=True)
