"""The words a workflow is declared in. A workflow is data: what is not in its table cannot happen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices


class Kind(TextChoices):
    HAZARD = "hazard", "隐患"
    INCIDENT = "incident", "事故"
    DIRECTIVE = "directive", "上级要求"
    VIOLATION = "violation", "三违"
    SUGGESTION = "suggestion", "建议"
    REQUEST = "request", "诉求"
    DIFFICULTY = "difficulty", "困难"
    SHORTFALL = "shortfall", "短板"
    FINDING = "finding", "督查发现"
    CARE = "care", "帮扶"
    DISPUTE = "dispute", "矛盾"
    COMPLAINT = "complaint", "意见"


class Relation(TextChoices):
    """How somebody stands to a matter; worked out when he acts, from the posts he holds that day."""

    ANYBODY = "anybody", "本矿职工"
    FINDER = "finder", "发现人"
    OWNER = "owner", "责任人"
    RECTIFIER = "rectifier", "整改人"
    CONFIRMER = "confirmer", "认定人"
    BODY = "body", "检查单位"
    HEAD = "head", "责任单位负责人"
    SECTION_HEAD = "section_head", "区队长"
    SECRETARY = "secretary", "支部书记"
    OFFICE = "office", "主管科室"
    LEADER = "leader", "矿领导"
    CHIEF = "chief", "总工程师"
    CONCERNED = "concerned", "当事人"
    MENTOR = "mentor", "帮扶人"


class Visibility(TextChoices):
    MINE = "mine", "全矿"
    UNIT = "unit", "责任单位、主管科室、矿领导和当事人"
    OFFICE = "office", "主管科室、矿领导和提出人"
    NAMED = "named", "指定岗位和本人，每次查看都有记录"


class Demand(TextChoices):
    """What a move asks for besides the click."""

    NOTE = "note", "说明"
    OWNER = "owner", "责任人"
    DUE = "due", "完成时间"
    GRADE = "grade", "级别"
    PHOTO = "photo", "照片"
    CLAUSE = "clause", "制度条款"
    MENTOR = "mentor", "帮扶人"
    MEASURE = "measure", "措施"
    FUNDS = "funds", "资金"
    PLAN = "plan", "预案"
    FILE_NO = "file_no", "纸质档案号"
    SUPERVISOR = "supervisor", "督办人"
    PROMPT = "reported_in_time", "是否按时上报"
    CAUSE = "cause", "原因"
    STEP = "step", "帮教方式"


# What a step may carry besides its note, and how people call it. Nothing else is accepted.
FACTS: Mapping[str, str] = {
    "measure": "措施",
    "funds": "资金",
    "plan": "预案",
    "supervisor": "督办人",
    "reported_in_time": "按时上报",
    "cause": "原因",
    "step": "帮教方式",
    "people": "人数",
    "file_no": "纸质档案号",
    "found_how": "怎么发现的",
    "issuer": "来文单位",
    "number": "来文号",
    "shift": "班次",
    "basis": "依据",
    "result": "结果",
    "spot": "现场处理",
}
# What a step that rehomes has set, written by itself.
REHOMED: Mapping[str, str] = {"unit": "责任单位", "place": "地点", "category": "类别"}
MENTOR_STEPS = {
    "reflection": "本人书面认识",
    "section_talk": "区队谈话",
    "secretary_talk": "书记谈话",
    "retraining": "停工培训并考试",
}


@dataclass(frozen=True)
class State:
    """`clock` names the deadline that runs while a matter is here. `stops`: the clock of the state before waits; with a
    `clock` another one runs meanwhile, for what is asked of others."""

    code: str
    label: str
    clock: str = ""
    stops: bool = False
    end: bool = False


@dataclass(frozen=True)
class Move:
    """`target` empty: stays where it is. `who` may; `never` may not, whatever else he is. `seconds`: somebody else, in
    another of the relations of `who`, made that move before, and nothing has been settled since. `stands_in`: who may in place
    of a relation that nobody has but the person concerned, the first that somebody has. `verifies`: this step is the check
    without which nothing is closed. `within`: only while the clock has not run out. `grades` it must be of;
    `by_grade`: what it asks besides, by the grade it has or gets; `to_grades` that may be set by it, `upward` only to graver
    ones; `sets_grade` whatever it was. `owner_first`: of these grades the owner himself has made that other move before.
    `rehomes`: sets unit, place or category anew; where it leads back, nobody owns it any more."""

    verb: str
    label: str
    sources: tuple[str, ...]
    target: str = ""
    who: tuple[Relation, ...] = ()
    never: tuple[Relation, ...] = ()
    demands: tuple[Demand, ...] = ()
    by_grade: Mapping[str, tuple[Demand, ...]] = field(default_factory=dict)
    grades: tuple[str, ...] = ()
    to_grades: tuple[str, ...] = ()
    upward: bool = False
    sets_grade: str = ""
    seconds: str = ""
    stands_in: Mapping[Relation, tuple[Relation, ...]] = field(default_factory=dict)
    owner_first: Mapping[str, str] = field(default_factory=dict)
    verifies: bool = False
    within: bool = False
    restarts: bool = False
    fixes: bool = False
    confirms: bool = False
    resumes: bool = False
    rehomes: bool = False
    tells: str = ""  # to whom it is about: the person concerned and those jointly liable


@dataclass(frozen=True)
class Workflow:
    """`grades` from the mildest to the gravest. `raised_by`: who may begin one; for his own unit, office or mine.
    `line`, `example`: what its one line asks for. `alarms`: grades those who must act hear of at once, otherwise the gravest.
    `roles`: who may be named besides finder and owner. `erases`: after the time of keeping, names and texts go, the count
    stays. `repeats`: the same place and category again within the days of the setting climbs a grade. `led_by_leaders`: of these
    grades only a mine leader may be the owner. `leads_to`: as what kind its measures are raised, without which it is not closed.
    `sparse`: unless the setting says `detail`, only these facts are kept."""

    kind: Kind
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    visibility: Visibility
    leads_to: str = ""
    line: str = "一句话：在哪里，什么问题"
    example: str = ""
    grades: Mapping[str, str] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    raised_by: tuple[Relation, ...] = (Relation.ANYBODY,)
    roles: tuple[str, ...] = ()
    tells: str = ""  # to whom it is about, when it is raised
    confidential: bool = False
    anonymous: bool = False
    merges: bool = False
    erases: bool = False
    repeats: bool = False
    needs_subject: bool = False
    led_by_leaders: tuple[str, ...] = ()
    sparse: tuple[str, ...] = ()
    extensions: int = 0

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def first(self) -> State:
        return self.states[0]

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def find(self, verb: str) -> Move | None:
        return next((move for move in self.moves if move.verb == verb), None)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if state in move.sources)

    def is_alarm(self, grade: str) -> bool:
        return grade in (self.alarms or tuple(self.grades)[-1:])

    @property
    def alone(self) -> tuple[str, ...]:
        """Grades that one person may set; the gravest of some kinds takes two."""
        together = {move.sets_grade for move in self.moves if move.seconds} & set(tuple(self.grades)[-1:])
        return tuple(grade for grade in self.grades if grade not in together)

    @property
    def open_states(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if not state.end)
