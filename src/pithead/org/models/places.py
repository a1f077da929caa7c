"""Working places, zones and rooms."""

from django.db import models
from django.db.models import Q

from pithead.org.models.units import Unit


class PlaceKind(models.TextChoices):
    WORKING = "working", "作业地点"
    ROADWAY = "roadway", "巷道"
    ZONE = "zone", "责任区"
    PLANT = "plant", "机房硐室"
    SURFACE = "surface", "地面场所"
    ROOM = "room", "会议活动室"


class Place(models.Model):
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="places")
    underground = models.BooleanField(default=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["mine", "code"], name="place_code_once_per_mine"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="place_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.name
