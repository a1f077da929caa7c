"""`pithead jobs run`, and beside the web server a look every minute at what is due."""

import argparse
import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

PAUSE = 60  # seconds between two looks
PATIENCE = 10  # seconds for the turn it is in
REFUSED = 1
log = logging.getLogger(__name__)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    """Everything, its turn come or not: whoever asks by hand does not want to wait. Status 1 if a job failed: its error is
    in the log."""
    from django.utils import timezone

    from pithead.kernel.jobs import run_now

    turns = run_now(timezone.now())
    for turn in turns:
        print(f"{turn.job.label}：{turn.outcome if turn.done else f'没有办成，{turn.outcome}'}")
    if not turns:
        print("正在自动办，不用再办")
    return 0 if all(turn.done for turn in turns) else REFUSED


@contextmanager
def running() -> Iterator[None]:
    """In a process of its own: workers of the web server are forked, and a fork takes no thread along."""
    beside = multiprocessing.get_context("spawn").Process(target=keep_running, args=(os.getpid(),), daemon=True)
    beside.start()
    try:
        yield
    finally:
        beside.terminate()
        beside.join(PATIENCE)
        beside.kill()


def keep_running(parent: int) -> None:
    """Until it is told to stop, then after the turn it is in; or until whoever started it is gone."""
    import django

    stopped = Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then stops this one
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    django.setup()
    while not stopped.is_set():
        turn()
        for _ in range(PAUSE):
            if os.getppid() != parent or stopped.wait(1):
                return


def turn() -> None:
    """Nothing ends it: a database that is away is tried again."""
    from django.db import close_old_connections
    from django.utils import timezone

    from pithead.kernel.jobs import run_due

    try:
        run_due(timezone.now())
    except Exception:
        log.exception("the jobs that are due could not be run")
    finally:
        close_old_connections()
