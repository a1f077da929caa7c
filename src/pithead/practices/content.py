"""The words a practice is written in: a pack says them in YAML, a version keeps them as JSON, forms are drawn from them.

What needs more than this is not a practice. Reading packs and finding faults in them is `pack.py`; here are only the shapes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from pithead.practices.models import Confidentiality, Event, Every, Per

FINE = "一切正常"
MEMBER = "member"  # among performers and readers: every party member
HOLDS = {"branch": "支部抓引领", "section": "区队抓执行", "crew": "班组抓落实"}
DUTIES = {
    "standard": "标准化建设第一责任",
    "education": "安全教育第一责任",
    "people": "思想工作和帮扶第一责任",
    "leading": "班子建设第一责任",
    "harmony": "和谐稳定第一责任",
    "health": "健康防护第一责任",
}


class FieldKind(StrEnum):
    CHECK = "check"  # 正常 or 有问题
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    PERSON = "person"
    PEOPLE = "people"
    UNIT = "unit"
    PLACE = "place"
    PHOTO = "photo"
    SIGNER = "signer"  # a person who signs by himself
    ROWS = "rows"  # one level of rows of other fields


class Prefill(StrEnum):
    """What is known already and only confirmed."""

    NONE = ""
    SHIFT = "shift"  # the shift that runs, of the unit
    PLACE = "place"  # where the unit works
    UNIT = "unit"
    ME = "me"
    LEADER = "leader"  # who leads the crew it is about in that shift
    LAST = "last"  # as in this unit's last record of the practice
    ROSTER = "roster"  # who belongs to the unit and is not on leave


@dataclass(frozen=True)
class FieldSpec:
    """`fails`: the choices that are failing answers. `least`, `most`: beyond is impossible and refused; `low`, `high`: beyond is
    a failing answer. `raises`: the kind of matter a failing answer, or a text in a `text` field that raises, becomes;
    empty: the practice's. `subject`: a person named here is whom the record is about. `about`: this unit or place is the
    record's."""

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    help: str = ""
    required: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    fails: tuple[str, ...] = ()
    unit: str = ""  # of a number: MPa
    least: str = ""
    most: str = ""
    low: str = ""
    high: str = ""
    longest: int = 200
    raises: str = ""
    measured: bool = False
    prefill: Prefill = Prefill.NONE
    subject: bool = False
    about: bool = False
    rows: tuple["FieldSpec", ...] = ()

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        rows = tuple(FieldSpec.from_plain(one) for one in plain.get("rows", ()))
        given = {**plain, "kind": FieldKind(plain.get("kind", "text")), "prefill": Prefill(plain.get("prefill", ""))}
        return cls(**{**given, "fails": tuple(plain.get("fails", ())), "rows": rows})

    def to_plain(self) -> dict[str, Any]:
        return _short(self, rows=[row.to_plain() for row in self.rows])


@dataclass(frozen=True)
class QuotaSpec:
    """See `models.Quota`. `among` of `Per.UNIT`: a kind of unit; of `Per.BOND`: a kind of bond; of `Every.EVENT`: an event, of
    `Per.BOND` in the lives of those who are looked after."""

    every: Every
    count: int = 1
    per: Per = Per.SEAT
    among: str = ""
    only: str = ""
    distinct: str = ""
    within: int = 0

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        given = {**plain, "every": Every(plain["every"]), "per": Per(plain.get("per", "seat"))}
        return cls(**given)

    def to_plain(self) -> dict[str, Any]:
        return _short(self)

    @property
    def event(self) -> Event:
        return Event(self.among)


