"""The launcher's own process: imports the product once, then forks a `milepost` process for each connection.

Started by launcher.py with the path of the socket to listen on; ends when its standard input does. Inside a
forked process it can count the points at which a run can be cut short, and kill it there.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import sqlalchemy
from sqlalchemy import event

import cli.apply
import cli.check
import cli.explain
import cli.plan
import cli.run
import cli.status
import connectors.limits
import connectors.retry
import sync.outbox.dispatch
from cli import main

PRODUCT = Path(cli.apply.__file__).parents[1]


class Points:
    """Counts where a run can be cut short: before each commit, before each request and after its answer.

    A kill before a commit is also one right after whatever came before it, so no moment between two is left out.
    """

    def __init__(self, kill_at: int | None, stop_at: str | None, trace: Path) -> None:
        self._kill_at, self._stop_at, self._passed = kill_at, stop_at, 0
        self._trace = os.open(trace, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def arm(self) -> None:
        """Watch this process from here on."""
        event.listen(sqlalchemy.Engine, "commit", lambda _connection: self._come_by(f"commit {_committer()}"))
        send = requests.Session.send

        def watched(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> Any:
            name = f"{request.method} {urlsplit(request.url or '').path}"
            self._come_by(f"before {name}")
            answer = send(session, request, **more)
            self._come_by(f"after {name}")
            return answer

        requests.Session.send = watched

    def _come_by(self, name: str) -> None:
        os.write(self._trace, f"{name}\n".encode())
        if self._passed == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._passed += 1
        if name == self._stop_at:
            self._stop_at = None
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # this very thread stops here


def _committer() -> str:
    """The function of the product whose transaction this is, as `module.function`."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PRODUCT / "sync") and path.name != "database.py":
            return f"{path.stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


def _shorten_waits(lease_seconds: float | None, patience_seconds: float | None) -> None:
    """What waits for minutes out there waits for moments here; how often and for what stays as it is."""
    waits: list[tuple[object, str, object]] = [
        (sync.outbox.dispatch, "_FIRST_PAUSE", timedelta(milliseconds=50)),
        (connectors.limits, "_FLOOR_AFTER_REFUSAL", 0.05),
        (connectors.retry, "wait_random_exponential", lambda **_: lambda _state: 0.01),
    ]
    if lease_seconds is not None:
        waits.append((sync.outbox.dispatch, "_LEASE", timedelta(seconds=lease_seconds)))
    if patience_seconds is not None:
        waits.append((cli.apply, "_MARGIN", timedelta(seconds=patience_seconds)))
    for module, name, short in waits:
        assert hasattr(module, name), f"{module} has no {name} any more"
        setattr(module, name, short)


def _become(wish: dict[str, Any]) -> None:
    """Turn this fork into a `milepost` process. Does not return."""
    folder = Path(wish["folder"])
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_CREAT | os.O_WRONLY | os.O_APPEND), number)
    os.chdir(wish["cwd"])
    sys.argv = ["milepost", *wish["arguments"]]
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _shorten_waits(wish["lease_seconds"], wish["patience_seconds"])
    if wish["watch"] or wish["kill_at"] is not None or wish["stop_at"]:
        Points(wish["kill_at"], wish["stop_at"], folder / "points").arm()
    main()


def _forked(work: Callable[[], None]) -> int:
    """The pid of a child that does `work` and ends as an interpreter would."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  what ends an interpreter ends this fork, and is shown as there
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _keep(connection: socket.socket) -> None:
    """Start what the other end asks for, wait for it, and tell how it ended."""
    with connection.makefile("rw", encoding="utf-8") as lines:
        wish = json.loads(lines.readline())
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        pid = _forked(lambda: _become(wish))
        ended = threading.Event()
        threading.Thread(target=_end_with, args=(connection, pid, ended), daemon=True).start()
        lines.write(f"{pid}\n")
        lines.flush()
        _, status = os.waitpid(pid, 0)
        ended.set()
        lines.write(f"{os.waitstatus_to_exitcode(status)}\n")


def _end_with(connection: socket.socket, pid: int, ended: threading.Event) -> None:
    """No process outlives the test that started it: when the other end is gone, so is this one."""
    if connection.recv(1) == b"" and not ended.is_set():
        os.kill(pid, signal.SIGKILL)


def serve(address: str) -> None:
    """Fork a keeper for each connection until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers end by themselves
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{address}.new")
    listener.listen(64)
    Path(f"{address}.new").rename(address)  # it is there only once it answers
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        _forked(lambda: _keep(connection))  # noqa: B023  called before the loop goes on
        connection.close()


if __name__ == "__main__":
    serve(sys.argv[1])
