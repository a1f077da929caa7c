"""What the headings and words of a roster mean. All of it is data: a mine that says it otherwise is one more line here."""

import re
from collections.abc import Mapping

from pithead.kernel import workbooks
from pithead.org.access import RoleCode
from pithead.org.models import Specialty, UnitKind
from pithead.org.models.people import Employment, PoliticalStatus, Sex

# field → its headings; the first is its name in our sentences
WANTED: Mapping[str, tuple[str, ...]] = {
    "staff_no": ("工号", "员工编号", "职工编号", "人员编号", "员工工号", "职工号", "人员编码", "编码", "员工号"),
    "name": ("姓名", "员工姓名", "职工姓名", "人员姓名"),
    "sex": ("性别",),
    "employment": ("用工类别", "用工性质", "用工形式", "用工类型"),
    "education": ("文化程度", "学历", "最高学历"),
    "title": ("职务", "职务职称", "现任职务", "行政职务", "职务/职称", "职务、职称"),
    "unit": ("所属机构", "单位", "所在单位", "部门", "所属单位", "所属部门", "工作单位", "所在部门"),
    "section": ("区队", "所属区队", "所在区队", "区队名称"),
    "crew": ("班组", "所属班组", "所在班组", "班组名称"),
    "job": ("岗位", "工种", "确定岗位", "岗位名称", "岗位/工种", "岗位工种", "工种/岗位"),
    "post_since": ("定岗日期", "定岗时间", "任职时间", "任现职时间", "任职日期"),
    "id_number": ("身份证号", "身份证", "身份证号码", "公民身份号码", "证件号码"),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码"),
    "born_on": ("出生年月", "出生日期", "出生年月日", "出生时间"),
    "political_status": ("政治面貌",),
    "hired_on": ("入矿时间", "入矿日期", "入职时间", "入职日期", "进矿时间", "入矿年月"),
    "working_since": ("参加工作时间", "参加工作日期", "工作时间", "参工时间", "参加工作年月"),
}
REQUIRED = (("staff_no", "id_number"), "name", ("unit", "section", "crew"))
NOT_WORTH_NAMING = {"序号", "编号", workbooks.REASON_HEADING}  # dropped without a word

PLACEHOLDERS = {"/", "-", "—", "--", "——", "无", "空"}  # written where there is nothing to write

SEXES = {"男": Sex.MALE, "男性": Sex.MALE, "女": Sex.FEMALE, "女性": Sex.FEMALE}
EMPLOYMENTS = {
    **dict.fromkeys(("正", "正式", "正式工", "固定工", "合同工", "合同制", "全民"), Employment.FORMAL),
    **dict.fromkeys(("协", "协议", "协议工", "派遣", "劳务派遣", "派遣工", "劳务工"), Employment.AGENCY),
    **dict.fromkeys(("临", "临时", "临时工"), Employment.TEMPORARY),
}
POLITICAL_STATUSES = {
    **dict.fromkeys(("中共党员", "党员", "正式党员", "中国共产党党员"), PoliticalStatus.FULL_MEMBER),
    **dict.fromkeys(("预备党员", "中共预备党员"), PoliticalStatus.PROBATIONARY_MEMBER),
    **dict.fromkeys(("入党积极分子", "积极分子"), PoliticalStatus.APPLICANT),
    **dict.fromkeys(("共青团员", "团员"), PoliticalStatus.LEAGUE_MEMBER),
    **dict.fromkeys(("群众", "无党派", "无党派人士", "民主党派"), PoliticalStatus.NON_MEMBER),
}

# Titles that make somebody responsible, and for what kind of unit. Everything else is only text: 技术员, 主任, 科长 …
# A post gives rights, so a title must match whole.
TITLES: tuple[tuple[re.Pattern[str], RoleCode, UnitKind], ...] = (
    (re.compile(r"(区队长|队长|区长|厂长)"), RoleCode.SECTION_HEAD, UnitKind.SECTION),
    (
        re.compile(r"(生产|安全|机电|技术|跟班|经营|常务)?副(区队长|队长|区长|厂长)"),
        RoleCode.DEPUTY_SECTION_HEAD,
        UnitKind.SECTION,
    ),
    (re.compile(r"(核算员|区队核算员|办事员|内业)"), RoleCode.SECTION_CLERK, UnitKind.SECTION),
    (re.compile(r"(班组长|班长|组长)"), RoleCode.CREW_LEADER, UnitKind.CREW),
    (re.compile(r"副(班组长|班长|组长)"), RoleCode.DEPUTY_CREW_LEADER, UnitKind.CREW),
    (re.compile(r"(党支部|支部)书记"), RoleCode.BRANCH_SECRETARY, UnitKind.BRANCH),
)
# Posts that a later roster may end. A branch's secretary is elected: the roster appoints, but never removes.
ENDED_BY_ROSTER = frozenset(role for _, role, kind in TITLES if kind != UnitKind.BRANCH)

# The first word found in a section's name gives its specialty.
SPECIALTIES: tuple[tuple[str, Specialty], ...] = (
    ("综采", Specialty.EXTRACTION),
    ("采煤", Specialty.EXTRACTION),
    ("综放", Specialty.EXTRACTION),
    ("回采", Specialty.EXTRACTION),
    ("掘", Specialty.TUNNELLING),
    ("开拓", Specialty.TUNNELLING),
    ("通风", Specialty.VENTILATION),
    ("抽采", Specialty.VENTILATION),
    ("抽放", Specialty.VENTILATION),
    ("瓦斯", Specialty.VENTILATION),
    ("通防", Specialty.VENTILATION),
    ("运输", Specialty.HAULAGE),
    ("皮带", Specialty.HAULAGE),
    ("运搬", Specialty.HAULAGE),
    ("机电", Specialty.ELECTROMECHANICAL),
    ("机修", Specialty.ELECTROMECHANICAL),
    ("供电", Specialty.ELECTROMECHANICAL),
    ("安装", Specialty.ELECTROMECHANICAL),
    ("地测", Specialty.GEOLOGY),
    ("防治水", Specialty.GEOLOGY),
    ("探水", Specialty.GEOLOGY),
    ("选煤", Specialty.SURFACE),
    ("洗煤", Specialty.SURFACE),
    ("地面", Specialty.SURFACE),
    ("后勤", Specialty.SURFACE),
    ("车队", Specialty.SURFACE),
)
_HEADING_BY_NUMBER = re.compile(r"煤[一二三四五六七八九十\d]+队")  # 煤一队 drives headings in coal
OFFICE_NAME = re.compile(r".*(科|部|室|处|办|委|会|中心|领导)")
CREW_NAME = re.compile(r".+[班组]")
SECTION_AND_CREW = re.compile(r"(.+[队厂区])(.+[班组])")


def specialty_of(name: str) -> Specialty:
    for word, specialty in SPECIALTIES:
        if word in name:
            return specialty
    return Specialty.TUNNELLING if _HEADING_BY_NUMBER.fullmatch(name) else Specialty.OTHER


def role_of(title: str) -> tuple[RoleCode, UnitKind] | None:
    """The role a title gives and the kind of unit it is held in."""
    return next(((role, kind) for pattern, role, kind in TITLES if pattern.fullmatch(title)), None)
