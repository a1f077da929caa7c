"""The 校验码: sequence and head of a link, short enough to be printed and typed. Paper remembers what a database can forget."""

import re

from pithead.kernel.models import SealChain, SealedRow, SealLink

SHOWN = 16  # of the 64 digits of a head
CODE = re.compile(r"\s*(\d{1,9})\s*[:：]\s*([0-9a-f]{8,64})\s*", re.IGNORECASE)


def anchor(mine: str) -> str:
    """Of the chain's tip; empty before anything was sealed."""
    chain = SealChain.objects.filter(mine=mine).first()
    return code(chain.seq, chain.head) if chain and chain.seq else ""


def anchor_of(mine: str, table: str, row: object) -> str:
    """Of the link that sealed a row last: the same as long as the row stays as it is. Empty where it is not under seal."""
    rows = SealedRow.objects.filter(mine=mine, table=table, row=str(row))
    last = rows.select_related("link").order_by("-link__seq").first()
    return code(last.link.seq, last.link.head) if last and last.digest else ""


def code(seq: int, head: str) -> str:
    return f"{seq}:{head[:SHOWN]}"


def check_anchor(mine: str, text: str) -> str:
    """What is wrong with a code read from paper, in a sentence; empty when the chain has that very link."""
    found = CODE.fullmatch(text)
    if found is None:
        return f"“{text.strip()}”不是校验码。校验码是“序号:字符”，如 128:9f3a0c1be24d5f67，照纸上抄写"
    seq, head = int(found[1]), found[2].lower()
    link = SealLink.objects.filter(mine=mine, seq=seq).first()
    if link and link.head.startswith(head):
        return ""
    here = f"现在第 {seq} 环的校验码是 {code(seq, link.head)}" if link else f"封存链里没有第 {seq} 环"
    return (
        f"校验码 {text.strip()} 没有对上。请先对照纸面，看是不是抄错了、打错了；"
        f"抄得没错，就是纸面印出以后封存链被改动、删去或重做过（{here}）"
    )
