"""Figures from outside as measures: what was planned and done, its quality, what it cost, who came, who went along."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from pithead.kernel.rounding import plain
from pithead.measures.models import Given
from pithead.measures.quantities import standard
from pithead.measures.registry import Asked, Counted, Facts, Line, Source, measure
from pithead.org.access import Actor, Capability
from pithead.org.models import ids_of

PERCENT: dict[str, Any] = {"kind": "ratio", "unit": "%", "scale": 100}
PLANS = (("tonnes_planned", "tonnes"), ("metres_planned", "metres"), ("service_planned", "service"))


def given(asked: Asked, *codes: str) -> "QuerySet[Given]":
    """The rows of these quantities that count, of the days asked for."""
    rows = Given.objects.current().filter(mine=asked.mine, quantity__in=codes, day__range=(asked.start, asked.end))
    return rows.select_related("unit")


def line(row: Given) -> Line:
    said = standard()[row.quantity]
    when = f"{row.shift}班 · " if row.shift else ""
    detail = f"{when}{row.said}" + (f"，更正：{row.reason}" if row.reason else "")
    text = f"{row.unit.name} {said.label} {plain(row.value or Decimal(0))} {said.unit}"
    return Line(text, reverse("measures:given_figure", args=[row.pk]), row.day, detail, row.arrived_at)


def seen(rows: "QuerySet[Any]", actor: Actor) -> "QuerySet[Any]":
    return actor.scope(Capability.FIGURE_VIEW).units(rows, "unit__path")


def _facts(asked: Asked, codes: tuple[str, ...], **halves: Any) -> Facts:
    return Facts(given(asked, *codes), line, seen=seen, order=("-day", "unit__path", "shift", "quantity"), **halves)


def total(code: str) -> Source:
    """One quantity, added up."""
    return lambda asked: _facts(asked, (code,), num=Sum("value"))


def share(over: str, under: str) -> Source:
    """One quantity of another."""

    def source(asked: Asked) -> Facts:
        halves = {name: Sum("value", filter=Q(quantity=code)) for name, code in (("num", over), ("den", under))}
        return _facts(asked, (over, under), **halves)

    return source


def _both(code: str, label: str, over: str, under: str, **said: Any) -> None:
    measure(code, label, **PERCENT, **said)(share(over, under))


# ── production (domain C1) ──
measure("production.tonnes", "产量", unit="吨", better="higher", definition="实际出煤的吨数，以调度日报为准。")(
    total("tonnes")
)
measure("production.metres", "进尺", unit="米", better="higher", definition="实际掘进的米数，不含维修巷道的进尺。")(
    total("metres")
)
_both(
    *("production.tonnes_done", "产量计划完成率", "tonnes", "tonnes_planned"),
    better="higher",
    definition="实际产量 ÷ 月度计划产量。当月没有过完时，分母仍是全月的计划。",
)
_both(
    *("production.metres_done", "进尺计划完成率", "metres", "metres_planned"),
    better="higher",
    definition="实际进尺 ÷ 月度计划进尺。当月没有过完时，分母仍是全月的计划。",
)
_both(
    *("production.service_done", "服务工作完成率", "service", "service_planned"),
    better="higher",
    definition="辅助单位按期完成的计划工作 ÷ 计划的工作，按项数算。",
)


@measure(
    *("production.plan_done", "任务完成率"),
    **PERCENT,
    better="higher",
    definition="每个单位每月实际完成 ÷ 计划：采煤看产量，掘进看进尺，辅助看服务工作，有几样计划就各算一次。"
    "几个单位、几个月合在一起，是这些完成率的平均数，吨和米不相加。",
)
def plan_done(asked: Asked) -> Counted:
    """A plan is met by what its unit and all below it did; where only a unit above counts what was done, plans are added up to
    that one. Two queries."""
    done = _by_path(asked, [code for _, code in PLANS])
    counted = {(code, unit) for code, _, unit, _ in done}
    met, plans = defaultdict[tuple[str, int], Decimal](Decimal), defaultdict[tuple[str, int], Decimal](Decimal)
    for code, path, _, value in done:
        for unit in ids_of(path):
            met[code, unit] += value
    of = dict(PLANS)
    for plan, path, own, value in _by_path(asked, list(of)):
        above = (unit for unit in ids_of(path) if (of[plan], unit) in counted)
        plans[of[plan], next(above, own)] += value
    sums = [(unit, met[code, unit] / value, 1) for (code, unit), value in plans.items() if value]
    return Counted(sums, lambda unit: f"{reverse('measures:table')}?{urlencode({'unit': unit, 'quantity': 'tonnes'})}")


def _by_path(asked: Asked, codes: Iterable[str]) -> list[tuple[str, str, int, Decimal]]:
    rows = given(asked, *codes).order_by().values("quantity", "unit__path", "unit").annotate(total=Sum("value"))
    return [(row["quantity"], row["unit__path"], row["unit"], row["total"]) for row in rows]


@measure(
    *("production.best_shift", "最高班进尺"),
    kind="max",
    unit="米",
    better="higher",
    definition="一个班里掘进最多的米数。只看按班录的进尺，按天录的不算。",
)
def best_shift(asked: Asked) -> Facts:
    rows = given(asked, "metres").exclude(shift="")
    return Facts(rows, line, num=Max("value"), seen=seen, order=("-value", "day", "shift"))


measure(
    *("stoppage.hours", "影响生产时间"),
    unit="小时",
    better="lower",
    outcome=True,
    definition="因本单位责任造成停产、停运、停风的小时数，以调度台记录为准。",
)(total("stoppage_hours"))

# ── quality of works (domain C2) ──
_both(
    *("quality.pass_ratio", "工程合格率", "works_passed", "works_inspected"),
    better="higher",
    outcome=True,
    definition="验收工程里合格以上的 ÷ 全部验收工程，按个数算。",
)
_both(
    *("quality.first_rate", "工程优良品率", "works_first_rate", "works_inspected"),
    better="higher",
    outcome=True,
    definition="验收工程里评为优良品的 ÷ 全部验收工程，按个数算。",
)
measure(
    *("quality.rework", "返工次数"),
    unit="次",
    better="lower",
    outcome=True,
    definition="验收不合格，推倒重做或修补后重新验收的次数。",
)(total("rework"))

# ── cost and equipment (domain C3) ──
_both(
    *("cost.material", "材料费占定额"),
    *("material_cost", "material_quota"),
    better="lower",
    definition="实际材料费 ÷ 核定的材料费定额。超过 100% 就是超支。",
)
measure("equipment.unsafe", "失爆", unit="处", better="lower", definition="防爆检查查出的失爆处数，按设备所在单位算。")(
    total("equipment_unsafe")
)
measure(
    "equipment.damaged", "设备损坏", unit="台", better="lower", definition="因使用、维护不当损坏的设备台数，失爆另算。"
)(total("equipment_damaged"))

# ── attendance (domain D2) ──
_both(
    *("attendance.rate", "出勤率", "attendance", "attendance_planned"),
    better="higher",
    definition="实际出勤 ÷ 计划出勤，按人次算；批准的休假不在计划出勤里。",
)
measure(
    "attendance.shifts", "出勤人次", unit="人次", definition="实际出勤的人次，一人出一班算一次。给别的指标作基数。"
)(total("attendance"))
measure(
    "attendance.absent",
    "旷工",
    unit="人次",
    better="lower",
    definition="没有请假或没有批准而不上班的人次，只记数，不记是谁。",
)(total("absent"))

# ── leaders underground (domain A2) ──
_both(
    *("descent.done", "干部下井完成率", "descents", "descents_required"),
    better="higher",
    definition="区队干部实际下井次数 ÷ 按定额应下井次数，几个人加在一起算。",
)
measure(
    *("descent.short", "干部下井欠次"),
    unit="人次",
    better="lower",
    definition="没有完成下井定额的干部各欠几次，加在一起；多下的人不抵少下的人。只记数，不记是谁。",
)(total("descents_short"))
measure("accompany.missing", "无干部跟班", unit="班", better="lower", definition="应有队干部跟班而没有人跟的班次。")(
    total("shifts_alone")
)


# ── standardisation (domain B4) ──
@measure(
    *("standardisation.score", "标准化检查得分"),
    kind="ratio",
    unit="分",
    better="higher",
    definition="每月安全生产标准化检查得分的平均：得分相加 ÷ 检查的单位数和月数。",
)
def standardisation(asked: Asked) -> Facts:
    return _facts(asked, ("check_score",), num=Sum("value"), den=Count("pk"))
