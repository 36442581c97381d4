"""`milepost run` over an office, as anyone would start it, and what it says while it runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from launcher import PRODUCT
from office import Office


@contextmanager
def serving(office: Office, poll_seconds: int = 1, more: str = "") -> Iterator[subprocess.Popen[str]]:
    """The service over the office's home, with `more` keys of [service]; its standard error goes to a file there."""
    office.configure(f"[service]\npoll_seconds = {poll_seconds}\n{more}")
    command = (sys.executable, "-c", "from cli import main; main()", "run", "--json")
    environment = os.environ | {"PYTHONPATH": str(PRODUCT)}
    with (
        (office.home / "log").open("w") as log,
        subprocess.Popen(
            command, cwd=office.home, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for `condition`. A test failure when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it did not come true in time")
        time.sleep(0.02)


def log_of(office: Office) -> str:
    """What the service wrote on standard error so far."""
    return (office.home / "log").read_text("utf-8")


def ticks(office: Office) -> int:
    """How many ticks the service has finished."""
    return log_of(office).count('"tick.finished"')


def stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Send a signal; the exit code and all of standard output."""
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    return process.returncode, out
