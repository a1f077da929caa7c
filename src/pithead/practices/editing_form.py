"""Forms of the library and its editor. Wording, how often and limits can be changed here; what a form consists of comes in packs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import Truncator

from pithead.org.models import Unit
from pithead.practices.arranging import DayField
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec, QuotaSpec
from pithead.practices.models import Every
from pithead.practices.pack_tree import LARGEST
from pithead.practices.words import EVERY, PARTS, PERFORMERS, in_words
from pithead.rules.models import Clause
from pithead.rules.queries import by_quote, quote

LIMITS = ("least", "low", "high", "most")
Inner = tuple[FieldSpec, list[forms.BoundField]]
NUMBER = re.compile(r"-?\d{1,8}(\.\d{1,4})?")


class LimitField(forms.CharField):
    """A limit, kept as it is typed."""

    def __init__(self, **more: Any):
        widget = forms.TextInput({"inputmode": "decimal", "class": "short"})
        super().__init__(required=False, max_length=14, widget=widget, **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and not NUMBER.fullmatch(text):
            raise ValidationError("请填数字，最多 4 位小数，例如 0.8")
        return text


class PracticeForm(forms.Form):
    """`spec` as it stands; `changed()` as it was typed."""

    title = forms.CharField(label="名称", max_length=64)
    purpose = forms.CharField(label="为了什么", max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    fine = forms.CharField(label="没有问题时点的那句话", max_length=16, required=False)
    since = DayField(label="从哪天起")
    clause = forms.ChoiceField(label="依据的条款", required=False)

    def __init__(self, data: Any, *, spec: PracticeSpec, clauses: Sequence[Clause], **more: Any):
        standing = by_quote(clauses).get(spec.clause)
        self.standing = quote(standing) if standing else spec.clause
        start = {"title": spec.title, "purpose": spec.purpose, "fine": spec.fine, "clause": self.standing}
        super().__init__(data, initial={**start, **more.pop("initial", {})}, **more)
        self.spec = spec
        gone = [(spec.clause, f"{spec.clause}（不是现行的，请改选）")] if spec.clause and standing is None else []
        self.fields["clause"].choices = [("", "没有写明"), *gone, *_by_paper(clauses)]  # type: ignore[attr-defined]
        for at, quota in enumerate(spec.quotas):
            self._ask_quota(f"q{at}", quota)
        for name, field in _all_fields(spec):
            self._ask_field(name, field)

    def _ask_quota(self, name: str, quota: QuotaSpec) -> None:
        if quota.every is not Every.EVENT:
            often = [(code, label) for code, label in EVERY.items() if code != Every.EVENT]
            self.fields[f"{name}_every"] = forms.ChoiceField(label="多久", choices=often, initial=str(quota.every))
        self.fields[f"{name}_count"] = forms.IntegerField(
            label="几次（0：不定）", min_value=0, max_value=99, initial=quota.count
        )
        if quota.every is Every.EVENT:
            self.fields[f"{name}_within"] = forms.IntegerField(
                label="几天以内", min_value=1, max_value=366, initial=quota.within
            )

    def _ask_field(self, name: str, field: FieldSpec) -> None:
        self.fields[f"{name}_label"] = forms.CharField(label="名称", max_length=40, initial=field.label)
        self.fields[f"{name}_help"] = forms.CharField(label="提示", max_length=120, required=False, initial=field.help)
        if field.kind is FieldKind.NUMBER:
            for limit in LIMITS:
                self.fields[f"{name}_{limit}"] = LimitField(label=PARTS[limit], initial=getattr(field, limit))

    # ── out again ──
    def changed(self) -> PracticeSpec:
        clean = self.cleaned_data
        quotas = (self._quota(f"q{at}", quota) for at, quota in enumerate(self.spec.quotas))
        form = tuple(self._field(f"f{at}", field) for at, field in enumerate(self.spec.form))
        said = {name: clean[name] for name in ("title", "purpose", "fine")}
        said["clause"] = self.spec.clause if clean["clause"] == self.standing else clean["clause"]
        return replace(self.spec, **said, quotas=tuple(one for one in quotas if one.count), form=form)

    def _quota(self, name: str, quota: QuotaSpec) -> QuotaSpec:
        clean = self.cleaned_data
        every = Every(clean.get(f"{name}_every", Every.EVENT))
        return replace(quota, every=every, count=clean[f"{name}_count"], within=clean.get(f"{name}_within", 0))

    def _field(self, name: str, field: FieldSpec) -> FieldSpec:
        clean = self.cleaned_data
        said = {part: clean[f"{name}_{part}"] for part in ("label", "help", *LIMITS) if f"{name}_{part}" in clean}
        rows = tuple(self._field(f"{name}r{at}", row) for at, row in enumerate(field.rows))
        return replace(field, **said, rows=rows)

    # ── for the page ──
    def quota_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(in_words(quota), self._parts(f"q{at}_")) for at, quota in enumerate(self.spec.quotas)]

    def field_rows(self) -> list[tuple[FieldSpec, list[forms.BoundField], list[Inner], bool]]:
        """Each field with what may be said of it, those of its rows, and whether something is wrong in one of them."""
        found = []
        for at, field in enumerate(self.spec.form):
            inner = [(row, self._parts(f"f{at}r{number}_")) for number, row in enumerate(field.rows)]
            wrong = any(part.errors for _, parts in inner for part in parts)
            found.append((field, self._parts(f"f{at}_"), inner, wrong))
        return found

    def _parts(self, prefix: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(prefix)]


def _by_paper(clauses: Sequence[Clause]) -> list[tuple[str, list[tuple[str, str]]]]:
    papers: dict[str, list[tuple[str, str]]] = {}
    for one in clauses:
        words = f"{one} {Truncator(one.text).chars(30)}"
        papers.setdefault(f"{one.policy.title} {one.policy.number}", []).append((quote(one), words))
    return list(papers.items())


def _all_fields(spec: PracticeSpec) -> Iterator[tuple[str, FieldSpec]]:
    for at, field in enumerate(spec.form):
        yield f"f{at}", field
        yield from ((f"f{at}r{row}", one) for row, one in enumerate(field.rows))


class SwitchOnForm(forms.Form):
    since = DayField(label="从哪天起")
    until = DayField(label="到哪天为止", required=False)
    order_no = forms.CharField(label="启用文号", max_length=64, required=False)
    as_loaded = forms.ChoiceField(label="照哪一种要求", widget=forms.RadioSelect)

    def __init__(self, *args: Any, asleep: bool, choices: Sequence[tuple[str, str]] = (), **kwargs: Any):
        """`choices`: last, loaded; empty where both are the same."""
        super().__init__(*args, **kwargs)
        self.fields["as_loaded"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["as_loaded"]
        for name in ("until", "order_no"):
            self.fields[name].required = asleep

    def clean_as_loaded(self) -> bool:
        return self.cleaned_data["as_loaded"] == "loaded"


class SwitchOffForm(forms.Form):
    on = DayField(label="执行到哪天为止")


class AdoptForm(forms.Form):
    unit = forms.ChoiceField(label="哪个单位")
    since = DayField(label="从哪天起")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        names = {unit.pk: unit.name for unit in units}
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (key, f"{names[unit.parent_id]} / {unit.name}" if unit.parent_id in names and unit.kind == "crew" else unit.name)
            for key, unit in self.units.items()
        ]  # fmt: skip

    def clean_unit(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


class CreditForm(forms.Form):
    origin = forms.ModelChoiceField(label="首创单位", queryset=Unit.objects.none(), required=False, empty_label="没有")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["origin"].queryset = units  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    on = DayField(label="执行到哪天为止")
    note = forms.CharField(label="为什么退出", max_length=200, required=False)


class PackFileForm(forms.Form):
    file = forms.FileField(label="工作法文件（YAML）", widget=forms.FileInput({"accept": ".yaml,.yml"}))

    def clean_file(self) -> tuple[str, str]:
        """Its text and its name."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise ValidationError(f"文件太大（超过 {LARGEST // 1000} KB），一份工作法用不了这么多")
        try:
            return sent.read().decode("utf-8-sig"), sent.name
        except UnicodeDecodeError as error:
            raise ValidationError("这不是 UTF-8 文本，请用记事本另存为 UTF-8") from error


class LoadForm(forms.Form):
    """What was looked at is what is taken over: the text travels with the page and is read anew."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=2 * LARGEST)
    name = forms.CharField(widget=forms.HiddenInput, max_length=200)
    since = DayField(label="从哪天起")


class DecisionForm(forms.Form):
    approval = forms.CharField(label="批准依据或退回原因", max_length=200, help_text="批准请写会议纪要编号或文号")


class CapsForm(forms.Form):
    """One field per role, beside what it comes to."""

    def __init__(self, *args: Any, caps: dict[str, int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for role, minutes in caps.items():
            widget = forms.NumberInput({"class": "short"})
            label = f"{PERFORMERS[role]}每周上限（分钟）"
            self.fields[role] = forms.IntegerField(
                label=label, min_value=0, max_value=600, initial=minutes, widget=widget
            )
