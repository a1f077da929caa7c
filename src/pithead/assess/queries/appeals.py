"""Appeals as pages tell them: to the whole mine what was said of which entry, to those involved also who said it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from pithead.assess.models import Appeal, Cycle, EntryKind, Outcome, Source
from pithead.assess.queries.rows import EntryLine
from pithead.kernel.models import AuditEvent
from pithead.kernel.rounding import plain
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import name_of, unit_names

TONES = {Outcome.UPHELD: "good", Outcome.CHANGED: "good", Outcome.REJECTED: "", Outcome.LAPSED: ""}
CHANGING = (Outcome.UPHELD, Outcome.CHANGED)


@dataclass(frozen=True)
class AppealLine:
    """One appeal in a list. `before` and `after`: what the entry said, as people write it."""

    pk: int
    cycle: Cycle
    unit_id: int
    unit_code: str
    unit_name: str
    item_code: str
    item_name: str
    office: str
    before: str
    after: str  # "" while nothing is decided
    entry_reason: str
    state: str
    tone: str
    made_at: dt.datetime
    decided_at: dt.datetime | None
    decision: str


def appeal_lines(appeals: "QuerySet[Appeal] | Iterable[Appeal]", names: dict[int, str]) -> list[AppealLine]:
    """`names`: unit → its name in the mine (`unit_names`). The appeals come with cycle, unit, item and office."""
    return [_line(appeal, names[appeal.unit_id]) for appeal in appeals]


def _line(appeal: Appeal, unit_name: str) -> AppealLine:
    return AppealLine(
        pk=appeal.pk,
        cycle=appeal.cycle,
        unit_id=appeal.unit_id,
        unit_code=appeal.unit.code,
        unit_name=unit_name,
        item_code=appeal.item.code,
        item_name=appeal.item.name,
        office=appeal.office.name,
        before=amount(appeal.kind, appeal.points),
        after=_after(appeal),
        entry_reason=appeal.entry_reason,
        state=appeal.state_label,
        tone=TONES[Outcome(appeal.outcome)] if appeal.decided_at else "warn",
        made_at=appeal.made_at,
        decided_at=appeal.decided_at,
        decision=appeal.decision,
    )


def amount(kind: str, points: Decimal) -> str:
    """扣 3 分 · 加 1 分 · 缺项 · 一票否决."""
    match EntryKind(kind):
        case EntryKind.DEDUCTION:
            return f"扣 {plain(points)} 分"
        case EntryKind.BONUS:
            return f"加 {plain(points)} 分"
        case other:
            return other.label


def _after(appeal: Appeal) -> str:
    match appeal.outcome:
        case Outcome.UPHELD:
            return "撤销"
        case Outcome.CHANGED:
            return amount(appeal.kind, appeal.decided_points or Decimal(0))
        case Outcome.REJECTED | Outcome.LAPSED:
            return "不变"
        case _:
            return ""


def _told(appeals: "QuerySet[Appeal]") -> "QuerySet[Appeal]":
    """With what a line needs, the latest first."""
    return appeals.select_related("cycle__standard", "cycle__mine", "unit", "item", "office").order_by(
        "-made_at", "-pk"
    )


# ── one's own ──
@dataclass(frozen=True)
class AppealBoard:
    """What a reader has to do about appeals, and what else there is to see."""

    to_answer: list[AppealLine]
    to_decide: list[AppealLine]
    in_work: list[AppealLine]  # of the rest those not decided yet
    decided: list[AppealLine]


def appeal_board(actor: Actor, mine: Unit, most: int) -> AppealBoard:
    """Everything the reader may see, the latest `most`. Three queries."""
    rows = list(_told(Appeal.objects.visible_to(actor).filter(mine=mine)).select_related("entry")[:most])
    names = unit_names(mine)
    answers, decides = actor.scope(Capability.SCORE_ENTER), actor.can(Capability.APPEAL_DECIDE, mine)
    open_ones = [row for row in rows if row.decided_at is None]
    to_answer = [row for row in open_ones if row.answered_at is None and answers.covers(row.office)]
    ripe = [row for row in open_ones if decides and row.answered_at]
    involved = involvements(actor, ripe)
    to_decide = [row for row in ripe if row.pk not in involved]
    taken = {row.pk for row in (*to_answer, *to_decide)}
    return AppealBoard(
        to_answer=appeal_lines(to_answer, names),
        to_decide=appeal_lines(to_decide, names),
        in_work=appeal_lines([row for row in open_ones if row.pk not in taken], names),
        decided=appeal_lines([row for row in rows if row.decided_at], names),
    )


@dataclass(frozen=True)
class AppealCounts:
    """What waits for the reader: for an answer, by office, and for a decision."""

    to_answer: dict[str, int]
    to_decide: int


def appeals_waiting(actor: Actor) -> AppealCounts:
    """Two queries; none for those who neither answer nor decide."""
    answers, decides = actor.scope(Capability.SCORE_ENTER), actor.can(Capability.APPEAL_DECIDE)
    if not answers and not decides:
        return AppealCounts({}, 0)
    rows = Appeal.objects.visible_to(actor).open().select_related("office", "entry")
    to_answer: dict[str, int] = {}
    ripe = []
    for row in rows.order_by("office__path"):
        if row.answered_at is None and answers.covers(row.office):
            to_answer[row.office.name] = to_answer.get(row.office.name, 0) + 1
        if decides and row.answered_at:
            ripe.append(row)
    return AppealCounts(to_answer, len(ripe) - len(involvements(actor, ripe)))


def called(appeal: Appeal) -> str:
    """With the name of the unit that no other bears: 综采一队/一班对B1 隐患的申诉."""
    return f"{name_of(appeal.mine, appeal.unit)}对{appeal.item}的申诉"


def involvement(actor: Actor, appeal: Appeal) -> str:
    """What the actor has to do with an appeal already: 提出申诉的人, 答复的人, 打分的人; "" for nothing."""
    return involvements(actor, [appeal]).get(appeal.pk, "")


def involvements(actor: Actor, appeals: Sequence[Appeal]) -> dict[int, str]:
    """The same of those appeals (with their entries) that there is anything of. Whoever is known by name only is known by
    the name. Others may have scored or answered before the last: the log remembers them. One query."""
    touched = _touched(actor, appeals) if appeals else set()
    found = {}
    for appeal in appeals:
        involved = (
            (_is(actor, appeal.made_by_id, appeal.made_name), "提出申诉的人"),
            (_is(actor, appeal.answered_by_id, appeal.answered_name), "答复的人"),
            (("appeal", str(appeal.pk)) in touched, "答复过的人"),
            (bool(appeal.entry) and _is(actor, None, appeal.entry.author if appeal.entry else ""), "打分的人"),
            (("entry", str(appeal.entry_id)) in touched, "打过分的人"),
        )
        if what := next((what for is_it, what in involved if is_it), ""):
            found[appeal.pk] = what
    return found


def _is(actor: Actor, person_id: int | None, name: str) -> bool:
    return actor.person_id == person_id if actor.person_id and person_id else actor.name == name


def _touched(actor: Actor, appeals: Sequence[Appeal]) -> set[tuple[str, str]]:
    """Which of the appeals the actor answered at some time, and which of their entries scored or reworded."""
    answered = Q(
        action="assess.appeal.answered", subject_type="appeal", subject_id__in=[str(one.pk) for one in appeals]
    )
    entries = [str(one.entry_id) for one in appeals if one.entry_id]
    scored = Q(action__startswith="assess.entry.", subject_type="entry", subject_id__in=entries)
    events = AuditEvent.objects.filter(answered | scored, mine=appeals[0].mine.code, actor=actor.staff_no)
    return set(events.values_list("subject_type", "subject_id"))


# ── one appeal ──
@dataclass(frozen=True)
class AppealStep:
    """提出, 答复 or 裁定: by which unit or office; `who` is the person, "" where the reader is not among those involved."""

    what: str
    by: str
    who: str
    at: dt.datetime
    text: str


@dataclass(frozen=True)
class AppealPage:
    line: AppealLine
    steps: tuple[AppealStep, ...]
    may_answer: bool
    may_decide: bool
    involved_as: str  # why the reader may not decide, though the right is there


def appeal_page(actor: Actor, appeal: Appeal) -> AppealPage:
    """One query besides the appeal (with cycle, unit, item, office, entry)."""
    names = unit_names(appeal.mine)
    answers = actor.can(Capability.SCORE_ENTER, appeal.office)
    decides = actor.can(Capability.APPEAL_DECIDE, appeal.mine)
    inside = answers or decides or actor.can(Capability.APPEAL_MAKE, appeal.unit)
    involved = involvement(actor, appeal) if decides else ""
    is_open = appeal.decided_at is None
    return AppealPage(
        line=_line(appeal, names[appeal.unit_id]),
        steps=tuple(_steps(appeal, names[appeal.unit_id], inside)),
        may_answer=answers and is_open,
        may_decide=decides and is_open and appeal.answered_at is not None and not involved,
        involved_as=involved if is_open else "",
    )


def _steps(appeal: Appeal, unit_name: str, inside: bool) -> Iterable[AppealStep]:
    """Who said it stays among those involved; what was said names nobody (`make_appeal` sees to it)."""
    rows = (
        ("提出申诉", unit_name, appeal.made_name, appeal.made_at, appeal.text),
        ("科室答复", appeal.office.name, appeal.answered_name, appeal.answered_at, appeal.answer),
        (
            "裁定",
            Outcome(appeal.outcome).label if appeal.decided_at else "",
            appeal.decided_name,
            appeal.decided_at,
            appeal.decision,
        ),
    )
    for what, by, who, at, text in rows:
        if at:
            yield AppealStep(what, by, who if inside else "", at, text)


# ── beside results ──
def changes(cycle: Cycle) -> list[AppealLine]:
    """What appeals changed in a month, in the order of the decisions. Two queries."""
    rows = list(_told(Appeal.objects.filter(cycle=cycle, outcome__in=CHANGING)).order_by("decided_at", "pk"))
    return appeal_lines(rows, unit_names(cycle.mine)) if rows else []


@dataclass(frozen=True)
class Mark:
    """A word beside an entry: 申诉 (a link to do so), 待裁定, 申诉改分 …"""

    text: str
    url_name: str
    pk: int
    tone: str


@dataclass(frozen=True)
class UnitAppeals:
    """`marks`: entry → what to show beside it; `undone`: entries that an appeal took away."""

    marks: dict[int, Mark]
    undone: list[AppealLine]


def unit_appeals(
    actor: Actor, cycle: Cycle, unit_id: int, entries: Iterable[EntryLine], *, may_appeal: bool
) -> UnitAppeals:
    """Appeals about one unit as the reader may see them, and (`may_appeal`) where one can be made now. One query, two where
    an appeal took an entry away."""
    rows = list(Appeal.objects.visible_to(actor).filter(cycle=cycle, unit=unit_id).order_by("-made_at", "-pk"))
    marks = {row.entry_id: _mark(row) for row in rows if row.entry_id and row.outcome != Outcome.LAPSED}
    if may_appeal:
        open_to = (
            entry.pk
            for entry in entries
            if entry.pk not in marks and (entry.source != Source.COMPUTED or entry.is_counted)
        )
        marks |= {pk: Mark("申诉", "assess:appeal_made", pk, "") for pk in open_to}
    upheld = [row.pk for row in rows if row.outcome == Outcome.UPHELD]
    undone = appeal_lines(_told(Appeal.objects.filter(pk__in=upheld)), {unit_id: ""}) if upheld else []
    return UnitAppeals(marks, undone)


def _mark(appeal: Appeal) -> Mark:
    said = appeal.state_label
    if appeal.outcome == Outcome.CHANGED:
        said = f"申诉改分，原来{amount(appeal.kind, appeal.points)}"
    return Mark(said, "assess:appeal", appeal.pk, TONES[Outcome(appeal.outcome)] if appeal.outcome else "warn")
