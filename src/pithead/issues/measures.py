"""Figures out of matters (domain 3.2 B1–B3, E2; mission rows 16, 28, 35). Units are measured by what stays open, comes late or
returns; what was found is never a figure here.
"""

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


def _facts(rows: "QuerySet[Issue]", **more: Any) -> Facts:
    seen = lambda found, actor: found.visible_to(actor)  # noqa: E731
    return Facts(rows.select_related("place"), _line, seen=seen, order=("-found_at", "pk"), **more)


# ── hazards ──
@measure(
    "hazard.on_time",
    "隐患按期闭环率",
    definition="当月销号的隐患里，从来没有超过整改期限的占多少",
    unit="%",
    kind="ratio",
    better="higher",
    scale=100,
    outcome=True,
)
def hazard_on_time(asked: Asked) -> Facts:
    rows = counted.ended(asked.mine, "hazard", asked.since, asked.before)
    return _facts(rows, num=Count("pk", filter=counted.in_time(asked.mine, "hazard")), den=Count("pk"))


@measure(
    "hazard.overdue",
    "超期隐患",
    definition="当月到期没有整改完的隐患，后来整改了的也算",
    unit="条",
    better="lower",
    outcome=True,
)
def hazard_overdue(asked: Asked) -> Facts:
    return _facts(counted.overdue(asked.mine, "hazard", asked.since, asked.before))


@measure(
    "hazard.overdue_bad",
    "超期隐患（B级及以上）",
    definition="当月到期没有整改完的 B 级、A 级和重大隐患",
    unit="条",
    better="lower",
    outcome=True,
)
def hazard_overdue_bad(asked: Asked) -> Facts:
    rows = counted.overdue(asked.mine, "hazard", asked.since, asked.before)
    return _facts(rows.filter(grade__in=BAD_GRADES))


@measure(
    "hazard.recheck_failed",
    "复查不合格的隐患",
    definition="当月报了整改完成、复查时没有通过的隐患",
    unit="条",
    better="lower",
    outcome=True,
)
def hazard_recheck_failed(asked: Asked) -> Facts:
    return _facts(counted.failed_recheck(asked.mine, "hazard", asked.since, asked.before))


@measure(
    "hazard.came_back",
    "反复出现的隐患",
    definition="当月发现、同一地点同一分类在规定天数里出现过的隐患",
    unit="条",
    better="lower",
    outcome=True,
)
def hazard_came_back(asked: Asked) -> Facts:
    return _facts(counted.came_back(asked.mine, asked.since, asked.before))


@measure(
    "hazard.late_or_back",
    "超期与反复隐患",
    definition="当月到期没有整改完的，加上当月发现、以前出现过的；同一条只算一次",
    unit="条",
    better="lower",
    outcome=True,
)
def hazard_late_or_back(asked: Asked) -> Facts:
    late = counted.overdue(asked.mine, "hazard", asked.since, asked.before)
    back = counted.came_back(asked.mine, asked.since, asked.before)
    either = Q(pk__in=late.values("pk")) | Q(pk__in=back.values("pk"))
    return _facts(Issue.objects.filter(either, mine=asked.mine, kind="hazard"))


# ── accidents and violations ──
def _confirmed(code: str, label: str, kind: str, grades: tuple[str, ...]) -> None:
    """One figure of what the office in charge confirmed, of these grades."""
    words = "、".join(WORKFLOWS[kind].grades[grade] for grade in grades)

    @measure(
        code,
        label,
        definition=f"当月发生、经主管科室认定的{WORKFLOWS[kind].label}（{words}）",
        unit="起",
        better="lower",
        outcome=True,
    )
    def found(asked: Asked) -> Facts:
        rows = counted.confirmed(asked.mine, kind, asked.since, asked.before)
        return _facts(rows.filter(grade__in=grades))


_confirmed("incident.all", "事故", "incident", ("equipment", "minor_injury", "serious_injury", "fatal"))
_confirmed("incident.minor_injury", "轻伤事故", "incident", ("minor_injury",))
_confirmed("incident.equipment", "非伤亡事故", "incident", ("equipment",))
_confirmed("violation.all", "“三违”", "violation", ("minor", "general", "serious"))
_confirmed("violation.serious", "严重“三违”", "violation", ("serious",))
_confirmed("violation.general", "一般“三违”", "violation", ("general",))
_confirmed("violation.minor", "轻微“三违”", "violation", ("minor",))


