"""Demo sign-ins: one account per kind of reader, one known password. Never on a real mine's data."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from pithead.demo.people import Staff
from pithead.kernel import audit
from pithead.org.access import RoleCode, system
from pithead.org.models import Person, Unit, User

PASSWORD = "Pithead-Demo-2026"  # noqa: S105 — printed for everybody to see
SALT = "pithead demo salt"  # fixed: the same demo is the same bytes

# The demo may play on a day long ago, and everybody knows the password anyway: it never falls due.
NEVER_DUE = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class SignIn:
    role: str
    staff_no: str
    name: str
    password: str
    try_this: str


# role label, the post that finds the person (the holder of that job, if there is one; None: an ordinary worker of that crew),
# what to try first. New ones come last: a demo that was loaded before has the accounts of its day, in this order.
WHO: tuple[tuple[str, RoleCode | None, str, str], ...] = (
    ("党委工作部干事", RoleCode.PARTY_OFFICER, "PTY", "看上月排名和每一分的原因，出通报；看本月哪些科室还没有打分"),
    (
        "安全科考核员",
        RoleCode.ASSESSOR,
        "SAF",
        "在打分表里看系统已记的事故和三违，不合情理的写理由改，再记一条扣分；在问题台账里复查、销号，导入隐患台账",
    ),
    ("生产科考核员", RoleCode.ASSESSOR, "PRO", "本月还没有打分，从 Excel 导入或逐格填写"),
    ("矿领导", RoleCode.MINE_LEADER, "QSY", "看全矿趋势，审核结果；在煤四队的页面找被一票否决的那个月"),
    ("区队长", RoleCode.SECTION_HEAD, "ZC2", "看综采二队每个月的名次，差在哪几条；在“我的事”里分派隐患、报整改完成"),
    (
        "支部书记",
        RoleCode.BRANCH_SECRETARY,
        "ZB01",
        "看支部星级和所服务区队的得分；在“履责”里做一次走动管理，看六项责任",
    ),
    ("班组长", RoleCode.CREW_LEADER, "ZC1-1", "看本班组的得分和原因；在“履责”里开班前会，没有变化点一下就行"),
    ("人力资源干事", RoleCode.HR_OFFICER, "HR", "导入花名册，给职工发启用码"),
    ("审计员", RoleCode.AUDITOR, "QSY", "看操作日志：谁在什么时候改了什么"),
    ("职工", None, "ZC1-1", "用一句话上报一条隐患，匿名提一条意见；看制度和已定的结果"),
    ("安全副矿长", RoleCode.MINE_LEADER, "QSY", "在“我的事”里裁定一起三违的申诉；复查安全科自己发现的隐患，销号"),
    ("总工程师", RoleCode.MINE_LEADER, "QSY", "安全科提请定为重大的隐患，由您确认"),
)


def open_accounts(*, at: dt.datetime, mine: Unit, staff: Staff) -> tuple[SignIn, ...]:
    """The accounts as they are after activation; the password is hashed once for all."""
    found = [(label, _person(staff, label, role, unit), hint) for label, role, unit, hint in WHO]
    hashed = make_password(PASSWORD, salt=SALT)
    User.objects.bulk_create(
        [
            User(person=person, sign_in=f"{mine.code}/{person.staff_no}", password=hashed, password_set_at=NEVER_DUE)
            for _, person, _ in found
        ]
    )
    changes = [audit.Change("account", person.staff_no, person.name) for _, person, _ in found]
    audit.write_many(by=system(mine), at=at, mine=mine.code, action="account.activated", changes=changes)
    return tuple(SignIn(label, person.staff_no, person.name, PASSWORD, hint) for label, person, hint in found)


def standing_sign_ins(mine: Unit) -> tuple[SignIn, ...]:
    """The same list for a demo mine that was loaded before."""
    people = Person.objects.filter(mine=mine, account__isnull=False).order_by("account__pk")
    return tuple(
        SignIn(label, person.staff_no, person.name, PASSWORD, hint)
        for (label, _, _, hint), person in zip(WHO, people, strict=False)
    )


def _person(staff: Staff, label: str, role: RoleCode | None, unit: str) -> Person:
    if role is not None:
        return next((one for one in staff.holders[role, unit] if one.job == label), staff.first(role, unit))
    posted = {person.pk for people in staff.holders.values() for person in people}
    return next(
        person for person in staff.people if person.unit and person.unit.code == unit and person.pk not in posted
    )
