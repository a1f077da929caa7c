"""What somebody answered, read by the form he was asked with: what is wrong with it, what of it fails, and how it is kept.

One reader for every face. No fault repeats what was written: it may be of a kind that nobody is to see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from pithead.issues.actions.words import PERSONAL
from pithead.kernel.refusal import Reason
from pithead.org.models import Person, Place, Unit
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec
from pithead.practices.models import Confidentiality, RecordRole

MOST_ROWS, MOST_PEOPLE, LONGEST_LINE = 40, 300, 200
LARGEST, FINEST = Decimal(10) ** 8, Decimal("0.0001")  # what a measured column takes
K = FieldKind
FOUND, CARED_FOR = "写一句：在哪里，什么情况", "写一句：怎么安排、怎么帮（不写病情和家事）"


@dataclass(frozen=True)
class Failing:
    """An answer that is not as it should be. `kind`: of the matter it becomes, or empty. `text`: the line that was written for it.
    `answer`: what was answered, in words. `person`: named in the same row."""

    field: str
    row: int
    label: str
    kind: str
    answer: str
    text: str = ""
    fixed: bool = False
    person: Person | None = None


@dataclass(frozen=True)
class Called:
    role: RecordRole
    field: str
    person: Person


@dataclass
class Judged:
    """`answers`: as plain JSON. `unit`, `place`: named in the field the record is about."""

    answers: dict[str, Any] = field(default_factory=dict)
    faults: list[Reason] = field(default_factory=list)
    failing: list[Failing] = field(default_factory=list)
    measured: list[tuple[str, int, Decimal]] = field(default_factory=list)
    people: list[Called] = field(default_factory=list)
    unit: Unit | None = None
    place: Place | None = None

    @property
    def subjects(self) -> list[Person]:
        return [one.person for one in self.people if one.role is RecordRole.SUBJECT]


@dataclass(frozen=True)
class Asked:
    """How the form was asked. `lax`: a superior's system has the rest. `drawn`: of a sampled chain the rows that are asked this time.
    `silent`: kinds of which no words are kept. `sealed`: kinds that keep theirs to themselves."""

    spec: PracticeSpec
    mine: Unit
    lax: bool = False
    drawn: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        return self.spec.confidentiality is Confidentiality.OPEN

    @property
    def is_private(self) -> bool:
        return self.spec.confidentiality is Confidentiality.PRIVATE

    def raised_by(self, one: FieldSpec) -> str:
        return one.raises or ("" if one.kind is K.TEXT else self.spec.raises)

    def line_of(self, failing: FieldSpec) -> bool:
        """Whether a failing answer asks for a line: wherever a form shows one. In private only what is to be done is written
        down; of numbers everybody may see the answer says it."""
        kind = self.raised_by(failing)
        if self.is_private or kind in self.silent:
            return False
        return failing.kind in (K.CHECK, K.CHOICE) or not (self.is_open or not kind or kind in self.sealed)

    def prompt_of(self, failing: FieldSpec) -> str:
        """What the line is to say. Why somebody needs help is nobody's business; what is arranged for him is."""
        return CARED_FOR if self.raised_by(failing) == "care" else FOUND


def judge(asked: Asked, answers: Mapping[str, Any]) -> Judged:
    reader = _Reader(asked)
    reader.read(asked.spec.form, answers, reader.found.answers, _At())
    found = reader.found
    found.failing = [_about(one, found.subjects) for one in found.failing]
    return found


def key_of(name: str, row: int = 0, inner: str = "") -> str:
    """What a person or a matter of a row is kept under."""
    path = f"{name}.{row}.{inner}" if row else name
    return path if len(path) <= 40 else sha256(path.encode()).hexdigest()[:40]


def fails(one: FieldSpec, value: Any) -> bool:
    """Of an answer as it is kept."""
    match one.kind:
        case K.CHECK:
            return not value["ok"]
        case K.CHOICE:
            return said(value) in one.fails
        case K.NUMBER:
            return _is_beyond(Decimal(said(value)), one.low, one.high)
    return False


def said(value: Any) -> str:
    """A choice or a number, with a line beside it or without."""
    return str(value["value"] if isinstance(value, Mapping) else value)


def _about(one: Failing, subjects: Sequence[Person]) -> Failing:
    if one.person is not None or len(subjects) != 1:
        return one
    return replace(one, person=subjects[0])


@dataclass(frozen=True)
class _At:
    """Where in the form."""

    field: str = ""
    row: int = 0
    where: str = ""
    person: Person | None = None

    def key(self, one: FieldSpec) -> str:
        return key_of(self.field, self.row, one.key) if self.row else one.key

    def label(self, one: FieldSpec) -> str:
        return f"{self.where} {one.label}".strip()


