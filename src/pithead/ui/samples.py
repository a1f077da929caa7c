"""What the gallery fills components with: every state once, no mine's figures."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms

from pithead.kernel.refusal import Reason
from pithead.ui.icons import ICONS


@dataclass(frozen=True)
class Share:
    name: str
    got: Decimal
    full: Decimal


def _shares(*got: int | None) -> list[Share]:
    return [
        Share(f"第{number}项", Decimal(points or 0), Decimal(0 if points is None else 20))
        for number, points in enumerate(got, start=1)
    ]


class SampleForm(forms.Form):
    name = forms.CharField(label="名称", help_text="写全称，不超过 20 个字", max_length=20)
    date = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲类"), ("b", "乙类")])
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(label="已核对", required=False)
    shift = forms.ChoiceField(
        label="班次", choices=[("1", "八点班"), ("2", "四点班"), ("3", "零点班")], widget=forms.RadioSelect
    )
    file = forms.FileField(label="附件", required=False)


SAMPLES = {
    "full": _shares(20, 19, 18, 19, 17, 20),
    "mixed": _shares(18, 9, 4, None, 12, 0),
    "course": [88, 90, None, 89, 93, 95],
    "ranks": [1, 2, 3, 4, None],
    "moves": [3, -2, 0, None],
    "points": [Decimal("95.20"), Decimal("-0.50"), Decimal("2.00"), None],
    "tiers": [("excellent", "优秀"), ("good", "良好"), ("fair", "一般"), ("poor", "较差")],
    "icons": list(ICONS),
    "blank_form": SampleForm(auto_id="blank_%s"),
    "wrong_form": SampleForm({"name": "综采工作面上隅角支护滞后物料码放超高停机处理", "kind": "c"}, auto_id="wrong_%s"),
    "one_reason": [Reason("6 月已经关闭，不能再改分；需要改的，请党委工作部退回打分")],
    "reasons": [
        Reason("工号“1023l”不是数字", where="花名册 第 8 行 B 列"),
        Reason("找不到单位“综采九队”", where="花名册 第 12 行 D 列"),
    ],
}
