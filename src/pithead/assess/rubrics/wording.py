"""How a rubric says what costs how much: 每少一次扣0.5分，扣完为止 → a step of 0.5 with a cap. What it says otherwise stays text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pithead.assess.models import ClauseKind, Counting
from pithead.assess.rubrics.marks import NUM, chinese
from pithead.kernel.workbooks import squeeze

LONGEST = 200  # letters of a clause
_BREAK = re.compile(
    r"(?<=[。；;！!\n])|(?<=[。；;：:，,\s])(?=(?:\d{1,2}[.．、)）](?!\d)|[（(]\d{1,2}[)）]))|(?=[①-⑳])"
)
TRIM = " \t\r\n。；;，,、"

_WHOSE = r"(?:标准分|基础分|总分|责任单位|责任区队|单位|区队|班组|支部|该项|本项)?"
_DEDUCT = re.compile(
    rf"(?:扣除|扣减|扣罚|扣掉|扣去|扣|减)\s*{_WHOSE}\s*(?P<number>{NUM})\s*(?P<half>分半)?(?:分(?!之)|(?=[,、;。/)]|$))"
    rf"|(?<![\d])-\s*(?P<minus>\d+(?:\.\d+)?)\s*分|(?<![\d.扣减])(?P<each>\d+(?:\.\d+)?)\s*分/"
)
_ADD = re.compile(rf"(?:加|奖励?|增加|\+)\s*(?P<number>{NUM})\s*分")
_RANGE = re.compile(rf"(?:扣除?|减)\s*({NUM})\s*分?\s*(?:[-~—–至到])+\s*({NUM})\s*分?")
_FULL = re.compile(
    r"(?:不得分|不予(?:得|计|记)分|(?:得|为|记|计|按)\s*(?:0|零)\s*分|全(?:部)?扣(?!完)|(?:本|该|此)项(?:分)?扣完(?!为止)"
    r"|扣(?:除|完)?(?:本项|该项|此项|本条|该条)?(?:的)?(?:全部|全项|满)(?:标准|考核|得)?分(?:值|数)?"
    r"|扣(?:除|完)(?:本项|该项|此项|本条|该条)(?:标准|考核|得)?分(?:值|数)?(?!为止|止))"
)
_SHARE = re.compile(
    r"(?:扣除?|减)(?:本项|该项|此项|标准分|总分|全部)?(?:标准)?分?(?:值)?的?(?:(?P<share>\d+(?:\.\d+)?)%|一半|半数)(?:的?(?:标准)?分(?:值|数)?)?"
    r"|得(?:本项|该项)?(?:的)?(?:一半|50%)的?分"
)
_UNTIL = re.compile(r"扣[完光尽][^。;,]{0,8}?止")
_CAP = re.compile(
    rf"(?:最多|最高|至多|上限|限)(?:可|只)?(?:累计|合计)?(?:扣|为|不超过)+(?:分)?(?:除|减)?\s*(?P<most>{NUM})\s*分"
    rf"|以\s*(?P<limit>{NUM})\s*分\s*为(?:上)?限|(?:扣分)?(?:累计|合计|总计)?(?:扣分)?不(?:得)?超过\s*(?P<over>{NUM})\s*分"
    rf"|(?P<lid>{NUM})\s*分封顶|封顶\s*(?P<top>{NUM})\s*分|扣(?:到|至|满)\s*(?P<stop>{NUM})\s*分为?止"
)
_DISCRETION = re.compile(r"酌情|视情|视情节|视程度|按程度|根据情况|视具体")
_STARTED = re.compile(r"不足[^,。;扣]{0,8}[按算计]")
_WHOLE = re.compile(r"每满|不满[^,。;]{0,6}不[扣计]|满\s*(?:一|1|\d+)[^,。;扣分]{0,6}[,]?扣")
_PERCENT = re.compile(
    rf"(?:低|少|降|超|差|落后|增|高|欠|缺|亏|降低|下降|偏差)[^,。;扣]{{0,8}}?{NUM}?\s*个?(?:%|百分点)[^,。;扣]{{0,4}},?扣"
)
_EACH_PERCENT = re.compile(rf"每[^,。;扣]{{0,10}}?{NUM}?\s*个?(?:%|百分点)")
_THRESHOLD = re.compile(
    rf"{NUM}\s*(?:分|%|个|次|人|条|项|起|天|小时)?\s*(?:\(含\)|\(不含\))?\s*及?(?:以上|以下|以内|之间)"
    rf"|(?:低于|高于|达到|达|不足|小于|大于|超过|完成|≥|≤|<|>)\s*\d+(?:\.\d+)?"
    rf"|\d+(?:\.\d+)?\s*(?:分|%)?\s*[-~—–至到]+\s*\d+(?:\.\d+)?\s*(?:分|%)?"
)
_OUTCOME = re.compile(
    rf"扣\s*{NUM}\s*分|得\s*{NUM}\s*分|不扣|不得分|(?:得|计|记)?满分|加\s*{NUM}\s*分|得\s*(?:0|零)\s*分"
)
_GRADES = re.compile(rf"得\s*{NUM}\s*分")
_MONEY = re.compile(r"(?:罚|扣|考核|奖)[^,。;分]{0,6}\d+\s*元")


@dataclass(frozen=True)
class Wording:
    """One sentence and what it was understood to mean. `remark` says what the reader should look at."""

    text: str
    kind: ClauseKind = ClauseKind.MANUAL
    points: Decimal | None = None
    cap: Decimal | None = None
    counting: Counting = Counting.STARTED
    remark: str = ""


def parse(text: str, full: Decimal | None) -> list[Wording]:
    """A cell of deduction wording as clauses, in its order. `full` is what 不得分 and 扣完为止 mean."""
    found: list[Wording] = []
    waiting = ""
    for piece in _joined_bands(pieces_of(text)):
        plain = plain_of(piece)
        if _only_limits(plain):
            found = _limit(found, piece, plain, full) if found else [_understood(waiting + piece, full)]
            waiting = ""
        elif not says_points(plain):
            waiting = waiting + piece if len(waiting + piece) <= LONGEST else _store(found, waiting, piece, full)
        else:
            lead, waiting = waiting, ""
            found += [_understood(part, full) for part in _apart(lead, piece)]
    if waiting.strip(TRIM):
        found = _trailing(found, waiting, full)
    return [short for wording in found for short in _within_length(wording)]


def is_band(text: str) -> bool:
    plain = plain_of(text)
    if len(_GRADES.findall(plain)) > 1:
        return True
    return len(_THRESHOLD.findall(plain)) > 1 and len(_OUTCOME.findall(plain)) > 1 and "每" not in plain


# ── from a cell to pieces ──
def pieces_of(text: str) -> list[str]:
    return [piece for piece in _BREAK.split(text) if piece.strip(TRIM)]


def _joined_bands(pieces: list[str]) -> Iterator[str]:
    """95 分以上不扣；90 至 95 分扣 1 分；… is one sentence, however it is cut."""
    run = ""
    for piece in pieces:
        if _is_step_of_band(piece):
            run += piece
            continue
        if run:
            yield from [run] if is_band(run) else pieces_of(run)
        run = ""
        yield piece
    if run:
        yield from [run] if is_band(run) else pieces_of(run)


def _is_step_of_band(piece: str) -> bool:
    plain = plain_of(piece)
    return bool("每" not in plain and _OUTCOME.search(plain) and (_THRESHOLD.search(plain) or _GRADES.search(plain)))


def _apart(lead: str, piece: str) -> list[str]:
    """A sentence with two deductions, 缺一次扣1分，记录不全扣0.5分, is cut at the comma between them."""
    if is_band(piece):
        return [lead + piece]
    found, current = [], lead
    parts = re.split(r"(?<=[，,])", piece)
    for number, part in enumerate(parts):
        plain, rest = plain_of(part), plain_of("".join(parts[number + 1 :]))
        opens = bool(part.strip(TRIM)) and not _only_limits(plain) and (_is_outcome(plain) or _is_outcome(rest))
        if opens and _is_outcome(plain_of(current)):
            found.append(current)
            current = part
        else:
            current += part
    return [*found, current]


def _is_outcome(plain: str) -> bool:
    without = _CAP.sub("", _UNTIL.sub("", plain))
    return bool(_DEDUCT.search(without) or _FULL.search(without) or _SHARE.search(without) or _RANGE.search(without))


def says_points(plain: str) -> bool:
    return bool(_is_outcome(plain) or _ADD.search(plain) or is_band(plain) or _CAP.search(plain))


def _only_limits(plain: str) -> bool:
    """扣完为止, 最多扣3分: about other sentences, no sentence of its own."""
    limits = _UNTIL.search(plain) or _CAP.search(plain)
    return bool(limits) and not _is_outcome(plain) and "加" not in plain


# ── what a piece means ──
def _understood(piece: str, full: Decimal | None) -> Wording:
    text, plain = _one_line(piece.strip(TRIM)), plain_of(piece)
    found = _capped(_meaning(text, plain, full), _cap(plain, full))
    if _MONEY.search(plain):
        return replace(found, remark="罚款不折成分，只留文字")
    return found


def _meaning(text: str, plain: str, full: Decimal | None) -> Wording:
    without = _CAP.sub("", _UNTIL.sub("", plain))
    if is_band(plain):
        return Wording(text, ClauseKind.BAND)
    if ranged := _RANGE.search(without):
        most = max(chinese(ranged[1]), chinese(ranged[2]))
        return Wording(text, remark=f"扣多少有幅度，由打分的人定，每次不多于 {most} 分")
    if _DISCRETION.search(without):
        found = _DEDUCT.search(without)
        return Wording(text, points=_figure(found) if found else None, remark="要酌情，按人工评定")
    if len(set(map(_figure, _DEDUCT.finditer(without)))) > 1:
        return Wording(text, remark="一句里有几种扣法，分不开，按人工评定")
    if (found := _DEDUCT.search(without)) and _figure(found):
        return Wording(text, ClauseKind.STEP, _figure(found), counting=_counting(plain))
    if full is not None and (share := _SHARE.search(without)):
        points = full * Decimal(share["share"] or 50) / 100
        return Wording(text, ClauseKind.STEP, points)
    if _FULL.search(without):
        return (
            Wording(text, ClauseKind.STEP, full)
            if full is not None
            else Wording(text, remark="没有标准分，不知道扣多少")
        )
    if _ADD.search(without):
        return Wording(text, remark="这是加分，写在扣分的项目里；要加分请移到加分项")
    return Wording(text, remark="没有写明扣多少分，按人工评定")


def _capped(wording: Wording, cap: Decimal | None) -> Wording:
    """A cap below a single step would contradict it: 未建立不得分 … 最多扣2分 is about the other sentences."""
    fits = cap is None or wording.points is None or wording.points <= cap
    return replace(wording, cap=wording.cap or cap) if fits else wording


def _one_line(text: str) -> str:
    """A line broken in the middle of a sentence goes on."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"(?<=[，,。；;：:、])\s*\n\s*", "", text))


