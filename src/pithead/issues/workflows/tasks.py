"""Plain tasks: directives 上级要求 from above, shortfalls 短板 of a baseline review, findings 督查发现 of a follow-up."""

from pithead.issues.workflows.shared import task_moves, task_states
from pithead.issues.workflows.table import Kind, Relation, Visibility, Workflow

R = Relation

DIRECTIVE = Workflow(
    Kind.DIRECTIVE,
    line="要求做什么，什么时候以前做完",
    example="月底以前把井下电缆查一遍",
    visibility=Visibility.UNIT,
    raised_by=(R.OFFICE, R.LEADER),
    extensions=2,
    states=task_states("待转办", "待验收"),
    moves=task_moves(assigners=(R.OFFICE, R.LEADER), closers=(R.OFFICE, R.LEADER)),
)

SHORTFALL = Workflow(
    Kind.SHORTFALL,
    line="缺什么，差在哪里",
    example="综采机电工还差两人持证",
    visibility=Visibility.UNIT,
    raised_by=(R.HEAD, R.OFFICE, R.LEADER),
    extensions=2,
    states=task_states("待定措施", "待验收"),
    moves=task_moves(assigners=(R.HEAD, R.OFFICE), closers=(R.OFFICE, R.LEADER)),
)

FINDING = Workflow(
    Kind.FINDING,
    line="一句话：在哪里，查到什么",
    example="班前会记录缺三天",
    visibility=Visibility.UNIT,
    raised_by=(R.OFFICE, R.LEADER),
    extensions=1,
    states=task_states(),
    moves=task_moves(assigners=(R.OFFICE, R.HEAD), closers=(R.BODY, R.OFFICE, R.LEADER)),
)
