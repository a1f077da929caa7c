"""The monthly bulletin 通报: a cycle's result in words. Every figure comes from the result, every phrase from the pack."""

from collections.abc import Sequence
from decimal import Decimal

from pithead.assess.models import EntryKind
from pithead.assess.models.cycles import PUBLIC
from pithead.assess.queries import EntryLine, ResultRow
from pithead.documents import annexes
from pithead.documents.next_steps import next_steps
from pithead.documents.official import OfficialPaper, day
from pithead.documents.queries import Month
from pithead.documents.wording import Wording, numbered, numeral, points, score
from pithead.kernel.calendars import Calendar

PACK = "bulletin"


def wording_for(month: Month) -> Wording:
    cycle = month.cycle
    return Wording.load(
        PACK,
        cycle.code,
        mine=cycle.mine.name,
        standard=cycle.standard.title,
        period=cycle.period_value.label,
        owner=cycle.standard.owner.name,
    )


def compose(month: Month, calendar: Calendar, number: str) -> OfficialPaper:
    """The whole paper; `number` is the 发文字号 as it is printed."""
    words = wording_for(month)
    draft = "" if month.is_final else words.say("draft")
    title = words.list("title")
    paper = OfficialPaper(title="".join(title), issuer=words.say("issuer"), on=month.dated, draft=draft)
    paper.letterhead(words.say("letterhead"), number)
    paper.heading(title)
    paper.addressees(words.say("addressees"))
    _opening(paper, month, words)
    _overview(paper, month, words)
    _results(paper, month, words)
    _merits(paper, month, words)
    _problems(paper, month, words)
    paper.first_level(words.say("next"))
    for order, (lead, text) in enumerate(next_steps(month, words, calendar), 1):
        paper.text(text, lead=f"（{numeral(order)}）{lead}")
    attachments = annexes.of(month, words)
    paper.attachments_note([title for title, _ in attachments])
    paper.signature()
    for place, (title_, write) in enumerate(attachments, 1):
        paper.attachment(place if len(attachments) > 1 else None, title_)
        write(paper)
    if month.anchor:
        paper.note(words.say("anchor", code=month.anchor))
    paper.imprint(copies=words.list("copies"), office=words.say("printed_by"))
    return paper


def _opening(paper: OfficialPaper, month: Month, words: Wording) -> None:
    cycle = month.cycle
    clause = cycle.standard.clause
    if clause:
        policy = clause.policy
        basis = words.say("basis_clause", policy=policy.title, number=policy.number, clause=clause.number)
    else:
        basis = words.say("basis_standard", version=cycle.standard.version)
    paper.text(
        words.say(
            _opening_key(month),
            minutes=words.say("minutes", number=cycle.minutes) if cycle.minutes else "",
            basis=basis,
            since=day(cycle.starts_on),
            until=day(cycle.ends_on),
            count=month.summary.units,
        )
    )


def _opening_key(month: Month) -> str:
    if month.is_final:
        return "opening"
    return "opening_public" if month.cycle.state in PUBLIC else "opening_draft"


# ── 一、考核总体情况 ──
def _overview(paper: OfficialPaper, month: Month, words: Wording) -> None:
    paper.first_level(words.say("overview"))
    ranked = [row for row in month.rows if row.total is not None]
    if ranked:
        paper.text(_mean(month, words) + "。" + _extremes(ranked, words))
    paper.text(_tiers(month, words))
    rest = [row.unit_name for row in month.rows if row.total is None]
    if rest:
        paper.text(words.say("unranked", units=words.names(rest)))
    vetoed = list(dict.fromkeys(entry.unit_id for entry in month.of_kind(EntryKind.VETO)))
    names = [row.unit_name for row in month.rows if row.unit_id in vetoed]
    paper.text(words.say("veto", count=len(names), units="、".join(names)) if names else words.say("no_veto"))


def _mean(month: Month, words: Wording) -> str:
    mean, before = month.summary.mean, month.summary.mean_before
    said = words.say("mean", count=month.summary.units, mean=score(mean))
    if mean is None or before is None:
        return said
    if mean == before:
        return said + words.say("mean_same")
    way = "提高" if mean > before else "降低"
    return said + words.say("mean_change", way=way, difference=score(abs(mean - before)))


def _extremes(ranked: Sequence[ResultRow], words: Wording) -> str:
    totals = [row.total for row in ranked if row.total is not None]
    best, worst = max(totals), min(totals)
    return words.say(
        "extremes",
        best=words.names([row.unit_name for row in ranked if row.total == best]),
        best_points=score(best),
        worst=words.names([row.unit_name for row in ranked if row.total == worst]),
        worst_points=score(worst),
    )


def _tiers(month: Month, words: Wording) -> str:
    compared = all(tier.before is not None for tier in month.summary.tiers)
    key = "tier_change" if compared else "tier"
    tiers = [words.say(key, tier=tier.name, count=tier.count, before=tier.before) for tier in month.summary.tiers]
    said = words.say("tiers", tiers="，".join(tiers))
    return said if compared else said + words.say("no_before")


