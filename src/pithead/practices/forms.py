"""A record as a form: one way to draw and to read every kind of field, whatever the practice."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from pithead.kernel.refusal import Reason, Refused
from pithead.org.models import Person, Unit
from pithead.org.queries import person_called
from pithead.practices.actions import RecordDraft
from pithead.practices.actions.matters import may_be_fixed, sealed_kinds, sparse_kinds
from pithead.practices.answering import Asked, said
from pithead.practices.content import FieldKind, FieldSpec, Prefill
from pithead.practices.models import Practice
from pithead.practices.queries.prefill import Desk, initial_of
from pithead.practices.words import MATTERS

K = FieldKind
FREE_ROWS, MOST_ROWS = 2, 40
PEOPLE = re.compile(r"[、，,；;\s]+")
FEW = 6  # more people than that are folded away
GOOD_OR_BAD = ("正常", "有问题")
ASKED_ONESELF = ("有数", "要办一件")


@dataclass
class Slot:
    """A field as it stands on the page. `value`: what is in it, as text; of people the staff numbers that are ticked. `line`: a failing
    answer has a line of its own. `leads`: what it becomes."""

    spec: FieldSpec
    name: str
    value: str = ""
    text: str = ""
    fixed: bool = False
    ticked: list[str] = field(default_factory=list)
    choices: list[tuple[str, str, bool]] = field(default_factory=list)  # value, label, fails
    people: list[tuple[str, str, bool]] = field(default_factory=list)  # number, name, ticked
    rows: list[list["Slot"]] = field(default_factory=list)
    line: bool = False
    prompt: str = ""  # over it
    may_fix: bool = False
    may_show: bool = False
    may_stay_empty: bool = False  # of rows
    leads: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.spec.kind.value

    @property
    def is_long(self) -> bool:
        return self.spec.longest > 60

    @property
    def is_failing(self) -> bool:
        return self.value == "no" if self.spec.kind is K.CHECK else self.value in self.spec.fails

    @property
    def is_filled(self) -> bool:
        if self.spec.kind is K.ROWS:
            return self.may_stay_empty or all(one.is_filled for row in self.rows for one in row)
        return bool(self.value or self.ticked) or not self.spec.required

    @property
    def is_folded(self) -> bool:
        return len(self.people) > FEW

    @property
    def is_as_last(self) -> bool:
        """Rows that stand as they stood last time: one looks at them where something is different."""
        inner = [one for row in self.rows for one in row]
        same = self.spec.prefill is Prefill.LAST and not self.wrong and not any(one.wrong for one in inner)
        return same and bool(inner) and all(one.value for one in inner)

    @property
    def limits(self) -> str:
        low, high, unit = self.spec.low, self.spec.high, f" {self.spec.unit}" if self.spec.unit else ""
        parts = [f"不低于 {low}{unit}"] if low else []
        return "，".join([*parts, *([f"不高于 {high}{unit}"] if high else [])])


class RecordForm:
    """Bound when `data` is given. `drawn`: the rows of a chain that are asked this time."""

    def __init__(
        self,
        desk: Desk,
        drawn: frozenset[str],
        data: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile] | None" = None,
        kept: Mapping[str, Any] | None = None,
    ):
        self.desk, self.spec, self.drawn = desk, desk.spec, drawn
        self.data, self.files = data, files
        self.kept = kept  # the answers of the record that is corrected
        self.reasons: list[Reason] = []
        self.asked = Asked(
            desk.spec,
            desk.mine,
            drawn=drawn,
            silent=sparse_kinds(desk.mine, desk.spec),
            sealed=sealed_kinds(desk.spec),
        )
        self.slots = [self._slot(one) for one in self._shown()]

    # ── what is asked ──
    @property
    def id(self) -> str:
        return self._sent("id") or str(uuid4())

    @property
    def elsewhere(self) -> str:
        return self._sent("elsewhere")

    def _shown(self) -> list[FieldSpec]:
        chain = self.spec.sampled
        return [one for one in self.spec.form if not chain or one.kind is not K.ROWS or one.key in self.drawn]

    @property
    def words(self) -> tuple[str, str]:
        return ASKED_ONESELF if self.asked.is_private else GOOD_OR_BAD

    @property
    def is_filled(self) -> bool:
        """Nothing needs to be typed: one button says so."""
        return self.spec.says_fine and all(slot.is_filled for slot in self.slots)

    @property
    def has_checks(self) -> bool:
        return any(slot.spec.kind is K.CHECK for slot in self._all())

    def _slot(self, one: FieldSpec) -> Slot:
        initial = self._initial(one)
        if one.kind is K.ROWS:
            return self._rows(one, initial)
        return self._fill(Slot(one, one.key), initial)

    def _initial(self, one: FieldSpec) -> Any:
        if self.kept is not None:
            return self.kept.get(one.key)
        return initial_of(self.desk, one, self.desk.last.get(one.key))

    def _rows(self, one: FieldSpec, initial: Any) -> Slot:
        last = self.desk.last.get(one.key) or [{}]
        known = initial if isinstance(initial, list) else []
        once = one.key in self.drawn and self.kept is None
        count = 1 if once else max(len(known), 1)
        if self.bound:
            count = self._sent_rows(one.key)
        slot = Slot(one, one.key, may_stay_empty=not once and not one.required)
        for number in range(1, min(count, MOST_ROWS) + 1):
            row = known[number - 1] if number <= len(known) else None
            slot.rows.append([self._inner(one, inner, number, row, last[0] if once else {}) for inner in one.rows])
        return slot

    def _inner(self, one: FieldSpec, inner: FieldSpec, number: int, row: Any, last: Mapping[str, Any]) -> Slot:
        initial = row.get(inner.key) if row is not None else None
        if row is None and (last or number == 1) and one.key in self.drawn:
            initial = initial_of(self.desk, inner, self._last_signed(one, inner, last.get(inner.key)))
        return self._fill(Slot(inner, f"{one.key}.{number}.{inner.key}"), initial)

    def _last_signed(self, rows: FieldSpec, inner: FieldSpec, last: Any) -> Any:
        """Nobody signs a row twice: who answers for it today does not check it too, as he did last time."""
        mine = any(one.kind is K.SIGNER and one.prefill is Prefill.ME for one in rows.rows)
        if inner.kind is K.SIGNER and mine and isinstance(last, Mapping):
            return None if last.get("staff_no") == self.desk.actor.staff_no else last
        return last

    def _sent_rows(self, key: str) -> int:
        assert self.data is not None
        numbers = [
            int(name.split(".")[1]) for name in self.data if re.fullmatch(rf"{re.escape(key)}\.\d{{1,2}}\..+", name)
        ]
        more = FREE_ROWS if self.data.get("more") == key else 0
        return max(numbers, default=1) + more

    # ── one field ──
    @property
    def bound(self) -> bool:
        return self.data is not None

    def _sent(self, name: str) -> str:
        return str(self.data.get(name, "")).strip() if self.data is not None else ""

    def _fill(self, slot: Slot, initial: Any) -> Slot:
        one, kind = slot.spec, self.asked.raised_by(slot.spec)
        slot.leads = MATTERS.get(kind, "") if kind not in self.asked.silent else ""
        can_fail = one.kind is K.CHECK or bool(one.fails)
        slot.line = can_fail and kind not in self.asked.silent
        slot.prompt = self.asked.prompt_of(one)
        slot.may_fix = slot.line and may_be_fixed(kind)
        slot.may_show = slot.line and "." not in slot.name and self.asked.is_open and kind not in self.asked.sealed
        self._choose(slot)
        if self.bound:
            self._as_sent(slot)
        else:
            _as_known(slot, initial)
        if one.kind is K.PEOPLE:
            slot.people = self._people(slot, initial)
        return slot

    def _choose(self, slot: Slot) -> None:
        one = slot.spec
        match one.kind:
            case K.CHECK:
                good, bad = self.words
                slot.choices = [("ok", good, False), ("no", bad, True)]
            case K.CHOICE:
                slot.choices = [(code, label, code in one.fails) for code, label in one.options.items()]
            case K.UNIT:
                slot.choices = [(unit.code, called(unit), False) for unit in self.desk.units]
            case K.PLACE:
                slot.choices = [(place.code, place.name, False) for place in self.desk.places]

    def _as_sent(self, slot: Slot) -> None:
        """What is private is not shown again."""
        if self.asked.is_private:
            slot.value = "ok" if slot.spec.kind is K.CHECK else ""
            return
        slot.value, slot.text = self._sent(slot.name), self._sent(f"{slot.name}-text")
        slot.fixed = bool(self._sent(f"{slot.name}-fixed"))
        assert self.data is not None
        slot.ticked = self.data.getlist(f"{slot.name}-ticked")

    def _people(self, slot: Slot, initial: Any) -> list[tuple[str, str, bool]]:
        """Those of the roster, and whoever was there last time; of a field without either none are offered."""
        known = {one["staff_no"]: one["name"] for one in initial or ()}
        if slot.spec.prefill:
            known = {**{one.staff_no: one.name for one in self.desk.roster}, **known}
        return [(number, name, number in slot.ticked) for number, name in sorted(known.items())]

    # ── what was answered ──
    def draft(self, practice: Practice, **when: Any) -> RecordDraft | None:
        """None where something cannot be read; `reasons` say what. Photos are put in by whoever keeps them."""
        answers = self._elsewhere() or self._answers()
        if self.reasons:
            return None
        return RecordDraft(practice, answers, id=self._id(), elsewhere=self._sent("elsewhere"), **when)

    def _elsewhere(self) -> dict[str, Any]:
        """With the number of another system nothing else is asked, but about which unit or where it was."""
        if not self._sent("elsewhere"):
            return {}
        return {
            slot.spec.key: value for slot in self.slots if slot.spec.about and (value := self._answer(slot)) is not None
        }

    def _answers(self) -> dict[str, Any]:
        if self._sent("elsewhere"):
            return {}
        found = {slot.spec.key: self._answer(slot) for slot in self.slots}
        return {key: value for key, value in found.items() if value is not None}

    def _id(self) -> UUID:
        try:
            return UUID(self._sent("id"))
        except ValueError:
            return uuid4()

    def _answer(self, slot: Slot) -> Any:
        if slot.spec.kind is K.ROWS:
            rows = [{one.spec.key: self._answer(one) for one in row} for row in slot.rows if self._is_used(slot, row)]
            return [{key: value for key, value in row.items() if value is not None} for row in rows] or None
        try:
            return self._read(slot)
        except Refused as refused:
            message = refused.reasons[0].message
            slot.wrong.append(message)
            self.reasons.append(Reason(message, slot.spec.label))
            return None

    def _is_used(self, slot: Slot, row: list[Slot]) -> bool:
        """Rows nobody wrote in are none; a row of a chain that was drawn is one."""
        if slot.spec.key in self.drawn:
            return True
        return any(self._raw(one) for one in row if one.spec.kind is not K.CHECK) or any(
            self._raw(one) == "no" for one in row
        )

    def _raw(self, slot: Slot) -> str:
        return self._sent(slot.name)

    def _read(self, slot: Slot) -> Any:
        text = self._raw(slot)
        match slot.spec.kind:
            case K.CHECK:
                return self._check(slot, text)
            case K.CHOICE:
                return self._with_line(slot, text) if text in slot.spec.fails else text or None
            case K.NUMBER:
                return self._with_line(slot, number) if (number := _number(text)) is not None else None
            case K.PERSON | K.SIGNER:
                return self._person(text) if text else None
            case K.PEOPLE:
                return self._present(slot, text)
            case K.UNIT:
                return next((unit for unit in self.desk.units if unit.code == text), None)
            case K.PLACE:
                return next((place for place in self.desk.places if place.code == text), None)
        return text or None

    def _check(self, slot: Slot, text: str) -> Any:
        if text not in ("ok", "no"):
            return None
        return {"ok": True} if text == "ok" else {"ok": False, **self._line(slot)}

    def _with_line(self, slot: Slot, value: Any) -> Any:
        line = self._line(slot)
        return {"value": value, **line} if line["text"] or line["fixed"] else value

    def _line(self, slot: Slot) -> dict[str, Any]:
        return {"text": self._sent(f"{slot.name}-text"), "fixed": bool(self._sent(f"{slot.name}-fixed"))}

    def _person(self, text: str) -> Person:
        """牛铁柱 1002: the number decides."""
        return person_called(self.desk.mine, text.split()[-1] if " " in text else text)

    def _present(self, slot: Slot, text: str) -> list[Person]:
        assert self.data is not None
        ticked = self.data.getlist(f"{slot.name}-ticked")
        rows = Person.objects.filter(mine=self.desk.mine, staff_no__in=ticked)
        return [*rows.order_by("staff_no"), *(self._person(one) for one in PEOPLE.split(text) if one)]

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Each beside its field, and all of them above."""
        for reason in reasons:
            self.reasons.append(reason)
            for slot in self._all():
                if reason.where.endswith(slot.spec.label):
                    slot.wrong.append(reason.message)

    def _all(self) -> list[Slot]:
        return [one for slot in self.slots for one in (slot, *(inner for row in slot.rows for inner in row))]

    def uploads(self) -> dict[str, Sequence[UploadedFile]]:
        names = {
            slot.spec.key: f"{slot.name}-photos" for slot in self.slots if slot.spec.kind is K.PHOTO or slot.may_show
        }
        found = {key: self.files.getlist(name) if self.files else [] for key, name in names.items()}
        return {key: given for key, given in found.items() if given}

    @property
    def takes_files(self) -> bool:
        return any(slot.spec.kind is K.PHOTO or slot.may_show for slot in self.slots)


def called(unit: Unit) -> str:
    """综采一队 / 一班."""
    above = unit.parent
    return f"{above.name} / {unit.name}" if unit.kind == "crew" and above is not None else unit.name


def _as_known(slot: Slot, initial: Any) -> None:
    """An answer as it is kept, as it stands on a page."""
    one = slot.spec
    if one.kind is K.CHECK:
        slot.value = "ok" if initial is None or initial["ok"] else "no"
    if isinstance(initial, Mapping):
        slot.text, slot.fixed = str(initial.get("text", "")), initial.get("fixed") is True
    if initial is None or one.kind is K.CHECK:
        return
    match one.kind:
        case K.PERSON | K.SIGNER:
            slot.value = f"{initial['name']} {initial['staff_no']}"
        case K.UNIT | K.PLACE:
            slot.value = initial["code"]
        case K.PEOPLE:
            slot.ticked = [person["staff_no"] for person in initial]
        case _:
            slot.value = said(initial)


def _number(text: str) -> Decimal | None:
    """Figures as people type them."""
    if not text:
        return None
    try:
        return Decimal(text.replace("，", ".").replace("。", ".").replace(",", ""))
    except InvalidOperation:
        raise Refused("请填数字，例如 1.5") from None
