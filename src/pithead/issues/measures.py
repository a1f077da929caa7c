"""Figures out of matters (domain 3.2 B1–B3, E2; mission rows 16, 28, 35). Units are measured by what stays open, comes late or
returns; what was found is never a figure here.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from pithead.issues.models import Involved, Issue, Role
from pithead.issues.queries import counted
from pithead.issues.workflows import WORKFLOWS
from pithead.measures.registry import Asked, Facts, Line, measure, ratio_of
from pithead.org.models import Person
from pithead.org.models.people import PoliticalStatus
from pithead.org.models.places import PlaceKind

PARTY_MEMBERS = (PoliticalStatus.FULL_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER)
BAD_GRADES = ("B", "A", "major")


def _line(issue: Issue) -> Line:
    """Never its text: whoever may open it reads it there."""
    where = issue.place.name if issue.place else issue.place_text
    what = " ".join(filter(None, (issue.kind_label, issue.grade_label, where)))
    day = timezone.localdate(issue.found_at)
    url = reverse("issues:matter", args=[issue.pk])
    return Line(what, url, day, issue.state_label, issue.arrived_at)


Rows = QuerySet[Issue]
LATE: dict[str, Any] = {"better": "lower", "outcome": True}
DONE: dict[str, Any] = {"better": "higher", "outcome": True}


def _seen(rows: Any, actor: Any) -> Any:
    return rows.visible_to(actor)


def _facts(rows: Rows, **halves: Any) -> Facts:
    return Facts(rows.select_related("place"), _line, seen=_seen, order=("-found_at", "pk"), **halves)


def _span(asked: Asked) -> counted.Span:
    return asked.mine, asked.since, asked.before


def _count(code: str, label: str, unit: str, definition: str, rows: Callable[[Asked], Rows], **said: Any) -> None:
    """How many there are of these."""
    measure(code, label, unit=unit, definition=definition, **said)(lambda asked: _facts(rows(asked)))


def _overdue(code: str, label: str, unit: str, definition: str, *kinds: str) -> None:
    _count(code, label, unit, definition, lambda asked: counted.overdue(*_span(asked), *kinds), **LATE)


def _on_time(code: str, label: str, definition: str, *kinds: str) -> None:
    """How much of what was closed was never late."""

    def closed(asked: Asked) -> Facts:
        halves = {"num": Count("pk", filter=counted.in_time(asked.mine, *kinds)), "den": Count("pk")}
        return _facts(counted.ended(*_span(asked), *kinds), **halves)

    measure(code, label, definition=definition, unit="%", kind="ratio", scale=100, **DONE)(closed)


def _solved(code: str, label: str, definition: str, *kinds: str, **said: Any) -> None:
    rows: Callable[[Asked], Rows] = lambda asked: counted.ended(*_span(asked), *kinds).filter(verified=True)  # noqa: E731
    _count(code, label, "件", definition, rows, **said)


# ── hazards ──
def _late_or_back(asked: Asked) -> Rows:
    late, back = counted.overdue(*_span(asked), "hazard"), counted.came_back(*_span(asked))
    return Issue.objects.filter(Q(pk__in=late.values("pk")) | Q(pk__in=back.values("pk")), mine=asked.mine)


_on_time("hazard.on_time", "隐患按期闭环率", "当月销号的隐患里，从来没有超过整改期限的占多少", "hazard")
_overdue("hazard.overdue", "超期隐患", "条", "当月到期没有整改完的隐患，后来整改了的也算", "hazard")
_count(
    *("hazard.overdue_bad", "超期隐患（B级及以上）", "条", "当月到期没有整改完的 B 级、A 级和重大隐患"),
    lambda asked: counted.overdue(*_span(asked), "hazard").filter(grade__in=BAD_GRADES),
    **LATE,
)
_count(
    *("hazard.recheck_failed", "复查不合格的隐患", "条", "当月报了整改完成、复查时没有通过的隐患"),
    lambda asked: counted.failed_recheck(*_span(asked)),
    **LATE,
)
_count(
    *("hazard.came_back", "反复出现的隐患", "条", "当月发现、同一地点同一分类在规定天数里出现过的隐患"),
    lambda asked: counted.came_back(*_span(asked)),
    **LATE,
)
_count(
    *("hazard.late_or_back", "超期与反复隐患", "条"),
    *("当月到期没有整改完的，加上当月发现、以前出现过的；同一条只算一次", _late_or_back),
    **LATE,
)


# ── accidents and violations ──
def _confirmed(code: str, label: str, kind: str, *grades: str) -> None:
    """What the office in charge confirmed, of these grades."""
    flow = WORKFLOWS[kind]
    words = "、".join(flow.grades[grade] for grade in grades)
    definition = f"当月发生、经主管科室认定的{flow.label}（{words}）"
    rows: Callable[[Asked], Rows] = lambda asked: counted.confirmed(*_span(asked), kind).filter(grade__in=grades)  # noqa: E731
    _count(code, label, "起", definition, rows, **LATE)


def _of_members(asked: Asked) -> Rows:
    members = Person.objects.filter(mine=asked.mine, political_status__in=PARTY_MEMBERS)
    who = members.annotate(who=Cast("pk", CharField())).values("who")
    named = Involved.objects.filter(mine=asked.mine, role=Role.SUBJECT, who__in=who)
    return counted.confirmed(*_span(asked), "violation").filter(pk__in=named.values("issue"))


_confirmed("incident.all", "事故", "incident", "equipment", "minor_injury", "serious_injury", "fatal")
_confirmed("incident.minor_injury", "轻伤事故", "incident", "minor_injury")
_confirmed("incident.equipment", "非伤亡事故", "incident", "equipment")
_confirmed("violation.all", "“三违”", "violation", "minor", "general", "serious")
_confirmed("violation.serious", "严重“三违”", "violation", "serious")
_confirmed("violation.general", "一般“三违”", "violation", "general")
_confirmed("violation.minor", "轻微“三违”", "violation", "minor")
_count(
    *("violation.of_members", "党员违章", "起", "当月发生、经认定的“三违”里，当事人是党员的"),
    _of_members,
    **LATE,
)
_count(
    *("violation.in_zones", "党员责任区里的“三违”", "起", "当月发生、经认定的“三违”里，地点登记在党员责任区的"),
    lambda asked: counted.confirmed(*_span(asked), "violation").filter(place__kind=PlaceKind.ZONE),
    **LATE,
)
_overdue("violation.mentoring_late", "帮教没有按期做完", "起", "当月到期还没有做完帮教的“三违”", "violation")

# ── what people ask for; of one kind only where clauses tell them apart: nothing counts under two ──
ASKED_FOR = ("request", "difficulty")
_solved("request.solved", "办结的职工诉求", "当月办结、本人或回访认可的诉求和困难", *ASKED_FOR, **DONE)
_on_time(
    *("request.on_time", "职工诉求按期办结率"),
    *("当月办结的诉求和困难里，从来没有超过答复、办理期限的占多少", *ASKED_FOR),
)
_overdue("request.overdue", "超期的职工诉求", "件", "当月到期没有答复或没有办完的诉求和困难", *ASKED_FOR)
_overdue(
    *("request.unanswered", "没有按期答复的诉求", "件"),
    *("当月到期没有答复或没有办完的诉求；求助的困难另算", "request"),
)
_overdue(
    *("difficulty.overdue", "没有按期答复的困难", "件"),
    *("当月到期没有答复或没有办完的困难、求助；诉求另算", "difficulty"),
)
_overdue(
    *("suggestion.overdue", "到期没有做成的建议", "件"),
    *("当月到期没有研究，或采纳了没有按期做成的建议", "suggestion"),
)
_solved("suggestion.adopted", "采纳并落实的建议", "当月落实、经核实的建议", "suggestion", **DONE)
_solved(
    *("matter.solved", "解决的问题", "当月办结并经核实的隐患、诉求、困难、建议和督办事项"),
    *("hazard", *ASKED_FOR, "suggestion", "directive", "shortfall"),
    better="higher",
)

ratio_of(
    "violation.per_thousand_shifts",
    "每千工“三违”",
    over="violation.all",
    under="attendance.shifts",
    definition="每一千个出勤工发生多少起经认定的“三违”",
    unit="起",
    better="lower",
    scale=1000,
    places=2,
    outcome=True,
)