class _Wrong(Exception):
    """One sentence about one answer."""


class _Reader:
    def __init__(self, asked: Asked):
        self.asked, self.found = asked, Judged()

    def read(self, form: Iterable[FieldSpec], answers: Mapping[str, Any], into: dict[str, Any], at: _At) -> None:
        form = tuple(form)
        if unknown := set(answers) - {one.key for one in form}:
            self.found.faults.append(Reason(f"表里没有这几栏：{'、'.join(sorted(map(str, unknown)))}", at.where))
        for one in form:
            try:
                self._field(one, answers.get(one.key), into, at)
            except _Wrong as wrong:
                self.found.faults.append(Reason(str(wrong), at.label(one)))
        _require_different(form, answers, at, self.found.faults)

    def _field(self, one: FieldSpec, value: Any, into: dict[str, Any], at: _At) -> None:
        if one.kind is K.PHOTO:
            return  # files come by themselves
        if one.kind is K.ROWS:
            self._rows(one, value, into)
            return
        if _is_empty(value):
            if one.required and not self.asked.lax:
                raise _Wrong(MISSING[one.kind])
            return
        kept = READ[one.kind](self, one, value, at)
        if kept is not None:
            into[one.key] = kept

    def _rows(self, one: FieldSpec, value: Any, into: dict[str, Any]) -> None:
        rows = [row for row in _listed(value) if not (isinstance(row, Mapping) and all(map(_is_empty, row.values())))]
        asked_for = one.key in self.asked.drawn if self.asked.spec.sampled else one.required
        if not rows and asked_for and not self.asked.lax:
            raise _Wrong("这次要填这一项")
        if len(rows) > MOST_ROWS:
            raise _Wrong(f"最多 {MOST_ROWS} 行，现在 {len(rows)} 行")
        kept: list[dict[str, Any]] = []
        for number, row in enumerate(rows, 1):
            if not isinstance(row, Mapping):
                raise _Wrong("要一行一行地填")
            person = next((row[inner.key] for inner in one.rows if isinstance(row.get(inner.key), Person)), None)
            where = f"{one.label}第 {number} 行" if len(rows) > 1 else one.label
            kept.append({})
            self.read(one.rows, row, kept[-1], _At(one.key, number, where, person))
        if kept:
            into[one.key] = kept

    # ── one answer ──
    def check(self, one: FieldSpec, value: Any, at: _At) -> Any:
        if not isinstance(value, Mapping) or not isinstance(value.get("ok"), bool):
            raise _Wrong("请选“正常”或“有问题”")
        return {"ok": True} if value["ok"] else {"ok": False, **self._fail(one, value, at, "有问题")}

    def choice(self, one: FieldSpec, value: Any, at: _At) -> Any:
        code, beside = _beside(value)
        if code not in one.options:
            raise _Wrong(f"请从这里选：{'、'.join(one.options.values())}")
        if code not in one.fails:
            return code
        return {"value": code, **self._fail(one, beside, at, one.options[code])}

    def number(self, one: FieldSpec, value: Any, at: _At) -> Any:
        given, beside = _beside(value)
        number = _decimal(given)
        if _is_beyond(number, one.least, one.most):
            raise _Wrong(
                f"不可能是这个数，应在 {one.least or '…'} 到 {one.most or '…'} {one.unit}之间，请核对单位和小数点"
            )
        if one.measured:
            self.found.measured.append((self._column(one, at), at.row, number))
        if not _is_beyond(number, one.low, one.high):
            return f"{number:f}"
        return {"value": f"{number:f}", **self._fail(one, beside, at, f"{number:f} {one.unit}".strip())}

    def text(self, one: FieldSpec, value: Any, at: _At) -> Any:
        line = _line(value, one.longest)
        kind = self.asked.raised_by(one)
        if kind and line:
            line = "" if kind in self.asked.silent else line
            self._failing(one, at, line, line)
        return line or None

    def person(self, one: FieldSpec, value: Any, at: _At) -> Any:
        self._call(one, value, at)
        return _named(value, "staff_no")

    def people(self, one: FieldSpec, value: Any, at: _At) -> Any:
        people = list(dict.fromkeys(_listed(value)))
        if len(people) > MOST_PEOPLE:
            raise _Wrong(f"最多 {MOST_PEOPLE} 人")
        for person in people:
            self._call(one, person, at)
        return [_named(person, "staff_no") for person in people]

    def unit(self, one: FieldSpec, value: Any, _at: _At) -> Any:
        if not isinstance(value, Unit) or value.mine_id != self.asked.mine.pk:
            raise _Wrong("请选本矿的单位")
        self.found.unit = value if one.about else self.found.unit
        return _named(value, "code")

    def place(self, one: FieldSpec, value: Any, _at: _At) -> Any:
        if not isinstance(value, Place) or value.mine_id != self.asked.mine.pk:
            raise _Wrong("请选本矿的地点")
        self.found.place = value if one.about else self.found.place
        return _named(value, "code")

    # ── parts ──
    def _fail(self, one: FieldSpec, beside: Mapping[str, Any], at: _At, answer: str) -> dict[str, Any]:
        kind = self.asked.raised_by(one)
        text = "" if kind in self.asked.silent else _line(beside.get("text", ""), LONGEST_LINE)
        fixed = beside.get("fixed") is True
        if not text and self.asked.line_of(one):
            prompt = self.asked.prompt_of(one)
            raise _Wrong(f"有问题的{prompt}" if prompt == FOUND else prompt)
        self._failing(one, at, f"{one.label}：{answer}", text, fixed=fixed)
        return {**({"text": text} if text else {}), **({"fixed": True} if fixed else {})}

    def _failing(self, one: FieldSpec, at: _At, answer: str, text: str, *, fixed: bool = False) -> None:
        kind, person = self.asked.raised_by(one), at.person
        self.found.failing.append(Failing(at.key(one), at.row, at.label(one), kind, answer, text, fixed, person))

    def _call(self, one: FieldSpec, value: Any, at: _At) -> None:
        if not isinstance(value, Person) or value.mine_id != self.asked.mine.pk:
            raise _Wrong("请写本矿职工的姓名或工号")
        role = RecordRole.SIGNER if one.kind is K.SIGNER else RecordRole.PRESENT
        self.found.people.append(Called(RecordRole.SUBJECT if one.subject else role, at.key(one), value))

    def _column(self, one: FieldSpec, at: _At) -> str:
        return key_of(f"{at.field}.{one.key}") if at.row else one.key


