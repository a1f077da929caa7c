"""What people say about a matter, turned into drafts. Plain forms: nothing needs a script."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from pithead.issues.actions import StepDraft
from pithead.issues.models import LONGEST, Issue, Role
from pithead.issues.queries import demands_of, is_waited_for
from pithead.issues.workflows import FACTS, MENTOR_STEPS, WORKFLOWS, Demand, Kind, Move
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Refused
from pithead.org.models import Place, Unit
from pithead.org.queries import person_called
from pithead.rules.models import Clause

MOST_PHOTOS = 4
BLANK = [("", "—")]


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, _data: Any, files: MultiValueDict, name: str) -> Any:
        return files.getlist(name)


class PhotosField(forms.FileField):
    """One or several; what is in them is looked at by the action that keeps them."""

    def __init__(self, **more: Any):
        super().__init__(widget=Files(attrs={"accept": "image/*"}), **more)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [super(PhotosField, self).clean(one, initial) for one in data or [None]]
        found = [one for one in given if one]
        if len(found) > MOST_PHOTOS:
            raise ValidationError(f"一次最多 {MOST_PHOTOS} 张照片，选了 {len(found)} 张")
        return found


class PersonField(forms.CharField):
    """A person by staff number, or by a name that only one person of the mine has."""

    def __init__(self, mine: Unit, **more: Any):
        more.setdefault("help_text", "写工号，或没有重名的姓名")
        super().__init__(max_length=64, widget=forms.TextInput(attrs={"list": "people"}), **more)
        self.mine = mine

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return person_called(self.mine, text)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class MomentField(forms.DateTimeField):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": "时间看不懂，请写成 2026-06-30 14:30"}

    def __init__(self, **more: Any):
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **more)


def text_field(label: str, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2, **more.pop("attrs", {})})
    return forms.CharField(label=label, max_length=LONGEST, widget=area, **more)


def fact_field(code: str, required: bool) -> forms.Field:
    """One of `FACTS` as a form asks for it."""
    label = FACTS[code]
    match code:
        case "reported_in_time":
            choices = [("", "—"), ("1", "是"), ("0", "否")]
            return forms.TypedChoiceField(
                label=label, choices=choices, required=required, coerce=lambda one: one == "1"
            )
        case "step":
            return forms.ChoiceField(label=label, choices=[*BLANK, *MENTOR_STEPS.items()], required=required)
        case "people":
            return forms.IntegerField(label=label, min_value=1, max_value=9999, required=required)
        case _:
            return forms.CharField(label=label, max_length=200, required=required)


# ── one step ──
class StepForm(forms.Form):
    """What one declared move asks for."""

    def __init__(
        self, *args: Any, issue: Issue, move: Move, clauses: Iterable[Clause], sparse: bool, latest: dt.datetime | None = None,
        units: Iterable[Unit] = (), places: Iterable[Place] = (), **more: Any,
    ):  # fmt: skip
        super().__init__(*args, **{"auto_id": f"{move.verb}_%s", **more})
        self.issue, self.move, self.clauses = issue, move, {str(clause.pk): clause for clause in clauses}
        self.flow = WORKFLOWS[issue.kind]
        self.is_main = is_waited_for(move, self.flow.state(issue.state))
        self.wanted = demands_of(move, issue.grade, sparse=sparse)
        self.fields["id"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
        self.units = {str(unit.pk): unit for unit in units}
        self.places = {str(place.pk): place for place in places}
        if move.rehomes:
            self._ask_whose()
        for demand in self.wanted:
            self._ask(demand, latest)
        self._ask_for_grades()
        if "note" not in self.fields and not sparse:
            self.fields["note"] = text_field("说明", required=False)
        if "photos" not in self.fields and not self.flow.confidential:
            self.fields["photos"] = PhotosField(label=self._photo_label(), required=False)

    def _ask(self, demand: Demand, latest: dt.datetime | None) -> None:
        mine = self.issue.mine
        match demand:
            case Demand.NOTE:
                self.fields["note"] = text_field("说明")
            case Demand.OWNER:
                self.fields["owner"] = PersonField(mine, label="责任人")
            case Demand.DUE:
                self.fields["due_at"] = MomentField(label="完成时间", initial=latest)
            case Demand.GRADE:
                present = self.issue.grade if self.move.confirms else ""
                self.fields["grade"] = forms.ChoiceField(label="级别", choices=self._grades(), initial=present)
            case Demand.PHOTO:
                self.fields["photos"] = PhotosField(label=self._photo_label())
            case Demand.CLAUSE:
                choices = [("", "请选"), *((key, str(clause)) for key, clause in self.clauses.items())]
                self.fields["clause"] = forms.ChoiceField(label="制度条款", choices=choices)
            case Demand.MENTOR:
                self.fields["mentor"] = PersonField(mine, label="帮扶人")
            case _:
                self.fields[demand.value] = fact_field(demand.value, required=True)

    def _ask_for_grades(self) -> None:
        """What only some of the grades ask for that it may get; the action knows which."""
        others = {one for demands in self.move.by_grade.values() for one in demands} if self.move.to_grades else set()
        for demand in sorted(others.difference(self.wanted)):
            grades = [self.flow.grades[grade] for grade, demands in self.move.by_grade.items() if demand in demands]
            self.fields[demand.value] = fact_field(demand.value, required=False)
            self.fields[demand.value].help_text = f"改为{'、'.join(grades)}的要写"

    def _ask_whose(self) -> None:
        units = [("", f"不变：{self.issue.unit.name}"), *((key, unit.name) for key, unit in self.units.items())]
        self.fields["unit"] = forms.ChoiceField(label="责任单位", choices=units, required=False)
        place = self.issue.place.name if self.issue.place else self.issue.place_text or "没有写"
        places = [("", f"不变：{place}"), *((key, one.name) for key, one in self.places.items())]
        self.fields["place"] = forms.ChoiceField(label="地点", choices=places, required=False)
        self.fields["place_text"] = forms.CharField(label="别的地点", max_length=64, required=False)
        if categories := self.flow.categories:
            codes = [("", f"不变：{categories.get(self.issue.category, '没有选')}"), *categories.items()]
            self.fields["category"] = forms.ChoiceField(label="类别", choices=codes, required=False)

    def _photo_label(self) -> str:
        return "整改后的照片" if self.move.fixes else "照片"

    def _grades(self) -> list[tuple[str, str]]:
        """Whoever confirms may find it as it was reported; whoever changes a grade sets another."""
        order = list(self.flow.grades)
        allowed = [code for code in self.move.to_grades or order if self.move.confirms or code != self.issue.grade]
        if self.move.upward:
            allowed = [code for code in allowed if order.index(code) > order.index(self.issue.grade)]
        return [("", "请选"), *((code, self.flow.grades[code]) for code in allowed)]

    def draft(self, files: tuple[StoredFile, ...]) -> StepDraft:
        clean = self.cleaned_data
        mentor = clean.get("mentor")
        return StepDraft(
            note=clean.get("note", ""),
            id=clean["id"],
            owner=clean.get("owner"),
            due_at=clean.get("due_at"),
            grade=clean.get("grade", ""),
            facts={name: clean[name] for name in FACTS if name in self.fields and clean.get(name) not in ("", None)},
            people=((Role.MENTOR, mentor),) if mentor else (),
            files=files,
            clause=self.clauses.get(clean.get("clause", "")),
            unit=self.units.get(clean.get("unit", "")),
            place=self.places.get(clean.get("place", "")),
            place_text=clean.get("place_text", ""),
            category=clean.get("category", ""),
        )


class CorrectionForm(forms.Form):
    note = text_field("更正")


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        choices=Kind.choices, error_messages={"required": "请选一类", "invalid_choice": "没有这一类"}
    )


class MergeForm(forms.Form):
    into = forms.UUIDField(
        error_messages={"required": "请选要并入的那一件", "invalid": "请选要并入的那一件"}
    )  # fmt: skip

    def target(self) -> UUID:
        into: UUID = self.cleaned_data["into"]
        return into
