"""How forms look and speak: `{{ form }}` and `{{ form.name.as_field_group }}` come out of our templates, errors in plain words."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WORDS: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {"required": "请填写这一项"},
    forms.ChoiceField: {"invalid_choice": "没有“%(value)s”这个选项，请重新选"},
    forms.ModelChoiceField: {"invalid_choice": "没有这个选项，请重新选"},
    forms.IntegerField: {"invalid": "请填整数"},
    forms.DecimalField: {"invalid": "请填数字，例如 1.5"},
    forms.DateField: {"invalid": "日期看不懂，请写成 2026-06-30"},
    forms.FileField: {"required": "请选择文件", "empty": "文件是空的", "missing": "没有收到文件，请重新选择"},
}


SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    """A list of places has hundreds of options, and the framework renders two templates for each."""

    form_template_name = "ui/_form.html"
    field_template_name = "ui/_field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == SELECT:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: dict[str, Any]) -> SafeString:
    inside = "\n".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return mark_safe(f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>\n{inside}\n</select>')


def _group(name: str | None, options: list[dict[str, Any]]) -> str:
    """By hand, each piece escaped: this is the longest part of many a page."""
    lines = "\n".join(
        f'<option value="{escape(one["value"])}"{_attributes(one["attrs"])}>{escape(one["label"])}</option>'
        for one in options
    )
    return f'<optgroup label="{escape(name)}">\n{lines}\n</optgroup>' if name else lines


def _attributes(given: dict[str, Any]) -> str:
    """What is true is there, what is false is not, anything else says what it is."""
    said = (
        (name, "" if value is True else f'="{escape(value)}"') for name, value in given.items() if value is not False
    )
    return "".join(f" {name}{value}" for name, value in said) if given else ""


def speak_plainly() -> None:
    """Our words in place of the framework's, for every form of the site."""
    for field, words in WORDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
