"""How forms look and speak: `{{ form }}` and `{{ form.name.as_field_group }}` come out of our templates, errors in plain words."""

from django import forms
from django.forms.renderers import DjangoTemplates

WORDS: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {"required": "请填写这一项"},
    forms.ChoiceField: {"invalid_choice": "没有“%(value)s”这个选项，请重新选"},
    forms.ModelChoiceField: {"invalid_choice": "没有这个选项，请重新选"},
    forms.IntegerField: {"invalid": "请填整数"},
    forms.DecimalField: {"invalid": "请填数字，例如 1.5"},
    forms.DateField: {"invalid": "日期看不懂，请写成 2026-06-30"},
    forms.FileField: {"required": "请选择文件", "empty": "文件是空的", "missing": "没有收到文件，请重新选择"},
}


class Renderer(DjangoTemplates):
    form_template_name = "ui/_form.html"
    field_template_name = "ui/_field.html"


def speak_plainly() -> None:
    """Our words in place of the framework's, for every form of the site."""
    for field, words in WORDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
