"""Which items take their score from another standard, and in which order they can be computed. Without a database.

A link clause makes its item depend on every scored item of the linked standard, or of the listed dimensions: those may be
linked themselves. Only linked items can lie on a circle, so only they are nodes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pithead.kernel.refusal import Refused

Node = tuple[str, str]  # (code of the standard, code of the item)


@dataclass(frozen=True)
class Link:
    """What an item's score is taken from; no dimensions: the whole score of that standard."""

    standard: str
    dimensions: tuple[str, ...] = ()

    def takes(self, dimension: str) -> bool:
        return not self.dimensions or dimension in self.dimensions


@dataclass(frozen=True)
class Outline:
    """What of a standard decides on the order. `links`: item → (its own dimension, what it is taken from)."""

    code: str
    title: str
    links: Mapping[str, tuple[str, Link]] = field(default_factory=dict)


def link_of(given: Mapping[str, Any]) -> Link | None:
    """Out of a clause's `link`, in a pack or a row; nothing where a clause says only that it is linked."""
    code = given.get("standard")
    return Link(code, tuple(given.get("dimensions") or ())) if code else None


def outline_of(content: Mapping[str, Any]) -> Outline:
    """The outline of a pack."""
    links = {}
    for dimension in content["dimensions"]:
        for item in dimension["items"]:
            found = [link_of(clause.get("link") or {}) for clause in item["clauses"] if clause.get("kind") == "link"]
            if given := [link for link in found if link]:
                _refuse_several(content["title"], item["code"], given)
                links[item["code"]] = (dimension["code"], given[0])
    return Outline(content["code"], content["title"], links)


def in_order(outlines: Sequence[Outline]) -> list[Node]:
    """Every linked item after those it is taken from. Refuses a circle and shows it, beginning with the first outline."""
    by_code = {outline.code: outline for outline in outlines}
    graph = {
        (outline.code, item): _linked_items(by_code.get(link.standard), link)
        for outline in outlines
        for item, (_, link) in outline.links.items()
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise Refused(_in_words(error.args[1], list(by_code.values()))) from None


def _linked_items(other: Outline | None, link: Link) -> list[Node]:
    return [(other.code, item) for item, (own, _) in other.links.items() if link.takes(own)] if other else []


def _in_words(circle: Sequence[Node], outlines: Sequence[Outline]) -> str:
    """graphlib lists each node before those that need it; people read "F1 is taken from C1"."""
    path = list(reversed(circle[1:]))
    titles = [outline.code for outline in outlines]
    first = min(path, key=lambda node: (titles.index(node[0]), node[1]))
    path = [*path[path.index(first) :], *path[: path.index(first)], first]
    names = {outline.code: outline.title for outline in outlines}
    said = " → ".join(f"{names[code]} {item}" for code, item in path)
    return f"{said} 互相折算，无法计算；请让其中一项只取部分类别"


def _refuse_several(title: str, item: str, links: Iterable[Link]) -> None:
    if len(list(links)) > 1:
        raise Refused(f"{title} {item} 有两条折算细则，一项只能按一个标准折算，请只留一条")
