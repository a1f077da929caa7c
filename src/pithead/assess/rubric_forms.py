"""A draft's parts as people type them: each form reads its part out of a content and writes it back into one."""

import copy
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from pithead.assess.contents import Content, figure, scored_items
from pithead.assess.models import Aggregation, ItemKind, VetoEffect
from pithead.org.models import Specialty, UnitKind

Choices = Sequence[tuple[str, str]]
ASSESSED = (UnitKind.SECTION, UnitKind.CREW, UnitKind.BRANCH, UnitKind.GENERAL_BRANCH, UnitKind.PARTY_GROUP)
EMPTY_ROWS = 2
SEPARATORS = re.compile(r"[\s,，、;；]+")
MOST = 1000
WEIGHT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
LIMITS = f"请填数字，不小于 0、小于 {MOST}，最多两位小数，如 1.5"
LISTS = {ItemKind.BONUS: "bonus", ItemKind.VETO: "vetoes"}


class PointsField(forms.DecimalField):
    """Whatever is wrong with a figure is said in one sentence with the limits."""

    def clean(self, value: Any) -> Decimal | None:
        try:
            points: Decimal | None = super().clean(value)
        except forms.ValidationError as error:
            if value in self.empty_values:
                raise
            raise forms.ValidationError(LIMITS) from error
        if points is not None and not 0 <= points < MOST:
            raise forms.ValidationError(LIMITS)
        return points


def points_field(label: str, **more: Any) -> forms.DecimalField:
    widget = forms.NumberInput({"step": "0.01", "min": "0", "inputmode": "decimal"})
    return PointsField(label=label, max_digits=6, decimal_places=2, widget=widget, **more)


def specialties_field(label: str) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple({"class": "beside"})
    return forms.MultipleChoiceField(label=label, choices=Specialty.choices, required=False, widget=widget)


def split(text: str) -> list[str]:
    """What people write between spaces, commas or 、."""
    return [part for part in SEPARATORS.split(text.strip()) if part]


class SeenForm(forms.Form):
    """`seen`: the revision the page showed, so that two who edit at once notice each other."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class HeaderForm(SeenForm):
    title = forms.CharField(label="名称", max_length=64)
    subject = forms.ChoiceField(label="考核对象", choices=[(kind.value, kind.label) for kind in ASSESSED])
    owner = forms.ChoiceField(label="主管科室")
    full_marks = points_field("满分")
    bonus_cap = points_field("加分最多几分")
    publicity_days = forms.IntegerField(label="公示几个工作日", min_value=0, max_value=999)
    tie_breakers = forms.CharField(
        label="同分先比", required=False, help_text="按先后写类别或项目的编号，如 B A B2；都一样就并列"
    )
    aggregation = forms.ChoiceField(label="季度、半年、年度怎么算", choices=Aggregation.choices)
    weights = forms.CharField(label="各月权数", required=False, help_text="只有加权平均才填，如 1 1 2，每个季度重复")

    def __init__(self, *args: Any, offices: Choices, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = offices  # type: ignore[attr-defined]

    @staticmethod
    def read(content: Content) -> dict[str, Any]:
        said = {name: " ".join(str(one) for one in content[name]) for name in ("tie_breakers", "weights")}
        return content | said

    def clean_weights(self) -> list[int | float | None]:
        weights = split(self.cleaned_data["weights"])
        if not all(WEIGHT.fullmatch(weight) for weight in weights):
            raise forms.ValidationError("请填小于 1000 的数字，最多两位小数，用空格隔开，如 1 1 2")
        return [figure(weight) for weight in weights]

    def write(self, content: Content) -> Content:
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return content | given | {"tie_breakers": split(given["tie_breakers"])}


# ── rows: dimensions, tiers, peer groups ──
class RowForm(forms.Form):
    code = forms.CharField(required=False, widget=forms.HiddenInput)  # of a row that was there


class DimensionForm(RowForm):
    new_code = forms.CharField(label="编号", max_length=8)
    name = forms.CharField(label="名称", max_length=24)


class TierForm(RowForm):
    name = forms.CharField(label="名称", max_length=16)
    floor = points_field("几分起")


class GroupForm(RowForm):
    name = forms.CharField(label="名称", max_length=24)
    specialties = specialties_field("专业")


class Rows(BaseFormSet):
    """Rows with a place and a box to remove them; a few empty ones at the end."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "ORDER" in form.fields:
            form.fields["ORDER"].label = "次序"
            form.fields["ORDER"].widget.attrs |= {"inputmode": "numeric", "class": "short"}
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "删去"

    def given(self) -> list[dict[str, Any]]:
        """What stays, in the order asked for."""
        if self.can_order:
            return [form.cleaned_data for form in self.ordered_forms]
        return [form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms]


