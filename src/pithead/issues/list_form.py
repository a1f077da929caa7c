"""What a list of matters is narrowed to, as it stands in an address."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pithead.issues.queries.board import BAND_LABELS, SORTS, Wanted
from pithead.issues.workflows import WORKFLOWS, Kind
from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.models import Place, Unit

ANY = [("", "全部")]


class ListForm(forms.Form):
    """Without a kind: hazards. What is not said is not asked for."""

    def __init__(
        self, data: Any, *, calendar: Callable[[], Calendar], units: Iterable[Unit], places: Iterable[Place]
    ):  # fmt: skip
        super().__init__(data)
        self.calendar = calendar
        self.units = {unit.code: unit for unit in units}
        self.places = {place.code: place for place in places}
        asked = data.get("kind", "")
        self.kind = asked if asked in WORKFLOWS else Kind.HAZARD.value
        flow = WORKFLOWS[self.kind]
        states = [("open", "没有办完的"), ("all", "全部"), ("ended", "已经办完的")]
        self.fields["kind"] = forms.ChoiceField(
            choices=Kind.choices, required=False, widget=forms.HiddenInput, initial=self.kind
        )
        self._choose("state", "状态", [*states, *((state.code, state.label) for state in flow.states)])
        self._choose("unit", "责任单位", [*ANY, *((code, unit.name) for code, unit in self.units.items())])
        if not flow.confidential:
            self._choose("place", "地点", [*ANY, *((code, place.name) for code, place in self.places.items())])
        if flow.grades:
            self._choose("grade", "级别", [*ANY, *flow.grades.items()])
        self._choose("age", "发现多久", [*ANY, *((str(turn), label) for turn, label in enumerate(BAND_LABELS))])
        self.fields["period"] = forms.CharField(
            label="发现的月份", required=False, widget=forms.TextInput(attrs={"placeholder": "2026-06"})
        )
        self._choose("sort", "排列", [(code, label) for code, (label, _) in SORTS.items()])
        self.fields["overdue"] = forms.BooleanField(label="只看超期", required=False)

    def _choose(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def clean_period(self) -> Period | None:
        text = self.cleaned_data["period"].strip()
        if not text:
            return None
        try:
            return Period.parse(text)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused

    @property
    def is_narrowed(self) -> bool:
        """Anything asked for besides the kind; what could not be read counts, so that it can be put right."""
        return any(self.data.get(name) for name in self.fields if name != "kind")

    @property
    def wanted(self) -> Wanted:
        clean = self.cleaned_data
        since, until = self.calendar().bounds(clean["period"]) if clean["period"] else (None, None)
        state = clean["state"] or "open"
        return Wanted(
            kind=self.kind,
            state="" if state == "all" else state,
            unit=self.units.get(clean["unit"]),
            place=self.places.get(clean.get("place", "")),
            grade=clean.get("grade", ""),
            overdue=clean["overdue"],
            age=int(clean["age"]) if clean["age"] else None,
            since=since,
            until=until,
            sort=clean["sort"] or "due",
        )
