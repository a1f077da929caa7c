"""The forms of signing in, and the filters of the desk's own lists."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms

from pithead.org.models import Unit, UnitKind


def plain_text(value: str) -> str:
    """Full-width digits and letters as people type them with a Chinese keyboard."""
    return unicodedata.normalize("NFKC", value).strip()


class WhoForm(forms.Form):
    """Staff number, and the mine where there are several."""

    mine = forms.ChoiceField(label="煤矿")
    staff_no = forms.CharField(
        label="工号",
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mines = list(Unit.objects.filter(kind=UnitKind.MINE).order_by("position", "pk").values_list("code", "name"))
        self.fields["mine"].choices = mines  # type: ignore[attr-defined]
        if len(mines) == 1:
            self.fields["mine"].required = False
            self.fields["mine"].widget = forms.HiddenInput()
            self.fields["mine"].initial = mines[0][0]
        self.only_mine = mines[0][0] if len(mines) == 1 else ""

    def clean_mine(self) -> str:
        return self.only_mine or self.cleaned_data["mine"]

    def clean_staff_no(self) -> str:
        return plain_text(self.cleaned_data["staff_no"])


class SignInForm(WhoForm):
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    """Typed twice; whether it is strong enough the action says."""

    password = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        help_text="至少 8 位，不能全是数字，也不要用常见的密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一遍",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "两次输入的密码不一样")
        return data


class ActivateForm(NewPasswordForm, WhoForm):
    code = forms.CharField(
        label="启用码",
        max_length=32,
        help_text="印在发给您的纸条上，10 位，只能用一次",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    field_order = ("mine", "staff_no", "code", "password", "again")

    def clean_code(self) -> str:
        return plain_text(self.cleaned_data["code"])


class PasswordForm(NewPasswordForm):
    old = forms.CharField(
        label="原密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("old", "password", "again")


class LogDateField(forms.DateField):
    """A day that can be in the log; a day before the first and after the last there is would be none at all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)

    def clean(self, value: Any) -> dt.date | None:
        date: dt.date | None = super().clean(value)
        if date and not 2000 <= date.year <= 2100:
            raise forms.ValidationError("请填 2000 年到 2100 年之间的日期")
        return date


class AuditFilter(forms.Form):
    since = LogDateField(label="从")
    until = LogDateField(label="到")
    who = forms.CharField(label="谁（姓名或工号）", required=False, max_length=64)
    subject = forms.CharField(label="对象（名称含有）", required=False, max_length=64)


class SealForm(forms.Form):
    """Which mine, where there are several, and a code that stands on paper."""

    mine = forms.ChoiceField(label="矿", required=False)
    anchor = forms.CharField(
        label="纸面上的校验码（可以不填）",
        required=False,
        max_length=80,
        widget=forms.TextInput({"placeholder": "128:9f3a0c1be24d5f67"}),
    )

    def __init__(self, *args: Any, mines: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mine"].choices = [(mine.code, mine.name) for mine in mines]  # type: ignore[attr-defined]
        if len(mines) < 2:
            del self.fields["mine"]
