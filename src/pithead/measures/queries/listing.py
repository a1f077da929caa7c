"""Every measure of a mine, by the app that defines it, and where each is read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps

from pithead.measures.registry import Better, Kind, Measure, Reading, measures, readers
from pithead.org.models import Unit

BETTER = {Better.HIGHER: "越高越好", Better.LOWER: "越低越好", Better.NEITHER: "不分好坏"}
KINDS = {
    Kind.SUM: "相加",
    Kind.RATIO: "分子分母相加再除",
    Kind.MAX: "取最大的",
    Kind.DISTINCT: "不重复算",
}


@dataclass(frozen=True)
class Listed:
    """`name`: its label, without what its group is called."""

    measure: Measure
    name: str
    read_in: tuple[Reading, ...]

    @property
    def better(self) -> str:
        return BETTER[self.measure.better]

    @property
    def kind(self) -> str:
        return KINDS[self.measure.kind]


@dataclass(frozen=True)
class Group:
    """Of an app, or of one thing a mine has of its own (`folded`)."""

    label: str
    lines: tuple[Listed, ...]
    folded: bool = False


def listed(mine: Unit) -> list[Group]:
    """Measures by app, then those of each practice. A query a family and what the readers ask."""
    where = _where(mine)
    by_app: dict[str, list[Measure]] = defaultdict(list)
    for one in measures:
        by_app[one.app].append(one)
    groups = [_group(_named(app), found, where) for app, found in by_app.items()]
    return groups + [_group(name, found, where, folded=True) for name, found in measures.folded(mine).items()]


def _named(app: str) -> str:
    return "外来数据" if app == "measures" else str(apps.get_app_config(app).verbose_name)


def _group(
    label: str, found: Sequence[Measure], where: Mapping[str, tuple[Reading, ...]], *, folded: bool = False
) -> Group:
    lines = (Listed(one, one.label.removeprefix(f"{label}："), where.get(one.code, ())) for one in found)
    return Group(label, tuple(lines), folded)


def _where(mine: Unit) -> dict[str, tuple[Reading, ...]]:
    """Everything that reads figures, halves of ratios by the ratios."""
    found: dict[str, list[Reading]] = defaultdict(list)
    for reader in readers:
        for code, places in reader(mine).items():
            found[code] += places
    for one in measures:
        for part in one.parts or ():
            found[part].append(Reading(f"指标 {one.label}"))
    return {code: tuple(dict.fromkeys(places)) for code, places in found.items()}
