"""A pack: one work method in YAML. Read with everything that is wrong with it at once, and written back the same."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

from pithead.kernel.refusal import Reason, Refused
from pithead.practices import words
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.pack_rules import faults_of
from pithead.practices.pack_shape import Notes, Read, choice, code, figure, flag, parts, several, text, whole, worded
from pithead.practices.pack_tree import line_of, read_tree

PRACTICES, FIELDS, ROW_FIELDS, QUOTAS = 40, 24, 12, 6
LONGEST_CONTENT = 24_000  # characters of one practice

QUOTA: Mapping[str, Read] = {
    "every": choice(words.EVERY),
    "count": whole(1, 99),
    "per": choice(words.PER),
    "among": choice(words.AMONG),
    "only": choice(words.ONLY),
    "distinct": choice(words.DISTINCT),
    "within": whole(0, 366),
}
FIELD: Mapping[str, Read] = {
    "key": code(40),
    "label": text(40),
    "kind": choice(words.KINDS),
    "help": text(120),
    "required": flag,
    "options": worded(12, 40),
    "fails": several(text(40), 12),
    "unit": text(12),
    "least": figure,
    "most": figure,
    "low": figure,
    "high": figure,
    "longest": whole(10, 500),
    "raises": choice({"": "", **words.MATTERS}),
    "measured": flag,
    "prefill": choice(words.PREFILLS),
    "subject": flag,
    "about": flag,
}
ROW = parts({**FIELD, "rows": several(parts(FIELD, ("key", "label")), ROW_FIELDS, "key")}, ("key", "label"))
PRACTICE: Mapping[str, Read] = {
    "code": code(40),
    "title": text(64),
    "purpose": text(300),
    "source": text(300),
    "performers": several(choice(words.PERFORMERS), len(words.PERFORMERS)),
    "quotas": several(parts(QUOTA, ("every",)), QUOTAS),
    "form": several(ROW, FIELDS, "key"),
    "raises": choice({"": "", **words.MATTERS}),
    "confidentiality": choice(words.CONFIDENTIALITY),
    "readers": several(choice(words.PERFORMERS), len(words.PERFORMERS)),
    "text_months": whole(0, 120),
    "fine": text(16),
    "elsewhere": flag,
    "rest_days": flag,
    "check": choice(words.CHECKS),
    "holds": choice(words.HOLD),
    "duty": choice(words.DUTY),
    "sampled": whole(0, 20),
    "dormant": flag,
}
METHOD: Mapping[str, Read] = {
    "code": code(40),
    "title": text(64),
    "summary": text(300),
    "source": text(300),
    "on": flag,
    "practices": several(parts(PRACTICE, ("code", "title", "performers", "form")), PRACTICES, "code"),
}


def read_method(given: str, name: str) -> MethodSpec:
    """Raises `Refused` with everything that is wrong: file, line, practice and field, what to do. `name` is the file's."""
    root = read_tree(given, name)
    notes = Notes(name)
    notes.lines[()] = line_of(root)
    plain = parts(METHOD, ("code", "title", "practices"))(notes, root, ())
    if notes.reasons:
        raise _refused(notes)
    spec = MethodSpec.from_plain(plain)
    _judge(spec, notes)
    if notes.reasons:
        raise _refused(notes)
    return spec


def write_method(spec: MethodSpec) -> str:
    """As `read_method` reads it."""
    return yaml.dump(spec.to_plain(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140)


def _judge(spec: MethodSpec, notes: Notes) -> None:
    if not spec.title or not spec.practices:
        notes.say(("title",) if not spec.title else ("practices",), "是空的")
    for at, one in enumerate(spec.practices):
        if one.code in [other.code for other in spec.practices[:at]]:
            notes.say(("practices", at, "code"), f"编号 {one.code} 前面已经用过")
        if not one.performers:
            notes.say(("practices", at, "performers"), "没有写谁来填")
        for path, message in faults_of(one):
            notes.say(("practices", at, *path), message)
        _weigh(one, at, notes)


def _weigh(one: PracticeSpec, at: int, notes: Notes) -> None:
    size = len(json.dumps(one.to_plain(), ensure_ascii=False))
    if size > LONGEST_CONTENT:
        notes.say(("practices", at), f"一项做法太长：最多 {LONGEST_CONTENT} 字，现在 {size} 字")


def _refused(notes: Notes) -> Refused:
    """In the order of the file."""
    return Refused(sorted(notes.reasons, key=lambda reason: _line_in(reason, notes.name)))


def _line_in(reason: Reason, name: str) -> int:
    digits = reason.where.removeprefix(f"“{name}”第 ").split(" ", 1)[0]
    return int(digits) if digits.isdigit() else 0


class _Dumper(yaml.SafeDumper):
    """Fields and quotas on one line each, as packs are written by hand."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = not any(key in mapping for key in ("practices", "performers", "rows"))
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(one, str) for one in sequence)
        return node

    def ignore_aliases(self, _: Any) -> bool:
        return True


_Dumper.add_representer(dict, _Dumper.represent_dict)
