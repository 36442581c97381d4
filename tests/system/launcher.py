"""Starts `milepost` processes by forking one that has everything imported: as real as any, and quick.

A launcher listens on a socket beside it. Each connection asks for one process and hears two lines: its pid, then
how it ended. The processes are the launcher's grandchildren and know nothing of it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PRODUCT = FOLDER.parents[1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended: exit `code` (negative: the signal that killed it), standard output and error.

    `points` names the points of its run that it came by, in order, when these were watched.
    """

    code: int
    out: str
    err: str
    points: tuple[str, ...] = ()

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        try:
            return json.loads(self.out)
        except ValueError:
            raise AssertionError(f"no JSON document: {self.out!r}, but: {self.err}") from None


class Process:
    """One `milepost` process that was started."""

    def __init__(self, connection: socket.socket, folder: Path) -> None:
        self._lines = connection.makefile("r", encoding="utf-8")
        self._connection, self._folder = connection, folder
        self.pid = int(self._lines.readline())

    def wait(self, seconds: float = 60) -> Outcome:
        """Its outcome. TimeoutError when it goes on for longer than `seconds`."""
        self._connection.settimeout(seconds)
        code = int(self._lines.readline())
        self._lines.close()
        self._connection.close()
        out, err, points = (self._read(name) for name in ("out", "err", "points"))
        return Outcome(code, out, err, tuple(points.splitlines()))

    def wait_for(self, text: str, seconds: float = 60) -> str:
        """What it wrote on standard error until `text` stood there. TimeoutError when that does not come."""
        deadline = time.monotonic() + seconds
        while text not in (said := self._read("err")):
            if time.monotonic() > deadline:
                raise TimeoutError(f"it never said {text!r}, but: {said}")
            time.sleep(0.02)
        return said

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def wait_until_stopped(self, seconds: float = 60) -> None:
        """Return once it is stopped by a signal. TimeoutError when that does not come."""
        deadline = time.monotonic() + seconds
        while Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            if time.monotonic() > deadline:
                raise TimeoutError("it never stopped")
            time.sleep(0.02)

    def _read(self, name: str) -> str:
        path = self._folder / name
        return path.read_text("utf-8") if path.exists() else ""


class Launcher:
    """A running launcher; `start` may be called as often as wanted, also before earlier processes ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._address = str(folder / "socket")
        self._count = 0

    def start(
        self,
        *arguments: str,
        cwd: Path,
        kill_at: int | None = None,
        stop_at: str | None = None,
        watch: bool = False,
        lease_seconds: float | None = None,
        patience_seconds: float | None = None,
    ) -> Process:
        """Start `milepost ARGUMENTS` in `cwd`. Waits between its retries are short.

        It names the points that it comes by when it is `watch`ed, and ends itself with SIGKILL at point
        number `kill_at` (from 0); at the first point called `stop_at` it stops itself until a
        SIGCONT. `lease_seconds` is how long its lease on a company lasts,
        `patience_seconds` how long an apply waits beyond the time that settles an unknown write.
        """
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._address)
        wish = {"arguments": arguments, "cwd": str(cwd), "folder": str(folder), "kill_at": kill_at}
        wish |= {
            "stop_at": stop_at,
            "watch": watch,
            "lease_seconds": lease_seconds,
            "patience_seconds": patience_seconds,
        }
        connection.sendall((json.dumps(wish) + "\n").encode())
        return Process(connection, folder)

    def run(self, *arguments: str, cwd: Path, **more: Any) -> Outcome:
        """Start one and wait until it ends."""
        return self.start(*arguments, cwd=cwd, **more).wait()


@contextmanager
def launching() -> Iterator[Launcher]:
    """A launcher for the length of a block."""
    with tempfile.TemporaryDirectory(prefix="milepost-") as name:
        folder = Path(name)
        environment = os.environ | {"PYTHONPATH": str(PRODUCT), "PYTHONUTF8": "1"}
        command = [sys.executable, FOLDER / "driver.py", folder / "socket"]
        with subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.PIPE) as server:
            _wait_for(folder / "socket", server)
            yield Launcher(folder)


def _wait_for(path: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the launcher did not start; see its standard error")
        time.sleep(0.02)


def milepost(*arguments: str, cwd: Path, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """The command as anyone would start it: a new interpreter, nothing shared, nothing shortened."""
    command: Sequence[str] = (sys.executable, "-c", "from cli import main; main()", *arguments)
    environment = os.environ | {"PYTHONPATH": str(PRODUCT), "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