@dataclass(frozen=True)
class PracticeSpec:
    """`performers`: role codes of `org.access`, or `member`. `raises`: kind of matter of a failing answer. `readers` read what is
    restricted. `text_months`: after that the answers of restricted records go. `fine`: the button that says nothing stands
    against it. `elsewhere`: a superior's system may hold it already. `check`: "" | mine | safety: a check of a section by the
    mine. `holds`: branch | section | crew, the three holds. `duty`: heading of the secretary's ledger. `sampled`: out of
    its rows so many are drawn per record. `dormant`: off until switched on with an order number and an end date. `clause`: the
    one it stands under, as it is quoted: number or title of the policy, then the clause. `aliases`: what else people call it."""

    code: str
    title: str
    purpose: str = ""
    source: str = ""
    performers: tuple[str, ...] = ()
    quotas: tuple[QuotaSpec, ...] = ()
    form: tuple[FieldSpec, ...] = ()
    raises: str = ""
    confidentiality: Confidentiality = Confidentiality.OPEN
    readers: tuple[str, ...] = ()
    text_months: int = 0
    fine: str = FINE
    elsewhere: bool = False
    rest_days: bool = True
    check: str = ""
    holds: str = ""
    duty: str = ""
    sampled: int = 0
    dormant: bool = False
    clause: str = ""
    aliases: tuple[str, ...] = ()

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        given = {
            **plain,
            "aliases": tuple(plain.get("aliases", ())),
            "performers": tuple(plain.get("performers", ())),
            "readers": tuple(plain.get("readers", ())),
            "quotas": tuple(QuotaSpec.from_plain(one) for one in plain.get("quotas", ())),
            "form": tuple(FieldSpec.from_plain(one) for one in plain.get("form", ())),
            "confidentiality": Confidentiality(plain.get("confidentiality", "open")),
        }
        return cls(**given)

    def to_plain(self) -> dict[str, Any]:
        quotas, form = [one.to_plain() for one in self.quotas], [one.to_plain() for one in self.form]
        return _short(self, quotas=quotas, form=form)

    @property
    def in_shifts(self) -> bool:
        """Whether it belongs to a shift: it is counted by shifts, done at a place, or looks at work. Meetings and talks have
        none, whatever a branch looks at in them."""
        if any(one.among in ("branch", "party_group") for one in self.quotas):
            return False
        by_shift = any(
            one.every is Every.SHIFT or one.only or one.distinct or one.per is Per.ZONE for one in self.quotas
        )
        fields = [one for line in self.form for one in (line, *line.rows)]
        at_work = (FieldKind.PLACE, FieldKind.CHECK)
        return by_shift or any(one.kind in at_work or one.prefill is Prefill.SHIFT for one in fields)

    @property
    def says_fine(self) -> bool:
        """Where nothing is looked at, nothing is as usual: then only words of its own make sense on the button."""
        checks = any(one.kind is FieldKind.CHECK for line in self.form for one in (line, *line.rows))
        return bool(self.fine) and (checks or self.fine != FINE)

    def find(self, key: str) -> FieldSpec | None:
        return next((one for one in self.form if one.key == key), None)


@dataclass(frozen=True)
class MethodSpec:
    """A pack: one work method with its practices. `on`: taken over by the whole mine when it is loaded. `outcomes`,
    `judged_months`: see `models.WorkMethod`."""

    code: str
    title: str
    summary: str = ""
    source: str = ""
    on: bool = False
    outcomes: tuple[str, ...] = ()
    judged_months: int = 6
    practices: tuple[PracticeSpec, ...] = ()

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        practices = tuple(PracticeSpec.from_plain(one) for one in plain.get("practices", ()))
        return cls(**{**plain, "practices": practices, "outcomes": tuple(plain.get("outcomes", ()))})

    def to_plain(self) -> dict[str, Any]:
        return _short(self, practices=[one.to_plain() for one in self.practices])


def _short(spec: Any, **written: Any) -> dict[str, Any]:
    """As plain values in the order of the shape, without what is as it would be anyway."""
    plain = {one.name: written.get(one.name, getattr(spec, one.name)) for one in fields(spec) if _differs(spec, one)}
    return {name: _plain(value) for name, value in plain.items()}


def _differs(spec: Any, one: Any) -> bool:
    usual = one.default if one.default_factory is MISSING else one.default_factory()
    return usual is MISSING or getattr(spec, one.name) != usual


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    return list(value) if isinstance(value, Iterable) and not isinstance(value, Mapping) else value
