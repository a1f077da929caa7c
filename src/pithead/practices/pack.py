"""A pack: one work method in YAML. Read with everything that is wrong with it at once, and written back the same."""

import json
from collections.abc import Container, Mapping
from typing import Any

import yaml

from pithead.kernel.refusal import Reason
from pithead.practices import words
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.outcomes import fault_of
from pithead.practices.pack_rules import faults_in_words, faults_of
from pithead.practices.pack_shape import (
    Fault,
    Notes,
    Read,
    choice,
    code,
    figure,
    flag,
    parts,
    several,
    text,
    whole,
    worded,
)
from pithead.practices.pack_tree import line_of, place, read_tree, refusal

PRACTICES, FIELDS, ROW_FIELDS, QUOTAS, ALIASES, OUTCOMES = 40, 24, 12, 6, 8, 3
LONGEST_CONTENT = 24_000  # characters of one practice
UNFIT = "内容的样子不对，请刷新页面重填"
NO_CLAUSE = "本矿现行制度里没有“{}”：写成“文号 第几条”或“标题 第几条”，先录入制度，或去掉这一行"

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
    "clause": text(160),
    "aliases": several(text(20), ALIASES),
}
NEEDED = ("code", "title", "performers", "form")
METHOD: Mapping[str, Read] = {
    "code": code(40),
    "title": text(64),
    "summary": text(300),
    "source": text(300),
    "on": flag,
    "practices": several(parts(PRACTICE, NEEDED), PRACTICES, "code"),
    "outcomes": several(text(80), OUTCOMES),
    "judged_months": whole(3, 12),
}


def read_method(given: str, name: str, clauses: Container[str] | None = None) -> MethodSpec:
    """Raises `Refused` with everything that is wrong: file, line, practice and field, what to do. `name` is the file's.
    `clauses`: those in force, as they may be quoted; None: it is not known whose mine will take it over."""
    root = read_tree(given, name)
    notes = Notes()
    notes.lines[()] = line_of(root)
    plain = parts(METHOD, ("code", "title", "practices"))(notes, root, ())
    _refuse(notes, name)
    spec = MethodSpec.from_plain(plain)
    _judge(spec, notes)
    for at, one in enumerate(spec.practices if clauses is not None else ()):
        if one.clause and one.clause not in (clauses or ()):
            notes.say(("practices", at, "clause"), NO_CLAUSE.format(one.clause))
    _refuse(notes, name)
    return spec


def faults_in(spec: PracticeSpec) -> list[Fault]:
    """Of one that comes from a face and not from a file: by the very rules files are read by."""
    try:
        node = yaml.compose(_dumped(spec), Loader=yaml.CSafeLoader)
        notes = Notes()
        plain = parts(PRACTICE, NEEDED)(notes, node, ())
        read = None if notes.faults else PracticeSpec.from_plain(plain)
    except (AttributeError, TypeError, ValueError, yaml.YAMLError):
        return [((), UNFIT)]
    if read is None:
        return notes.faults
    return _faults_of(read) if read == spec else [((), UNFIT)]


def write_method(spec: MethodSpec) -> str:
    """As `read_method` reads it."""
    return yaml.dump(spec.to_plain(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140)


def _dumped(spec: PracticeSpec) -> str:
    return yaml.dump(spec.to_plain(), Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def _judge(spec: MethodSpec, notes: Notes) -> None:
    if not spec.title or not spec.practices:
        notes.say(("title",) if not spec.title else ("practices",), "是空的")
    for path, message in faults_in_words([(("title",), spec.title), (("summary",), spec.summary)]):
        notes.say(path, message)
    for at, outcome in enumerate(spec.outcomes):
        if fault := fault_of(outcome) or ("写了两次" if outcome in spec.outcomes[:at] else ""):
            notes.say(("outcomes", at), fault)
    names = [name for one in spec.practices for name in (one.title, *one.aliases)]
    for at, one in enumerate(spec.practices):
        if twice := [name for name in one.aliases if names.count(name) > 1]:
            notes.say(("practices", at, "aliases"), f"“{twice[0]}”别处已经用过")
        if one.code in [other.code for other in spec.practices[:at]]:
            notes.say(("practices", at, "code"), f"编号 {one.code} 前面已经用过")
        for path, message in _faults_of(one):
            notes.say(("practices", at, *path), message)


def _faults_of(one: PracticeSpec) -> list[Fault]:
    size = len(json.dumps(one.to_plain(), ensure_ascii=False))
    too_long = f"一项做法太长：最多 {LONGEST_CONTENT} 字，现在 {size} 字"
    return [*faults_of(one), *([((), too_long)] if size > LONGEST_CONTENT else [])]


def _refuse(notes: Notes, name: str) -> None:
    """In the order of the file."""
    if notes.faults:
        in_order = sorted(notes.faults, key=lambda fault: notes.line(fault[0]))
        raise refusal([Reason(said, place(name, notes.line(path), notes.called(path))) for path, said in in_order])


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
