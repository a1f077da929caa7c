"""`pithead duties`: who owed what in a period, and what was done of it, as a table or JSON. Private practices never come this way."""

import argparse
import json
from collections import defaultdict
from typing import Any

from django.utils import timezone

from pithead.cli.aligning import aligned
from pithead.cli.context import actor_of, mine_of
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.kernel.tables import one_line
from pithead.org.access import Actor, Capability
from pithead.org.models import Person, Unit
from pithead.org.queries import calendar_of
from pithead.practices.models import Practice, Quota
from pithead.practices.queries import DutyRow, Question, duty_rows, owed_once

COLUMNS = ("要求", "谁来做", "单位", "截止", "该做", "已做", "逾期")
Line = dict[str, Any]


def show(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    period = Period.parse(args.period)
    if period.kind is Kind.SHIFT:
        raise Refused("履责按天、周、旬、月、季、半年、年看，请写成 2026-06-05、2026-W23、2026-06 或 2026-Q2")
    paths = _reach(actor_of(args, mine), mine, args.unit)
    rows = duty_rows(Question(mine, *calendar_of(mine).bounds(period), timezone.localdate(), paths))
    lines = _lines(mine, rows)
    if args.format == "json":
        print(json.dumps(lines, ensure_ascii=False, indent=2))
    elif lines:
        titles = dict(Practice.objects.filter(mine=mine).values_list("code", "title"))
        aligned([list(COLUMNS), *(_cells(line, titles) for line in lines)])
    else:
        print("没有该做的")


def _reach(by: Actor, mine: Unit, code: str) -> tuple[str, ...]:
    """The unit that is named, or all one sees; empty: the whole mine."""
    unit = Unit.objects.filter(mine=mine, code=code).first() if code else None
    if code and unit is None:
        raise Refused(f"{mine}没有代码为“{code}”的单位")
    by.require(Capability.DUTY_VIEW, unit)
    if unit is not None:
        return () if unit.pk == mine.pk else (unit.path,)
    paths = by.scope(Capability.DUTY_VIEW).paths
    return () if any(mine.path.startswith(path) for path in paths) else paths


def _lines(mine: Unit, rows: list[DutyRow]) -> list[Line]:
    """One for each practice, performer, unit and last day: what counts for two quotas is owed once."""
    codes = dict(Practice.objects.filter(mine=mine).values_list("pk", "code"))
    units = {pk: _named(*said) for pk, *said in Unit.objects.of_mine(mine).values_list("pk", "code", "name")}
    people = {pk: _named(*said) for pk, *said in Person.objects.filter(mine=mine).values_list("pk", "staff_no", "name")}
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    quotas = Quota.objects.filter(version__mine=mine).in_bulk()
    for row in owed_once(rows, quotas):
        figures = sums[row.practice_id, row.performer_id, row.unit_id, row.about_id, row.due]
        figures[:] = figures[0] + row.expected, figures[1] + row.done, figures[2] + row.late
    return [
        {
            "practice": codes[practice],
            "performer": people[performer] if performer else units[answers],
            "unit": units[about],
            **dict(zip(("expected", "done", "late"), figures, strict=True)),
            "due": due.isoformat(),
        }
        for (practice, performer, answers, about, due), figures in sums.items()
    ]


def _named(code: str, name: str) -> dict[str, str]:
    return {"code": code, "name": name}


def _cells(line: Line, titles: dict[str, str]) -> list[str]:
    named = titles[line["practice"]], line["performer"]["name"], line["unit"]["name"], line["due"]
    return [*map(one_line, named), *(str(line[figure]) for figure in ("expected", "done", "late"))]
