"""The real server on collected files, as `make run` starts it: no DEBUG, hashed names, compressed, a clean stop."""

import gzip
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parent.parent
PITHEAD = [sys.executable, "-m", "pithead.cli.main"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Collected files and an empty SQLite database of the product's own settings."""
    data = tmp_path_factory.mktemp("served")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PITHEAD_", "DJANGO_"))}
    environment = {**inherited, "PITHEAD_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}
    run(["bash", "-c", "source bin/common.sh && static_files"], environment)
    run([*PITHEAD, "setup"], environment)
    return environment


def run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def served(environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    server = subprocess.Popen(
        [*PITHEAD, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield wait_for(f"http://127.0.0.1:{port}", server), server
    finally:
        server.kill()
        server.communicate()


def wait_for(address: str, server: subprocess.Popen[str]) -> str:
    for _ in range(150):
        assert server.poll() is None, server.stdout and server.stdout.read()
        try:
            urlopen(f"{address}/health/", timeout=5).close()
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return address
    raise AssertionError("the server did not answer within 30 seconds")


def get(address: str, **headers: str) -> tuple[dict[str, str], bytes]:
    with urlopen(Request(address, headers=headers), timeout=10) as response:
        return dict(response.headers), response.read()


def test_the_server_serves_pages_and_hashed_compressed_files_and_stops(
    served: tuple[str, subprocess.Popen[str]], environment: dict[str, str]
) -> None:
    address, server = served
    headers, page = get(f"{address}/sign-in/")
    assert "default-src 'self'" in headers["content-security-policy"]
    sheets = re.findall(r'<link[^>]+href="(/static/[^"]+\.css)"', page.decode())
    assert sheets
    for sheet in sheets:
        assert re.search(r"\.[0-9a-f]{12}\.css$", sheet), f"{sheet} carries no hash"
        headers, body = get(address + sheet, **{"Accept-Encoding": "gzip"})
        assert "immutable" in headers["cache-control"]
        assert headers.get("content-encoding") != "gzip" or gzip.decompress(body)
    assert has_run(environment, "issues.climb"), "what is late climbs by itself"
    second = subprocess.run(
        [*PITHEAD, "serve", "--port", address.rsplit(":", 1)[1]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "端口用不了" in second.stderr
    stop(server)


def has_run(environment: dict[str, str], job: str) -> bool:
    """Within 20 seconds of the start, by the process beside the server."""
    for _ in range(100):
        with closing(
            sqlite3.connect(f"file:{environment['PITHEAD_DATA_DIR']}/pithead.sqlite3?mode=ro", uri=True)
        ) as db:
            if db.execute("SELECT done FROM kernel_schedule WHERE name = ? AND ended_at IS NOT NULL", [job]).fetchone():
                return True
        time.sleep(0.2)
    return False


def stop(server: subprocess.Popen[str]) -> None:
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=20) == 0
    assert server.stdout
    printed = server.stdout.read()
    assert "井口已启动：http://127.0.0.1:" in printed
    assert "Traceback" not in printed, printed