# ── 二、考核结果 ──
def _results(paper: OfficialPaper, month: Month, words: Wording) -> None:
    paper.first_level(words.say("results"))
    if annexes.is_long(month, words):
        paper.text(words.say("results_attached"))
        for order, (name, rows) in enumerate(month.groups, 1):
            paper.text(_digest(rows, words), lead=f"{_group_name(order, name, rows, words)}。")
        return
    paper.text(words.say("results_here"))
    for order, (name, rows) in enumerate(month.groups, 1):
        if len(month.groups) > 1:
            paper.second_level(_group_name(order, name, rows, words))
        annexes.ranking(paper, rows)
    annexes.ranking_note(paper, month, words)


def _group_name(order: int, name: str, rows: Sequence[ResultRow], words: Wording) -> str:
    return words.say("group", order=numeral(order), group=name, count=len(rows))


def _digest(rows: Sequence[ResultRow], words: Wording) -> str:
    """First, last and the tiers of a group whose table is too long for the body."""
    ranked = [row for row in rows if row.total is not None]
    if not ranked:
        return words.say("unranked", units=words.names([row.unit_name for row in rows]))
    lowest = min(row.total for row in ranked if row.total is not None)
    first = [row for row in ranked if row.group_rank == 1]
    last = [row for row in ranked if row.total == lowest]
    tiers = dict.fromkeys(row.tier_name for row in ranked)
    counts = [words.say("tier", tier=tier, count=sum(row.tier_name == tier for row in ranked)) for tier in tiers]
    return words.say(
        "group_digest", best=_with_score(first, words), worst=_with_score(last, words), tiers="，".join(counts)
    )


def _with_score(rows: Sequence[ResultRow], words: Wording) -> str:
    return f"{words.names([row.unit_name for row in rows])}（{score(rows[0].total)}分）"


# ── 三、主要做法和亮点 ──
def _merits(paper: OfficialPaper, month: Month, words: Wording) -> None:
    paper.first_level(words.say("merits"))
    parts = [("leaders", _leaders(month, words)), ("climbers", _climbers(month, words))]
    told = [(words.say(key), text) for key, text in parts if text]
    for order, (lead, text) in enumerate(told, 1):
        paper.text(text, lead=f"（{numeral(order)}）{lead}")
    bonuses = month.of_kind(EntryKind.BONUS)
    lead = f"（{numeral(len(told) + 1)}）{words.say('bonuses')}"
    if not bonuses:
        paper.text(words.say("no_bonus"), lead=lead)
        return
    units = len({entry.unit_id for entry in bonuses})
    paper.text(words.say("bonuses_sum", count=units, entries=len(bonuses)), lead=lead)
    names = {row.unit_id: row.unit_name for row in month.rows}
    for line in numbered([_bonus(entry, names[entry.unit_id], words) for entry in bonuses]):
        paper.text(line)


def _bonus(entry: EntryLine, unit: str, words: Wording) -> str:
    return words.say("bonus", who=unit, reason=entry.reason.rstrip("。"), points=points(entry.points))


def _leaders(month: Month, words: Wording) -> str:
    """The better half of each group, three at most."""
    most = words.most("leaders")
    told = []
    for name, rows in month.groups:
        leading = [row for row in rows if row.group_rank is not None and row.group_rank <= min(most, len(rows) // 2)]
        if leading:
            units = "、".join(f"{row.unit_name}（{score(row.total)}分）" for row in leading[: 2 * most])
            told.append(words.say("leader", group=name, units=units))
    return f"{'；'.join(told)}。" if told else ""


def _climbers(month: Month, words: Wording) -> str:
    """Those that gained most places on the month before."""
    gains = sorted({row.moved for row in month.rows if row.moved and row.moved > 0}, reverse=True)
    told = []
    for places in gains[: words.most("leaders")]:
        units = [row.unit_name for row in month.rows if row.moved == places]
        told.append(words.say("climber", units=words.names(units), places=places))
    return f"与上月相比，{'，'.join(told)}。" if told else ""


# ── 四、存在问题 ──
def _problems(paper: OfficialPaper, month: Month, words: Wording) -> None:
    """By item: how many findings, in which units. Reasons stay in the attachment."""
    paper.first_level(words.say("problems"))
    found = month.findings
    if not found:
        paper.text(words.say("no_problems"))
    else:
        units = {unit for item in found for unit in item.units}
        total = sum((item.points for item in found), Decimal(0))
        count = sum(item.findings for item in found)
        sums = {"findings": count, "items": len(found), "units": len(units), "points": points(total)}
        paper.text(words.say("problems_sum", **sums))
    for order, item in enumerate(found, 1):
        text = words.say("problem", findings=item.findings, points=points(item.points), units=words.names(item.units))
        paper.text(text, lead=f"（{numeral(order)}）{item.item_name}。")
    if vetoes := month.of_kind(EntryKind.VETO):
        names = {row.unit_id: row.unit_name for row in month.rows}
        told = (_veto(entry, names[entry.unit_id], words) for entry in vetoes)
        paper.text("".join(told), lead=f"（{numeral(len(found) + 1)}）{words.say('vetoed')}")


def _veto(entry: EntryLine, unit: str, words: Wording) -> str:
    return words.say("vetoed_unit", who=unit, item=entry.item_name, reason=entry.reason.rstrip("。"))
