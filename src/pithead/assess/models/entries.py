"""An entry is one thing found: points, reason, evidence, office, author. Full marks to begin with; only entries change them."""

import uuid
from uuid import UUID

from django.db import models
from django.db.models import Q

from pithead.assess.models.cycles import Cycle
from pithead.assess.models.standards import Item, ScoreClause
from pithead.org.models import Unit


class EntryKind(models.TextChoices):
    DEDUCTION = "deduction", "扣分"
    BONUS = "bonus", "加分"
    NOT_APPLICABLE = "na", "缺项"
    VETO = "veto", "一票否决"


class Source(models.TextChoices):
    MANUAL = "manual", "人工"
    COMPUTED = "computed", "自动"
    PROPOSED = "proposed", "系统提议"


LINK_KEY = "link "  # begins the keys of entries that are computed from another standard


MATTER_KEY = "matter "  # begins the keys of entries that were made of a confirmed matter


def matter_key(matter: UUID, clause: str, unit: int) -> str:
    """Of one matter, for one unit, under one clause: it is counted once."""
    return f"{MATTER_KEY}{matter.hex} {clause} {unit}"


def matter_of(key: str) -> UUID | None:
    """The matter an entry was made of."""
    return UUID(key.removeprefix(MATTER_KEY).partition(" ")[0]) if key.startswith(MATTER_KEY) else None


def from_links(prefix: str = "") -> Q:
    """Entries that are computed from another standard; `prefix` leads to them."""
    return Q(**{f"{prefix}source": Source.COMPUTED, f"{prefix}key__startswith": LINK_KEY})


GAUGE_KEY = "gauge "  # begins the keys of entries that were made of a figure


def gauge_key(clause: str, unit: int) -> str:
    """Of one figure of one unit under one clause."""
    return f"{GAUGE_KEY}{clause} {unit}"


def is_counted(prefix: str = "") -> Q:
    """Entries the system makes afresh whenever it counts: from figures, confirmed matters, other standards. What a standard
    itself declares not to apply is computed, too, but once."""
    counted = Q(**{f"{prefix}key__startswith": LINK_KEY})
    for begins in (MATTER_KEY, GAUGE_KEY):
        counted |= Q(**{f"{prefix}key__startswith": begins})
    return counted & Q(**{f"{prefix}source": Source.COMPUTED})


def counts_by_itself(source: str, key: str) -> bool:
    return source == Source.COMPUTED and key.startswith((MATTER_KEY, GAUGE_KEY))


def new_key() -> str:
    return uuid.uuid4().hex


class Entry(models.Model):
    """`points` is what is deducted or added, never negative; nothing for 缺项 and veto. `key` makes an import repeatable:
    the digest of the row and its turn in the file; entries made by hand get a random one."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="entries")
    clause = models.ForeignKey(ScoreClause, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    reason = models.CharField(max_length=200)
    evidence = models.CharField(max_length=200, default="", blank=True)
    found_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.MANUAL)
    author = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    key = models.CharField(max_length=64, default=new_key)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["cycle", "key"], name="entry_key_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="entry_points_not_negative"),
        )
        indexes = (
            models.Index(fields=["cycle", "unit", "item"], name="entry_cell"),
            models.Index(fields=["cycle", "office"], name="entry_office"),
        )

    @property
    def matter(self) -> UUID | None:
        return matter_of(self.key)

    @property
    def is_counted(self) -> bool:
        """The system made it of a figure or a matter: it is overridden with a reason, not changed."""
        return counts_by_itself(self.source, self.key)


class SetAside(models.Model):
    """The office will not count a confirmed matter, and says why. `key` is that of the entry it would have been."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="set_aside")
    key = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "key"], name="set_aside_once"),)


class Override(models.Model):
    """What the system computed under a key counts with other points, because somebody said why. `computed`: what it was then;
    `found`: what the system says of it. Said again, the last one stands; the log keeps what was before."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="overrides")
    key = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    clause = models.ForeignKey(ScoreClause, on_delete=models.PROTECT, related_name="+")
    computed = models.DecimalField(max_digits=6, decimal_places=2)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    found = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["cycle", "key"], name="override_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="override_points_not_negative"),
        )