READ = {
    K.CHECK: _Reader.check,
    K.CHOICE: _Reader.choice,
    K.NUMBER: _Reader.number,
    K.TEXT: _Reader.text,
    K.PERSON: _Reader.person,
    K.SIGNER: _Reader.person,
    K.PEOPLE: _Reader.people,
    K.UNIT: _Reader.unit,
    K.PLACE: _Reader.place,
}
MISSING = {
    K.CHECK: "请选“正常”或“有问题”",
    K.CHOICE: "请选一项",
    K.NUMBER: "请填数字",
    K.TEXT: "请写一句",
    K.PERSON: "请写姓名或工号",
    K.SIGNER: "请写由谁签认",
    K.PEOPLE: "请写到了哪些人",
    K.UNIT: "请选单位",
    K.PLACE: "请选地点",
}


def _require_different(form: Iterable[FieldSpec], answers: Mapping[str, Any], at: _At, faults: list[Reason]) -> None:
    """Nobody checks or witnesses what he answers for."""
    seen: dict[Any, FieldSpec] = {}
    for one in form:
        person = answers.get(one.key)
        if one.kind is not K.SIGNER or not isinstance(person, Person):
            continue
        if person in seen:
            faults.append(Reason(f"和“{seen[person].label}”不能是同一个人", at.label(one)))
        seen[person] = one


def _is_empty(value: Any) -> bool:
    if isinstance(value, Mapping):
        return _is_empty(value.get("value", value.get("ok")))
    return value is None or (isinstance(value, str) and not value.strip()) or value == [] or value == ()


def _listed(value: Any) -> Collection[Any]:
    if _is_empty(value):
        return ()
    if not isinstance(value, list | tuple):
        raise _Wrong("要一个一个地填")
    return value


def _beside(value: Any) -> tuple[Any, Mapping[str, Any]]:
    return (value.get("value"), value) if isinstance(value, Mapping) else (value, {})


def _line(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise _Wrong("要写文字")
    text = " ".join(value.replace("\x00", "").split())
    if len(text) > longest:
        raise _Wrong(f"写了 {len(text)} 字，最多 {longest} 字")
    if PERSONAL.search(text):
        raise _Wrong("不要写身份证号或手机号")
    return text


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Wrong("请填数字")
    number = Decimal(value)
    try:
        fits = number.is_finite() and abs(number) < LARGEST and number == number.quantize(FINEST)
    except InvalidOperation:
        fits = False
    if not fits:
        raise _Wrong("数字太大，或小数超过四位")
    return number


def _is_beyond(number: Decimal, low: str, high: str) -> bool:
    return bool((low and number < Decimal(low)) or (high and number > Decimal(high)))


def _named(one: Any, number: str) -> dict[str, str]:
    return {number: getattr(one, number), "name": one.name}
