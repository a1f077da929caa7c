"""Runs every benchmark on the database of PITHEAD_DATABASE_URL, in a test database of its own: `python -m bench.run [NAME …]`.

A benchmark is a module of this folder with `measure() -> Measurement` or a list of them. Exit status 1 when a goal is missed.
"""

import importlib
import os
import pkgutil
import sys
import tempfile
from collections.abc import Iterator

import django
from django.core.management import call_command
from django.db import connection
from django.test.runner import DiscoverRunner
from django.test.utils import setup_test_environment

import bench
from bench.measure import Measurement

FRAME = {"customs", "matters", "measure", "mines", "run"}


def names() -> list[str]:
    return sorted({module.name for module in pkgutil.iter_modules(bench.__path__)} - FRAME)


def measurements(chosen: list[str]) -> Iterator[Measurement]:
    for name in chosen:
        call_command("flush", interactive=False, verbosity=0)  # nobody measures among another's rows
        answer = importlib.import_module(f"bench.{name}").measure()
        for measurement in answer if isinstance(answer, list) else [answer]:
            print(line(measurement), flush=True)
            yield measurement


def line(measured: Measurement) -> str:
    verdict = "ok" if measured.kept else "MISSED"
    figures = f"{measured.ours:9.3f} {measured.yardstick:9.3f} {measured.ratio:7.2f} {measured.goal:6.1f}"
    return "\n".join(
        [f"{measured.name:<28} {figures}  {verdict:<7} {measured.note}", *(f"  {f}" for f in measured.faults)]
    )


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    setup_test_environment(debug=False)
    if connection.vendor == "sqlite":  # a file, as in life; tests use memory
        connection.settings_dict["TEST"]["NAME"] = f"{tempfile.mkdtemp(prefix='pithead-bench-')}/bench.sqlite3"
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(f"{connection.vendor + ' (seconds)':<28} {'ours':>9} {'yardstick':>9} {'ratio':>7} {'goal':>6}")
    try:
        measured = list(measurements(arguments or names()))
    finally:
        runner.teardown_databases(databases)
    return 0 if measured and all(measurement.kept for measurement in measured) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
