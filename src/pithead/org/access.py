"""Who may do what, and how far. A role declares capabilities with their reach; one resolver feeds `can` and `scope`.

Roles come from dated posts, so "who might do that in May" has an answer. Everybody is a worker. Those to whom a thing is
not visible get 404; those who see it but may not change it get 403 from the action.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from pithead.org.models import Person, Post, Serves, Unit

Q_ = TypeVar("Q_", bound="models.QuerySet[Any]")
NOBODY = Q(pk__in=())


class Capability(StrEnum):
    """What can be allowed. The label is what the generated table in the docs says."""

    label: str

    def __new__(cls, value: str, label: str) -> "Capability":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    UNIT_VIEW = "unit.view", "看组织机构"
    PERSON_VIEW = "person.view", "看人员"
    ORG_EDIT = "org.edit", "改机构、日历、班制、地点、请假"
    ROSTER_IMPORT = "roster.import", "导入花名册"
    ACCOUNT_ACTIVATE = "account.activate", "发放账号启用码"
    RULE_VIEW = "rule.view", "看制度"
    RULE_EDIT = "rule.edit", "录入制度"
    STANDARD_VIEW = "standard.view", "看考核标准"
    STANDARD_ISSUE = "standard.issue", "发布考核标准"
    RESULT_VIEW = "result.view", "看已定结果"
    DRAFT_VIEW = "draft.view", "看未定结果"
    SCORE_ENTER = "score.enter", "打分"
    CYCLE_RUN = "cycle.run", "开启、关闭考核"
    CYCLE_REVIEW = "cycle.review", "审核考核结果"
    CYCLE_APPROVE = "cycle.approve", "记录联席会审定"
    CYCLE_FINALISE = "cycle.finalise", "确定考核结果"
    APPEAL_MAKE = "appeal.make", "代表单位提出申诉"
    APPEAL_DECIDE = "appeal.decide", "裁定申诉"
    FAIRNESS_VIEW = "fairness.view", "看打分公正性分析"
    BULLETIN_ISSUE = "bulletin.issue", "出通报"
    TEXT_ERASE = "text.erase", "清除公开理由里的个人信息"
    ISSUE_RAISE = "issue.raise", "上报问题、提意见"
    ISSUE_VIEW = "issue.view", "看有关的问题"
    ISSUE_HANDLE = "issue.handle", "处理本单位的问题"
    ISSUE_OVERSEE = "issue.oversee", "分派、认定、复查主管的问题"
    ISSUE_SETTINGS = "issue.settings", "改各类问题的期限和岗位"
    MATTER_READ = "matter.read", "看帮扶和矛盾，每次留痕"
    PRACTICE_VIEW = "practice.view", "看工作法和履责要求"
    PRACTICE_EDIT = "practice.edit", "改履责要求，导入工作法"
    PRACTICE_APPROVE = "practice.approve", "批准超出填报上限的要求"
    METHOD_ADOPT = "method.adopt", "采用、退出工作法"
    BOND_EDIT = "bond.edit", "安排责任区、示范岗和包保"
    CHECK_PLAN = "check.plan", "安排对区队的检查"
    RECORD_MAKE = "record.make", "填写自己岗位的履责记录"
    RECORD_IMPORT = "record.import", "导入上级系统已有的记录"
    DUTY_VIEW = "duty.view", "看履责情况和公开的记录"
    FIGURE_VIEW = "figure.view", "看指标和工作台"
    FIGURE_ENTER = "figure.enter", "录入、导入、更正本科室的外来数据"
    FIGURE_CLOSE = "figure.close", "按月关账、重新打开"
    FIGURE_SETTINGS = "figure.settings", "改外来数据的项目和归口科室"
    KEY_MANAGE = "key.manage", "发放、吊销接口密钥"
    AUDIT_VIEW = "audit.view", "看操作日志"


class Reach(StrEnum):
    label: str

    def __new__(cls, value: str, label: str) -> "Reach":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    SELF = "self", "本人"
    SUBTREE = "subtree", "本单位及下级"
    SERVED = "served", "本单位和所服务的单位"
    ASSIGNED = "assigned", "所包保的单位"
    OFFICE = "office", "本科室负责的项目"
    MINE = "mine", "全矿"


class RoleCode(StrEnum):
    WORKER = "worker"
    CREW_LEADER = "crew_leader"
    DEPUTY_CREW_LEADER = "deputy_crew_leader"
    SECTION_HEAD = "section_head"
    DEPUTY_SECTION_HEAD = "deputy_section_head"
    SECTION_CLERK = "section_clerk"
    BRANCH_SECRETARY = "branch_secretary"
    ASSESSOR = "assessor"
    LIAISON_OFFICER = "liaison_officer"
    PARTY_OFFICER = "party_officer"
    HR_OFFICER = "hr_officer"
    MINE_LEADER = "mine_leader"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Role:
    label: str
    description: str
    grants: Mapping[Capability, Reach]


C, R = Capability, Reach
_OWN_PEOPLE = {C.PERSON_VIEW: R.SUBTREE, C.ISSUE_VIEW: R.SUBTREE}
_LEADS = {**_OWN_PEOPLE, C.ISSUE_HANDLE: R.SUBTREE, C.DUTY_VIEW: R.SUBTREE, C.FIGURE_VIEW: R.SUBTREE}
_SPEAKS_FOR_UNIT = {**_LEADS, C.APPEAL_MAKE: R.SUBTREE}
_OFFICE_WORK = {C.ISSUE_VIEW: R.OFFICE, C.ISSUE_HANDLE: R.OFFICE, C.ISSUE_OVERSEE: R.OFFICE}

ROLES: Mapping[RoleCode, Role] = {
    RoleCode.WORKER: Role(
        "职工",
        "每个人都是职工：看得到组织、制度、标准和已定的结果，以及自己的资料",
        {
            C.UNIT_VIEW: R.MINE,
            C.PERSON_VIEW: R.SELF,
            C.RULE_VIEW: R.MINE,
            C.STANDARD_VIEW: R.MINE,
            C.RESULT_VIEW: R.MINE,
            C.ISSUE_RAISE: R.MINE,
            C.PRACTICE_VIEW: R.MINE,
            C.RECORD_MAKE: R.MINE,
        },
    ),
    RoleCode.CREW_LEADER: Role("班组长", "带一个班组", _SPEAKS_FOR_UNIT),
    RoleCode.DEPUTY_CREW_LEADER: Role("副班长", "协助班组长", _LEADS),
    RoleCode.SECTION_HEAD: Role(
        "区队长",
        "区队行政负责人",
        {**_SPEAKS_FOR_UNIT, C.MATTER_READ: R.SUBTREE, C.METHOD_ADOPT: R.SUBTREE, C.BOND_EDIT: R.SUBTREE},
    ),
    RoleCode.DEPUTY_SECTION_HEAD: Role("副区队长", "区队副职", _SPEAKS_FOR_UNIT),
    RoleCode.SECTION_CLERK: Role(
        "区队核算员", "区队的内业", {**_OWN_PEOPLE, C.DUTY_VIEW: R.SUBTREE, C.FIGURE_VIEW: R.SUBTREE}
    ),
    RoleCode.BRANCH_SECRETARY: Role(
        "支部书记",
        "党支部负责人，服务一个或几个区队",
        {
            **dict.fromkeys((C.PERSON_VIEW, C.APPEAL_MAKE, C.ISSUE_VIEW, C.ISSUE_HANDLE, C.MATTER_READ), R.SERVED),
            **dict.fromkeys((C.DUTY_VIEW, C.FIGURE_VIEW, C.METHOD_ADOPT, C.BOND_EDIT), R.SERVED),
            C.RECORD_IMPORT: R.SUBTREE,
        },
    ),
    RoleCode.ASSESSOR: Role(
        "科室考核员",
        "按标准给各单位打本科室负责的分，分派、复查本科室主管的问题",
        {
            **dict.fromkeys((C.SCORE_ENTER, C.MATTER_READ, C.CHECK_PLAN, C.FIGURE_ENTER), R.OFFICE),
            **dict.fromkeys((C.DUTY_VIEW, C.FIGURE_VIEW), R.MINE),
            **_OFFICE_WORK,
        },
    ),
    RoleCode.LIAISON_OFFICER: Role(
        "包保人员",
        "科室里联系区队的人",
        {
            **dict.fromkeys((C.PERSON_VIEW, C.ISSUE_VIEW, C.DUTY_VIEW, C.FIGURE_VIEW), R.ASSIGNED),
            C.CHECK_PLAN: R.OFFICE,
        },
    ),
    RoleCode.PARTY_OFFICER: Role(
        "党委工作部干事",
        "组织考核：开启、催办、汇总、出通报；代录纸面打分",
        {
            C.PERSON_VIEW: R.MINE,
            C.RULE_EDIT: R.MINE,
            C.STANDARD_ISSUE: R.MINE,
            C.DRAFT_VIEW: R.MINE,
            C.SCORE_ENTER: R.MINE,
            C.CYCLE_RUN: R.MINE,
            C.CYCLE_APPROVE: R.MINE,
            C.CYCLE_FINALISE: R.MINE,
            C.APPEAL_DECIDE: R.MINE,
            C.FAIRNESS_VIEW: R.MINE,
            C.BULLETIN_ISSUE: R.MINE,
            C.TEXT_ERASE: R.MINE,
            C.ISSUE_SETTINGS: R.MINE,
            C.MATTER_READ: R.OFFICE,
            C.PRACTICE_EDIT: R.MINE,
            C.RECORD_IMPORT: R.MINE,
            C.METHOD_ADOPT: R.MINE,
            C.BOND_EDIT: R.MINE,
            C.CHECK_PLAN: R.OFFICE,
            C.DUTY_VIEW: R.MINE,
            C.FIGURE_VIEW: R.MINE,
            C.FIGURE_ENTER: R.MINE,
            C.FIGURE_CLOSE: R.MINE,
            C.FIGURE_SETTINGS: R.MINE,
            C.KEY_MANAGE: R.MINE,
            **_OFFICE_WORK,
        },
    ),
    RoleCode.HR_OFFICER: Role(
        "人力资源干事",
        "管花名册、机构和账号",
        {C.PERSON_VIEW: R.MINE, C.ROSTER_IMPORT: R.MINE, C.ORG_EDIT: R.MINE, C.ACCOUNT_ACTIVATE: R.MINE},
    ),
    RoleCode.MINE_LEADER: Role(
        "矿领导",
        "审核、确定结果；在公司任职的看得到下属各矿",
        {
            C.PERSON_VIEW: R.MINE,
            C.DRAFT_VIEW: R.MINE,
            C.CYCLE_REVIEW: R.MINE,
            C.CYCLE_APPROVE: R.MINE,
            C.CYCLE_FINALISE: R.MINE,
            C.APPEAL_DECIDE: R.MINE,
            C.FAIRNESS_VIEW: R.MINE,
            C.BULLETIN_ISSUE: R.MINE,
            C.ISSUE_VIEW: R.MINE,
            C.ISSUE_OVERSEE: R.MINE,
            C.PRACTICE_APPROVE: R.MINE,
            C.DUTY_VIEW: R.MINE,
            C.FIGURE_VIEW: R.MINE,
        },
    ),
    RoleCode.ADMINISTRATOR: Role(
        "系统管理员",
        "管账号、接口和基础数据，看不到日志，也不能打分",
        {C.ORG_EDIT: R.MINE, C.ACCOUNT_ACTIVATE: R.MINE, C.KEY_MANAGE: R.MINE},
    ),
    RoleCode.AUDITOR: Role("审计员", "只看操作日志，核对封存", {C.AUDIT_VIEW: R.MINE}),
}


@dataclass(frozen=True)
class Scope:
    """How far one capability reaches for one actor. `paths` are prefixes of `Unit.path`."""

    paths: tuple[str, ...] = ()
    person_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.paths or self.person_id)

    def covers(self, unit: Unit) -> bool:
        return any(unit.path.startswith(path) for path in self.paths)

    def units(self, rows: Q_, field_name: str = "path") -> Q_:
        """Limit a queryset to what is in reach; `field_name` leads to the unit's path: `unit__path`."""
        return rows.filter(self._within(field_name))

    def people(self, rows: Q_) -> Q_:
        """Those in reach; who belongs to no unit (a mine leader, somebody who left) is in reach with the whole mine."""
        without_unit = Q(unit=None) & self._within("mine__path")
        return rows.filter(self._within("unit__path") | without_unit | Q(pk=self.person_id))

    def _within(self, field_name: str) -> Q:
        within = NOBODY
        for path in self.paths:
            within |= Q(**{f"{field_name}__startswith": path})
        return within


