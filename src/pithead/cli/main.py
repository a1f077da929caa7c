"""`pithead`: reads the command, runs it, and turns what came of it into an exit status.

0 done · 1 refused, with reasons on standard error · 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Sequence

REFUSED = 1


def run(argv: Sequence[str] | None = None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pithead.web.settings")
    import django

    from pithead.cli.arguments import parser

    args = parser().parse_args(argv)
    django.setup()
    return _carry_out(args)


def _carry_out(args: argparse.Namespace) -> int:
    from importlib import import_module

    from django.core.exceptions import PermissionDenied
    from django.db import OperationalError

    from pithead.kernel.refusal import Refused

    module, _, function = args.command.partition(":")
    try:
        status: int | None = getattr(import_module(f"pithead.cli.{module}"), function)(args)
    except Refused as refused:
        for reason in refused.reasons:
            print(reason, file=sys.stderr)
        return REFUSED
    except PermissionDenied as denied:
        print(denied, file=sys.stderr)
        return REFUSED
    except OperationalError as error:
        print(f"数据库用不了：{error}。第一次使用请先运行 pithead setup", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status or 0


def main() -> None:
    sys.exit(run())


if __name__ == "__main__":
    main()
