"""What people type about the organisation, turned into clean values. Plain forms: nothing needs a script."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import id_number
from pithead.org.access import ROLES, RoleCode
from pithead.org.models import Shift, ShiftSystem, Specialty, Unit, UnitKind
from pithead.org.models.people import Employment, LeaveKind, PoliticalStatus, Sex
from pithead.org.models.places import PlaceKind
from pithead.org.queries import UnitDirectory, person_called
from pithead.org.roster.columns import WANTED

LISTED = 400  # names offered while typing; more make the page heavy
BLANK = [("", "—")]
OPENABLE = [
    (kind.value, kind.label) for kind in UnitKind if kind not in (UnitKind.GROUP, UnitKind.COMPANY, UnitKind.MINE)
]
WORKPLACES = (UnitKind.SECTION, UnitKind.CREW, UnitKind.OFFICE)


class DateField(forms.DateField):
    """A date typed or picked; browsers without a picker take 2026-07-06."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UnitField(forms.CharField):
    """A unit by name, path, short name or code; what may be written is offered in a list."""

    def __init__(self, directory: UnitDirectory, *, kinds: Collection[str] = (), **more: Any):
        super().__init__(max_length=100, **more)
        self.directory, self.kinds = directory, kinds
        self.help_text = self.help_text or "写名称、简称或编号；班组写成“综采一队/一班”"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        match = self.directory.find(text, kinds=self.kinds)
        if match.unit is None:
            raise ValidationError(match.problem)
        return match.unit

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "list": "offered"}

    @property
    def offered(self) -> list[str]:
        return self.directory.names(self.kinds)[:LISTED]


class PersonField(forms.CharField):
    """A person by staff number, or by a name that only one person of the mine has."""

    def __init__(self, mine: Unit, **more: Any):
        super().__init__(max_length=64, help_text="写工号，或没有重名的姓名", **more)
        self.mine = mine

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return person_called(self.mine, text)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class OfferingForm(forms.Form):
    """A form whose unit fields offer their names in one `<datalist>`."""

    def put_first(self, **fields: forms.Field) -> None:
        self.fields = {**fields, **self.fields}

    @property
    def offered(self) -> list[str]:
        names: dict[str, None] = {}
        for field in self.fields.values():
            if isinstance(field, UnitField):
                names |= dict.fromkeys(field.offered)
        return list(names)


