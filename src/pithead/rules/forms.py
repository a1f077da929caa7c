"""A paper as people type or paste it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pithead.rules.models import Policy

ARTICLE = re.compile(r"第\s*[一二三四五六七八九十百零〇\d]+\s*条(之[一二三四五六七八九十])?")
CHAPTER = re.compile(r"第\s*[一二三四五六七八九十百零〇\d]+\s*[章节](\s|$)")


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PolicyForm(forms.Form):
    number = forms.CharField(label="文号", max_length=64, help_text="例如 矿党发〔2026〕12号")
    title = forms.CharField(label="标题", max_length=120)
    issuer = forms.CharField(label="发文单位", max_length=64)
    issued_on = DateField(label="发文日期")
    in_force_from = DateField(label="从哪天起施行")
    clauses = forms.CharField(
        label="条文",
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="可以整篇粘贴。每条以“第一条”这样的字样起头，没有起头的段落并到上一条；章节标题不用填，填了也不保存",
    )

    def clean_clauses(self) -> list[tuple[str, str]]:
        clauses = read_clauses(self.cleaned_data["clauses"])
        if long := [number for number, _ in clauses if len(number) > 24]:
            raise ValidationError(f"“{long[0][:24]}”太长，不像条号")
        return clauses

    @classmethod
    def start_from(cls, policy: Policy) -> dict[str, Any]:
        """What the form begins with when it mends or follows a paper that stands."""
        clauses = policy.clauses.order_by("position").values_list("number", "text")
        fields = ("number", "title", "issuer", "issued_on", "in_force_from")
        text = "\n".join(f"{number}　{text}" for number, text in clauses)
        return {**{field: getattr(policy, field) for field in fields}, "clauses": text}


def read_clauses(text: str) -> list[tuple[str, str]]:
    """第一条　… → ("第一条", "…"). Lines that begin no clause belong to the one before."""
    found: list[tuple[str, list[str]]] = []
    for line in (line.strip() for line in text.splitlines()):
        if not line or CHAPTER.match(line):
            continue
        if heading := ARTICLE.match(line):
            number = re.sub(r"\s", "", heading[0])
            found.append((number, [line[heading.end() :].strip(" 　:：")]))
        elif found:
            found[-1][1].append(line)
        else:
            raise ValidationError(f"“{line[:20]}”在第一条之前，请以“第一条”起头")
    return [(number, "\n".join(part for part in parts if part)) for number, parts in found]


class LastDayForm(forms.Form):
    on = DateField(label="施行的最后一天")
