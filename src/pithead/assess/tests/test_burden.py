"""The linter against labelled clauses, packs, and the traps that taught it something."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from pithead.assess.burden import lint, lint_content, rules
from pithead.assess.contents import complete
from pithead.assess.queries import lint_file
from pithead.kernel import packs
from pithead.kernel.refusal import Refused

LABELLED = Path(__file__).parent / "data" / "burden.tsv"
RECALL, PRECISION = 0.95, 0.90


@dataclass(frozen=True)
class Labelled:
    part: str
    rule: str  # "-": allowed
    text: str

    @property
    def forbidden(self) -> bool:
        return self.rule != "-"


def labelled() -> list[Labelled]:
    lines = [line for line in LABELLED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Labelled(*line.split("\t")) for line in lines]


@pytest.mark.parametrize("part", ["tuning", "held-out", "later", "last", "records", "all"])
def test_nearly_all_that_is_forbidden_is_found_and_little_else(part: str, capsys: pytest.CaptureFixture) -> None:
    lines = [line for line in labelled() if part in ("all", line.part)]
    found = {line for line in lines if lint(line.text)}
    forbidden = {line for line in lines if line.forbidden}
    recall, precision = len(found & forbidden) / len(forbidden), len(found & forbidden) / len(found)
    with capsys.disabled():
        print(f"\n{part}: {len(lines)} clauses, recall {recall:.1%}, precision {precision:.1%}")  # noqa: T201  the figures are the point
    missed, wrongly = sorted(line.text for line in forbidden - found), sorted(line.text for line in found - forbidden)
    assert recall >= RECALL, missed
    assert precision >= PRECISION, wrongly


def test_the_list_is_long_and_held_out_lines_are_a_half_of_it() -> None:
    lines = labelled()
    assert len({line.text for line in lines}) == len(lines) >= 160
    counted = {part: sum(line.part == part for line in lines) for part in ("tuning", "held-out")}
    assert counted["held-out"] >= counted["tuning"]
    assert {line.rule for line in lines} == {rule.id for rule in rules()} | {"-"}


def test_the_rule_that_is_named_is_nearly_always_the_one_that_is_meant() -> None:
    found = [line for line in labelled() if line.forbidden and lint(line.text)]
    named = [line for line in found if line.rule in {finding.rule for finding in lint(line.text)}]
    assert len(named) / len(found) >= 0.95


@pytest.mark.parametrize("code", packs.codes("standards"))
def test_our_own_standards_are_clean(code: str) -> None:
    assert lint_content(packs.load("standards", code)) == ()
    assert lint_content(complete(packs.load("standards", code))) == ()


def test_a_finding_says_which_rule_what_was_found_and_what_to_do() -> None:
    (finding,) = lint("每月投稿不少于３篇，少一篇扣0.5分")
    assert (finding.rule, finding.matched) == ("B14", "投稿")
    assert str(finding).startswith("减负规则 B14 不许考核“数稿件、点赞转发和领导批示”（“投稿”）。改为")


@pytest.mark.parametrize(
    ("clean", "forbidden"),
    [
        ("不得把登录次数作为考核依据", "登录次数不得少于20次，少一次扣0.1分"),
        ("照片不作为得分依据", "照片不作为得分依据，但学习打卡少一次扣0.1分"),
        ("班前会签到不全，每人扣0.1分", "班前会签到不全，每人扣0.1分，平台打卡少一次扣0.2分"),
        ("A级隐患整改没有附照片的扣1分", "每次检查没有附照片的扣1分"),
        ("区队强制职工点赞的，每次扣2分", "区队职工点赞不足的，每次扣2分"),
        ("领导批示事项没有按期办结，每件扣1分", "领导批示每件加1分"),
        ("作业平台安装不牢固，一处扣1分", "学习平台安装率每低1%扣0.1分"),
    ],
)
def test_the_same_words_are_allowed_here_and_forbidden_there(clean: str, forbidden: str) -> None:
    assert lint(clean) == ()
    assert lint(forbidden)


def test_a_text_is_looked_through_line_by_line() -> None:
    report = lint_file("细则.txt", "班前会漏开一次扣1分\n\n每日打卡，漏一次扣0.1分\n".encode("gb18030"))
    assert report.looked_at == 2
    assert [finding.where for finding in report.findings] == ["第 3 行"]


def test_a_pack_is_looked_through_clause_by_clause() -> None:
    path = packs.PACKS / "standards" / "six-good.yaml"
    whole = path.read_text(encoding="utf-8")
    report = lint_file(path.name, whole.encode())
    assert report.findings == ()
    assert report.looked_at > 80
    broken = whole.replace("旷工的，每人次扣 0.3 分", "没有打卡的，每人次扣 0.3 分")
    assert [finding.where for finding in lint_file(path.name, broken.encode()).findings] == ["条款 D2.1"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("图.png", b"\x89PNG", "看不了"),
        ("空.txt", b"\n \n", "没有一条可看的内容"),
        ("坏.yaml", b"a: [1", "不是完好的 YAML"),
        ("别的.yaml", b"a: 1", "这不是标准包"),
        ("缺.yaml", b"dimensions: [{items: []}]", "标准包不完整"),
        ("坏.xlsx", b"PK\x03\x04", "文件损坏"),
        ("码.txt", b"\xff\xfe\x00\xd8", "编码认不出来"),
    ],
)
def test_what_cannot_be_looked_through_is_refused_in_words(name: str, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        lint_file(name, content)
