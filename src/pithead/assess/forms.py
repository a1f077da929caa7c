"""What people type about scores."""

from typing import Any

from django import forms

from pithead.assess.models import EntryKind, Item, ItemKind, Standard
from pithead.assess.models.entries import new_key
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused

USUAL = {ItemKind.SCORED: EntryKind.DEDUCTION, ItemKind.BONUS: EntryKind.BONUS, ItemKind.VETO: EntryKind.VETO}
COUNTED = (EntryKind.DEDUCTION, EntryKind.BONUS)


class EntryForm(forms.Form):
    """One entry of one kind: the usual one of its item, or 缺项. Only deductions and bonuses have points. `key` makes a
    form that is sent twice one entry."""

    kind = forms.ChoiceField(choices=EntryKind.choices, widget=forms.HiddenInput)
    key = forms.CharField(initial=new_key, max_length=64, required=False, widget=forms.HiddenInput)
    points = forms.DecimalField(max_digits=6, decimal_places=2, initial=None)
    reason = forms.CharField(label="原因（公示时各单位都要看）", max_length=200, widget=forms.Textarea({"rows": 3}))
    evidence = forms.CharField(label="依据", max_length=200, required=False)
    found_on = forms.DateField(label="发现日期", required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, kind: EntryKind, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = kind.value
        self.fields["points"].label = kind.label
        self.fields["points"].widget.attrs |= {"step": "0.01", "min": "0.01", "inputmode": "decimal"}
        if kind not in COUNTED:
            del self.fields["points"]


def usual_kind(item: Item) -> EntryKind:
    return USUAL[ItemKind(item.kind)]


def kind_of(posted: str, item: Item) -> EntryKind:
    """What a posted form is about; anything unknown is the item's usual kind, and the action decides whether it fits."""
    return EntryKind(posted) if posted in EntryKind.values else usual_kind(item)


class OpenCycleForm(forms.Form):
    """Which standard, which month."""

    code = forms.ChoiceField(label="考核标准")
    period = forms.CharField(label="月份", widget=forms.TextInput({"type": "month", "placeholder": "2026-06"}))

    def __init__(self, *args: Any, standards: list[Standard], **kwargs: Any):
        super().__init__(*args, **kwargs)
        codes = {standard.code: standard.title for standard in standards}
        self.fields["code"].choices = list(codes.items())  # type: ignore[attr-defined]

    def clean_period(self) -> Period:
        try:
            period = Period.parse(self.cleaned_data["period"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        if period.kind is not Kind.MONTH:
            raise forms.ValidationError("请选一个月份，如 2026-06")
        return period


class ReasonForm(forms.Form):
    reason = forms.CharField(label="退回原因", max_length=200)


class NoteForm(forms.Form):
    note = forms.CharField(label="审核意见", max_length=200, required=False)


class ScoresFileForm(forms.Form):
    file = forms.FileField(label="打分表（.xlsx）", widget=forms.FileInput({"accept": ".xlsx,.xls"}))