class OpenUnitForm(OfferingForm):
    kind = forms.ChoiceField(label="类别", choices=OPENABLE, initial=UnitKind.CREW)
    code = forms.CharField(label="编号", max_length=32, help_text="在本矿内不重复，例如 ZC1-3")
    name = forms.CharField(label="名称", max_length=64)
    short_name = forms.CharField(label="简称", max_length=32, required=False, help_text="表格里常写的叫法，例如 采一")
    specialty = forms.ChoiceField(label="专业", choices=BLANK + Specialty.choices, required=False)
    sub_kind = forms.CharField(label="细类", max_length=20, required=False, help_text="例如 综采、检修")
    opened_on = DateField(label="设立日期")

    def __init__(self, *args: Any, directory: UnitDirectory, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.put_first(parent=UnitField(directory, label="上级单位"))


class RenameForm(forms.Form):
    name = forms.CharField(label="名称", max_length=64)
    short_name = forms.CharField(label="简称", max_length=32, required=False)
    specialty = forms.ChoiceField(label="专业", choices=BLANK + Specialty.choices, required=False)
    sub_kind = forms.CharField(label="细类", max_length=20, required=False)


class MoveUnitForm(OfferingForm):
    def __init__(self, *args: Any, directory: UnitDirectory, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.put_first(parent=UnitField(directory, label="新的上级单位"))


class LastDayForm(forms.Form):
    on = DateField(label="最后一天")


class ReorganiseForm(forms.Form):
    code = forms.CharField(label="新编号", max_length=32)
    name = forms.CharField(label="新名称", max_length=64)
    specialty = forms.ChoiceField(label="专业", choices=[("", "不变"), *Specialty.choices], required=False)
    on = DateField(label="从哪天起")


class ServeForm(OfferingForm):
    since = DateField(label="从哪天起")

    def __init__(self, *args: Any, directory: UnitDirectory, **kwargs: Any):
        super().__init__(*args, **kwargs)
        servers = (UnitKind.BRANCH, UnitKind.GENERAL_BRANCH, UnitKind.OFFICE)
        self.put_first(server=UnitField(directory, kinds=servers, label="党支部或科室"))


class AppointForm(OfferingForm):
    role = forms.ChoiceField(
        label="职务", choices=[(code.value, ROLES[code].label) for code in RoleCode if code != RoleCode.WORKER]
    )
    title = forms.CharField(label="本矿叫法", max_length=64, required=False, help_text="例如 生产副队长")
    since = DateField(label="任职日期")

    def __init__(self, *args: Any, mine: Unit, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.put_first(person=PersonField(mine, label="谁"))


class ShiftForm(OfferingForm):
    """One choice for system and shift: `3:7` is system 3, shift 7; `3:` the system without a fixed shift."""

    since = DateField(label="从哪天起")

    def __init__(self, *args: Any, systems: Collection[ShiftSystem], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.known: dict[str, tuple[ShiftSystem, Shift | None]] = {}
        choices = []
        for system in systems:
            self.known[f"{system.pk}:"] = (system, None)
            inside = [(f"{system.pk}:", f"{system.name}，轮班")]
            for shift in system.shifts.all():
                self.known[f"{system.pk}:{shift.pk}"] = (system, shift)
                inside.append((f"{system.pk}:{shift.pk}", f"{system.name} {shift.name}"))
            choices.append((system.name, inside))
        self.put_first(shift=forms.ChoiceField(label="班制和班次", choices=choices))

    def clean_shift(self) -> tuple[ShiftSystem, Shift | None]:
        return self.known[self.cleaned_data["shift"]]


class ParticularsForm(forms.Form):
    """What is written about a person. The number and the telephone are stored encrypted."""

    name = forms.CharField(label="姓名", max_length=64)
    job = forms.CharField(label="工种", max_length=64, required=False)
    employment = forms.ChoiceField(label="用工类别", choices=BLANK + Employment.choices, required=False)
    sex = forms.ChoiceField(label="性别", choices=BLANK + Sex.choices, required=False)
    education = forms.CharField(label="文化程度", max_length=16, required=False)
    political_status = forms.ChoiceField(label="政治面貌", choices=BLANK + PoliticalStatus.choices, required=False)
    born_on = DateField(label="出生日期", required=False)
    hired_on = DateField(label="入矿日期", required=False)


class AddPersonForm(ParticularsForm, OfferingForm):
    id_number = forms.CharField(label="身份证号", max_length=18, required=False)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    since = DateField(label="到单位日期")

    def __init__(self, *args: Any, directory: UnitDirectory, **kwargs: Any):
        super().__init__(*args, **kwargs)
        party = (UnitKind.BRANCH, UnitKind.PARTY_GROUP, UnitKind.GENERAL_BRANCH)
        self.put_first(
            staff_no=forms.CharField(label="工号", max_length=32),
            unit=UnitField(directory, kinds=WORKPLACES, label="单位"),
            party_unit=UnitField(directory, kinds=party, label="党支部或党小组", required=False, help_text="党员填写"),
        )

    def clean_id_number(self) -> str:
        try:
            return id_number(typed) if (typed := self.cleaned_data["id_number"]) else ""
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class MovePersonForm(OfferingForm):
    since = DateField(label="从哪天起")

    def __init__(self, *args: Any, directory: UnitDirectory, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = (*WORKPLACES, UnitKind.BRANCH, UnitKind.PARTY_GROUP, UnitKind.GENERAL_BRANCH)
        self.put_first(unit=UnitField(directory, kinds=kinds, label="调到哪个单位"))


class LeaveForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=LeaveKind.choices)
    since = DateField(label="从哪天起")
    until = DateField(label="到哪天", required=False, help_text="还不知道就空着，回来时再填")


class PlaceForm(OfferingForm):
    code = forms.CharField(label="编号", max_length=32)
    name = forms.CharField(label="名称", max_length=64)
    kind = forms.ChoiceField(label="类别", choices=PlaceKind.choices)
    underground = forms.BooleanField(label="在井下", required=False, initial=True)
    since = DateField(label="启用日期")

    def __init__(self, *args: Any, directory: UnitDirectory, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(directory, kinds=WORKPLACES, label="责任单位", required=False)


class CutoffForm(forms.Form):
    cutoff_day = forms.IntegerField(
        label="月截止日",
        required=False,
        min_value=1,
        max_value=28,
        help_text="填 25，6 月就是 5 月 26 日到 6 月 25 日；空着按自然月",
    )
    night_books_next_day = forms.BooleanField(label="夜班记到第二天", required=False)


class DayForm(forms.Form):
    date = DateField(label="日期")
    worked = forms.TypedChoiceField(
        label="这一天", choices=[("1", "上班"), ("0", "放假")], coerce=lambda value: value == "1"
    )
    name = forms.CharField(label="名称", max_length=32, required=False, help_text="例如 国庆节调休")


class YearForm(forms.Form):
    year = forms.IntegerField(label="年份", min_value=2000, max_value=2099)


class CalendarFileForm(forms.Form):
    file = forms.FileField(label="日历文件", help_text=".xlsx 或 .csv，列为 日期、是否上班、名称；只写与平常不同的日子")


class ShiftSystemForm(forms.Form):
    code = forms.ChoiceField(label="班制")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = choices  # type: ignore[attr-defined]


class RosterForm(forms.Form):
    file = forms.FileField(label="花名册文件", help_text=".xlsx 或 .xls，不超过 10 MB")
    known = "、".join(headings[0] for headings in WANTED.values())
