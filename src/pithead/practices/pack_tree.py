"""YAML of strangers as a tree that knows its lines. Nothing is made of it but text: no tags, no aliases, no depths."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from pithead.kernel.refusal import Reason, Refused

LARGEST = 200_000  # bytes; the largest pack that ships has a tenth of it
MOST_REASONS = 50  # nobody reads more before mending the first
DEEPEST = 12  # down to an option of a field of a row are eight
UNPAIRED = re.compile("[\ud800-\udfff]")  # halves of characters: no file holds them, a form may
UNREADABLE = "文件里有读不了的字符，请用记事本另存为 UTF-8"
TEXT = "tag:yaml.org,2002:"


def read_tree(text: str, name: str) -> yaml.MappingNode:
    """The one document of the file. Raises `Refused`."""
    if UNPAIRED.search(text):
        raise Refused(Reason(UNREADABLE, name))
    if len(text.encode()) > LARGEST:
        raise Refused(Reason(f"文件太大（超过 {LARGEST // 1000} KB），一份工作法用不了这么多", name))
    try:
        if reasons := [Reason(fault, place(name, line)) for line, fault in _faults(text)]:
            raise refusal(reasons)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise Refused(_unreadable(error, name)) from error
    if not isinstance(root, yaml.MappingNode):
        raise Refused(Reason("文件里没有工作法：开头应是 code、title、practices", name))
    return root


def refusal(reasons: Sequence[Reason]) -> Refused:
    """The first of them; of the others how many there are."""
    more = len(reasons) - MOST_REASONS
    return Refused(
        [*reasons[:MOST_REASONS], Reason(f"还有 {more} 处，改好前面的再装一次就会说到")] if more > 0 else reasons
    )


def line_of(part: Any) -> int:
    """Of a node or an event, counted from 1."""
    return int(part.start_mark.line) + 1


def place(name: str, line: int, part: str = "") -> str:
    """“走动.yaml”第 12 行 walkabout · met."""
    return f"“{name}”第 {line} 行{' ' + part if part else ''}"


def _faults(text: str) -> Iterator[tuple[int, str]]:
    """Told from the events alone: nothing has been built yet that could grow."""
    depth, documents = 0, 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = line_of(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "不能用 & 和 * 引用别处的内容，请照写一遍"
            return
        if (tag := getattr(event, "tag", None)) and tag.startswith("!") and tag != "!":
            yield line, f"不认识的标记 {tag}，请去掉"
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield line, "层次太深：一份工作法到表格的一行里的一栏为止"
            return
        if documents > 1:
            yield line, "一个文件只写一份工作法，请去掉 --- 以后的内容"
            return


def _unreadable(error: yaml.YAMLError, name: str) -> Reason:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Reason(UNREADABLE, name)
    return Reason("格式不对：请检查缩进、冒号后面的空格和引号", place(name, mark.line + 1))
