"""What people type about scores."""

from typing import Any

from django import forms

from pithead.assess.models import EntryKind, Item, ItemKind, Standard
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused

KINDS = {
    ItemKind.SCORED: (EntryKind.DEDUCTION, EntryKind.NOT_APPLICABLE),
    ItemKind.BONUS: (EntryKind.BONUS,),
    ItemKind.VETO: (EntryKind.VETO,),
}


class EntryForm(forms.Form):
    """One entry. Which kinds there are to choose from follows from the item; 缺项 and veto take no points."""

    kind = forms.ChoiceField(label="类别")
    points = forms.DecimalField(label="分数", required=False, max_digits=6, decimal_places=2)
    reason = forms.CharField(label="原因（公示时各单位都要看）", max_length=200, widget=forms.Textarea({"rows": 3}))
    evidence = forms.CharField(label="依据", max_length=200, required=False)
    found_on = forms.DateField(label="发现日期", required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, item: Item, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = KINDS[ItemKind(item.kind)]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0].value
        if item.kind == ItemKind.VETO:
            self.fields["points"].widget = forms.HiddenInput()
        self.fields["points"].label = "加分" if item.kind == ItemKind.BONUS else "扣分"
        self.fields["points"].widget.attrs |= {"step": "0.01", "min": "0", "inputmode": "decimal"}


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
