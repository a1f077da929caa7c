"""How a form will look on a phone, for those who only look at it: the same order, nothing to be typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec
from pithead.practices.words import KINDS, MATTERS, PREFILLS


@dataclass(frozen=True)
class Shown:
    """`words`: what stands in the field; `limits`: between what; `leads`: what a bad answer becomes."""

    label: str
    help: str
    kind: str
    words: str
    limits: str
    leads: str
    required: bool
    choices: Sequence[tuple[str, bool]] = ()  # the option, and whether it is a bad one
    rows: Sequence["Shown"] = ()


def phone_form(spec: PracticeSpec) -> list[Shown]:
    return [_shown(field, spec.raises) for field in spec.form]


def _shown(field: FieldSpec, raises: str) -> Shown:
    judged = field.kind in (FieldKind.CHECK, FieldKind.CHOICE, FieldKind.NUMBER)
    can_fail = field.kind is FieldKind.CHECK or bool(field.fails or field.low or field.high)
    leads = field.raises or (raises if judged and can_fail else "")
    return Shown(
        label=field.label,
        help=field.help,
        kind=str(field.kind),
        words=PREFILLS[field.prefill] if field.prefill else KINDS[field.kind],
        limits=_limits(field),
        leads=MATTERS.get(leads, ""),
        required=field.required,
        choices=[(label, code in field.fails) for code, label in field.options.items()],
        rows=[_shown(row, raises) for row in field.rows],
    )


def _limits(field: FieldSpec) -> str:
    unit = f" {field.unit}" if field.unit else ""
    fine = [f"不低于 {field.low}{unit}"] if field.low else []
    return "，".join([*fine, *([f"不高于 {field.high}{unit}"] if field.high else [])])
