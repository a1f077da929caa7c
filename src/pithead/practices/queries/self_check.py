"""Whether the rules that relieve the grassroots are kept, from what the mine itself has: every answer computed, none given."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from pithead.issues.models import Issue, Step
from pithead.issues.queries import WORKFLOWS, Demand
from pithead.kernel import packs
from pithead.kernel.periods import Kind
from pithead.measures.registry import measures
from pithead.org.access import ROLES, Actor, Capability, RoleCode, system
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec
from pithead.practices.metering import filled_already
from pithead.practices.models import PracticeVersion, Record
from pithead.practices.pack_rules import faults_in_words, faults_of, filling
from pithead.practices.queries.burden import caps_of, compare, shift_load, specs_of, versions_in_force
from pithead.practices.queries.checks import calendar_of_checks, checking
from pithead.practices.queries.customs import customs
from pithead.practices.registry import Fault, Look, Part, checks

SHOWN = 5  # faults of a rule that are told one by one
WEEKS = 8
WORKDAYS = 5
QUARTER = dt.timedelta(days=91)
MONTH = dt.timedelta(days=28)
LONGEST_PAPER = 4000
NAMED = re.compile(r"减负规则 (B\d+)")


@dataclass(frozen=True)
class Rule:
    """`faults` are those told one by one; `more`: how many there are besides."""

    id: str
    title: str
    how: str
    evidence: tuple[str, ...]
    faults: tuple[Fault, ...]
    more: int = 0

    @property
    def is_kept(self) -> bool:
        """Where nothing is there to be looked at, nobody knows."""
        return bool(self.evidence) and not self.faults


def self_check(look: Look, actor: Actor) -> list[Rule]:
    """Every rule with what all apps know of it; addresses only for those who may open them. A fixed number of queries."""
    parts: dict[str, list[Part]] = defaultdict(list)
    for check in checks:
        for part in check(look):
            parts[part.rule].append(part)
    return [_rule(said, parts[said["id"]], actor) for said in packs.load("", "selfcheck")["rules"]]


def _rule(said: dict[str, str], parts: Sequence[Part], actor: Actor) -> Rule:
    evidence = tuple(line for part in parts for line in part.evidence)
    found = [_openable(one, actor) for part in parts for one in part.faults]
    return Rule(said["id"], said["title"], said["how"], evidence, tuple(found[:SHOWN]), len(found[SHOWN:]))


def _openable(fault: Fault, actor: Actor) -> Fault:
    return fault if fault.capability is None or actor.can(fault.capability) else Fault(fault.text)


# ── what is asked ──
@dataclass(frozen=True)
class Asked:
    versions: Sequence[PracticeVersion]
    specs: dict[str, PracticeSpec]

    @property
    def fields(self) -> list[FieldSpec]:
        return [one for spec in self.specs.values() for line in spec.form for one in (line, *line.rows)]


def of_practices(look: Look) -> Iterator[Part]:
    versions = versions_in_force(look.mine, look.today)
    asked = Asked(versions, specs_of(versions))
    if asked.specs:
        yield from _forms(asked)
        yield from (_known(asked), _photos(asked), _shift(asked), _caps(look, asked), _lengths(asked))
    yield _names()
    yield _usage(look)
    yield _week_by_week(look)
    yield _ledger(look)
    yield _voices(look)
    yield from _dormant(look, asked)


def _forms(asked: Asked) -> Iterator[Part]:
    """What the reader of packs refuses, looked for again in what is in force: versions may be older than a rule."""
    faults: dict[str, list[Fault]] = defaultdict(list)
    for spec in asked.specs.values():
        for _, words in faults_of(spec):
            if named := NAMED.search(words):
                faults[named[1]].append(_of(spec, f"“{spec.title}”：{words}"))
    said = f"在用的 {len(asked.specs)} 张表、{len(asked.fields)} 栏，名称、提示、选项逐字看过"
    rules = {"B1", "B2", "B4", "B9", "B10", "B12", "B14", *(rule["id"] for rule in filling()["forbidden"])} | set(
        faults
    )
    yield from (Part(rule, (said,) if rule != "B12" else (), tuple(faults[rule])) for rule in sorted(rules))


def _of(spec: PracticeSpec, text: str) -> Fault:
    return Fault(text, reverse("practices:practice", args=[spec.code]), Capability.PRACTICE_VIEW)


def _known(asked: Asked) -> Part:
    pairs = [filled_already(spec) for spec in asked.specs.values()]
    known, typed = (sum(pair[at] for pair in pairs) for at in (0, 1))
    return Part("B1", (f"打开表就填好的有 {known} 栏，必须自己填的 {typed} 栏（检查项不算）",))


def _photos(asked: Asked) -> Part:
    photos = sum(one.kind is FieldKind.PHOTO for one in asked.fields)
    must = sum(one.kind is FieldKind.PHOTO and one.required for one in asked.fields)
    wanted, faults = [], []
    for kind, flow in WORKFLOWS.items():
        moves = [
            (move, [grade for grade, more in move.by_grade.items() if Demand.PHOTO in more]) for move in flow.moves
        ]
        for move, grades in moves:
            if Demand.PHOTO in move.demands or (grades and kind != "hazard"):
                faults.append(Fault(f"{flow.label}的“{move.label}”要照片，安全规定没有这一条"))
            elif grades:
                among = "、".join(flow.grades.get(grade, grade) for grade in grades)
                wanted.append(f"{flow.label}“{move.label}”：{among}要照片，按隐患验收的安全规定")
    said = f"表里的照片 {photos} 栏，必须传的 {must} 栏"
    return Part("B5", (said, *wanted), tuple(faults))


def _shift(asked: Asked) -> Part:
    load = shift_load(asked.specs.values())
    said = f"没有问题的一个班：{load.inputs:g} 项（上限 {load.most_inputs}），{load.seconds:.0f} 秒（上限 {load.most_seconds}）"
    url = reverse("practices:burden")
    return Part("B6", (said,), (Fault(f"班组长一个班要填的太多：{said}", url),) if load.over else ())


def _caps(look: Look, asked: Asked) -> Part:
    """One query besides the caps."""
    loads = compare(asked.specs, asked.specs, caps_of(look.mine))
    allowed = approvals([one.pk for one in asked.versions])
    excused = {role for one in allowed for role in one.content.get("performers", ())}
    over = [load for load in loads if load.full]
    said = [f"{len(loads)} 个岗位要填，{len(over)} 个超过上限"]
    said += [f"“{one.practice.title}”超上限执行，{one.approved_by}批准：{one.approval}" for one in allowed]
    faults = [
        Fault(f"{load.label}每周 {load.minutes:g} 分钟，上限 {load.cap}，没有人批准", reverse("practices:burden"))
        for load in over
        if load.role not in excused
    ]
    return Part("B7", tuple(said), tuple(faults))


def approvals(versions: Sequence[int]) -> list[PracticeVersion]:
    """Those that were allowed although a role is over its cap, with who did."""
    rows = PracticeVersion.objects.filter(pk__in=versions).exclude(approved_by=None)
    return list(rows.select_related("practice", "approved_by").order_by("practice__position", "practice_id"))


def _lengths(asked: Asked) -> Part:
    longest = max((one.longest for one in asked.fields if one.kind is FieldKind.TEXT), default=0)
    faults = [
        _of(spec, f"“{spec.title}”的“{one.label}”可以写 {one.longest} 字，超过 {LONGEST_PAPER} 字")
        for spec in asked.specs.values()
        for line in spec.form
        for one in (line, *line.rows)
        if one.kind is FieldKind.TEXT and one.longest > LONGEST_PAPER
    ]
    return Part("B13", (f"表里最长的一栏最多写 {longest} 字",), tuple(faults))


# ── what is kept ──
def words_of_models() -> list[str]:
    """Every table and every field of the product: org.User.last_login."""
    own = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("pithead.")]
    fields = [f"{model._meta.label}.{field.name}" for model in own for field in model._meta.local_fields]
    return [*(model._meta.label for model in own), *fields]


def forbidden_names(names: Iterable[str]) -> list[str]:
    """Of these, what would keep somebody's sign-ins, streaks, hours or likes."""
    rules = filling()["names"]
    pattern = re.compile(f"(?:^|_)(?:{rules['forbidden']})")
    snake = ((name, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.rpartition(".")[2]).lower()) for name in names)
    return [name for name, plain in snake if name not in rules["allowed"] and pattern.search(plain)]