def _figure(found: re.Match[str]) -> Decimal:
    value = chinese(found["number"] or found["minus"] or found["each"])
    return value + Decimal("0.5") if found["half"] else value


def _counting(plain: str) -> Counting:
    if _STARTED.search(plain):
        return Counting.STARTED
    if _WHOLE.search(plain):
        return Counting.FULL
    return Counting.PROPORTIONAL if _PERCENT.search(plain) or _EACH_PERCENT.search(plain) else Counting.STARTED


def _cap(plain: str, full: Decimal | None) -> Decimal | None:
    if found := _CAP.search(plain):
        return chinese(next(value for value in found.groups() if value))
    return full if _UNTIL.search(plain) else None


def _limit(found: list[Wording], piece: str, plain: str, full: Decimal | None) -> list[Wording]:
    """A sentence about limits holds for all before it."""
    cap = _cap(plain, full)
    last = found[-1]
    if len(last.text) + len(piece.strip(TRIM)) < LONGEST:
        found[-1] = replace(last, text=f"{last.text}；{piece.strip(TRIM)}")
    else:
        found.append(Wording(piece.strip(TRIM)))
    shared = len(found) > 1 and cap is not None and cap != full
    remark = f"“{piece.strip(TRIM)}”管着 {len(found)} 句，每一句都按最多 {cap} 分记" if shared else ""
    return [replace(_capped(one, cap), remark=one.remark or remark) for one in found]


