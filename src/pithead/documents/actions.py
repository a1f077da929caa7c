"""Issuing papers. Nothing is stored: the same result gives the same bytes at any time; the log says who took one."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from django.db import transaction

from pithead.assess.models import Cycle
from pithead.assess.models.cycles import CLOSED, PUBLIC
from pithead.documents import bulletin
from pithead.documents.official import OfficialPaper
from pithead.documents.queries import Month, month_of
from pithead.documents.result_book import result_book
from pithead.documents.wording import Wording
from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.queries import calendar_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLANK = "　"  # where the number is written by hand
WRITTEN_OUT = re.compile(r"\D+〔\d{4}〕[1-9]\d*号")


@dataclass(frozen=True)
class Document:
    """A paper to download. `warnings` are sentences for whoever issues it, not part of it."""

    name: str
    content: bytes
    content_type: str
    warnings: tuple[str, ...] = ()


@transaction.atomic
def issue_bulletin(*, by: Actor, at: dt.datetime, cycle: Cycle, number: str = "") -> Document:
    """The bulletin of a settled month, or a draft of it. `number`: 7, or written out 青矿考〔2026〕7号; empty leaves room."""
    _require(by, cycle, Capability.BULLETIN_ISSUE)
    month = month_of(cycle)
    words = bulletin.wording_for(month)
    paper = bulletin.compose(month, calendar_of(cycle.mine), _printed_number(words, month, number))
    name = f"{_stem(month, '通报')}.docx"
    issued = Document(name, paper.to_bytes(), DOCX, (*_too_long(paper, words), *_names_hidden(month)))
    _log(by, at, "documents.bulletin.issued", cycle, issued, number=number)
    return issued


@transaction.atomic
def issue_result_book(*, by: Actor, at: dt.datetime, cycle: Cycle) -> Document:
    """The result as a workbook to print and sign."""
    _require(by, cycle, Capability.RESULT_VIEW)
    month = month_of(cycle)
    issued = Document(f"{_stem(month, '考核结果')}.xlsx", result_book(month), XLSX, _names_hidden(month))
    _log(by, at, "documents.results.issued", cycle, issued)
    return issued


def _require(by: Actor, cycle: Cycle, capability: Capability) -> None:
    """Drafts are for those who may see drafts."""
    by.require(capability if cycle.state in PUBLIC else Capability.DRAFT_VIEW, cycle.mine)
    if cycle.state not in CLOSED:
        raise Refused(f"{cycle}{cycle.state_label}，还没有结果；请先关闭打分，再出文书")


def _printed_number(words: Wording, month: Month, number: str) -> str:
    """〔2026〕7号: no 第, no leading zeros, hexagonal brackets."""
    given = number.strip().replace("[", "〔").replace("]", "〕")
    if not given or (given.isascii() and given.isdigit() and int(given)):
        return words.say("number", year=month.dated.year, number=int(given) if given else BLANK)
    if WRITTEN_OUT.fullmatch(given):
        return given
    raise Refused(f"发文字号“{number}”写法不对：只填顺序号（如 7），或写全（如 青矿考〔2026〕7号），不加“第”，不编虚位")


def _stem(month: Month, what: str) -> str:
    cycle = month.cycle
    draft = "" if month.is_final else "（草稿）"
    return f"{cycle.standard.title}{cycle.period_value.label}{what}{draft}"


def _too_long(paper: OfficialPaper, words: Wording) -> tuple[str, ...]:
    """Limits on the length of papers (10.4 B13), the one exceeded most."""
    passed = passed_limits(paper, words)
    return tuple(
        f"正文 {paper.characters} 字，超过{kind}不超过 {limit} 字的规定，请精简" for limit, kind in sorted(passed)[-1:]
    )


def passed_limits(paper: OfficialPaper, words: Wording) -> list[tuple[int, str]]:
    """Which it is longer than: characters, and the kind of paper."""
    return [(limit, kind) for kind, limit in words.pack["limits"].items() if paper.characters > limit]


def _names_hidden(month: Month) -> tuple[str, ...]:
    count = month.names_hidden
    return (f"原因里有 {count} 处职工姓名，已写成“某某”，印发前请核对",) if count else ()


def _log(by: Actor, at: dt.datetime, action: str, cycle: Cycle, issued: Document, **more: str) -> None:
    digest = hashlib.sha256(issued.content).hexdigest()
    audit.write(
        by=by,
        at=at,
        mine=cycle.mine.code,
        action=action,
        subject=("cycle", cycle.pk, str(cycle)),
        after={"name": issued.name, "state": cycle.state, "sha256": digest} | more,
    )
