"""Score clauses that rules against formalism forbid: sign-ins, minutes online, photographs, articles. The rules are data:
`packs/burden.yaml`. Words in, findings out; knows no mine and no database."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pithead.kernel import packs

_SENTENCES = re.compile(r"[。;!\n]+")
_CONSEQUENCE = re.compile(r"[扣加减]\s*[\d一二两三四五六七八九十半零.~-]+分|不得分|不扣分|得\d")
_NOT_COMPARED = re.compile(r"""[ \t\r\f\v"'“”‘’《》<>「」『』【】]+""")


@dataclass(frozen=True)
class Finding:
    """`rule` is its number (B2), `words` what it forbids, `matched` the words that gave it away, `advice` what to score instead."""

    rule: str
    words: str
    matched: str
    advice: str

    def __str__(self) -> str:
        return f"减负规则 {self.rule} 不许考核“{self.words}”（“{self.matched}”）。{self.advice}"


@dataclass(frozen=True)
class Rule:
    id: str
    title: str
    advice: str
    patterns: tuple[re.Pattern[str], ...]
    exceptions: tuple[re.Pattern[str], ...]


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(part["id"], part["title"], part["advice"], _compiled(part["patterns"]), _compiled(part["exceptions"]))
        for part in _pack()["rules"]
    )


def lint(text: str) -> tuple[Finding, ...]:
    """What a clause must not be about, one finding per rule; empty: nothing against it."""
    found: dict[str, Finding] = {}
    for statement in _statements(_plain(text)):
        for rule in rules():
            if rule.id not in found and (matched := _broken(rule, statement)):
                found[rule.id] = Finding(rule.id, rule.title, matched, rule.advice)
    return tuple(found.values())


def lint_content(content: dict[str, Any]) -> tuple[tuple[str, Finding], ...]:
    """All findings in a pack, each with the place in words: 条款 A1.2, 项目 A1, 加分项 J1."""
    return tuple((place, finding) for place, text in texts_of(content) for finding in lint(text))


def texts_of(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every sentence of a pack that says what is scored, with its place."""
    for dimension in content.get("dimensions", ()):
        yield f"大类 {dimension['code']}", dimension["name"]
        for item in dimension["items"]:
            yield f"项目 {item['code']}", item["name"]
            yield from ((f"条款 {clause['code']}", clause["text"]) for clause in item["clauses"])
    for key, word in (("bonus", "加分项"), ("vetoes", "否决项")):
        for item in content.get(key, ()):
            wording = [item.get("text", ""), *(clause["text"] for clause in item.get("clauses", ()))]
            yield f"{word} {item['code']}", "。".join([item["name"], *wording])


def _broken(rule: Rule, statement: str) -> str:
    """The words that break the rule, or nothing."""
    if any(exception.search(statement) for exception in rule.exceptions):
        return ""
    for pattern in rule.patterns:
        for match in pattern.finditer(statement):
            if not _is_negated(statement, match):
                return match[0]
    return ""


def _is_negated(statement: str, match: re.Match[str]) -> bool:
    """Within the commas around the words that were found."""
    start = statement.rfind(",", 0, match.start()) + 1
    end = statement.find(",", match.end())
    part = statement[start : len(statement) if end < 0 else end + 1]
    return any(negation.search(part) for negation in _negations())


def _statements(plain: str) -> Iterator[str]:
    """Sentences, cut after each comma before which somebody lost or won points."""
    for sentence in _SENTENCES.split(plain):
        gathered = ""
        for part in sentence.split(","):
            gathered = f"{gathered},{part}" if gathered else part
            if _CONSEQUENCE.search(part):
                yield gathered
                gathered = ""
        if gathered:
            yield gathered


def _plain(text: str) -> str:
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFKC", text)).lower()


@cache
def _pack() -> dict[str, Any]:
    return packs.load("", "burden")


@cache
def _negations() -> tuple[re.Pattern[str], ...]:
    return _compiled(_pack()["negations"])


def _compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)