@dataclass(frozen=True)
class Grant:
    role: RoleCode
    unit: Unit


@dataclass(frozen=True)
class Actor:
    """The person who acts, with the posts held at that time. `mine` is the tenant everything happens in."""

    mine: Unit
    staff_no: str
    name: str
    person_id: int | None = None
    grants: tuple[Grant, ...] = ()
    served: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # unit id → paths it serves
    is_system: bool = False
    face: str = "cli"
    source: str = ""

    def scope(self, capability: Capability) -> Scope:
        if self.is_system:
            return Scope(paths=(self.mine.path,))
        paths: set[str] = set()
        person_id = None
        for grant in self.grants:
            match ROLES[grant.role].grants.get(capability):
                case None:
                    continue
                case Reach.SELF:
                    person_id = self.person_id
                case Reach.SUBTREE | Reach.OFFICE:
                    paths.add(grant.unit.path)
                case Reach.SERVED:
                    paths.update((grant.unit.path, *self.served.get(grant.unit.pk, ())))
                case Reach.ASSIGNED:
                    paths.update(self.served.get(grant.unit.pk, ()))
                case Reach.MINE:
                    paths.add(grant.unit.mine.path if grant.unit.mine else grant.unit.path)
        return Scope(tuple(sorted(paths)), person_id)

    def can(self, capability: Capability, unit: Unit | None = None) -> bool:
        """May do it to `unit`; without a unit: may do it anywhere."""
        scope = self.scope(capability)
        return scope.covers(unit) if unit is not None else bool(scope)

    def require(self, capability: Capability, unit: Unit | None = None) -> None:
        """Raises `PermissionDenied` in words."""
        if not self.can(capability, unit):
            raise PermissionDenied(f"{self.name}没有“{capability.label}”的权限")

    @property
    def roles(self) -> tuple[RoleCode, ...]:
        return tuple(grant.role for grant in self.grants)


