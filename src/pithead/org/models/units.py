"""Units in two lines, and which party branch or office serves which of them."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Q

from pithead.kernel.spelling import SpelledField
from pithead.org.models.dated import DatedQuerySet, ends_after_it_starts


class Line(models.TextChoices):
    ADMINISTRATIVE = "administrative", "行政"
    PARTY = "party", "党组织"


class UnitKind(models.TextChoices):
    GROUP = "group", "集团"
    COMPANY = "company", "公司"
    MINE = "mine", "矿"
    OFFICE = "office", "科室"
    SECTION = "section", "区队"
    CREW = "crew", "班组"
    COMMITTEE = "committee", "党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    PARTY_GROUP = "party_group", "党小组"


PARTY_KINDS = (UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, UnitKind.BRANCH, UnitKind.PARTY_GROUP)


class Specialty(models.TextChoices):
    """采掘机运通 and the rest (domain 1)."""

    EXTRACTION = "extraction", "采煤"
    TUNNELLING = "tunnelling", "掘进"
    ELECTROMECHANICAL = "electromechanical", "机电"
    HAULAGE = "haulage", "运输"
    VENTILATION = "ventilation", "通风"
    GEOLOGY = "geology", "地测"
    SURFACE = "surface", "地面"
    OTHER = "other", "其他"


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, actor: Any) -> Self:
        from pithead.org import access

        return actor.scope(access.Capability.UNIT_VIEW).units(self)

    def in_force(self, date: dt.date) -> Self:
        """Opened and not yet closed on a date."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gte=date), opened_on__lte=date)

    def of_mine(self, mine: "Unit") -> Self:
        return self.filter(mine=mine)

    def under(self, unit: "Unit") -> Self:
        """The unit itself and everything below it."""
        return self.filter(path__startswith=unit.path)

    def for_tree(self) -> Self:
        return self.order_by("path")


def path_below(parent: "Unit | None", pk: int) -> str:
    """A unit's path: ids of equal length, so that text order is the order of the tree, siblings as they were opened."""
    return f"{parent.path if parent else '/'}{pk:08d}/"


def ids_of(path: str) -> list[int]:
    """The units of a path, from the top down to the unit itself."""
    return [int(step) for step in path.strip("/").split("/")]


RESERVED = {"new", ".", ".."}  # /units/new/ is a page of its own, and dots are steps


def unfit_for_an_address(code: str) -> str:
    """Codes and staff numbers are steps of addresses: what is wrong with one as such, to be said after it."""
    if "/" in code:
        return "里不能有“/”"
    return "不能作编号，请换一个" if code.strip().lower() in RESERVED else ""


class Unit(models.Model):
    """`path` is the chain of ids from the top, `/00000001/00000004/`: a subtree is one prefix. `mine` is the tenant: a mine's own row
    points at itself; groups and companies above have none."""

    mine = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=120, default="", db_index=True)
    kind = models.CharField(max_length=16, choices=UnitKind.choices)
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    spelling = SpelledField()
    short_name = models.CharField(max_length=32, default="", blank=True)
    specialty = models.CharField(max_length=20, choices=Specialty.choices, default="", blank=True)
    sub_kind = models.CharField(max_length=20, default="", blank=True)  # 综采、综掘、检修 … as the mine says it
    position = models.PositiveIntegerField(default=0)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "code"], name="unit_code_once_per_mine"),)
        indexes = (
            models.Index(fields=["mine", "kind"], name="unit_mine_kind"),
            models.Index(fields=["mine", "name"], name="unit_mine_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> Line:
        return Line.PARTY if self.kind in PARTY_KINDS else Line.ADMINISTRATIVE


class Serves(models.Model):
    """A party branch leads the party work of a unit; an office is the contact of a section (包保). Dated, many to many."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    server = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="serves")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="served_by")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            ends_after_it_starts("serves_ends_after_start"),
            models.UniqueConstraint(fields=["server", "unit", "since"], name="serves_once"),
        )
        indexes = (models.Index(fields=["mine", "server"], name="serves_mine_server"),)
