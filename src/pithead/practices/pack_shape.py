"""What may stand where in a pack. Readers take a node and give a plain value, or say what is wrong with it and give nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from pithead.practices.pack_tree import TEXT, line_of
from pithead.practices.words import PARTS

CODE = re.compile(r"[a-z][a-z0-9_]*")
# Control signs, line ends, and what is not seen or turns the order of the signs around it.
UNPRINTED = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
Path = tuple[str | int, ...]
Fault = tuple[Path, str]
COUNTED = {"quotas": "次数第 {} 条", "form": "第 {} 栏", "rows": "第 {} 栏", "practices": "第 {} 项"}
Read = Callable[["Notes", Any, Path], Any]
MISSING = object()


@dataclass
class Notes:
    """Faults as they are found, and the line of every part, for those that are found later."""

    faults: list[Fault] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)
    codes: dict[Path, str] = field(default_factory=dict)

    def say(self, path: Path, message: str) -> Any:
        self.faults.append((path, message))
        return MISSING

    def line(self, path: Path) -> int:
        return next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), 1)

    def called(self, path: Path) -> str:
        """By their codes as far as they have one, then the word for the key: walkabout · met · 名称 label."""
        steps = [self._step(path[: end + 1]) for end, step in enumerate(path) if isinstance(step, int)]
        last = path[-1] if path else 0
        if isinstance(last, str):
            steps.append(f"{PARTS[last]} {last}" if last in PARTS and path[-2:-1] != ("options",) else last)
        return " · ".join(steps)

    def _step(self, path: Path) -> str:
        among, at = str(path[-2]) if len(path) > 1 else "", int(path[-1]) + 1
        return self.codes.get(path) or COUNTED.get(among, f"{PARTS.get(among, '')}第 {{}} 项").format(at)


def text(longest: int) -> Read:
    def read(notes: Notes, node: Any, path: Path) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return notes.say(path, "这里应是一句话")
        value = "" if node.tag == f"{TEXT}null" else node.value.strip()
        if UNPRINTED.search(value):
            return notes.say(path, "不能换行，也不能有看不见的字符")
        return value if len(value) <= longest else notes.say(path, f"太长：最多 {longest} 字，现在 {len(value)} 字")

    return read


def code(longest: int) -> Read:
    def read(notes: Notes, node: Any, path: Path) -> Any:
        value = text(longest)(notes, node, path)
        if value is MISSING or CODE.fullmatch(value):
            return value
        return notes.say(path, f"“{value}”不能作编号：用小写英文字母开头，只含小写字母、数字和下划线")

    return read


def choice(allowed: Mapping[str, str]) -> Read:
    def read(notes: Notes, node: Any, path: Path) -> Any:
        value = text(64)(notes, node, path)
        if value is MISSING or value in allowed:
            return value
        known = "、".join(f"{one}（{label}）" if label else one for one, label in allowed.items() if one)
        return notes.say(path, f"没有“{value}”，可以写：{known}")

    return read


def flag(notes: Notes, node: Any, path: Path) -> Any:
    if isinstance(node, yaml.ScalarNode) and node.tag == f"{TEXT}bool":
        return node.value.lower() in ("true", "yes", "on")
    return notes.say(path, "应写 true（是）或 false（否）")


def whole(least: int, most: int) -> Read:
    def read(notes: Notes, node: Any, path: Path) -> Any:
        value = node.value.strip() if isinstance(node, yaml.ScalarNode) else ""
        if value.isascii() and value.isdigit() and len(value) < 9 and least <= int(value) <= most:
            return int(value)
        return notes.say(path, f"应是 {least} 到 {most} 的整数")

    return read


def figure(notes: Notes, node: Any, path: Path) -> Any:
    """A limit, kept as it was written."""
    value = text(16)(notes, node, path)
    if value is MISSING or not value:
        return value
    try:
        number = Decimal(value) if value.isascii() else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    fits = number.is_finite() and abs(number) < 10**8 and number == round(number, 4)
    return (
        value if fits and re.fullmatch(r"-?\d+(\.\d+)?", value) else notes.say(path, f"“{value}”不是数，最多 4 位小数")
    )


def several(of: Read, most: int, named: str = "") -> Read:
    """A list; `named`: the key whose value is what its parts are called."""

    def read(notes: Notes, node: Any, path: Path) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return notes.say(path, "这里应是一个列表：每项一行，以“- ”开头，或写成 [甲, 乙]")
        if len(node.value) > most:
            notes.say(path, f"太多：最多 {most} 项，现在 {len(node.value)} 项")
        for at, part in enumerate(node.value[:most]):
            notes.lines[*path, at] = line_of(part)
            if named and isinstance(part, yaml.MappingNode):
                notes.codes[*path, at] = _called(part, named)
        values = [of(notes, part, (*path, at)) for at, part in enumerate(node.value[:most])]
        return [value for value in values if value is not MISSING]

    return read


def _called(node: yaml.MappingNode, key: str) -> str:
    found = [value.value for name, value in node.value if name.value == key and isinstance(value, yaml.ScalarNode)]
    return str(found[0])[:40] if found else ""


def worded(most: int, longest: int) -> Read:
    """Codes with what they are called."""

    def read(notes: Notes, node: Any, path: Path) -> Any:
        pairs = _pairs(notes, node, path)
        if len(pairs) > most:
            notes.say(path, f"太多：最多 {most} 项，现在 {len(pairs)} 项")
        found = {}
        for name, value in list(pairs.items())[:most]:
            if not CODE.fullmatch(name) or len(name) > 40:
                notes.say((*path, name), f"“{name}”不能作编号：用小写英文字母开头，只含小写字母、数字和下划线")
            found[name] = text(longest)(notes, value, (*path, name))
        return {name: words for name, words in found.items() if words is not MISSING}

    return read


def parts(shape: Mapping[str, Read], needed: tuple[str, ...]) -> Read:
    """A mapping with these keys and no others."""

    def read(notes: Notes, node: Any, path: Path) -> Any:
        pairs = _pairs(notes, node, path)
        for name in pairs.keys() - shape.keys():
            notes.say(
                (*path, name), f"不认识“{name}”，这里可以写：{'、'.join(f'{one}（{PARTS[one]}）' for one in shape)}"
            )
        for name in needed:
            if name not in pairs and isinstance(node, yaml.MappingNode):
                notes.say(path, f"缺少 {name}（{PARTS[name]}）")
        values = {name: shape[name](notes, value, (*path, name)) for name, value in pairs.items() if name in shape}
        return {name: value for name, value in values.items() if value is not MISSING}

    return read


def _pairs(notes: Notes, node: Any, path: Path) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        notes.say(path, "这里应是“名称: 内容”的样子")
        return {}
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else "?"
        notes.lines.setdefault((*path, name), line_of(key))
        if name in found:
            notes.lines[*path, name] = line_of(key)
            notes.say((*path, name), f"“{name}”写了两次，请去掉一个")
        found.setdefault(name, value)
    return found