def rows_of(form: type[forms.Form], *, ordered: bool) -> Any:
    return formset_factory(
        form, formset=Rows, extra=EMPTY_ROWS, can_order=ordered, can_delete=True, can_delete_extra=False
    )


class DimensionRows(rows_of(DimensionForm, ordered=True)):  # type: ignore[misc]
    title, lead = "类别", "一类一行。有项目的类别要先把项目移走或删去，才能删。"

    @staticmethod
    def read(content: Content) -> list[dict[str, Any]]:
        return [{**one, "new_code": one["code"]} for one in content["dimensions"]]

    def write(self, content: Content) -> Content:
        standing = {one["code"]: one["items"] for one in content["dimensions"]}
        rows = [
            {"code": row["new_code"], "name": row["name"], "items": standing.get(row["code"], [])}
            for row in self.given()
        ]
        return content | {"dimensions": rows}

    def clean(self) -> None:
        filled = {form.initial.get("code") for form in self.deleted_forms if form.initial.get("items")}
        if filled:
            raise forms.ValidationError(f"类别 {'、'.join(sorted(filled))} 里还有项目，请先把项目移走或删去")


class TierRows(rows_of(TierForm, ordered=False)):  # type: ignore[misc]
    title, lead = "档次", "从高到低自动排好；最后一档从 0 分起。"

    @staticmethod
    def read(content: Content) -> list[dict[str, Any]]:
        return list(content["tiers"])

    def write(self, content: Content) -> Content:
        rows = sorted(self.given(), key=lambda row: -row["floor"])
        return content | {"tiers": [{k: row[k] for k in ("code", "name", "floor")} for row in _coded(rows, "tier")]}


class GroupRows(rows_of(GroupForm, ordered=False)):  # type: ignore[misc]
    title, lead = "分组", "同组的单位另排名次。一个专业只在一组；要有一组都不选，其余单位归它。"

    @staticmethod
    def read(content: Content) -> list[dict[str, Any]]:
        return list(content["peer_groups"])

    def write(self, content: Content) -> Content:
        rows = sorted(self.given(), key=lambda row: not row["specialties"])  # 其余 comes last
        keys = ("code", "name", "specialties")
        return content | {"peer_groups": [{k: row[k] for k in keys} for row in _coded(rows, "group")]}


PARTS: dict[str, type[DimensionRows] | type[TierRows] | type[GroupRows]] = {
    "dimensions": DimensionRows,
    "tiers": TierRows,
    "groups": GroupRows,
}


def _coded(rows: Iterable[dict[str, Any]], stem: str) -> Iterable[dict[str, Any]]:
    """Rows that are new get a code of their own; people never see it."""
    listed = list(rows)
    used = {row["code"] for row in listed}
    for row in listed:
        free = next(code for number in range(1, len(listed) + 2) if (code := f"{stem}{number}") not in used)
        yield row if row["code"] else row | {"code": free}
        used.add(free if not row["code"] else "")


