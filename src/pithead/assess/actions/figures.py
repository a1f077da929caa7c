"""What is typed or pasted into a cell of the sheet, and what it makes of the office's one entry there."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pithead.assess.models import Entry, EntryKind, Item, ItemKind, Source
from pithead.assess.queries import state_of, token_of
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.org.models import Unit

NOT_APPLICABLE_WORDS = ("缺", "缺项", "不考核", "不适用")
LONGEST_FIGURE = 20


@dataclass(frozen=True)
class Wish:
    """What the office's entry in a cell is to be; no kind: no entry."""

    kind: EntryKind | None
    points: Decimal = ZERO


@dataclass(frozen=True)
class Cell:
    """A cell as it is now, for the office whose sheet it is on."""

    unit: Unit
    item: Item
    office: Unit
    entries: Sequence[Entry]

    @property
    def own(self) -> list[Entry]:
        """What the office wrote; what the system counts under its clauses stands beside it."""
        return [entry for entry in self.entries if entry.office_id == self.office.pk and not entry.is_counted]

    @property
    def token(self) -> str:
        return token_of(self.entries)

    @property
    def figure(self) -> str:
        """As it would be typed."""
        state, figure = state_of(self.item, self.entries)
        return {"na": "缺"}.get(state, "") if figure is None else plain(figure)

    @property
    def others(self) -> str:
        """Who else wrote something here."""
        counted = {entry.is_counted for entry in self.entries if entry not in self.own}
        return {frozenset((True,)): "系统", frozenset((True, False)): "别的科室和系统"}.get(
            frozenset(counted), "别的科室"
        )

    def of_others(self, kind: EntryKind) -> Decimal:
        return sum(
            (e.points for e in self.entries if e.kind == kind and (e.office_id != self.office.pk or e.is_counted)), ZERO
        )


def wish(cell: Cell, typed: str) -> Wish | None:
    """What a figure asks for; None: it is so already. Refuses in words what cannot be."""
    text = unicodedata.normalize("NFKC", typed).strip()
    figure = None if not text or text in NOT_APPLICABLE_WORDS else _number(text)
    if cell.item.kind == ItemKind.VETO:
        raise Refused("否决项不填分数，请点开这一格，在右边记")
    if figure is not None and cell.figure not in ("", "缺") and figure == Decimal(cell.figure):
        return None
    if (text in NOT_APPLICABLE_WORDS and cell.figure == "缺") or (not text and not cell.own):
        return None
    _refuse_obstacles(cell)
    if not text:
        return Wish(None)
    if cell.item.kind == ItemKind.BONUS:
        return _bonus(cell, figure)
    return Wish(EntryKind.NOT_APPLICABLE) if figure is None else _deduction(cell, figure)


def _number(text: str) -> Decimal:
    """1,234.5 and 1 234.5 are figures, too."""
    bare = re.sub(r"(?<=\d)[,\s](?=\d{3}(\D|$))", "", text)
    try:
        figure = Decimal(bare) if re.fullmatch(r"[+-]?\d*\.?\d*", bare) and len(bare) <= LONGEST_FIGURE else None
    except InvalidOperation:
        figure = None
    if figure is None:
        raise Refused(f"“{text[:LONGEST_FIGURE]}”不是分数，请填数字；不考核的填“缺”")
    if figure != to_cent(figure):
        raise Refused(f"分数最多两位小数，这里是 {plain(figure)}")
    if figure < 0:
        raise Refused(f"分数不能小于 0，这里是 {plain(figure)}")
    return figure


def _refuse_obstacles(cell: Cell) -> None:
    """Why the office's entry cannot be typed over: there are several, or it is not the office's to type."""
    own = cell.own
    if len(own) > 1:
        raise Refused(f"这一格有 {len(own)} 条记录，请在右边逐条改")
    if own and own[0].source == Source.COMPUTED:
        raise Refused(f"这一格是系统记的（{own[0].reason}），不能直接填")
    if own and cell.item.kind == ItemKind.SCORED and own[0].kind == EntryKind.BONUS:
        raise Refused("这一格记的是加分，请在右边改")


def _deduction(cell: Cell, figure: Decimal) -> Wish:
    full, taken = cell.item.full_marks, cell.of_others(EntryKind.DEDUCTION)
    for entry in cell.entries:
        if entry.kind == EntryKind.NOT_APPLICABLE and entry.office_id != cell.office.pk:
            raise Refused("别的科室已经记了缺项，不能再填分")
    if figure > full:
        raise Refused(f"满分 {plain(full)} 分，不能填 {plain(figure)}；加分请记在加分项里")
    left = max(full - taken, ZERO)
    if figure > left:
        raise Refused(f"{cell.others}已扣 {plain(taken)} 分，最高只能填 {plain(left)}")
    return Wish(EntryKind.DEDUCTION, left - figure) if figure < left else Wish(None)


def _bonus(cell: Cell, figure: Decimal | None) -> Wish:
    if figure is None:
        raise Refused("加分项没有缺项，没有加分就空着")
    won = cell.of_others(EntryKind.BONUS)
    if figure < won:
        raise Refused(f"别的科室已加 {plain(won)} 分，最少要填 {plain(won)}")
    return Wish(EntryKind.BONUS, figure - won) if figure > won else Wish(None)
