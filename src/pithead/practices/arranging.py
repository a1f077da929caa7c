"""What people type to arrange bonds and checks, turned into clean values. Plain forms: nothing needs a script."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from pithead.kernel.periods import YEARS
from pithead.kernel.refusal import Refused
from pithead.org.models import Person, Place, Unit
from pithead.org.queries import person_called
from pithead.practices.actions import BondDraft
from pithead.practices.models import BondKind
from pithead.practices.queries.customs import Custom


class DayField(forms.DateField):
    """Of years that people mean: beyond them there is no day before or after."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> dt.date | None:
        day = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise ValidationError("请核对年份")
        return day


class WhoField(forms.CharField):
    """By staff number, or by a name that only one person of the mine has."""

    def __init__(self, **more: Any):
        super().__init__(max_length=64, help_text="写工号，或没有重名的姓名", **more)
        self.mine: Unit | None = None

    def clean(self, value: Any) -> Person:
        text = super().clean(value)
        assert self.mine is not None
        try:
            return person_called(self.mine, text)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class BondForm(forms.Form):
    """One kind each; the fields of the kind stand before the dates."""

    kind: BondKind
    since = DayField(label="从哪天起")
    until = DayField(label="到哪天", required=False, help_text="不填就是一直")

    def __init__(self, data: Any = None, *, mine: Unit, today: dt.date, **more: Any):
        super().__init__(data, initial={"since": today}, prefix=str(self.kind), **more)
        for field in self.fields.values():
            if isinstance(field, WhoField):
                field.mine = mine
        self.order_fields([*(name for name in self.fields if name not in ("since", "until")), "since", "until"])

    @property
    def draft(self) -> BondDraft:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("since", "until")}
        return BondDraft(self.kind, **given)


class ZoneForm(BondForm):
    kind = BondKind.ZONE
    place = forms.ModelChoiceField(Place.objects.none(), label="责任区")
    person = WhoField(label="谁负责")
    label = forms.CharField(label="牌号", max_length=64, required=False)
    promise = forms.CharField(label="承诺", max_length=200, required=False)

    def __init__(self, *given: Any, zones: "QuerySet[Place]", **more: Any):
        super().__init__(*given, **more)
        self.fields["place"].queryset = zones  # type: ignore[attr-defined]


class PostForm(BondForm):
    kind = BondKind.POST
    person = WhoField(label="哪名党员")
    label = forms.CharField(label="示范岗名称", max_length=64)
    promise = forms.CharField(label="承诺", max_length=200, required=False)


class WorkersForm(BondForm):
    kind = BondKind.WORKERS
    person = WhoField(label="哪名党员")
    worker = WhoField(label="包保谁")


class CellForm(BondForm):
    kind = BondKind.CELL
    group = forms.ModelChoiceField(Unit.objects.none(), label="党小组")
    crew = forms.ModelChoiceField(Unit.objects.none(), label="班组")

    def __init__(self, *given: Any, groups: "QuerySet[Unit]", crews: "QuerySet[Unit]", **more: Any):
        super().__init__(*given, **more)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["crew"].queryset = crews  # type: ignore[attr-defined]
        self.fields["crew"].label_from_instance = lambda crew: f"{crew.parent}{crew}"  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    """A check to come: what, by whom, where, when."""

    practice = forms.ChoiceField(label="什么检查")
    office = forms.ChoiceField(label="哪个科室")
    unit = forms.ChoiceField(label="查哪个区队")
    on = DayField(label="哪天")

    def __init__(self, data: Any = None, *, checks: Sequence[Custom], offices: Sequence[Unit], units: Sequence[Unit]):
        super().__init__(data)
        self.known: dict[str, dict[str, Any]] = {
            "practice": {custom.code: custom.practice for custom in checks},
            "office": {unit.code: unit for unit in offices},
            "unit": {unit.code: unit for unit in units},
        }
        for name, known in self.known.items():
            self.fields[name].choices = [(code, str(one)) for code, one in known.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        return {
            **{name: known[self.cleaned_data[name]] for name, known in self.known.items()},
            "on": self.cleaned_data["on"],
        }