# ── one item with its clauses ──
class ItemForm(SeenForm):
    code = forms.CharField(label="编号", max_length=8)
    name = forms.CharField(label="名称", max_length=64)
    dimension = forms.ChoiceField(label="类别")
    full = points_field("标准分")
    not_for = specialties_field("不考核的专业（缺项）")
    effect = forms.ChoiceField(label="否决后果", choices=VetoEffect.choices)

    def __init__(self, *args: Any, kind: ItemKind, dimensions: Choices, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind = kind
        choice: forms.ChoiceField = self.fields["dimension"]  # type: ignore[assignment]
        choice.choices = dimensions
        if kind is ItemKind.VETO:
            choice.choices, choice.required, choice.label = [("", "—"), *dimensions], False, "记零分的类别"
        unused = {
            ItemKind.SCORED: ("effect",),
            ItemKind.BONUS: ("dimension", "full", "not_for", "effect"),
            ItemKind.VETO: ("full", "not_for"),
        }
        for name in unused[kind]:
            del self.fields[name]

    def write(self, content: Content, clauses: list[Content], was: str = "") -> Content:
        """`was`: the code of the item it replaces; without one it is added at the end."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "dimension")}
        if self.kind is ItemKind.VETO:
            given["dimension"] = self.cleaned_data["dimension"]
        new = given | {"clauses": [_renamed(clause, was, given["code"]) for clause in clauses]}
        changed = copy.deepcopy(content)
        for items in _lists(changed, self.kind):
            place = next((place for place, item in enumerate(items) if was and item["code"] == was), None)
            if place is not None and items is self._list(changed):
                items[place] = new
                return changed
            if place is not None:
                del items[place]  # it moves to another dimension
        self._list(changed).append(new)
        return changed

    def _list(self, content: Content) -> list[Content]:
        """Where the item belongs."""
        if self.kind is not ItemKind.SCORED:
            return content[LISTS[self.kind]]
        wanted = self.cleaned_data["dimension"]
        return next(one["items"] for one in content["dimensions"] if one["code"] == wanted)


def _lists(content: Content, kind: ItemKind) -> list[list[Content]]:
    if kind is not ItemKind.SCORED:
        return [content[LISTS[kind]]]
    return [dimension["items"] for dimension in content["dimensions"]]


def _renamed(clause: Content, was: str, code: str) -> Content:
    """Clauses are called after their item."""
    tail = clause["code"].removeprefix(f"{was}.")
    return clause | {"code": f"{code}.{tail}"} if was and tail != clause["code"] else clause


def find_item(content: Content, code: str) -> tuple[ItemKind, Content] | None:
    """An item of any kind, as its form begins: a scored one knows its dimension."""
    for dimension, item in scored_items(content):
        if item["code"] == code:
            return ItemKind.SCORED, item | {"dimension": dimension["code"]}
    for kind, part in LISTS.items():
        for item in content[part]:
            if item["code"] == code:
                return kind, item
    return None


def without_item(content: Content, code: str) -> Content:
    changed = copy.deepcopy(content)
    for kind in ItemKind:
        for items in _lists(changed, kind):
            items[:] = [item for item in items if item["code"] != code]
    return changed


def moved_item(content: Content, code: str, step: int) -> Content:
    """One place up (−1) or down (+1) among its own; at the end it stays."""
    changed = copy.deepcopy(content)
    for kind in ItemKind:
        for items in _lists(changed, kind):
            codes = [item["code"] for item in items]
            if code in codes:
                here = codes.index(code)
                there = min(max(here + step, 0), len(items) - 1)
                items.insert(there, items.pop(here))
    return changed


class IssueForm(SeenForm):
    in_force_from = forms.CharField(
        label="从哪个月起执行", widget=forms.TextInput({"type": "month", "placeholder": "2026-08"})
    )


class CopyForm(forms.Form):
    code = forms.ChoiceField(label="标准")

    def __init__(self, *args: Any, standards: Choices, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = standards  # type: ignore[attr-defined]


class RubricFileForm(forms.Form):
    """`sheet`: which one, where several standards lie in one workbook."""

    file = forms.FileField(label="细则表（.xlsx）", widget=forms.FileInput({"accept": ".xlsx,.xls"}))
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]*$",
        label="代码",
        max_length=32,
        error_messages={"invalid": "只能用小写字母、数字和短横，如 six-good", "max_length": "最多 32 个字"},
        help_text="小写字母、数字和短横，如 six-good；写已有的代码就是它的新版",
    )
    title = forms.CharField(label="名称", max_length=64, required=False, help_text="不写就用表里的标题")
    sheet = forms.CharField(label="工作表", max_length=64, required=False, help_text="一份文件里有几套标准时写表名")
