"""Old workbooks (.xls) are read in a process of their own, with little memory and time.

Their format lets a few bytes promise four thousand million cells, and there is no cheap look at it beforehand as for .xlsx.
A process that runs out of memory takes nobody with it.
"""

import contextlib
import os
import pickle
import subprocess
import sys

from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.archive import DAMAGED
from pithead.kernel.workbooks.limits import MIB, Limits
from pithead.kernel.workbooks.sheets import Sheet

MEMORY = 1024 * MIB
SECONDS = 20


def read_old(content: bytes, limits: Limits) -> tuple[Sheet, ...]:
    command = [sys.executable, "-m", __spec__.name]
    try:
        done = subprocess.run(  # noqa: S603  ourselves
            command, input=pickle.dumps((content, limits)), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(DAMAGED) from error
    if done.returncode != 0:
        raise Refused(DAMAGED)
    answer: str | tuple[Sheet, ...] = pickle.loads(done.stdout)  # noqa: S301  our own child wrote it
    if isinstance(answer, str):
        raise Refused(answer)
    return answer


def _child() -> None:
    from pithead.kernel.workbooks.reading import sheets_of

    with contextlib.suppress(ImportError):  # not a Unix
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content, limits = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  our own parent wrote it
    answer: str | tuple[Sheet, ...]
    try:
        answer = sheets_of(content, None, limits)
    except Refused as refused:
        answer = refused.reasons[0].message
    sys.stdout.buffer.write(pickle.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    _child()
