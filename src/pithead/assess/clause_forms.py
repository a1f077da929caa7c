"""The clauses of one item as people type them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms

from pithead.assess import feeds, gauges
from pithead.assess.contents import Content
from pithead.assess.models import ClauseKind, Counting, ItemKind
from pithead.assess.models.standards import Automation
from pithead.assess.rubric_forms import Choices, points_field, rows_of, split
from pithead.kernel.refusal import Refused

T = TypeVar("T")


def _read(read: Callable[[str], T], said: str) -> T:
    try:
        return read(said)
    except Refused as refused:
        raise forms.ValidationError([reason.message for reason in refused.reasons]) from refused


class ClauseForm(forms.Form):
    code = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="怎么扣、怎么加", max_length=200, widget=forms.Textarea({"rows": 2}))
    office = forms.ChoiceField(label="考核科室")
    kind = forms.ChoiceField(label="方式", choices=ClauseKind.choices, initial=ClauseKind.STEP)
    points = points_field("每次几分", required=False)
    cap = points_field("最多几分", required=False)
    counting = forms.ChoiceField(label="零头", choices=Counting.choices, initial=Counting.STARTED)
    automation = forms.ChoiceField(label="数据", choices=Automation.choices, initial=Automation.MANUAL)
    link_standard = forms.ChoiceField(label="关联的标准", required=False)
    link_dimensions = forms.CharField(label="只取这些类别", required=False, help_text="写编号，如 B C；不写取总分")

    feeds = forms.CharField(
        label="取自闭环", max_length=200, required=False, help_text="如：三违 严重 自查减半；事故 重伤 死亡；隐患 超期"
    )
    gauge = forms.CharField(
        label="取自指标",
        max_length=200,
        required=False,
        help_text="指标代码和怎么算，如：production.plan_done 低于100 每1；代码在“指标”页上",
    )

    DETAILS = ("counting", "automation", "link_standard", "link_dimensions", "feeds", "gauge")  # seldom changed
    UNUSED = {
        ItemKind.SCORED: (),
        ItemKind.BONUS: ("kind", "counting", "automation", "link_standard", "link_dimensions", "feeds", "gauge"),
        ItemKind.VETO: ("kind", "points", "cap", "counting", "automation", "link_standard", "link_dimensions", "gauge"),
    }

    def __init__(self, *args: Any, kind: ItemKind, offices: Choices, standards: Choices, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", "（选科室）"), *offices]  # type: ignore[attr-defined]
        self.fields["link_standard"].choices = [("", "—"), *standards]  # type: ignore[attr-defined]
        for name in self.UNUSED[kind]:
            del self.fields[name]

    def clean_feeds(self) -> list[Content]:
        return _read(feeds.from_words, self.cleaned_data["feeds"])

    def clean_gauge(self) -> Content:
        return _read(gauges.from_words, self.cleaned_data["gauge"])

    @property
    def first(self) -> list[forms.BoundField]:
        """What stands below the text; `details` stand behind a fold."""
        return [field for field in self.visible_fields() if field.name not in ("text", *self.DETAILS)]

    @property
    def details(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in self.DETAILS]


class ClauseRows(rows_of(ClauseForm, ordered=True)):  # type: ignore[misc]
    @staticmethod
    def read(item: Content) -> list[dict[str, Any]]:
        return [
            clause
            | {
                "link_standard": clause["link"].get("standard", ""),
                "link_dimensions": " ".join(clause["link"].get("dimensions", ())),
                "feeds": feeds.in_words(clause["feeds"]),
                "gauge": gauges.in_words(clause["gauge"]),
            }
            for clause in item["clauses"]
        ]

    def clauses(self, item: str, before: Iterable[Content]) -> list[Content]:
        """In the order asked for; what a form does not show stays as it was, what is new gets the next free number."""
        standing = {clause["code"]: clause for clause in before}
        used, found = set(standing), []
        for row in self.given():
            code = row["code"] or next(c for n in range(1, 99) if (c := f"{item}.{n}") not in used)
            used.add(code)
            given = {name: value for name, value in row.items() if not name.startswith("link_")}
            if "link_standard" in row:
                dimensions = split(row["link_dimensions"])
                link = {"standard": row["link_standard"], "dimensions": dimensions}
                given["link"] = link if row["link_standard"] else {}
            found.append(standing.get(code, {}) | given | {"code": code})
        return found
