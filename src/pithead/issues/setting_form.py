"""Deadlines, offices and levels of one kind as a form: durations in words, one line per level."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pithead.issues.queries.settings import BOUNDS, CLOCKS, FIELDS, MOST_LEVELS, POST_LABELS, spoken
from pithead.issues.workflows import WORKFLOWS, Workflow

SPOKEN = re.compile(r"(\d{1,3})\s*(h|d|w|小时|天|日|个?工作日)", re.IGNORECASE)
TITLES = {"chief": "总工程师由谁担任", "leader": "分管领导是谁", "manager": "矿长是谁"}
HALF = "half"
HELP = "写 8小时、3天 或 5个工作日"


def _grade_said(flow: Workflow, grade: str, by_grade: Mapping[str, str]) -> str:
    if grade:
        return f" · {flow.grades[grade]}"
    return " · 其他级别" if set(by_grade) - {""} else ""


class DurationField(forms.CharField):
    def __init__(self, **more: Any):
        super().__init__(required=False, max_length=12, **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace(" ", "")
        if not text:
            return ""
        found = SPOKEN.fullmatch(text)
        if found is None:
            raise ValidationError(f"“{text}”看不懂，请{HELP}")
        unit = found[2].lower()
        code = "w" if unit.endswith("工作日") else {"小时": "h", "天": "d", "日": "d"}.get(unit, unit)
        return f"{int(found[1])}{code}"


class MomentField(DurationField):
    """When a level is climbed: half-way, or so long after the deadline."""

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if text in ("过半", HALF):
            return HALF
        if text == "到期":
            return "0h"
        return super().clean(value)


class NamesField(forms.CharField):
    """Several names, separated the way people do."""

    def clean(self, value: Any) -> Any:
        return [one for one in re.split(r"[、，,\s]+", super().clean(value)) if one]


class WorkflowForm(forms.Form):
    """Built from the kind's table; `content` is what is in force."""

    def __init__(self, data: Any, *, kind: str, content: Mapping[str, Any]):
        super().__init__(data)
        self.flow, self.content = WORKFLOWS[kind], content
        self.fields["offices"] = NamesField(
            label="主管科室", initial="、".join(content["offices"]), help_text="编号或名称，排在前面、本矿有的那个算"
        )
        self._ask_deadlines(self.flow)
        self._ask_levels()
        for code, names in content.get("titles", {}).items():
            label = TITLES.get(code, code)
            self.fields[f"title_{code}"] = NamesField(label=label, initial="、".join(names), help_text="职务的叫法")
        self._ask_rest(self.flow)

    def _ask_deadlines(self, flow: Workflow) -> None:
        self.clocks: dict[str, tuple[str, str]] = {}
        for clock in dict.fromkeys(state.clock for state in flow.states if state.clock):
            by_grade = self.content["deadlines"].get(clock, {})
            for grade in ("", *(flow.grades if set(by_grade) - {""} else ())):
                name = f"due_{clock}_{grade}"
                label = CLOCKS.get(clock, clock) + _grade_said(flow, grade, by_grade)
                self.fields[name] = DurationField(label=label, initial=spoken(by_grade.get(grade, "")))
                self.clocks[name] = (clock, grade)

    def _ask_levels(self) -> None:
        levels = [*self.content["levels"], *([{}] * MOST_LEVELS)][:MOST_LEVELS]
        for turn, level in enumerate(levels):
            after = level.get("after", "")
            said = {HALF: "过半", "0h": "到期"}.get(after) or spoken(after)
            self.fields[f"after_{turn}"] = MomentField(label=f"第 {turn + 1} 级", initial=said)
            self.fields[f"to_{turn}"] = forms.MultipleChoiceField(
                label=f"第 {turn + 1} 级报给",
                choices=list(POST_LABELS.items()),
                required=False,
                initial=level.get("to", []),
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[f"listed_{turn}"] = forms.BooleanField(
                label=f"第 {turn + 1} 级挂牌督办", required=False, initial=level.get("listed", False)
            )

    def _ask_rest(self, flow: Workflow) -> None:
        if flow.grades:
            self.fields["default_grade"] = forms.ChoiceField(
                label=FIELDS["default_grade"],
                choices=[(grade, flow.grades[grade]) for grade in flow.alone],
                initial=self.content.get("default_grade", ""),
            )
        if flow.extensions:
            self._number("extensions", flow.extensions)
        if flow.repeats:
            self._number("repeat_days")
        if flow.erases:
            self._number("keep_months")
        if flow.sparse:
            self.fields["detail"] = forms.BooleanField(
                label="登记具体情况（不勾：只登记日期、类别、人数和档案号）",
                required=False,
                initial=self.content.get("detail", True),
            )

    def _number(self, name: str, most: int = 999) -> None:
        least, bound = BOUNDS[name]
        initial = self.content.get(name, 0)
        self.fields[name] = forms.IntegerField(
            label=FIELDS[name], min_value=least, max_value=min(most, bound), initial=initial
        )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        for turn in range(MOST_LEVELS):
            after, to = clean.get(f"after_{turn}"), clean.get(f"to_{turn}")
            if bool(after) != bool(to):
                self.add_error(f"after_{turn}", "写上时间，并选报给谁；不要这一级就都空着")
        return clean

    # ── out again ──
    def rules(self) -> dict[str, Any]:
        """As a pack says it."""
        clean = self.cleaned_data
        levels = [
            {"after": clean[f"after_{turn}"], "to": clean[f"to_{turn}"]} | ({"listed": True} if clean[f"listed_{turn}"] else {})
            for turn in range(MOST_LEVELS)
            if clean[f"after_{turn}"]
        ]  # fmt: skip
        found: dict[str, Any] = {"offices": clean["offices"], "deadlines": self._deadlines(), "levels": levels}
        if titles := {code: clean[f"title_{code}"] for code in self.content.get("titles", {})}:
            found["titles"] = titles
        plain = ("default_grade", "extensions", "repeat_days", "keep_months", "detail")
        return found | {name: clean[name] for name in plain if name in self.fields}

    def _deadlines(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, (clock, grade) in self.clocks.items():
            if duration := self.cleaned_data[name]:
                found.setdefault(clock, {})[grade] = duration
        return found

    # ── for the page ──
    def deadline_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.clocks]

    def level_rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [(self[f"after_{turn}"], self[f"to_{turn}"], self[f"listed_{turn}"]) for turn in range(MOST_LEVELS)]

    def other_fields(self) -> list[forms.BoundField]:
        named = {f"{part}_{turn}" for turn in range(MOST_LEVELS) for part in ("after", "to", "listed")}
        return [self[name] for name in self.fields if name not in named and name not in self.clocks]
