"""What can be wrong with an entry, in sentences; the sheet, the workbook and the command line ask the same questions."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pithead.assess.actions.drafts import EntryDraft
from pithead.assess.models import Cycle, Entry, EntryKind, Item, ItemKind, Participant, ScoreClause, Standard
from pithead.assess.models.cycles import deadline_of
from pithead.assess.personal import has_numbers
from pithead.assess.queries import Names, linked_cells, names_in, names_of
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

MOST_POINTS = Decimal("100.00")
SHOWN_WHOLE = 10**9
LONGEST = 200  # characters of a reason or its evidence
COUNTED = (EntryKind.DEDUCTION, EntryKind.BONUS)
ITEM_KINDS = {
    EntryKind.DEDUCTION: (ItemKind.SCORED,),
    EntryKind.NOT_APPLICABLE: (ItemKind.SCORED,),
    EntryKind.BONUS: (ItemKind.BONUS, ItemKind.SCORED),
    EntryKind.VETO: (ItemKind.VETO,),
}


def faults(
    cycle: Cycle, drafts: Sequence[EntryDraft], *, instead_of: Entry | None = None, typed: bool = False
) -> list[Reason]:
    """Everything wrong with the drafts, in their order; `instead_of` is the entry that the only draft corrects. What is typed
    into the sheet may have its reason written later: before it is handed in."""
    vetoes = cycle.entries.filter(kind=EntryKind.VETO).exclude(pk=instead_of.pk if instead_of else 0)
    vetoed = set(vetoes.values_list("unit_id", "item_id"))
    participants = set(Participant.objects.filter(cycle=cycle).values_list("unit_id", flat=True))
    offices, linked = _scoring_offices(cycle), linked_cells(cycle)
    limits = bonus_limits(cycle.standard, [draft.item for draft in drafts if draft.kind is EntryKind.BONUS])
    names = names_of(cycle) if any(draft.reason or draft.evidence for draft in drafts) else None
    return [
        Reason(message, draft.where)
        for draft in drafts
        for message in (
            *_place_faults(cycle, draft, participants, offices.get(draft.item.pk, frozenset())),
            *_linked_faults(draft, linked),
            *_veto_faults(draft, vetoed),
            *_bonus_faults(draft, limits),
            *value_faults(cycle, draft.kind, draft.points, draft.reason, draft.evidence, draft.found_on, typed=typed),
            *(name_faults(names, draft) if names else ()),
        )
    ]


def name_faults(names: Names, draft: EntryDraft) -> Iterable[str]:
    """What everybody reads names nobody."""
    for what, text in (("原因", draft.reason), ("依据", draft.evidence)):
        if found := names.found_in(draft.unit_id, text):
            yield named(what, found)


def public_text(cycle: Cycle, unit_id: int | None, what: str, text: str, *, longest: int = LONGEST) -> str:
    """What somebody says of a unit, or of a month (None), where the whole mine reads it: as it will be kept, or refused."""
    said = text.strip()
    if len(said) > longest:
        raise Refused(f"{what}写了 {len(said)} 字，最多 {longest} 字")
    if has_numbers(said):
        raise Refused(f"{what}里不要写身份证号或手机号，公示时全矿都看得到")
    if names := names_in(cycle, unit_id, said):
        raise Refused(named(what, names))
    return said


def named(what: str, names: Sequence[str]) -> str:
    listed = "、".join(f"“{name}”" for name in names)
    return f"{what}里写了职工姓名{listed}，公示时全矿都看得到，请改写成岗位或人数，如“1 名支护工”"


def foreign_offices(by: Actor, cycle: Cycle, office_ids: Iterable[int]) -> list[Unit]:
    """Of these offices the ones the actor may not score for: an assessor scores for the own office, the party office for
    every office (scores that come on paper)."""
    scope = by.scope(Capability.SCORE_ENTER)
    offices = Unit.objects.filter(pk__in=set(office_ids))
    return [office for office in offices if office.mine_id != cycle.mine_id or not scope.covers(office)]


def value_faults(
    cycle: Cycle,
    kind: EntryKind,
    points: Decimal,
    reason: str,
    evidence: str,
    found_on: dt.date | None,
    *,
    typed: bool = False,
) -> Iterable[str]:
    """What can be said without knowing unit, item and office."""
    if kind not in COUNTED:
        if points:
            yield f"{kind.label}不填分数"
    elif not points.is_finite() or points <= 0:
        yield f"{kind.label}要大于 0，这里是 {plain(points)}"
    elif points > MOST_POINTS:
        yield f"一条{kind.label}最多 {plain(MOST_POINTS)} 分，这里是 {_short(points)}"
    elif points != to_cent(points):
        yield f"分数最多两位小数，这里是 {plain(points)}"
    if not reason.strip() and not typed:
        yield "请写明原因，公示时各单位都要看"
    for name, text in (("原因", reason), ("依据", evidence)):
        if len(text) > LONGEST:
            yield f"{name}有 {len(text)} 字，最多 {LONGEST} 字"
    if has_numbers(reason) or has_numbers(evidence):
        yield "原因和依据里不能有身份证号或手机号，全矿都看得到"
    if found_on and not cycle.starts_on <= found_on <= deadline_of(cycle):
        yield f"日期 {found_on} 不在考核期内（{cycle.starts_on} 至 {deadline_of(cycle)}）"


def _short(points: Decimal) -> str:
    """What a spreadsheet holds may have hundreds of digits."""
    return plain(points) if points < SHOWN_WHOLE else f"{points:.2E}"


def _linked_faults(draft: EntryDraft, linked: frozenset[tuple[int, int]]) -> Iterable[str]:
    """Where the score is taken from another standard a deduction by hand would not count."""
    if draft.kind is EntryKind.DEDUCTION and (draft.unit_id, draft.item.pk) in linked:
        yield f"项目 {draft.item.code}“{draft.item.name}”按另一个标准的得分自动折算，不用打分"


def _veto_faults(draft: EntryDraft, vetoed: set[tuple[int, int]]) -> Iterable[str]:
    """One veto per unit and item: a second one says nothing new."""
    if draft.kind is EntryKind.VETO:
        if (draft.unit_id, draft.item.pk) in vetoed:
            yield f"项目 {draft.item.code}“{draft.item.name}”已经记过否决"
        vetoed.add((draft.unit_id, draft.item.pk))


def bonus_limits(standard: Standard, items: Iterable[Item]) -> dict[int, Decimal]:
    """item → what one entry of it may add: what its clauses give at most where every one of them says so, and never more
    than counts in a month. A standard that counts no bonus sets no limit."""
    wanted = {item.pk: item for item in items}
    if not wanted or not standard.bonus_cap:
        return {}
    limits = dict.fromkeys(wanted, standard.bonus_cap)
    caps: dict[int, list[Decimal | None]] = {}
    bonuses = ScoreClause.objects.filter(item__in=wanted, item__kind=ItemKind.BONUS)
    for item, cap in bonuses.values_list("item", "cap"):
        caps.setdefault(item, []).append(cap)
    for item, said in caps.items():
        most = [cap for cap in said if cap is not None]
        if len(most) == len(said):
            limits[item] = min(sum(most, ZERO), standard.bonus_cap)
    return limits


def _bonus_faults(draft: EntryDraft, limits: Mapping[int, Decimal]) -> Iterable[str]:
    limit = limits.get(draft.item.pk)
    if draft.kind is EntryKind.BONUS and limit is not None and limit < draft.points <= MOST_POINTS:
        named_item = f"项目 {draft.item.code}“{draft.item.name}”"
        yield f"{named_item}一条最多加 {plain(limit)} 分，这里是 {plain(draft.points)}，请核对"


def _place_faults(cycle: Cycle, draft: EntryDraft, participants: set[int], offices: frozenset[int]) -> Iterable[str]:
    item = draft.item
    if draft.unit_id not in participants:
        yield f"该单位不参加{cycle}的考核"
    if item.standard_id != cycle.standard_id:
        yield f"项目 {item.code} 不属于{cycle}所用的标准"
    elif item.kind not in ITEM_KINDS[draft.kind]:
        yield f"项目 {item.code}“{item.name}”是{item.get_kind_display()}，不能记{draft.kind.label}"
    elif draft.office_id not in offices:
        yield f"项目 {item.code}“{item.name}”不由该科室考核"


def _scoring_offices(cycle: Cycle) -> dict[int, frozenset[int]]:
    """item → offices that may score it."""
    found: dict[int, set[int]] = {}
    clauses = ScoreClause.objects.filter(item__standard_id=cycle.standard_id)
    for item_id, office_id in clauses.values_list("item_id", "office_id"):
        found.setdefault(item_id, set()).add(office_id)
    return {item_id: frozenset(offices) for item_id, offices in found.items()}
