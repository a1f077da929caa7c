"""What a practice must not be, though every word of it is one: fields without sense, questions the system can answer itself,
customs that rules against formalism forbid (domain 10.4). One function per concern; each says where and what to do instead."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from pithead.kernel import packs
from pithead.practices.content import MEMBER, FieldKind, FieldSpec, PracticeSpec, Prefill, QuotaSpec
from pithead.practices.models import Confidentiality, Event, Every, Per
from pithead.practices.pack_shape import Fault, Path
from pithead.practices.words import BONDS, EVENTS, POSTS, UNITS

K = FieldKind
JUDGED = (K.CHECK, K.CHOICE, K.NUMBER, K.TEXT)
NAMING = (K.PERSON, K.PEOPLE, K.SIGNER)
FITS = {
    Prefill.PLACE: (K.PLACE,),
    Prefill.UNIT: (K.UNIT,),
    Prefill.ME: (K.PERSON, K.SIGNER),
    Prefill.ROSTER: (K.PEOPLE,),
    Prefill.LEADER: (K.PERSON,),
}
ON_THE_PAGE = (
    "csrfmiddlewaretoken",
    "day",
    "elsewhere",
    "fine",
    "id",
    "more",
    "reason",
    "shift",
)  # names it has itself
UNSEEN = re.compile(
    r"[\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
MOST_OFTEN = {Every.SHIFT: 3, Every.DAY: 3, Every.WEEK: 7, Every.TEN_DAYS: 10}


@cache
def filling() -> dict[str, Any]:
    return packs.load("", "filling")


def faults_of(spec: PracticeSpec) -> list[Fault]:
    """All of them, in the order of the form."""
    return [*_faults_of_practice(spec), *_faults_of_quotas(spec), *_faults_of_form(spec), *_faults_of_words(spec)]


# ── the practice ──
def _faults_of_practice(spec: PracticeSpec) -> Iterator[Fault]:
    if not spec.performers:
        yield ("performers",), "没有写谁来填"
    if len(set(spec.performers)) < len(spec.performers):
        yield ("performers",), "同一个岗位写了两次"
    if not spec.title:
        yield ("title",), "名称是空的"
    chain = sum(one.kind is K.ROWS for one in spec.form)
    if spec.sampled > chain:
        yield ("sampled",), f"“几行”（rows）的栏目只有 {chain} 个，不能抽 {spec.sampled} 个"
    if any(one.kind is K.CHECK for one in spec.form) and not spec.fine:
        yield ("fine",), "有检查项，就要有“一切正常”这样的一句话"
    yield from _faults_of_secrecy(spec)


def _faults_of_secrecy(spec: PracticeSpec) -> Iterator[Fault]:
    restricted, private = (spec.confidentiality is one for one in (Confidentiality.RESTRICTED, Confidentiality.PRIVATE))
    if restricted and not spec.readers:
        yield ("confidentiality",), "受限的记录要写明谁可以看（readers）"
    if restricted and not spec.text_months:
        yield ("confidentiality",), "受限的记录要写明内容保存几个月（text_months），到期清除"
    if spec.readers and not restricted:
        yield ("readers",), "只有受限的记录才指定谁可以看，请把 confidentiality 写成 restricted，或去掉 readers"
    if set(spec.readers) - set(POSTS):
        yield ("readers",), "看受限内容的要是有任职的岗位，不能是全体职工或全体党员"
    if spec.text_months and not restricted:
        yield ("text_months",), "只有受限的记录才按月清除，请去掉 text_months"
    for at, one in enumerate(spec.form if restricted else ()):
        if one.kind is K.PHOTO:
            yield ("form", at), "受限的内容加密保存、到期清除，照片做不到：不能有照片"
        if K.SIGNER in (one.kind, *(row.kind for row in one.rows)):
            yield ("form", at), "受限的内容签认人打不开，没法签：不能有签认人"
    for at, one in enumerate(spec.form if private else ()):
        if one.measured or one.kind in (K.PHOTO, *NAMING) or one.rows:
            yield ("form", at), "私密的内容不保存：不能有实测值、照片、人员、签认和几行"
    if private and (spec.elsewhere or spec.check or spec.duty):
        yield ("confidentiality",), "私密的记录不进任何统计：不能写 elsewhere、check、duty"


# ── quotas ──
def _faults_of_quotas(spec: PracticeSpec) -> Iterator[Fault]:
    for at, one in enumerate(spec.quotas):
        yield from ((("quotas", at, key), words) for key, words in _faults_of_quota(spec, one))
        if one in spec.quotas[:at]:
            yield ("quotas", at), "和前面一条完全一样，请去掉一条"


def _faults_of_quota(spec: PracticeSpec, one: QuotaSpec) -> Iterator[tuple[str, str]]:
    among = EVENTS if one.every is Every.EVENT else {Per.UNIT: UNITS, Per.BOND: BONDS}.get(one.per, {})
    if among and one.among not in among:
        known = "、".join(f"{code}（{label}）" for code, label in among.items())
        yield "among", f"要写明是哪一种：{known}"
    if one.among and not among:
        yield "among", "只有每个单位、每个包保关系和遇事的次数才写 among"
    if (one.every is Every.EVENT) != bool(one.within):
        yield "within", "遇事的次数要写明几天以内（within），别的不写"
    near = one.among == Event.VIOLATED  # nobody but who looks after him is told of whom
    if one.every is Every.EVENT and one.per is not (Per.BOND if near else Per.WORKER):
        yield "per", "三违认定以后由包保他的党员谈，per 写 bond" if near else "遇事的次数按职工算，per 写 worker"
    if one.per is Per.SEAT and not set(spec.performers) & set(POSTS):
        yield "per", "填写的都不是有任职的岗位，不能按岗位算，请写 member 或 worker"
    if one.per is Per.MEMBER and MEMBER not in spec.performers:
        yield "per", "每名党员的次数，填写人里要有 member（党员）"
    if one.count > MOST_OFTEN.get(one.every, 99):
        yield "count", f"太多：{one.every.label}最多 {MOST_OFTEN[one.every]} 次"


# ── the form ──
def _faults_of_form(spec: PracticeSpec) -> Iterator[Fault]:
    yield from _faults_of_fields(spec.form, ("form",))
    for name in ("about", "subject"):
        marked = [at for at, one in enumerate(spec.form) if getattr(one, name)]
        for at in marked[1:]:
            yield ("form", at, name), "只能有一栏说明这份记录是关于谁、关于哪里的"
    for at, one in enumerate(spec.form):
        if one.key in ON_THE_PAGE:
            yield ("form", at, "key"), f"编号 {one.key} 填写页面自己要用，请换一个"
        if (one.kind is K.ROWS) != bool(one.rows):
            yield ("form", at, "rows"), "“几行”（kind: rows）的栏目要写明每行有哪几栏，别的栏目不写 rows"
        yield from _faults_of_fields(one.rows, ("form", at, "rows"))
        for inner, row in enumerate(one.rows):
            if row.rows or row.kind in (K.ROWS, K.PHOTO) or row.about or row.subject:
                yield ("form", at, "rows", inner), "一行里不能再有几行、照片，也不能说明整份记录是关于谁的"


def _faults_of_fields(fields: Sequence[FieldSpec], path: tuple[str | int, ...]) -> Iterator[Fault]:
    keys = [one.key for one in fields]
    for at, one in enumerate(fields):
        if one.key in keys[:at]:
            yield (*path, at, "key"), f"编号 {one.key} 前面已经用过"
        yield from (((*path, at, key), words) for key, words in _faults_of_field(one))


def _faults_of_field(one: FieldSpec) -> Iterator[tuple[str, str]]:
    if not one.label:
        yield "label", "名称是空的"
    if (one.kind is K.CHOICE) != bool(one.options) or len(one.options) == 1:
        yield "options", "单选要有至少两个选项，别的栏目不写选项"
    if unknown := [code for code in one.fails if code not in one.options]:
        yield "fails", f"选项里没有“{'、'.join(unknown)}”"
    if one.kind is K.PHOTO and one.required:
        yield "required", "照片不能必填（减负规则 B5）：只有 A、B 级隐患验收要照片，由隐患流程管"
    if one.raises and one.kind not in JUDGED:
        yield "raises", "只有检查项、单选、数字和文字能引出事项"
    if one.subject and one.kind not in (K.PERSON, K.PEOPLE):
        yield "subject", "只有人员栏目能说明这份记录是关于谁的"
    if one.about and one.kind not in (K.UNIT, K.PLACE):
        yield "about", "只有单位、地点栏目能说明这份记录是关于哪里的"
    if (allowed := FITS.get(one.prefill)) and one.kind not in allowed:
        yield "prefill", "这种栏目不能这样自动填好"
    if one.prefill and one.kind is K.PHOTO:
        yield "prefill", "照片不能自动填好"
    yield from _faults_of_limits(one)
    yield from _known_already(one)


def _faults_of_limits(one: FieldSpec) -> Iterator[tuple[str, str]]:
    given = {name: Decimal(getattr(one, name)) for name in ("least", "low", "high", "most") if getattr(one, name)}
    if one.kind is not K.NUMBER:
        if given or one.unit or one.measured:
            yield next(iter(given), "unit" if one.unit else "measured"), "只有数字栏目才有单位、上下限和实测值"
        return
    names, values = list(given), list(given.values())
    for at in range(1, len(values)):
        if values[at - 1] > values[at]:
            yield names[at], f"上下限颠倒了：{names[at - 1]} {values[at - 1]} 大于 {names[at]} {values[at]}"
    if "least" in given and given["least"] == given.get("most"):
        yield "most", "最小和最大一样，不用填"


# ── what need not or must not be asked ──
def _known_already(one: FieldSpec) -> Iterator[tuple[str, str]]:
    """B1: what the system knows is filled in or picked, never typed; not even the first time."""
    if one.prefill not in (Prefill.NONE, Prefill.LAST) or one.kind not in (K.TEXT, K.NUMBER, K.CHOICE):
        return
    known = filling()["known"]
    if one.key in known["keys"] or re.fullmatch(known["labels"], one.label):
        yield "label", f"“{one.label or one.key}”系统里已经有（减负规则 B1）：请去掉，或写 prefill 自动填好"


def _faults_of_words(spec: PracticeSpec) -> Iterator[Fault]:
    yield from faults_in_words(_texts_of(spec))
    timed = filling()["timed"]
    often = any(one.every in (Every.SHIFT, Every.DAY) for one in spec.quotas)
    if often and not spec.dormant and (found := re.search(timed["pattern"], spec.title)):
        yield ("title",), f"减负规则 {timed['id']}：“{found[0]}”不能长期天天报。{timed['advice']}"


def faults_in_words(texts: Iterable[tuple[Path, str]]) -> Iterator[Fault]:
    for path, words in texts:
        plain = _plain(words)
        for rule in filling()["forbidden"]:
            if found := re.search(rule["pattern"], plain):
                yield path, f"减负规则 {rule['id']} 不许要求“{found[0]}”。{rule['advice']}"


def _plain(words: str) -> str:
    """As it is read: without gaps between signs, and without what is not seen."""
    return UNSEEN.sub("", unicodedata.normalize("NFKC", words))


def _texts_of(spec: PracticeSpec) -> Iterator[tuple[Path, str]]:
    yield ("title",), spec.title
    yield ("purpose",), spec.purpose
    yield ("fine",), spec.fine
    for at, one in enumerate(spec.form):
        yield from _texts_of_field(one, ("form", at))
        for inner, row in enumerate(one.rows):
            yield from _texts_of_field(row, ("form", at, "rows", inner))


def _texts_of_field(one: FieldSpec, path: Path) -> Iterator[tuple[Path, str]]:
    yield (*path, "label"), one.label
    yield (*path, "help"), one.help
    yield from (((*path, "options", code), words) for code, words in one.options.items())