@measure(
    "violation.of_members",
    "党员违章",
    definition="当月发生、经认定的“三违”里，当事人是党员的",
    unit="起",
    better="lower",
    outcome=True,
)
def violation_of_members(asked: Asked) -> Facts:
    rows = counted.confirmed(asked.mine, "violation", asked.since, asked.before)
    members = Person.objects.filter(mine=asked.mine, political_status__in=PARTY_MEMBERS)
    who = members.annotate(who=Cast("pk", CharField())).values("who")
    named = Involved.objects.filter(mine=asked.mine, role=Role.SUBJECT, who__in=who)
    return _facts(rows.filter(pk__in=named.values("issue")))


@measure(
    "violation.in_zones",
    "党员责任区里的“三违”",
    definition="当月发生、经认定的“三违”里，地点登记在党员责任区的",
    unit="起",
    better="lower",
    outcome=True,
)
def violation_in_zones(asked: Asked) -> Facts:
    rows = counted.confirmed(asked.mine, "violation", asked.since, asked.before)
    return _facts(rows.filter(place__kind=PlaceKind.ZONE))


@measure(
    "violation.mentoring_late",
    "帮教没有按期做完",
    definition="当月到期还没有做完帮教的“三违”",
    unit="起",
    better="lower",
    outcome=True,
)
def violation_mentoring_late(asked: Asked) -> Facts:
    return _facts(counted.overdue(asked.mine, "violation", asked.since, asked.before))


# ── what people ask for ──
@measure(
    "request.solved",
    "办结的职工诉求",
    definition="当月办结、本人或回访认可的诉求和困难",
    unit="件",
    better="higher",
    outcome=True,
)
def request_solved(asked: Asked) -> Facts:
    return _facts(_asked_for(asked).filter(verified=True))


@measure(
    "request.on_time",
    "职工诉求按期办结率",
    definition="当月办结的诉求和困难里，从来没有超过答复、办理期限的占多少",
    unit="%",
    kind="ratio",
    better="higher",
    scale=100,
    outcome=True,
)
def request_on_time(asked: Asked) -> Facts:
    both = counted.in_time(asked.mine, "request") & counted.in_time(asked.mine, "difficulty")
    return _facts(_asked_for(asked), num=Count("pk", filter=both), den=Count("pk"))


@measure(
    "request.overdue",
    "超期的职工诉求",
    definition="当月到期没有答复或没有办完的诉求和困难",
    unit="件",
    better="lower",
    outcome=True,
)
def request_overdue(asked: Asked) -> Facts:
    late = [counted.overdue(asked.mine, kind, asked.since, asked.before) for kind in ("request", "difficulty")]
    either = Q(pk__in=late[0].values("pk")) | Q(pk__in=late[1].values("pk"))
    return _facts(Issue.objects.filter(either, mine=asked.mine))


def _left(code: str, label: str, kind: str, definition: str) -> None:
    """Of one kind only, where clauses tell them apart: nothing counts under two."""

    @measure(code, label, definition=definition, unit="件", better="lower", outcome=True)
    def found(asked: Asked) -> Facts:
        return _facts(counted.overdue(asked.mine, kind, asked.since, asked.before))


_left("request.unanswered", "没有按期答复的诉求", "request", "当月到期没有答复或没有办完的诉求；求助的困难另算")
_left("difficulty.overdue", "没有按期答复的困难", "difficulty", "当月到期没有答复或没有办完的困难、求助；诉求另算")
_left("suggestion.overdue", "到期没有做成的建议", "suggestion", "当月到期没有研究，或采纳了没有按期做成的建议")


def _asked_for(asked: Asked) -> "QuerySet[Issue]":
    rows = Issue.objects.filter(mine=asked.mine, kind__in=("request", "difficulty"))
    return rows.filter(closed_at__gte=asked.since, closed_at__lt=asked.before).exclude(state__in=counted.GONE)


@measure(
    "suggestion.adopted",
    "采纳并落实的建议",
    definition="当月落实、经核实的建议",
    unit="件",
    better="higher",
    outcome=True,
)
def suggestion_adopted(asked: Asked) -> Facts:
    return _facts(counted.ended(asked.mine, "suggestion", asked.since, asked.before).filter(verified=True))


@measure(
    "matter.solved",
    "解决的问题",
    definition="当月办结并经核实的隐患、诉求、困难、建议和督办事项",
    unit="件",
    better="higher",
)
def matter_solved(asked: Asked) -> Facts:
    kinds = ("hazard", "request", "difficulty", "suggestion", "directive", "shortfall")
    rows = Issue.objects.filter(mine=asked.mine, kind__in=kinds, verified=True)
    rows = rows.filter(closed_at__gte=asked.since, closed_at__lt=asked.before)
    return _facts(rows.exclude(state__in=counted.GONE))


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
