"""What was done: one record each, never changed. A correction is another record that supersedes it."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q

from pithead.issues.models import Issue
from pithead.kernel.models import StoredFile
from pithead.org import access
from pithead.org.models import Person, Place, Post, Shift, Unit
from pithead.practices.models.methods import Bond, Confidentiality, Part, Practice, PracticeVersion


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, actor: Any) -> Self:
        """What somebody may open: open records within reach, his own, those about him; of restricted ones the readers' too."""
        if actor.is_system:
            return self.filter(mine=actor.mine)
        scope = actor.scope(access.Capability.DUTY_VIEW)
        reach = _within(scope.paths, "unit", "performer_unit") & Q(version__confidentiality=Confidentiality.OPEN)
        return self.filter(reach | self._own(actor) | self._read(actor))

    @staticmethod
    def _own(actor: Any) -> Q:
        if actor.person_id is None:
            return access.NOBODY
        # A talk is no secret from whom it was had with; what is private stays with who wrote it.
        named = RecordPerson.objects.filter(
            person=actor.person_id, record__version__confidentiality=Confidentiality.OPEN
        )
        return Q(performer=actor.person_id) | Q(pk__in=named.values("record"))

    @staticmethod
    def _read(actor: Any) -> Q:
        found = access.NOBODY
        for grant in actor.grants:
            whole = access.ROLES[grant.role].grants.get(access.Capability.DUTY_VIEW) is access.Reach.MINE
            unit = (whole and grant.unit.mine) or grant.unit
            paths = (unit.path, *actor.served.get(grant.unit.pk, ()))
            reads = Q(version__roles__role=str(grant.role), version__roles__part=Part.READS)
            found |= reads & _within(paths, "unit") & Q(version__confidentiality=Confidentiality.RESTRICTED)
        return Q(pk__in=Record.objects.filter(found).values("pk")) if found else found

    def current(self) -> Self:
        """As things stand: without what was superseded or withdrawn."""
        return self.filter(is_current=True, withdrawn=False)


def _within(paths: Any, *fields: str) -> Q:
    found = access.NOBODY
    for path in paths:
        for field in fields:
            found |= Q(**{f"{field}__path__startswith": path})
    return found


class Record(models.Model):
    """One practice performed once. `unit` is whom or what it is about (of a visit: the section), `performer_unit` the unit of
    the post it was done from, `seat` that post's chair. `happened_on` is the mine's day: a night shift may be booked to the next.
    `answers` of open practices; `sealed` those of restricted ones; of private ones neither is ever kept. `elsewhere`: already in a
    superior's system, under that number. `is_current` turns false when another record supersedes this one, nothing else ever changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="records", db_index=False)
    version = models.ForeignKey(PracticeVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    performer = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    performer_name = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    performer_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    seat = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    bond = models.ForeignKey(Bond, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    shift = models.ForeignKey(Shift, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    underground = models.BooleanField(default=False)
    night = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    happened_on = models.DateField()
    arrived_at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    sealed = models.TextField(default="", blank=True)  # cipher text under the record's own key, which lies outside
    failing = models.PositiveSmallIntegerField(default=0)  # answers that were not as they should be
    elsewhere = models.CharField(max_length=64, default="", blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    is_current = models.BooleanField(default=True)
    withdrawn = models.BooleanField(default=False)  # this correction says that nothing took place
    reason = models.CharField(max_length=200, default="", blank=True)  # of a correction
    forgets_on = models.DateField(null=True, blank=True)  # when `sealed` goes; the fact stays
    fingerprint = models.CharField(max_length=64)

    objects = RecordQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["mine", "practice", "happened_on"], name="record_practice"),
            models.Index(fields=["mine", "happened_on"], name="record_day"),
            models.Index(fields=["mine", "performer", "happened_on"], name="record_performer"),
            models.Index(fields=["mine", "unit", "happened_on"], name="record_unit"),
            models.Index(fields=["mine", "place", "happened_on"], name="record_place"),
            models.Index(fields=["mine", "forgets_on"], name="record_forgets"),
        )

    def __str__(self) -> str:
        """Without any of its answers: logs and notices are made of this."""
        return f"{self.practice} {self.happened_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a record stays as it is; a correction is another record")
        super().save(*args, **kwargs)


class RecordRole(models.TextChoices):
    SUBJECT = "subject", "对象"  # whom a talk, visit or check was about: what quotas of each worker count
    PRESENT = "present", "参加人"
    SIGNER = "signer", "签认人"


class RecordPerson(models.Model):
    """A person in a record, under the key of the field that named him. A signer signs by himself, once."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="people", db_index=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=8, choices=RecordRole.choices)
    field = models.CharField(max_length=40)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "field", "person"], name="record_person_once"),)
        indexes = (models.Index(fields=["mine", "person", "role"], name="record_person_mine"),)


class RecordFile(models.Model):
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="files", db_index=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    field = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "field", "file"], name="record_file_once"),)


class Measured(models.Model):
    """A number of a field marked measured, for SQL: torque, pull-out force, methane."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="measured", db_index=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+", db_index=False)
    field = models.CharField(max_length=40)
    row = models.PositiveSmallIntegerField(default=0)  # of rows, counted from 1
    value = models.DecimalField(max_digits=12, decimal_places=4)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "field", "row"], name="measured_once"),)
        indexes = (models.Index(fields=["mine", "practice", "field"], name="measured_field"),)


class RecordMatter(models.Model):
    """What an answer led to. `unsaid_by`: the correction after which that answer is no longer what it was, or of another place or
    unit; or the withdrawal. The matter stays until somebody has looked."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="matters", db_index=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    field = models.CharField(max_length=40)
    row = models.PositiveSmallIntegerField(default=0)
    issue = models.OneToOneField(Issue, on_delete=models.PROTECT, related_name="record_matter")
    unsaid_by = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "field", "row"], name="record_matter_once"),)
