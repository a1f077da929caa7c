"""Packs as files: what is wrong with one is said with its line."""

import re

import pytest

from pithead.kernel.refusal import Refused
from pithead.practices.pack import read_method
from pithead.practices.pack_tree import LARGEST, MOST_REASONS
from pithead.practices.testing import TEXT

FIELD = "{key: met, label: 见了谁, kind: choice, options: {crew: 当班班组, person: 个别职工}, required: true}"
QUOTA = "{every: month, count: 4, only: underground}"
HEARD = "{key: heard, label: 听到的问题, kind: text, raises: request}"
ROOF = "{key: roof, label: 顶帮, kind: check, required: true}"
GAS = "{key: gas, label: 瓦斯, kind: number, unit: '%', least: '0', high: '0.8', most: '10', measured: true, required: true}"

# what is written instead of what, line, part, words
BROKEN: dict[str, tuple[str, str, int, str, str]] = {
    "an unknown key of the method": ("summary: 书", "sumary: 书", 3, "sumary", "不认识“sumary”"),
    "an unknown key of a practice": ("purpose: 走", "porpose: 走", 8, "walkabout · porpose", "不认识“porpose”"),
    "an unknown key of a field": (HEARD, HEARD.replace("kind", "knd"), 18, "walkabout · heard · knd", "不认识“knd”"),
    "an unknown key of a quota": (
        QUOTA,
        QUOTA.replace("only", "where"),
        13,
        "walkabout · 次数第 2 条 · where",
        "不认识",
    ),
    "a key twice": ("title: 走动管理", "title: 走动管理\n    title: 走动", 8, "walkabout · 名称 title", "写了两次"),
    "no title": ("title: 走动工作法\n", "", 1, "", "缺少 title"),
    "an empty title": ("title: 走动工作法", "title:", 2, "title", "是空的"),
    "no practices": (TEXT[TEXT.index("practices:") :], "", 1, "", "缺少 practices"),
    "no form": ("    form:\n      - {key: quiet", "    # \n      # {key: quiet", 28, "zero_report", "缺少 form"),
    "an unfit code": ("code: walkabout", "code: Walk-about", 6, "code", "不能作编号"),
    "a code twice": ("code: shift_look", "code: walkabout", 19, "walkabout · 编号 code", "前面已经用过"),
    "an unknown role": ("[branch_secretary]", "[boss]", 10, "walkabout", "没有“boss”，可以写：member（党员）"),
    "a role twice": (
        "[branch_secretary]",
        "[branch_secretary, branch_secretary]",
        10,
        "walkabout · 谁来做 performers",
        "两次",
    ),
    "nobody": ("[branch_secretary]", "[]", 10, "walkabout · 谁来做 performers", "没有写谁来填"),
    "a name for a list": (
        "[branch_secretary]",
        "branch_secretary",
        10,
        "walkabout · 谁来做 performers",
        "应是一个列表",
    ),
    "an unknown kind of matter": (
        "raises: request\n",
        "raises: wish\n",
        14,
        "walkabout · 引出的事项 raises",
        "没有“wish”",
    ),
    "an unknown cadence": (
        QUOTA,
        QUOTA.replace("month", "moon"),
        13,
        "walkabout · 次数第 2 条 · 周期 every",
        "没有“moon”",
    ),
    "an unknown kind of unit": (
        "among: crew",
        "among: team",
        23,
        "shift_look · 次数第 1 条 · 哪一种 among",
        "没有“team”",
    ),
    "an unknown event": (
        QUOTA,
        "{every: event, per: worker, among: crew, within: 7}",
        13,
        "walkabout · 次数第 2 条 · 哪一种 among",
        "hired（新入职）",
    ),
    "an event without a span": (QUOTA, "{every: event, per: worker, among: hired}", 13, "within", "几天以内"),
    "an event of a chair": (QUOTA, "{every: event, among: hired, within: 7}", 13, "per", "per 写 worker"),
    "a span without an event": (QUOTA, "{every: month, within: 7}", 13, "within", "别的不写"),
    "a kind for chairs": (QUOTA, "{every: month, among: crew}", 13, "among", "才写 among"),
    "units of no kind": (QUOTA, "{every: month, per: unit}", 13, "walkabout · 次数第 2 条", "要写明是哪一种"),
    "members where none perform": (QUOTA, "{every: month, per: member}", 13, "per", "要有 member"),
    "chairs where none perform": ("[branch_secretary]", "[member]", 12, "per", "不能按岗位算"),
    "a quota twice": (QUOTA, "{every: month, count: 8}", 13, "walkabout", "完全一样"),
    "too many a day": (QUOTA, "{every: day, count: 9}", 13, "count", "每日最多 3 次"),
    "no number": (QUOTA, QUOTA.replace("4", "four"), 13, "walkabout · 次数第 2 条 · 几次 count", "应是 1 到 99 的整数"),
    "no yes or no": ("dormant: true", "dormant: maybe", 31, "zero_report · 平时停用 dormant", "应写 true"),
    "an unknown kind of field": (
        HEARD,
        HEARD.replace("text", "essay"),
        18,
        "walkabout · heard · 类型 kind",
        "没有“essay”",
    ),
    "a key of a field twice": (HEARD, HEARD.replace("heard", "met"), 18, "walkabout · met · 编号 key", "前面已经用过"),
    "an unfit key": (HEARD, HEARD.replace("heard", "听到"), 18, "walkabout · 听到 · 编号 key", "不能作编号"),
    "one option": (FIELD, FIELD.replace(", person: 个别职工", ""), 17, "walkabout · met · 选项 options", "至少两个"),
    "options of a text": (HEARD, HEARD.replace("raises", "options: {a: 甲, b: 乙}, raises"), 18, "options", "不写选项"),
    "a failing choice there is not": (
        FIELD,
        FIELD.replace("required", "fails: [sun], required"),
        17,
        "fails",
        "没有“sun”",
    ),
    "no decimal": (GAS, GAS.replace("'0.8'", "'1/2'"), 27, "shift_look · gas · 高于它算有问题 high", "不是数"),
    "not a number": (GAS, GAS.replace("'0.8'", ".nan"), 27, "shift_look · gas · 高于它算有问题 high", "不是数"),
    "limits upside down": (GAS, GAS.replace("'10'", "'0.5'"), 27, "shift_look · gas · 最大能填 most", "颠倒了"),
    "limits of a check": (ROOF, ROOF.replace("required", "high: '1', required"), 26, "high", "只有数字栏目"),
    "a check that is measured": (
        ROOF,
        ROOF.replace("required", "measured: true, required"),
        26,
        "measured",
        "只有数字",
    ),
    "rows in rows": (
        HEARD,
        "{key: steps, label: 工序, kind: rows, rows: [{key: a, label: 甲, kind: rows}]}",
        18,
        "walkabout · steps · a",
        "不能再有几行",
    ),
    "rows without fields": (HEARD, "{key: steps, label: 工序, kind: rows}", 18, "steps", "要写明每行有哪几栏"),
    "three levels": (
        HEARD,
        "{key: s, label: 工序, kind: rows, rows: [{key: a, label: 甲, rows: [{key: b, label: 乙}]}]}",
        18,
        "walkabout · s · a · 每行的栏目 rows",
        "不认识“rows”",
    ),
    "a photo that is demanded": (
        HEARD,
        "{key: p, label: 现场, kind: photo, required: true}",
        18,
        "required",
        "减负规则 B5",
    ),
    "a photo in a row": (
        HEARD,
        "{key: s, label: 工序, kind: rows, rows: [{key: a, label: 甲, kind: photo}]}",
        18,
        "s · a",
        "不能再有几行、照片",
    ),
    "about nothing that has a place": (
        HEARD,
        HEARD.replace("raises", "about: true, raises"),
        18,
        "about",
        "只有单位、地点",
    ),
    "about two things": (
        HEARD,
        "{key: u, label: 单位, kind: unit, about: true}",
        18,
        "u · 关于哪里 about",
        "只能有一栏",
    ),
    "a subject that is nobody": (HEARD, HEARD.replace("raises", "subject: true, raises"), 18, "subject", "只有人员"),
    "filled with what does not fit": (
        FIELD,
        FIELD.replace("required", "prefill: roster, required"),
        17,
        "prefill",
        "不能这样",
    ),
    "restricted without readers": (
        "raises: request\n",
        "confidentiality: restricted\n",
        14,
        "confidentiality",
        "谁可以看",
    ),
    "a photo of what is restricted": (
        "    raises: request\n    form:\n",
        "    confidentiality: restricted\n    readers: [section_head]\n    text_months: 3\n    form:\n"
        "      - {key: p, label: 现场, kind: photo}\n",
        18,
        "p",
        "不能有照片",
    ),
    "readers of what is open": ("raises: request\n", "readers: [section_head]\n", 14, "readers", "只有受限的记录"),
    "private and measured": (
        "    raises: hazard",
        "    confidentiality: private",
        27,
        "shift_look · gas",
        "私密的内容不保存",
    ),
    "private and in the ledger": (
        "    dormant: true",
        "    confidentiality: private\n    duty: people",
        31,
        "confidentiality",
        "不进任何统计",
    ),
    "what the system knows": (HEARD, "{key: heard, label: 填表日期, kind: text}", 18, "label", "减负规则 B1"),
    "what the system knows, as it was last time": (
        HEARD,
        "{key: heard, label: 所属区队, kind: text, prefill: last}",
        18,
        "label",
        "减负规则 B1",
    ),
    "what the system knows, by its key": (
        HEARD,
        "{key: shift, label: 上的什么班, kind: text}",
        18,
        "label",
        "减负规则 B1",
    ),
    "likes": (HEARD, "{key: heard, label: 转发几次, kind: number}", 18, "label", "减负规则 B14"),
    "points": ("title: 走动管理", "title: 走动积分", 7, "title", "减负规则 B2"),
    "a daily report for ever": ("    dormant: true\n", "", 29, "zero_report · 名称 title", "减负规则 B12"),
    "no word that all is well": (
        "    raises: hazard\n",
        "    fine: ''\n",
        24,
        "shift_look · 没有问题时点的那句话 fine",
        "一切正常",
    ),
    "months of what is open": ("raises: request\n", "text_months: 12\n", 14, "text_months", "只有受限"),
    "restricted without months": (
        "raises: request\n",
        "confidentiality: restricted\n    readers: [section_head]\n",
        14,
        "confidentiality",
        "保存几个月",
    ),
    "a field without a name": (HEARD, HEARD.replace("听到的问题", "''"), 18, "heard · 名称 label", "名称是空的"),
    "a place that raises": (HEARD, HEARD.replace("text", "place"), 18, "heard · 引出的事项 raises", "能引出事项"),
    "a photo filled in": (
        HEARD,
        "{key: p, label: 现场, kind: photo, prefill: last}",
        18,
        "p · 自动填好 prefill",
        "不能自动",
    ),
    "one number only": (
        GAS,
        GAS.replace("'10'", "'0'").replace(" high: '0.8',", ""),
        27,
        "gas · 最大能填 most",
        "一样",
    ),
    "limits of a choice": (
        FIELD,
        FIELD.replace("required", "low: '1', required"),
        17,
        "met · 低于它算有问题 low",
        "只有数字栏目",
    ),
    "a line break": ("title: 走动管理", 'title: "走动\\n管理"', 7, "title", "不能换行"),
    "too many roles": ("[branch_secretary]", f"[{', '.join(['member'] * 17)}]", 10, "performers", "太多：最多 15 项"),
    "too many options": (
        FIELD,
        FIELD.replace("person: 个别职工", ", ".join(f"o{at}: 第{at}" for at in range(13))),
        17,
        "met · 选项 options",
        "最多 12 项，现在 14 项",
    ),
    "an unfit option": (FIELD, FIELD.replace("person:", "个人:"), 17, "met · 个人", "不能作编号"),
    "a word for a mapping": (QUOTA, "month", 13, "walkabout · 次数第 2 条", "名称: 内容"),
    "a mapping for a word": ("title: 走动管理", "title: {a: b}", 7, "title", "应是一句话"),
    "too long a title": ("title: 走动管理", f"title: {'走' * 65}", 7, "title", "最多 64 字，现在 65 字"),
    "a sign that is a line end elsewhere": ("title: 走动管理", 'title: "走动\\x85管理"', 7, "title", "看不见的字符"),
    "a sign that turns the others round": ("title: 走动管理", 'title: "走动\\u202e管理"', 7, "title", "看不见的字符"),
    "points, for the method itself": ("title: 走动工作法", "title: 走动积分", 2, "title", "减负规则 B2"),
    "hours of learning, in its summary": ("summary: 书", "summary: 学习时长够了，书", 3, "summary", "减负规则 B4"),
    "photos as proof, in what one taps": ("raises: request\n", "fine: 合影\n", 14, "fine", "减负规则 B5"),
    "another name that is taken": ("raises: request\n", "aliases: [当班一看]\n", 14, "aliases", "别处已经用过"),
    "sampled rows there are not": ("raises: request\n", "sampled: 2\n", 14, "sampled", "不能抽 2 个"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_said_with_its_line(what: str) -> None:
    old, new, line, part, words = BROKEN[what]
    assert TEXT.count(old) == 1 or old.startswith("raises")
    with pytest.raises(Refused) as refused:
        read_method(TEXT.replace(old, new, 1), "走动.yaml")
    said = [str(reason) for reason in refused.value.reasons]
    fitting = [one for one in said if one.startswith(f"“走动.yaml”第 {line} 行") and words in one]
    assert fitting, said
    assert part in fitting[0].split("：", 1)[0]


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    broken = (
        TEXT.replace("every: shift", "every: blink")
        .replace("title: 走动管理", "titel: 走动")
        .replace("kind: place", "kind: spot")
    )
    with pytest.raises(Refused) as refused:
        read_method(broken, "x.yaml")
    lines = [reason.where.split(" ")[1] for reason in refused.value.reasons]
    assert lines == ["6", "7", "16", "23"]


@pytest.mark.parametrize(
    "text", [TEXT + "\n".join(f"x{at}: 1" for at in range(12_000)), "a: [" + "!x a, " * 20_000 + "]"]
)
def test_of_thousands_of_faults_the_first_are_said_and_how_many_more(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_method(text, "x.yaml")
    *first, last = refused.value.reasons
    assert len(first) == MOST_REASONS
    assert re.match(r"还有 (11950|19950) 处", last.message)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有工作法"),
        ("- a\n- b", "没有工作法"),
        ("code: [", "格式不对"),
        ("code: a\n\tb: c", "格式不对"),
        ("a: \x00", "读不了的字符"),
        ("a: \ud800", "读不了的字符"),
        ("a: &x [1]\nb: [*x, *x]", "不能用 & 和"),
        ("code: !!python/object/apply:os.system ['true']", "应是一句话"),
        ("code: !secret x", "不认识的标记"),
        ("a: 1\n---\nb: 2", "只写一份工作法"),
        ("a: " + "[" * 5000, "层次太深"),
        ("a: " + "x" * LARGEST, "文件太大"),
        ("? [a, b]\n: c", "不认识"),
        ("<<: {code: a}", "不认识“<<”"),
    ],
)
def test_what_is_no_pack_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_method(text, "x.yaml")