def _names() -> Part:
    names = words_of_models()
    faults = [Fault(f"库里有 {name}，请软件维护人员去掉") for name in forbidden_names(names)]
    said = (
        f"库里的表和字段 {len(names)} 个名字，没有记打卡、在线、登录次数的"
        if not faults
        else f"看了 {len(names)} 个名字"
    )
    return Part("B2", (said,), tuple(faults))


def _usage(look: Look) -> Part:
    listed = measures.of(look.mine)
    texts = (((one.code,), f"{one.label} {one.definition}") for one in listed)
    faults = [
        Fault(f"指标 {path[0]}：{words}")
        for path, words in faults_in_words(texts)
        if (named := NAMED.search(words)) and named[1] in ("B2", "B10")
    ]
    return Part("B10", (f"全部 {len(listed)} 个指标的名称和算法逐个看过",), tuple(faults))


# ── what happened ──
def _week_by_week(look: Look) -> Part:
    week = look.calendar.period_of(look.today, Kind.WEEK)
    weeks = [week]
    while len(weeks) < WEEKS:
        weeks.insert(0, weeks[0].previous())
    first, last = look.calendar.bounds(weeks[0])[0], look.calendar.bounds(weeks[-1])[1]
    found = checking(customs(look.mine, first, last))
    if not found:
        return Part("B8", ("没有哪一项要求是矿级检查",))
    lines = calendar_of_checks(system(look.mine), look.mine, found, look.calendar, weeks)
    crowded = [(line.section, cell) for line in lines for cell in line.cells if cell.is_crowded]
    faults = [
        Fault(
            f"{section.name} {cell.monday.month}月{cell.monday.day}日那一周 {cell.number} 次",
            f"{reverse('practices:checks')}?period={cell.week}",
            Capability.DUTY_VIEW,
        )
        for section, cell in crowded
    ]
    said = f"最近 {WEEKS} 周、{len(lines)} 个区队，一周超过一次的 {len(crowded)} 处（安全检查不算）"
    return Part("B8", (said,), tuple(faults))


def _ledger(look: Look) -> Part:
    rows = Record.objects.current().filter(mine=look.mine, happened_on__gt=look.today - MONTH)
    return Part("B9", (f"最近四周的 {rows.count()} 份记录，台账由它们汇成",))


def _voices(look: Look) -> Part:
    """One query. A day that is not over is no delay."""
    answers = Step.objects.filter(issue=OuterRef("pk"), verb="answer").order_by("seq")
    since = timezone.make_aware(dt.datetime.combine(look.today - QUARTER, dt.time()))
    rows = Issue.objects.filter(mine=look.mine, kind="complaint", arrived_at__gte=since).exclude(state="merged")
    times = rows.annotate(answered=Subquery(answers.values("at")[:1])).values_list("arrived_at", "answered")
    late = waiting = count = 0
    for raised, answered in times:
        due = look.calendar.add_workdays(timezone.localdate(raised), WORKDAYS)
        count += 1
        late += answered is not None and timezone.localdate(answered) > due
        waiting += answered is None and look.today > due
    said = f"最近三个月提了 {count} 条，五个工作日内没有答复的 {late + waiting} 条"
    faults = [Fault(f"{late} 条答复晚了")] if late else []
    if waiting:
        url = f"{reverse('issues:board')}?kind=complaint"
        faults.append(Fault(f"{waiting} 条过了五个工作日还没有答复", url, Capability.ISSUE_VIEW))
    if not WORKFLOWS["complaint"].anonymous or Capability.ISSUE_RAISE not in ROLES[RoleCode.WORKER].grants:
        faults.append(Fault("不是人人都能不写名字提意见"))
    return Part("B11", (said,), tuple(faults))


def _dormant(look: Look, asked: Asked) -> Iterator[Part]:
    """Those that sleep until somebody orders them, and those whose time is over."""
    ended = PracticeVersion.objects.filter(mine=look.mine, until__lt=look.today, until__gte=look.today - 2 * QUARTER)
    over = ended.exclude(order_no="").count()
    said, faults = [], []
    for version in asked.versions:
        spec = asked.specs[version.practice.code]
        if not spec.dormant:
            continue
        if version.order_no and version.until:
            said.append(f"“{spec.title}”按{version.order_no}启用，到 {version.until:%Y-%m-%d} 止")
        else:
            lacks = "、".join(one for one, has in (("文号", version.order_no), ("截止日期", version.until)) if not has)
            faults.append(_of(spec, f"“{spec.title}”在用，没有{lacks}"))
    yield Part("B12", (*said, f"在用 {len(said) + len(faults)} 项，半年内到期停了 {over} 项"), tuple(faults))


def register() -> None:
    checks.register(of_practices)
