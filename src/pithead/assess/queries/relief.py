"""What standards and sheets tell of the rules that relieve the grassroots: clauses looked through again, and what is ranked."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from django.db.models import Count, Q
from django.urls import reverse

from pithead.assess import burden
from pithead.assess.models import Cycle, Entry, Participant, ScoreClause, Source, Standard
from pithead.assess.models.standards import Automation
from pithead.kernel.periods import MONTHS_IN, Kind
from pithead.org.access import Capability, RoleCode
from pithead.org.models import Person, Unit, UnitKind, ids_of
from pithead.practices.queries.use import counted
from pithead.practices.registry import Deed, Fault, Known, Look, Part, Span, checks, deeds, knowns

A_YEAR = dt.timedelta(days=366)
OF_CLAUSES = ("B1", "B2", "B4", "B5", "B9", "B10", "B14")  # what `packs/burden.yaml` looks for
PEOPLE_OF = (UnitKind.SECTION, UnitKind.CREW, UnitKind.OFFICE)  # whose people stand under them in the same line

look_through = lru_cache(maxsize=4096)(burden.lint)


def of_standards(look: Look) -> Iterator[Part]:
    """Issued versions that hold this month, the newest of each code. Five queries."""
    standards = _in_force(look)
    if not standards:
        return
    clauses = list(
        ScoreClause.objects.filter(item__standard__in=standards)
        .select_related("item__standard")
        .order_by("item__position", "position")
    )
    yield from _clauses(standards, clauses)
    yield _ranked(look, standards)
    yield _fed(clauses)


def _in_force(look: Look) -> list[Standard]:
    period = str(look.calendar.period_of(look.today, Kind.MONTH))
    rows = Standard.objects.in_force(period).filter(mine=look.mine)
    newest: dict[str, Standard] = {}
    for one in rows:
        newest.setdefault(one.code, one)
    return list(newest.values())


def _clauses(standards: Sequence[Standard], clauses: Sequence[ScoreClause]) -> Iterator[Part]:
    faults: dict[str, list[Fault]] = defaultdict(list)
    items = {clause.item_id: clause.item for clause in clauses}
    texts = [(one.standard, f"项目 {one.code}", one.name) for one in items.values()]
    texts += [(one.item.standard, f"条款 {one.code}", one.text) for one in clauses]
    for standard, place, text in texts:
        for finding in look_through(text):
            faults[finding.rule].append(_fault(standard, f"{standard.title} {place}：{finding}"))
    said = f"在用的 {len(standards)} 个标准、{len(clauses)} 条细则逐条看过"
    yield from (Part(rule, (said,), tuple(faults[rule])) for rule in OF_CLAUSES)


def _fault(standard: Standard, text: str) -> Fault:
    return Fault(text, reverse("assess:standard", args=[standard.code, standard.version]), Capability.STANDARD_VIEW)


def _ranked(look: Look, standards: Sequence[Standard]) -> Part:
    """A unit of one is a person. Four queries."""
    said = [f"{one.title}排的是{one.get_subject_display()}" for one in standards]
    cycles = Cycle.objects.filter(mine=look.mine, ends_on__gt=look.today - A_YEAR).order_by("-ends_on", "-pk")
    recent = list(cycles.select_related("standard"))
    short = [one for one in recent if one.period_value.kind not in MONTHS_IN]
    faults = [Fault(f"{one}：一个月里排了不止一次") for one in short]
    latest: dict[str, Cycle] = {}
    for cycle in recent:
        latest.setdefault(cycle.code, cycle)
    many = _people(look.mine)
    rows = Participant.objects.filter(cycle__in=latest.values(), unit__kind__in=PEOPLE_OF)
    rows = rows.select_related("unit", "cycle__standard").order_by("cycle", "unit__path")
    alone = [one for one in rows if many[one.unit_id] == 1]
    faults += [Fault(f"{one.unit.name}只有 1 个人，参加{one.cycle.standard.title}排名等于给个人排名") for one in alone]
    if recent:
        said.append(f"最近一年排了 {len(recent)} 期，短于一个月的 {len(short)} 期")
    return Part("B3", tuple(said), tuple(faults))


def _people(mine: Unit) -> Counter[int]:
    """Unit → how many belong to it or below it. One query."""
    found: Counter[int] = Counter()
    rows = Person.objects.filter(mine=mine, left_on=None).exclude(unit=None).order_by()
    for path, many in rows.values_list("unit__path").annotate(many=Count("pk")):
        for pk in ids_of(path):
            found[pk] += many
    return found


def _fed(clauses: Sequence[ScoreClause]) -> Part:
    how = Counter(clause.automation for clause in clauses)
    auto, proposed, manual = (how[one] for one in (Automation.AUTOMATIC, Automation.PROPOSED, Automation.MANUAL))
    said = f"细则 {auto} 条由系统取数，{proposed} 条由系统提议，{manual} 条人工评定"
    bare = Fault("没有一条细则从记录取数，记了还要再评一遍", reverse("assess:standards"), Capability.STANDARD_VIEW)
    return Part("B9", (said,), () if auto + proposed else (bare,))


# ── what is put in ──
def _typed(mine: Unit, span: Span) -> Iterable[tuple[str, int]]:
    """By hand or by a table: of a line of a sheet only the name of its author is known, so all are the assessors'."""
    rows = Entry.objects.filter(span.moments("entered_at"), mine=mine, source=Source.MANUAL)
    return [(RoleCode.ASSESSOR.value, rows.count())]


def _entries(mine: Unit, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """By the period they count for: what the system computes is computed afresh."""

    def within(span: Span) -> Q:
        return span.days("cycle__ends_on")

    return counted(Entry.objects.filter(mine=mine), spans, within, ~Q(source=Source.MANUAL))


def register() -> None:
    checks.register(of_standards)
    deeds.register(Deed("entry", "打分", _typed))
    knowns.register(Known("打分", "系统按指标、问题算出的条目和科室确认的提议，对人工打的（含导入评分表）", _entries))
