"""Which matters a clause counts 取自闭环, as data: kept in the standard, written by people as “三违 严重 自查减半；事故 重伤 死亡”.

Only what somebody other than its finder has confirmed counts, and of hazards only that they were left open: finding one is
never a fault. Confidential kinds have no word here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pithead.assess.contents import figure
from pithead.issues.queries import WORKFLOWS
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import plain, to_cent

HALF, NONE = "half", "none"  # what a unit pays for what it found itself
LATE, OVERDUE = "late", "overdue"
OWN = {HALF: "自查减半", NONE: "自查不扣"}
WHEN = {LATE: "迟报", OVERDUE: "超期"}
WHEN_OF = {"incident": ("", LATE), "violation": ("",), "hazard": (OVERDUE,)}
LABELS = {kind: WORKFLOWS[kind].label for kind in WHEN_OF}
MOST = Decimal(100)


@dataclass(frozen=True)
class Feed:
    """`grades`: none means each; `points`: instead of the clause's own."""

    kind: str
    grades: tuple[str, ...] = ()
    when: str = ""
    own: str = ""
    points: Decimal | None = None

    @property
    def data(self) -> dict[str, Any]:
        """As packs and rows keep it: only what is said."""
        said: dict[str, Any] = {"kind": self.kind, "grades": list(self.grades), "when": self.when, "own": self.own}
        said |= {"points": figure(self.points)}
        return {name: value for name, value in said.items() if value}

    @property
    def words(self) -> str:
        flow = WORKFLOWS[self.kind]
        points = () if self.points is None else (f"{plain(self.points)}分",)
        grades = (flow.grades[grade] for grade in self.grades)
        return " ".join(filter(None, (flow.label, *grades, WHEN.get(self.when), OWN.get(self.own), *points)))

    def pays(self, points: Decimal | None, *, own: bool) -> Decimal:
        """What one matter costs; `points` are the clause's."""
        whole = self.points or points or Decimal(0)
        return to_cent(whole / 2) if own and self.own == HALF else whole


def feeds_of(said: Iterable[Mapping[str, Any]]) -> list[Feed]:
    return [
        Feed(
            kind=one["kind"],
            grades=tuple(one.get("grades") or ()),
            when=one.get("when") or "",
            own=one.get("own") or "",
            points=Decimal(str(one["points"])) if one.get("points") else None,
        )
        for one in said
    ]


def faults_of(said: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What keeps these from being kept, in sentences."""
    for one in said:
        kind = str(one.get("kind", ""))
        if kind not in LABELS:
            yield f"取自闭环只能写{'、'.join(LABELS.values())}，这里是“{kind}”"
            continue
        label, grades = LABELS[kind], WORKFLOWS[kind].grades
        if unknown := [str(grade) for grade in one.get("grades") or () if grade not in grades]:
            yield f"{label}没有“{'、'.join(unknown)}”这一级，可以写{'、'.join(grades.values())}"
        if (one.get("when") or "") not in WHEN_OF[kind]:
            yield _when_fault(kind, str(one.get("when")))
        if (one.get("own") or "") not in ("", *OWN):
            yield f"自己查出的只能写{'、'.join(OWN.values())}"
        if one.get("points") and not 0 < Decimal(str(one["points"])) <= MOST:
            yield f"每次几分要在 0 到 {MOST} 之间"


def _when_fault(kind: str, when: str) -> str:
    if kind == "hazard":
        return "查出隐患本身不扣分，只能写“超期”的隐患"
    return f"{LABELS[kind]}不能写“{WHEN.get(when, when)}”"


def in_words(said: Iterable[Mapping[str, Any]]) -> str:
    return "；".join(feed.words for feed in feeds_of(said))


def from_words(text: str) -> list[dict[str, Any]]:
    """The other way round; what is no word of ours is refused by name."""
    said = [_read(part) for part in text.replace(";", "；").split("；") if part.strip()]
    if faults := list(faults_of(said)):
        raise Refused([Reason(fault) for fault in faults])
    return [feed.data for feed in feeds_of(said)]


def _read(part: str) -> dict[str, Any]:
    first, *rest = part.split()
    kind = next((code for code, label in LABELS.items() if label == first), first)
    found: dict[str, Any] = {"kind": kind, "grades": []}
    grades = {label: code for code, label in WORKFLOWS[kind].grades.items()} if kind in LABELS else {}
    for word in rest:
        if code := _code(WHEN, word):
            found["when"] = code
        elif code := _code(OWN, word):
            found["own"] = code
        elif word.endswith("分") and (points := _points(word)):
            found["points"] = points
        else:
            found["grades"].append(grades.get(word, word))
    return found


def _code(words: Mapping[str, str], said: str) -> str:
    return next((code for code, word in words.items() if word == said), "")


def _points(word: str) -> str:
    try:
        return str(Decimal(word.removesuffix("分")))
    except InvalidOperation:
        return ""