def system(mine: Unit) -> Actor:
    """The command line without `--as`, scheduled work, the demo: may do everything in one mine, and the log says so."""
    return Actor(mine=mine, staff_no="system", name="系统", is_system=True)


def actor_for(person: Person, *, on: dt.date, face: str, source: str = "") -> Actor:
    """The person's rights on a date: one query for posts, one for served units when a post serves any."""
    posts = list(Post.objects.on(on).filter(person=person).select_related("unit__mine"))
    grants = (Grant(RoleCode.WORKER, person.mine), *(Grant(RoleCode(post.role), post.unit) for post in posts))
    return Actor(
        mine=person.mine,
        staff_no=person.staff_no,
        name=person.name,
        person_id=person.pk,
        grants=grants,
        served=_served_by(grants, on),
        face=face,
        source=source,
    )


def _served_by(grants: Iterable[Grant], on: dt.date) -> dict[int, tuple[str, ...]]:
    wanted = {
        grant.unit.pk for grant in grants if {Reach.SERVED, Reach.ASSIGNED} & set(ROLES[grant.role].grants.values())
    }
    if not wanted:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    for server_id, path in Serves.objects.on(on).filter(server__in=wanted).values_list("server_id", "unit__path"):
        found[server_id] = (*found.get(server_id, ()), path)
    return found


class ActorRequest(HttpRequest):
    """A request of somebody signed in: the desk's middleware puts the actor there."""

    actor: Actor


View = Callable[..., HttpResponseBase]


def page(capability: Capability | None) -> Callable[[View], View]:
    """Declare what a page asks of its reader; without it anywhere, the page does not exist. None: everybody signed in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if capability is not None and not request.actor.can(capability):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate
