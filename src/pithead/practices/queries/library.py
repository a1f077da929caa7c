"""The library: every method of a mine, what it asks, who uses it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pithead.org.access import Actor, Capability
from pithead.org.models import Serves, Unit, UnitKind
from pithead.org.models.units import PARTY_KINDS
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.metering import record_cost
from pithead.practices.models import Adoption, Practice, PracticeVersion, Proposal, WorkMethod
from pithead.practices.pack import read_method, write_method
from pithead.practices.words import PERFORMERS, in_words
from pithead.rules.models import Clause
from pithead.rules.queries import by_quote, clauses_in_force, quotes_of_samples

ADOPTERS = (UnitKind.MINE, UnitKind.SECTION, UnitKind.CREW, UnitKind.OFFICE, UnitKind.BRANCH)


@dataclass(frozen=True)
class PracticeLine:
    """`version`: the one in force, otherwise the next. `state`: on | planned | waiting | asleep | off."""

    practice: Practice
    spec: PracticeSpec
    version: PracticeVersion | None
    state: str
    label: str
    inputs: float
    seconds: float

    @property
    def who(self) -> str:
        return "、".join(PERFORMERS[role] for role in self.spec.performers)

    @property
    def often(self) -> str:
        return often_of(self.spec)


@dataclass(frozen=True)
class VersionLine:
    """`change`: how often, before and since; `moved`: the clause before and since; `later`: it has not begun yet."""

    version: PracticeVersion
    often: str
    change: str
    moved: str
    later: bool


@dataclass(frozen=True)
class User:
    """A unit that uses a method, and the branches that took it over and leave it together with their section."""

    adoption: Adoption
    branches: tuple[Unit, ...]

    def __str__(self) -> str:
        return f"{self.adoption.unit.name}{'及党支部' if self.branches else ''}"


@dataclass(frozen=True)
class MethodLine:
    method: WorkMethod
    practices: tuple[PracticeLine, ...]
    adoptions: tuple[Adoption, ...]  # those that hold or will
    users: tuple[User, ...]  # the same, each section with its branches

    @property
    def awake(self) -> int:
        return sum(line.state == "on" for line in self.practices)


def library(mine: Unit, on: dt.date) -> tuple[MethodLine, ...]:
    """Six queries."""
    practices = Practice.objects.filter(mine=mine).order_by("position", "code")
    lines = _grouped(practice_lines(mine, practices, on))
    rows = Adoption.objects.during(on, dt.date.max).filter(mine=mine).select_related("unit").order_by("unit__path")
    adoptions: dict[int, list[Adoption]] = defaultdict(list)
    users: dict[int, list[User]] = defaultdict(list)
    for adoption in rows:
        adoptions[adoption.method_id].append(adoption)
    for user in users_of(list(rows)):
        users[user.adoption.method_id].append(user)
    methods = WorkMethod.objects.filter(mine=mine).select_related("origin").order_by("title", "pk")
    return tuple(
        MethodLine(one, tuple(lines[one.pk]), tuple(adoptions[one.pk]), tuple(users[one.pk])) for one in methods
    )


def users_of(adoptions: Sequence[Adoption]) -> list[User]:
    """A branch that has it for the same days as a section it leads is told with the section. One query."""
    dated = {(one.method_id, one.unit_id, one.since, one.until): one for one in adoptions}
    leads: dict[int, list[int]] = defaultdict(list)
    for server, unit in Serves.objects.filter(server__in={one.unit_id for one in adoptions}).values_list(
        "server", "unit"
    ):
        leads[server].append(unit)
    branches: dict[int, list[Unit]] = defaultdict(list)
    told = set()
    for one in adoptions:
        for unit in dict.fromkeys(leads[one.unit_id]) if one.unit.kind in PARTY_KINDS else ():
            if (section := dated.get((one.method_id, unit, one.since, one.until))) is not None:
                branches[section.pk].append(one.unit)
                told.add(one.pk)
    return [User(one, tuple(branches[one.pk])) for one in adoptions if one.pk not in told]


def adoptable(actor: Actor, lines: Iterable[MethodLine]) -> set[int]:
    """Methods the reader may still take over somewhere. No query."""
    paths = actor.scope(Capability.METHOD_ADOPT).paths
    found = set()
    for line in lines:
        taken = tuple(one.unit.path for one in line.adoptions)
        if any(not taken or not path.startswith(taken) for path in paths):
            found.add(line.method.pk)
    return found


def practice_lines(mine: Unit, practices: Iterable[Practice], on: dt.date) -> list[PracticeLine]:
    """Three queries."""
    waiting = set(Proposal.objects.filter(mine=mine).values_list("practice", flat=True))
    versions: dict[int, list[PracticeVersion]] = defaultdict(list)
    for version in PracticeVersion.objects.filter(mine=mine).order_by("number"):
        versions[version.practice_id].append(version)
    return [_line(one, versions[one.pk], on, waiting=one.pk in waiting) for one in practices]


def version_lines(practice: Practice, on: dt.date) -> list[VersionLine]:
    """The latest first. One query."""
    lines: list[VersionLine] = []
    for version in practice.versions.select_related("approved_by", "clause__policy").order_by("number"):
        often, before = often_of(PracticeSpec.from_plain(version.content)), lines[-1] if lines else None
        change = _moved(before.often if before else often, often)
        moved = _moved(_under(before.version if before else version), _under(version))
        lines.append(VersionLine(version, often, change, moved, version.since > on))
    return lines[::-1]


def _moved(before: str, after: str) -> str:
    return after if before == after else f"{before or '没有写明'} → {after or '没有写明'}"


def _under(version: PracticeVersion) -> str:
    return str(version.clause or "")


def often_of(spec: PracticeSpec) -> str:
    return "；".join(in_words(quota) for quota in spec.quotas) or "不定次数"


def to_switch_on(practice: Practice) -> list[tuple[str, str]]:
    """What it may be switched on as, where its pack says otherwise than it was asked last: which is newer nobody knows but the
    mine. One query."""
    latest = practice.versions.order_by("-number").first()
    if latest is None or not practice.loaded or practice.loaded == latest.content:
        return []
    last, loaded = (PracticeSpec.from_plain(one) for one in (latest.content, practice.loaded))
    return [("last", f"上次执行的：{_in_short(last)}"), ("loaded", f"装入的文件里的：{_in_short(loaded)}")]


def _in_short(spec: PracticeSpec) -> str:
    return f"{spec.title}，{often_of(spec)}，{len(spec.form)} 栏"


def _line(practice: Practice, versions: Sequence[PracticeVersion], on: dt.date, *, waiting: bool) -> PracticeLine:
    alive = [one for one in versions if one.until is None or one.until >= on]
    version = alive[0] if alive else None
    latest = version or (versions[-1] if versions else None)
    spec = PracticeSpec.from_plain(latest.content if latest else practice.loaded)
    state, label = _state(version, spec, on, used=bool(versions), waiting=waiting)
    cost = record_cost(spec)
    return PracticeLine(practice, spec, version, state, label, cost.inputs, cost.seconds)


def _state(
    version: PracticeVersion | None, spec: PracticeSpec, on: dt.date, *, used: bool, waiting: bool
) -> tuple[str, str]:
    if version is not None and version.since <= on:
        return "on", f"执行到 {version.until}" if version.until else "执行中"
    if version is not None:
        return "planned", f"{version.since} 起"
    if waiting:
        return "waiting", "待矿领导批准"
    return ("asleep", "平时停用") if spec.dormant else ("off", "已停用" if used else "未启用")


def _grouped(lines: Iterable[PracticeLine]) -> dict[int, list[PracticeLine]]:
    found: dict[int, list[PracticeLine]] = defaultdict(list)
    for line in lines:
        found[line.practice.method_id].append(line)
    return found


def adoptions_of(method: WorkMethod) -> list[Adoption]:
    """All there ever were, those that hold first."""
    rows = Adoption.objects.filter(method=method).select_related("unit", "mine", "method")
    return sorted(rows.order_by("unit__path", "since"), key=lambda one: one.until is not None)


def units_to_adopt(actor: Actor, method: WorkMethod, on: dt.date) -> list[Unit]:
    """Units the reader may decide for, without those that are in already."""
    units = Unit.objects.of_mine(method.mine).in_force(on).filter(kind__in=ADOPTERS)
    within = actor.scope(Capability.METHOD_ADOPT).units(units).for_tree()
    holding = Adoption.objects.during(on, dt.date.max).filter(method=method)
    taken = tuple(holding.values_list("unit__path", flat=True))
    return [unit for unit in within if not unit.path.startswith(taken)] if taken else list(within)


def spec_of_method(method: WorkMethod, on: dt.date) -> MethodSpec:
    """As it stands: what a file of it says. Four queries."""
    practices = Practice.objects.filter(method=method).order_by("position", "code")
    lines = practice_lines(method.mine, practices, on)
    on_all = Adoption.objects.during(on, dt.date.max).filter(method=method, unit=method.mine).exists()
    specs = tuple(line.spec for line in lines)
    told = (method.code, method.title, method.summary, method.source)
    return MethodSpec(*told, on_all, tuple(method.outcomes), method.judged_months, specs)


def method_file(method: WorkMethod, on: dt.date) -> str:
    """As it stands, in YAML."""
    return write_method(spec_of_method(method, on))


def read_pack(mine: Unit, text: str, name: str, on: dt.date) -> MethodSpec:
    """A file as the editor and the command line take it; raises `Refused` with all that is wrong with it. It may quote papers
    that come with the product though the mine has none of them: that is left out when it is loaded."""
    return read_method(text, name, {*by_quote(clauses_in_force(mine, on)), *quotes_of_samples(mine)})


@dataclass(frozen=True)
class News:
    """What loading a pack would do with one of its practices: new | changed | same; taken: its code is another method's."""

    spec: PracticeSpec
    state: str
    label: str
    clause: Clause | None = None  # None though the file names one: it is left out


def news_of(mine: Unit, spec: MethodSpec, on: dt.date) -> list[News]:
    """Three queries."""
    quoted = by_quote(clauses_in_force(mine, on))
    placed = [(one, quoted.get(one.clause)) for one in spec.practices]
    codes = [one.code for one in spec.practices]
    known = {one.code: one for one in Practice.objects.filter(mine=mine, code__in=codes).select_related("method")}
    latest: dict[int, PracticeVersion] = {}
    for version in PracticeVersion.objects.filter(practice__in=known.values()).order_by("number"):
        latest[version.practice_id] = version
    return [News(one, *_news(spec.code, one, clause, known.get(one.code), latest), clause) for one, clause in placed]


def _news(
    method: str,
    spec: PracticeSpec,
    clause: Clause | None,
    practice: Practice | None,
    latest: dict[int, PracticeVersion],
) -> tuple[str, str]:
    if practice is None:
        return "new", "新的，平时停用" if spec.dormant else "新的"
    if practice.method.code != method:
        return "taken", f"编号 {spec.code} 已属于“{practice.method.title}”，请换一个"
    asked = (spec if clause else replace(spec, clause="")).to_plain()
    version = latest.get(practice.pk)
    if practice.loaded == asked or (version is not None and version.content == asked):
        return "same", "没有变化"
    return "changed", "有变化，成为新版"
