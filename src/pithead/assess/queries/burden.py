"""Looking through a file for score clauses that rules against formalism forbid. Needs no mine and no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

import yaml

from pithead.assess.burden import lint, texts_of
from pithead.assess.rubrics import sheet_texts
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import read


@dataclass(frozen=True)
class LintReport:
    """`looked_at`: how many texts. `findings`: each with its place, the rule, and what to score instead."""

    looked_at: int
    findings: tuple[Reason, ...]


def lint_file(name: str, content: bytes) -> LintReport:
    """A rubric (.xlsx, .xls), a pack (.yaml), or a text with one clause per line."""
    match PurePath(name).suffix.lower():
        case ".xlsx" | ".xls":
            return _report(sheet_texts(read(content, name=name).sheets))
        case ".yaml" | ".yml":
            return _report(texts_of(_pack(content)))
        case ".txt":
            lines = enumerate(_decoded(content).splitlines(), 1)
            return _report((f"第 {number} 行", line.strip()) for number, line in lines if line.strip())
    raise Refused(f"看不了“{name}”：请给评分表（.xlsx）、标准包（.yaml）或每行一条的文本（.txt）")


def _report(texts: Iterable[tuple[str, str]]) -> LintReport:
    listed = list(texts)
    if not listed:
        raise Refused("文件里没有一条可看的内容，请核对是否传错了文件")
    findings = [Reason(str(finding), place) for place, text in listed for finding in lint(text)]
    return LintReport(len(listed), tuple(findings))


def _pack(content: bytes) -> dict:
    try:
        pack = yaml.load(_decoded(content), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise Refused("这不是完好的 YAML 文件，请核对缩进和冒号") from error
    if not isinstance(pack, dict) or not isinstance(pack.get("dimensions"), list):
        raise Refused("这不是标准包：里面没有 dimensions。请给 packs/standards 那样的文件")
    try:
        list(texts_of(pack))
    except (KeyError, TypeError, AttributeError) as error:
        raise Refused(f"标准包不完整，缺少 {error}。请照 packs/standards 里的样子写") from error
    return pack


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("文件的文字编码认不出来，请另存为 UTF-8 再试")
