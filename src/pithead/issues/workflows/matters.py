"""Confidential kinds: care 帮扶 for workers at risk (domain 5.12) and disputes 矛盾 (5.14). No score about a person anywhere."""

from pithead.issues.workflows.shared import CLOSED, VOID
from pithead.issues.workflows.table import Demand, Kind, Move, Relation, State, Visibility, Workflow

R, D = Relation, Demand
HELPERS = (R.SECTION_HEAD, R.SECRETARY, R.OFFICE, R.MENTOR)
LIFT = (R.SECTION_HEAD, R.OFFICE)
OPEN_CARE = ("found", "helping")
RESTRICTED = ("restrict", "stop")
# There are always two to lift and to close: offices have no section head, and a section head may be the one concerned.
TWO = {R.SECTION_HEAD: (R.SECRETARY, R.LEADER)}

CARE = Workflow(
    Kind.CARE,
    line="看到了什么情况，为什么要帮",
    example="连着几个班没有休息好，下井前说头晕",
    visibility=Visibility.NAMED,
    confidential=True,
    erases=True,
    grades={"watch": "关注", "restrict": "限岗", "stop": "停止入井"},
    categories={
        "thinking": "安全意识弱",
        "technique": "技能弱",
        "family": "家庭变故",
        "health": "身体不适",
        "mind": "情绪波动",
        "attendance": "出勤不稳",
        "new": "新上岗或转岗",
        "returned": "长假复岗",
    },
    raised_by=(R.HEAD, R.OFFICE),
    roles=("subject", "mentor"),
    needs_subject=True,
    states=(
        State("found", "待定方案", clock="plan"),
        State("helping", "帮扶中", clock="review"),
        State("restored", "已转化", end=True),
        VOID,
    ),
    moves=(
        Move(
            "plan",
            "一人一策",
            ("found",),
            "helping",
            who=(*LIFT, R.SECRETARY),
            never=(R.CONCERNED,),
            demands=(D.NOTE, D.MENTOR),
        ),
        Move("review", "帮扶小结", ("helping",), who=HELPERS, never=(R.CONCERNED,), demands=(D.NOTE,), restarts=True),
        # Stopping is one person's word; lifting takes the section head and the safety office, each for himself.
        Move(
            "tighten",
            "加严",
            OPEN_CARE,
            who=HELPERS,
            never=(R.CONCERNED,),
            demands=(D.GRADE,),
            to_grades=("restrict", "stop"),
            upward=True,
        ),
        Move(
            "propose_lift",
            "提请解除限制",
            OPEN_CARE,
            who=LIFT,
            stands_in=TWO,
            never=(R.CONCERNED,),
            demands=(D.NOTE,),
            grades=RESTRICTED,
        ),
        Move(
            "lift",
            "解除限制",
            OPEN_CARE,
            who=LIFT,
            stands_in=TWO,
            never=(R.CONCERNED,),
            seconds="propose_lift",
            grades=RESTRICTED,
            sets_grade="watch",
        ),
        Move(
            "propose_restored",
            "提请结案",
            ("helping",),
            who=(R.SECTION_HEAD, R.SECRETARY, R.OFFICE),
            stands_in=TWO,
            never=(R.CONCERNED,),
            demands=(D.NOTE,),
        ),
        Move(
            "restore",
            "确认转化，结案",
            ("helping",),
            "restored",
            who=(R.SECTION_HEAD, R.SECRETARY, R.OFFICE),
            stands_in=TWO,
            never=(R.FINDER, R.CONCERNED),
            grades=("watch",),
            seconds="propose_restored",
            verifies=True,
        ),
        Move("dismiss", "不需要帮扶", ("found",), "void", who=LIFT, never=(R.CONCERNED,), grades=("watch",)),
    ),
)

DISPUTE = Workflow(
    Kind.DISPUTE,
    line="为什么事，闹到哪一步",
    example="外委工人反映两个月工资没有发",
    visibility=Visibility.NAMED,
    confidential=True,
    erases=True,
    grades={"section": "区队级", "mine": "矿级", "above": "矿以上"},
    categories={
        "pay": "工资",
        "injury": "工伤",
        "housing": "住房",
        "post": "岗位",
        "outsourcing": "外委用工",
        "family": "家庭",
        "neighbour": "邻里土地",
        "other": "其他",
    },
    raised_by=(R.SECTION_HEAD, R.SECRETARY, R.OFFICE),
    roles=("subject",),
    led_by_leaders=("mine", "above"),
    sparse=("people", "file_no"),
    states=(
        State("registered", "待定方案", clock="report"),
        State("settling", "化解中", clock="settle"),
        State("settled", "待回访", clock="revisit"),
        CLOSED,
        VOID,
    ),
    moves=(
        # A big one is followed by a leader in person: the owner of 矿级 and above is one, and has been there himself.
        Move(
            "plan",
            "化解和应急方案",
            ("registered", "settling"),
            "settling",
            who=(R.SECTION_HEAD, R.SECRETARY, R.OFFICE, R.LEADER),
            demands=(D.OWNER, D.PLAN),
        ),
        Move(
            "hand_up",
            "上交一级",
            ("registered", "settling"),
            "registered",
            who=(R.SECTION_HEAD, R.SECRETARY, R.OFFICE),
            demands=(D.GRADE,),
            to_grades=("mine", "above"),
            upward=True,
        ),
        Move("track", "跟踪一次", ("settling",), who=(R.OWNER, R.SECTION_HEAD, R.SECRETARY, R.OFFICE)),
        Move(
            "settle",
            "已化解",
            ("settling",),
            "settled",
            who=(R.OWNER, R.SECTION_HEAD, R.SECRETARY, R.OFFICE),
            owner_first={"mine": "track", "above": "track"},
            fixes=True,
        ),
        Move(
            "revisited",
            "回访平稳，销号",
            ("settled",),
            "closed",
            who=(R.SECRETARY, R.SECTION_HEAD, R.OFFICE),
            never=(R.FINDER, R.OWNER, R.RECTIFIER),
            verifies=True,
        ),
        Move("recur", "出现反复", ("settled", "closed"), "settling", who=(R.SECTION_HEAD, R.SECRETARY, R.OFFICE)),
        Move("dismiss", "登记有误", ("registered",), "void", who=(R.OFFICE,)),
    ),
)