def _store(found: list[Wording], waiting: str, piece: str, full: Decimal | None) -> str:
    """What waits for its sentence has grown too long: it becomes one of its own. Returns what waits now."""
    if waiting.strip(TRIM):
        found.append(_understood(waiting, full))
    return piece


def _trailing(found: list[Wording], waiting: str, full: Decimal | None) -> list[Wording]:
    """Words after the last deduction belong to it where there is room."""
    rest = waiting.strip(TRIM)
    if found and len(found[-1].text) + len(rest) < LONGEST:
        return [*found[:-1], replace(found[-1], text=f"{found[-1].text}；{rest}")]
    return [*found, _understood(waiting, full)]


# ── length ──
def _within_length(wording: Wording) -> list[Wording]:
    """Text is never cut off: what is too long becomes several clauses, the figures with the piece that states them."""
    pieces = cut(wording.text)
    if len(pieces) == 1:
        return [wording]
    bearing = next((piece for piece in reversed(pieces) if says_points(plain_of(piece))), pieces[-1])
    return [
        replace(wording, text=piece)
        if piece is bearing
        else Wording(piece, remark="文字太长，分成了几条；这一条不另扣分")
        for piece in pieces
    ]


def cut(text: str) -> list[str]:
    """Pieces of at most 200 letters, cut after a full stop, else a semicolon, else a comma, else where it must be."""
    pieces = []
    while len(text) > LONGEST:
        head = text[:LONGEST]
        places = [max(head.rfind(sign) for sign in signs) + 1 for signs in ("。！\n", "；;", "，,、 ")]
        place = next((place for place in places if place > LONGEST // 4), LONGEST)
        pieces.append(text[:place].strip())
        text = text[place:].strip()
    return [*pieces, text]


def plain_of(text: str) -> str:
    """As it is searched: half-width, no spaces, 百分之一 as 一%."""
    return re.sub(rf"百分之({NUM})", r"\1%", squeeze(text.replace("\n", ";")).replace(" ", ""))
