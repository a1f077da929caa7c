"""`pithead assess lint`: which score clauses the rules against formalism forbid. Needs no mine."""

import argparse
import sys

from pithead.assess.queries import lint_file
from pithead.cli.context import content_of


def lint(args: argparse.Namespace) -> int:
    report = lint_file(args.file.name, content_of(args.file))
    for finding in report.findings:
        print(finding, file=sys.stderr)
    if report.findings:
        print(f"看了 {report.looked_at} 条，{len(report.findings)} 处不许考核")
        return 1
    print(f"看了 {report.looked_at} 条，没有减负规则不许考核的内容")
    return 0
