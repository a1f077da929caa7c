"""The web server: granian in front of the WSGI application, static files from the same process by whitenoise; beside it what
is due by the clock."""

import argparse
import errno
import os
import socket

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pithead.cli import jobs
from pithead.kernel.refusal import Refused

APPLICATION = "pithead.web.wsgi:application"
THREADS = 4  # per worker: pages wait for the database a little, for Python the rest of the time
PATIENCE = 10  # seconds a stopping worker may take for the requests it has begun


def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 0) -> None:
    """Serve until Ctrl-C or SIGTERM. `workers` 0: one per core, two at most on a trial machine."""
    _refuse_taken_port(host, port)
    print(f"井口已启动：http://{_shown(host)}:{port}/  （按 Ctrl-C 停止）", flush=True)
    server = Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(2, os.cpu_count() or 1),
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
    )
    with jobs.running():
        server.serve()
    print("井口已停止", flush=True)


def _shown(host: str) -> str:
    """What to type into a browser on this machine."""
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _refuse_taken_port(host: str, port: int) -> None:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Refused(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    """The system's own words are English; these are the reasons that a port or an address gives."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"本机没有 {host} 这个地址：换一个，例如 --host 127.0.0.1"
    why = {errno.EADDRINUSE: "别的程序正在用", errno.EACCES: "没有权限用它"}.get(error.errno or 0, "被系统拒绝")
    return f"{host} 的 {port} 端口用不了，{why}：换一个端口，例如 --port {port + 1 if port >= 1024 else 8000}"


def serve_desk(args: argparse.Namespace) -> None:
    """`pithead serve`."""
    serve(args.host, args.port, args.workers)
