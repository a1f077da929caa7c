"""The moves most kinds share: assigned, done, checked by somebody else, closed."""

from pithead.issues.workflows.table import Demand, Move, Relation, State

R, D = Relation, Demand
CLOSED = State("closed", "已销号", end=True)
VOID = State("void", "已作废", end=True)
MERGED = State("merged", "已并入", end=True)
WAITING = State("waiting", "暂停", stops=True)
INVOLVED = (R.FINDER, R.OWNER, R.HEAD, R.BODY, R.OFFICE, R.LEADER, R.CONCERNED)


def task_states(found: str = "待分派", done: str = "待复查") -> tuple[State, ...]:
    return (
        State("found", found, clock="assign"),
        State("assigned", "整改中", clock="rectify"),
        WAITING,
        State("rectified", done, clock="recheck"),
        CLOSED,
        VOID,
    )


def comment(*states: str) -> Move:
    return Move("comment", "补充说明", states, who=INVOLVED, demands=(D.NOTE,))


def extend(state: str = "assigned") -> Move:
    """Before the time is up, by those one level up."""
    return Move(
        "extend", "批准延期", (state,), who=(R.OFFICE, R.LEADER), never=(R.OWNER,), demands=(D.NOTE, D.DUE), within=True
    )


def hand_on(state: str = "assigned") -> Move:
    """Another owner, the same clock."""
    return Move("reassign", "改派", (state,), who=(R.HEAD, R.OFFICE), demands=(D.OWNER, D.NOTE))


def rehome(*states: str, back: str = "") -> Move:
    """Reported for the wrong unit, place or category. `back`: where whoever answers for it begins."""
    return Move("rehome", "改归属", states, back, who=(R.OFFICE,), demands=(D.NOTE,), rehomes=True)


def waits(*states: str) -> tuple[Move, ...]:
    return (
        Move("wait", "暂停", states, "waiting", who=(R.OFFICE, R.LEADER), never=(R.OWNER,), demands=(D.NOTE,)),
        Move("resume", "恢复", ("waiting",), who=(R.OFFICE, R.LEADER, R.HEAD), resumes=True),
    )


def checked(*, closers: tuple[Relation, ...], back: str, photo: tuple[str, ...] = ()) -> tuple[Move, ...]:
    """Passed or sent back by somebody who neither found nor did it. `back`: a state whose deadline runs by itself."""
    never = (R.FINDER, R.OWNER, R.RECTIFIER)
    return (
        Move(
            "pass",
            "复查合格",
            ("rectified",),
            "closed",
            who=closers,
            never=never,
            verifies=True,
            by_grade=dict.fromkeys(photo, (D.PHOTO,)),
        ),
        Move("fail", "复查不合格", ("rectified",), back, who=closers, never=never, demands=(D.NOTE,), restarts=True),
    )


def task_moves(*, assigners: tuple[Relation, ...], closers: tuple[Relation, ...]) -> tuple[Move, ...]:
    """Of a plain task. Its date is set by whoever assigns it, so what was not done is assigned anew."""
    return (
        Move("assign", "分派", ("found",), "assigned", who=assigners, demands=(D.OWNER, D.DUE, D.MEASURE)),
        hand_on(),
        rehome("found", "assigned", back="found"),
        extend(),
        *waits("assigned"),
        Move("fix", "报完成", ("assigned",), "rectified", who=(R.OWNER, R.HEAD), demands=(D.NOTE,), fixes=True),
        *checked(closers=closers, back="found"),
        Move("void", "作废", ("found", "assigned"), "void", who=(R.OFFICE,), never=(R.OWNER,), demands=(D.NOTE,)),
        Move("reopen", "重新打开", ("closed",), "found", who=(R.FINDER, R.OFFICE), demands=(D.NOTE,)),
        comment("found", "assigned", "waiting", "rectified"),
    )
