"""Entering figures for many units at once, correcting one, and what may be set about quantities and keys."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.measures.models import Given
from pithead.measures.quantities import Every, Quantity
from pithead.org.models import Specialty, Unit, UnitKind

ABOUT = [(kind.value, kind.label) for kind in (UnitKind.MINE, UnitKind.SECTION, UnitKind.CREW)]
EVERY = [(every.value, every.label) for every in Every]
REASON = {"max_length": 200, "widget": forms.TextInput}


class FiguresForm(forms.Form):
    """One line a unit; what is left empty is not given. A line that differs from what stands needs the reason."""

    reason = forms.CharField(label="改动的原因", required=False, help_text="改已经录过的数才要写", **REASON)  # type: ignore[arg-type]

    def __init__(self, *args: Any, quantity: Quantity, lines: Sequence[tuple[Unit, str, Given | None]], **more: Any):
        super().__init__(*args, **more)
        self.lines = lines
        for unit, name, standing in lines:
            shown = None if standing is None or standing.value is None else quantity.words(standing.value)
            self.fields[f"unit-{unit.pk}"] = forms.DecimalField(
                label=name, required=False, max_digits=14, decimal_places=3, min_value=0, initial=shown
            )

    def rows(self) -> list[tuple[Any, Given | None]]:
        """For the page: each field and what stands."""
        return [(self[f"unit-{unit.pk}"], standing) for unit, _, standing in self.lines]

    def given(self) -> list[tuple[Unit, Decimal]]:
        """What was typed, without what stands already."""
        typed = [(unit, self.cleaned_data.get(f"unit-{unit.pk}"), standing) for unit, _, standing in self.lines]
        return [
            (unit, value)
            for unit, value, standing in typed
            if value is not None and (standing is None or standing.value != value)
        ]


class CorrectionForm(forms.Form):
    value = forms.DecimalField(label="改成", max_digits=14, decimal_places=3, min_value=0)
    reason = forms.CharField(label="原因", **REASON)  # type: ignore[arg-type]


class WithdrawalForm(forms.Form):
    reason = forms.CharField(label="为什么撤回", **REASON)  # type: ignore[arg-type]


class TableForm(forms.Form):
    file = forms.FileField(label="数据表", help_text=".xlsx 或 .xls，不超过 10 MB")


def period_typed(text: str, every: Every) -> Period | None:
    """2026-06 of what is given by month; 2026-06-03 or 2026-06-03.2 of what is given by day."""
    try:
        period = Period.parse(text)
    except Refused:
        return None
    kinds = (Kind.MONTH,) if every is Every.MONTH else (Kind.DAY, Kind.SHIFT)
    return period if period.kind in kinds else None


class QuantityForm(forms.Form):
    """Of the pack's only what a mine may change; the rest is what measures are counted by."""

    label = forms.CharField(label="名称", max_length=20)
    unit = forms.CharField(label="计量单位", max_length=8, help_text="如 吨、米、次")
    places = forms.IntegerField(label="小数位", min_value=0, max_value=3, initial=0)
    every = forms.ChoiceField(label="录入时间", choices=EVERY, help_text="录过数以后不能再改")
    offices = forms.MultipleChoiceField(label="由哪些科室录", widget=forms.CheckboxSelectMultiple)
    about = forms.MultipleChoiceField(label="录到哪一级", choices=ABOUT, widget=forms.CheckboxSelectMultiple)
    specialties = forms.MultipleChoiceField(
        label="哪些专业要录",
        choices=Specialty.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选就是都要",
    )
    expected = forms.BooleanField(label="每期都要有数（没有就催）", required=False)
    headings = forms.CharField(
        label="别名", required=False, max_length=200, help_text="矿上的表里叫什么，几个用顿号隔开，导入时按它认列"
    )
    definition = forms.CharField(label="说明", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    in_use = forms.BooleanField(label="在用", required=False, initial=True)

    FIXED = ("unit", "places", "definition")

    def __init__(self, *args: Any, quantity: Quantity | None, offices: Sequence[Unit], **more: Any):
        super().__init__(*args, **{**more, "initial": _initial(quantity)})
        choice = self.fields["offices"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(office.code, office.name) for office in offices]
        self.quantity = quantity
        if quantity and not quantity.own:
            for name in self.FIXED:
                del self.fields[name]

    def told(self, code: str) -> Quantity:
        said = dict(self.cleaned_data)
        said["headings"] = tuple(one.strip() for one in said["headings"].replace("，", "、").split("、") if one.strip())
        said["every"] = Every(said["every"])
        for name in ("offices", "about", "specialties"):
            said[name] = tuple(said[name])
        said["offices"] = _as_before(said["offices"], self.quantity)
        if self.quantity:
            return replace(self.quantity, **said)
        return Quantity(code=code, own=True, **said)


def _initial(quantity: Quantity | None) -> dict[str, Any]:
    if quantity is None:
        return {"about": ["section"], "expected": True}
    return quantity.to_plain() | {"headings": "、".join(quantity.headings)}


def _as_before(codes: tuple[str, ...], quantity: Quantity | None) -> tuple[str, ...]:
    """The office in charge stays the first."""
    known = [code for code in (quantity.offices if quantity else ()) if code in codes]
    return (*known, *(code for code in codes if code not in known))


class KeyForm(forms.Form):
    name = forms.CharField(label="给哪个系统用", max_length=40, help_text="如 调度自动化系统；日志里记这个名称")
    office = forms.ModelChoiceField(
        label="录哪个科室的数",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="全矿",
        help_text="只能录归这个科室的数",
    )

    def __init__(self, *args: Any, mine: Unit, **more: Any):
        super().__init__(*args, **more)
        choice = self.fields["office"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = (
            Unit.objects.of_mine(mine).filter(kind=UnitKind.OFFICE, closed_on=None).order_by("position", "pk")
        )


class ReopeningForm(forms.Form):
    reason = forms.CharField(label="为什么重新打开", help_text="例如：调度台补报了三天的产量", **REASON)  # type: ignore[arg-type]
