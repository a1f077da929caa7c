"""Figures out of duties and records (domain 3.2 A1, B5, D3, F2; mission rows 14–16, 34). Families: one member a practice.

Duties are what a board shows, by the unit that answers; private practices are nobody's figure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from pithead.kernel.periods import Kind as PeriodKind
from pithead.measures.registry import Asked, Counted, Facts, Family, Line, Measure, measure, measures, ratio_of, told
from pithead.org.models import Person, Unit
from pithead.practices.models import Adoption, Confidentiality, Practice, PracticeVersion, Record
from pithead.practices.models.records import RecordQuerySet
from pithead.practices.queries.duties import Question, UnitLine, unit_table
from pithead.practices.queries.talks import met_in

SHARE = {"unit": "%", "kind": "ratio", "better": "higher", "scale": 100}
TALK, PATROL = "talk", "patrol"
MEETINGS = frozenset({"general_meeting", "committee_meeting", "group_meeting", "party_lesson"})


# ── duties ──
def _duties(asked: Asked) -> Mapping[str, list[UnitLine]]:
    """Practice → its lines, read once for however many figures."""

    def read() -> Mapping[str, list[UnitLine]]:
        question = Question(asked.mine, asked.start, asked.end, asked.today, calendar=asked.calendar)
        names, found = _codes(asked.mine), defaultdict[str, list[UnitLine]](list)
        for line in unit_table(question):
            found[names[line.practice_id]].append(line)
        return found

    return asked.once("duties", read)


def _all_duties(asked: Asked) -> Iterable[UnitLine]:
    return (line for lines in _duties(asked).values() for line in lines)


def _codes(mine: Unit) -> Mapping[int, str]:
    return dict(Practice.objects.filter(mine=mine).values_list("pk", "code"))


def _counted(
    asked: Asked, lines: Iterable[UnitLine], num: str, den: str = "", by: str = "unit_id", code: str = ""
) -> Counted:
    sums = ((getattr(line, by), getattr(line, num), getattr(line, den) if den else None) for line in lines)
    more = f"&practice={code}" if code else ""
    period = asked.calendar.period_of(asked.end, PeriodKind.MONTH)
    board = reverse("practices:board")
    return Counted(sums, lambda unit: f"{board}?unit={unit}&period={period}{more}")


@measure("duty.done", "履责完成率", definition="当月到期的履责要求里，做了的占多少；谁都没有逾期之前也照实算", **SHARE)
def duty_done(asked: Asked) -> Counted:
    return _counted(asked, _all_duties(asked), "done", "expected")


@measure("duty.late", "逾期没做的履责", definition="当月到期、过了期限还没有做的履责要求", unit="次", better="lower")
def duty_late(asked: Asked) -> Counted:
    return _counted(asked, _all_duties(asked), "late")


@measure(
    "meeting.late",
    "三会一课少开",
    definition="当月到期、过了期限还没有开的党员大会、支委会、党小组会和党课",
    unit="次",
    better="lower",
)
def meeting_late(asked: Asked) -> Counted:
    held = _duties(asked)
    return _counted(asked, (line for of in sorted(MEETINGS) for line in held.get(of, ())), "late")


def _of_practice(code: str, label: str, definition: str, num: str, den: str = "", by: str = "unit_id") -> None:
    said: dict[str, Any] = SHARE if den else {"unit": "次", "better": "lower"}

    def make(full: str, practice: str, name: str) -> Measure:
        def source(asked: Asked) -> Counted:
            lines = _duties(asked).get(practice, ())
            return _counted(asked, lines, num, den, by, practice)

        return told(full, f"{name}：{label}", definition=definition, source=source, **said)

    measures.add_family(Family(code, make, _open_practices))


def _open_practices(mine: Unit) -> Mapping[str, str]:
    return _without(mine, Confidentiality.PRIVATE)


def _told_practices(mine: Unit) -> Mapping[str, str]:
    """Of whose records the system knows whether anything fails."""
    return _without(mine, Confidentiality.PRIVATE, Confidentiality.RESTRICTED)


def _without(mine: Unit, *hidden: Confidentiality) -> Mapping[str, str]:
    ever = PracticeVersion.objects.filter(mine=mine, confidentiality__in=hidden)
    rows = Practice.objects.filter(mine=mine).exclude(pk__in=ever.values("practice"))
    return dict(rows.order_by("pk").values_list("code", "title"))


_of_practice("duty.done_of", "完成率", "这一项当月到期的要求里，做了的占多少；按负责的单位算", "done", "expected")
_of_practice("duty.late_of", "逾期没做", "这一项当月到期、过了期限还没有做的次数；按负责的单位算", "late")
_of_practice(
    "duty.late_about",
    "逾期没做（按对象）",
    "这一项当月到期、过了期限还没有做的次数；按所做的单位算",
    "late",
    by="about_id",
)


# ── records ──
def _line(record: Record) -> Line:
    where = record.place.name if record.place else ""
    text = " ".join(filter(None, (record.practice.title, where)))
    url = reverse("practices:kept", args=[record.pk])
    return Line(text, url, record.happened_on, record.performer_unit.name, record.arrived_at)


def _records(asked: Asked) -> "RecordQuerySet":
    return Record.objects.current().filter(mine=asked.mine, happened_on__range=(asked.start, asked.end))


def _recorded(asked: Asked) -> Mapping[str, list[tuple[int, int, int]]]:
    """Practice → (unit, records, those with something failing); read once for however many figures."""

    def read() -> Mapping[str, list[tuple[int, int, int]]]:
        found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        rows = _records(asked).order_by().values_list("practice__code", "unit")
        for code, *sums in rows.annotate(Count("pk"), bad=Count("pk", filter=Q(failing__gt=0))):
            found[code].append((sums[0], sums[1], sums[2]))
        return found

    return asked.once("records", read)


def _facts(rows: "RecordQuerySet", sums: Callable[[], Iterable[tuple[int, Any, Any]]]) -> Facts:
    rows = rows.select_related("practice", "place", "performer_unit")
    seen = lambda found, actor: found.visible_to(actor)  # noqa: E731
    return Facts(rows, _line, seen=seen, order=("-happened_on", "pk"), sums=sums)


def _of_records(code: str, label: str, definition: str, better: str, failing: bool) -> None:
    def make(full: str, practice: str, name: str) -> Measure:
        def source(asked: Asked) -> Facts:
            rows = _records(asked).filter(practice__code=practice)

            def sums() -> Iterable[tuple[int, Any, Any]]:
                return (
                    (unit, bad if failing else both, None) for unit, both, bad in _recorded(asked).get(practice, ())
                )

            return _facts(rows.filter(failing__gt=0) if failing else rows, sums)

        return told(full, f"{name}：{label}", definition=definition, unit="次", better=better, source=source)

    measures.add_family(Family(code, make, _told_practices if failing else _open_practices))


_of_records("record.count", "做了几次", "这一项当月的记录，更正过的只算最后一份", "", failing=False)
_of_records("record.failing", "有不合格项的记录", "这一项当月的记录里，有不合格答案的", "lower", failing=True)

ratio_of(
    "hazard.late_or_back_per_patrol",
    "每百次巡查的超期与反复隐患",
    over="hazard.late_or_back",
    under=f"record.count:{PATROL}",
    definition="每做一百次井下安全巡逻，有多少条隐患超期或反复出现；查出多少不算",
    unit="条",
    better="lower",
    scale=100,
    outcome=True,
)


# ── talks ──
@measure(
    "talk.coverage",
    "谈心谈话年度覆盖",
    definition="今年到这个月底为止，谈过话的职工占在册职工多少",
    stock=True,
    **SHARE,
)
def talk_coverage(asked: Asked) -> Counted:
    return Counted(_talks(asked), lambda _: reverse("practices:talks"))


@measure(
    "talk.behind",
    "谈心谈话落后进度",
    definition="全年每人一次、按月平均安排，到这个月底还差多少；负数是提前了",
    unit="%",
    kind="ratio",
    better="lower",
    scale=100,
    stock=True,
)
def talk_behind(asked: Asked) -> Counted:
    month = asked.calendar.period_of(asked.end, PeriodKind.MONTH)
    share = Decimal(month.number) / 12
    sums = [(unit, share * people - talked, people) for unit, talked, people in _talks(asked)]
    return Counted(sums, lambda _: reverse("practices:talks"))


def _talks(asked: Asked) -> list[tuple[int, int, int]]:
    """(unit, talked with this year, people) by who belongs there now, where talks are asked for. Once for both figures."""

    def read() -> list[tuple[int, int, int]]:
        year = asked.calendar.period_of(asked.end, PeriodKind.YEAR)
        start = asked.calendar.bounds(year)[0]
        met = met_in(asked.mine.pk, start, asked.end, record__practice__code=TALK)
        people = Person.objects.filter(mine=asked.mine, left_on=None).exclude(unit=None).order_by()
        sums = people.values_list("unit", "unit__path").annotate(
            talked=Count("pk", filter=Q(pk__in=met)), people=Count("pk")
        )
        adopted = Adoption.objects.during(asked.start, asked.end).filter(mine=asked.mine)
        roots = tuple(adopted.filter(method__practices__code=TALK).values_list("unit__path", flat=True))
        return [(unit, talked, here) for unit, path, talked, here in sums if path.startswith(roots)]

    return asked.once("talks", read)
