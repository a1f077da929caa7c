"""What people say: suggestions 建议, requests 诉求, difficulties 困难 and complaints 意见. Whoever spoke hears the end of it."""

from pithead.issues.workflows.shared import CLOSED, MERGED, WAITING, comment, extend, hand_on, rehome, waits
from pithead.issues.workflows.table import Demand, Kind, Move, Relation, State, Visibility, Workflow

R, D = Relation, Demand
DECLINED = State("declined", "未采纳", end=True)
# Whoever writes down what somebody else said names him, and he is the one who is told and may reopen.
SAID_BY = ("author",)

SUGGESTION = Workflow(
    Kind.SUGGESTION,
    line="建议怎么做，有什么好处",
    example="班前会改到七点半，下井不用再等罐",
    visibility=Visibility.OFFICE,
    roles=SAID_BY,
    anonymous=True,
    merges=True,
    erases=True,
    extensions=2,
    states=(
        State("received", "待研究", clock="answer"),
        State("accepted", "落实中", clock="rectify"),
        WAITING,
        State("done", "待核实", clock="recheck"),
        CLOSED,
        DECLINED,
        MERGED,
    ),
    moves=(
        Move("accept", "采纳", ("received",), "accepted", who=(R.OFFICE,), demands=(D.NOTE, D.OWNER, D.DUE)),
        Move("decline", "不采纳", ("received", "accepted"), "declined", who=(R.OFFICE,), demands=(D.NOTE,)),
        hand_on("accepted"),
        extend("accepted"),
        *waits("accepted"),
        Move("to_clause", "写进制度", ("accepted",), "done", who=(R.OFFICE, R.OWNER), demands=(D.CLAUSE,), fixes=True),
        Move("fix", "报完成", ("accepted",), "done", who=(R.OWNER, R.HEAD), demands=(D.NOTE,), fixes=True),
        Move(
            "pass",
            "核实，告知提出人",
            ("done",),
            "closed",
            who=(R.OFFICE,),
            never=(R.FINDER, R.OWNER, R.RECTIFIER),
            verifies=True,
        ),
        # Another date and perhaps another owner: as if it had just come in.
        Move(
            "fail",
            "没有落实",
            ("done",),
            "received",
            who=(R.OFFICE, R.FINDER),
            never=(R.OWNER, R.RECTIFIER),
            demands=(D.NOTE,),
        ),
        Move("reopen", "请再研究", ("closed", "declined"), "received", who=(R.FINDER, R.OFFICE), demands=(D.NOTE,)),
        comment("received", "accepted", "waiting", "done"),
    ),
)

# ── requests and difficulties: a promise, its date, and the person says whether it was kept ──
ASKED_STATES = (
    State("raised", "待答复", clock="answer"),
    State("promised", "办理中", clock="rectify"),
    WAITING,
    State("answered", "待本人认可", clock="recheck"),
    CLOSED,
    State("declined", "办不了，已说明", end=True),
    MERGED,
)
PROMISED = (
    Move(
        "promise",
        "承诺办理",
        ("raised",),
        "promised",
        who=(R.HEAD, R.SECRETARY, R.OFFICE, R.LEADER),
        demands=(D.NOTE, D.OWNER, D.DUE),
    ),
    hand_on("promised"),
    rehome("raised", "promised", back="raised"),
    extend("promised"),
    *waits("promised"),
    Move("answer", "办结答复", ("promised",), "answered", who=(R.OWNER, R.HEAD), demands=(D.NOTE,), fixes=True),
    Move("decline", "说明办不了", ("raised", "promised"), "declined", who=(R.OFFICE, R.LEADER), demands=(D.NOTE,)),
)
# Nobody is found to be content by those who promised it.
HEARD = (
    Move(
        "satisfied",
        "本人认可",
        ("answered",),
        "closed",
        who=(R.FINDER,),
        never=(R.OWNER, R.RECTIFIER),
        verifies=True,
    ),
    Move(
        "pass",
        "回访认可",
        ("answered",),
        "closed",
        who=(R.SECRETARY, R.OFFICE),
        never=(R.FINDER, R.OWNER, R.RECTIFIER),
        demands=(D.NOTE,),
        verifies=True,
    ),
    # The promise is gone: somebody makes another one.
    Move("fail", "没有办好", ("answered",), "raised", who=(R.FINDER, R.SECRETARY, R.OFFICE), demands=(D.NOTE,)),
    Move("reopen", "重新提出", ("closed", "declined"), "raised", who=(R.FINDER,), demands=(D.NOTE,)),
    comment("raised", "promised", "waiting", "answered"),
)


def _asked(kind: Kind, line: str, example: str, **categories: str) -> Workflow:
    return Workflow(
        kind,
        line=line,
        example=example,
        visibility=Visibility.UNIT,
        categories=categories,
        roles=SAID_BY,
        anonymous=True,
        merges=True,
        erases=True,
        extensions=2,
        states=ASKED_STATES,
        moves=(*PROMISED, *HEARD),
    )


REQUEST = _asked(
    Kind.REQUEST,
    "想解决什么事",
    "食堂夜班的饭菜是凉的",
    production="生产",
    pay="工资",
    welfare="福利",
    post="岗位",
    relations="人际关系",
    other="其他",
)
DIFFICULTY = _asked(
    Kind.DIFFICULTY,
    "有什么困难，缺什么",
    "检修班少两个人，备件也不齐",
    system="制度",
    measure="措施",
    resource="人力物力",
    other="其他",
)

COMPLAINT = Workflow(
    Kind.COMPLAINT,
    line="有什么意见",
    example="同一张表一个月要填两次",
    visibility=Visibility.OFFICE,
    anonymous=True,
    merges=True,
    erases=True,
    states=(
        State("received", "待答复", clock="answer"),
        State("answered", "已答复", clock="recheck"),
        CLOSED,
        MERGED,
    ),
    moves=(
        Move("answer", "答复", ("received",), "answered", who=(R.OFFICE, R.LEADER), demands=(D.NOTE,), fixes=True),
        Move("satisfied", "本人认可", ("answered",), "closed", who=(R.FINDER,), never=(R.RECTIFIER,), verifies=True),
        Move(
            "pass",
            "核实结案",
            ("answered",),
            "closed",
            who=(R.OFFICE, R.LEADER),
            never=(R.FINDER, R.RECTIFIER),
            verifies=True,
        ),
        Move("reopen", "不认可", ("answered", "closed"), "received", who=(R.FINDER,), demands=(D.NOTE,)),
        comment("received", "answered"),
    ),
)
