"""What people type about scores."""

from collections.abc import Sequence
from typing import Any

from django import forms

from pithead.assess.models import EntryKind, Item, ItemKind, Outcome, Standard
from pithead.assess.models.appeals import BY_MEETING
from pithead.assess.models.entries import new_key
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused

USUAL = {ItemKind.SCORED: EntryKind.DEDUCTION, ItemKind.BONUS: EntryKind.BONUS, ItemKind.VETO: EntryKind.VETO}
COUNTED = (EntryKind.DEDUCTION, EntryKind.BONUS)


class EntryForm(forms.Form):
    """One entry of one kind: the usual one of its item, or 缺项. Only deductions and bonuses have points. `key` makes a
    form that is sent twice one entry."""

    kind = forms.ChoiceField(choices=EntryKind.choices, widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{32}$", initial=new_key, required=False, widget=forms.HiddenInput)
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


class EarlyClosingForm(forms.Form):
    """Asked only while offices still have time to hand in."""

    sure = forms.BooleanField(
        label="不等这些科室，现在就关闭",
        error_messages={"required": "打分截止日还没过，有的科室还没提交；确实要现在关闭，请打勾"},
    )


class ApprovalForm(forms.Form):
    """What the joint meeting decided about a month as a whole."""

    minutes = forms.CharField(
        label="党政联席会纪要编号", max_length=64, widget=forms.TextInput({"placeholder": "2026年第7次"})
    )
    decision = forms.CharField(label="会议意见", max_length=200, required=False)


class DepartureForm(forms.Form):
    """What it decided otherwise for one unit. `units` are grouped choices, and so are `tiers` where there are several standards."""

    EXCLUDED = "yes"

    unit = forms.TypedChoiceField(label="单位", coerce=int, empty_value=None, required=False)
    tier = forms.ChoiceField(label="档次", required=False)
    excluded = forms.ChoiceField(label="评先", choices=[("", "不变"), (EXCLUDED, "本期不参加评先")], required=False)
    reason = forms.CharField(label="理由", max_length=200, required=False, initial=BY_MEETING)

    def __init__(self, *args: Any, units: list[Any], tiers: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "（选单位）"), *units]  # type: ignore[attr-defined]
        self.fields["tier"].choices = [("", "不变"), *tiers]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if (clean.get("tier") or clean.get("excluded")) and not clean.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "请选要调整的单位")
        return clean


class ContactsForm(forms.Form):
    contacts = forms.CharField(label="监督联系方式", max_length=200, help_text="科室、电话，印在公示上")


class AppealForm(forms.Form):
    text = forms.CharField(
        label="申诉的理由和依据",
        max_length=500,
        widget=forms.Textarea({"rows": 5}),
        help_text="写事实和凭据，不写职工姓名",
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(label="科室的答复", max_length=500, widget=forms.Textarea({"rows": 4}))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # `Appeal.answer_seen`


class DecisionForm(forms.Form):
    """`outcomes`: what an appeal about this `kind` of entry may come to."""

    outcome = forms.ChoiceField(label="裁定", widget=forms.RadioSelect)
    points = forms.DecimalField(
        max_digits=6, decimal_places=2, required=False, help_text=f"选“{Outcome.CHANGED.label}”时要填"
    )
    decision = forms.CharField(
        label="裁定的理由",
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text="公示时全矿看得到，不写职工姓名",
    )

    def __init__(self, *args: Any, kind: EntryKind, outcomes: Sequence[Outcome], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["points"].label = f"部分成立的，改为{'加' if kind is EntryKind.BONUS else '扣'}多少分"
        self.fields["outcome"].choices = [(one.value, one.label) for one in outcomes]  # type: ignore[attr-defined]
        self.fields["points"].widget.attrs |= {"step": "0.01", "min": "0.01", "inputmode": "decimal"}
        if Outcome.CHANGED not in outcomes:
            del self.fields["points"]


class ErasureForm(forms.Form):
    """`texts`: key and wording of what may be erased."""

    what = forms.ChoiceField(label="清除哪一条", widget=forms.RadioSelect)
    grounds = forms.CharField(
        label="为什么清除", max_length=200, help_text="例如：本人申请，理由里写了姓名。不要重复要清除的内容"
    )

    def __init__(self, *args: Any, texts: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = texts  # type: ignore[attr-defined]


class ScoresFileForm(forms.Form):
    file = forms.FileField(label="打分表（.xlsx）", widget=forms.FileInput({"accept": ".xlsx,.xls"}))
