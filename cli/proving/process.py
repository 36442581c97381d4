"""One `milepost apply` as a process of its own, which can be killed or held up at any of its steps.

A step is what comes right before something leaves the process: a part of a request, or a commit of the store. A
process that ends before a step also ends right after the one before, so no moment in between is left out. Reads in a
row are one step: nothing changes between them.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any, Literal

import sqlalchemy
from sqlalchemy import event

from cli.opening import open_files
from cli.proving.time import SharedClock
from cli.screen import DONE, PERSON
from cli.work import engine_on
from sync import log
from sync.apply import Patience, apply
from sync.store import Store
from sync.telling.report import needs_person

_REQUEST = re.compile(rb"([A-Z]+) ([^ ?]+)[^ ]* HTTP/")
_LONGEST = timedelta(minutes=10)  # of the shared time; nothing on a sandbox of one office waits longer


@dataclass(frozen=True, slots=True)
class Cut:
    """What happens at step number `at` (from 0) of a process: it is killed, or waits until it is told to go on."""

    at: int
    then: Literal["kill", "wait"]


class _Steps:
    """Counts the steps of this process from here on, and makes the cut."""

    def __init__(self, cut: Cut, line: Connection) -> None:
        self._cut, self._line = cut, line
        self._passed = 0
        self._reading = False
        self._lock = threading.Lock()

    def watch(self) -> None:
        event.listen(sqlalchemy.Engine, "commit", lambda _connection: self._come_by("before a commit"))
        sys.addaudithook(self._heard)

    def _heard(self, name: str, told: tuple[Any, ...]) -> None:
        if name == "http.client.send":
            request = _REQUEST.match(told[1]) if isinstance(told[1], bytes) else None
            if request is None:  # its body, which is sent by itself
                self._come_by("before the body of a request", reading=self._reading)
            else:
                method, path = request[1].decode(), request[2].decode("ascii", "replace")
                self._come_by(f"before {method} {path}", reading=method == "GET" or path.endswith("/query"))

    def _come_by(self, name: str, *, reading: bool = False) -> None:
        with self._lock:
            if reading and self._reading:
                return  # while one read follows another nothing changes anywhere: they are one step
            self._reading = reading
            if self._passed == self._cut.at:
                self._line.send(name)
                if self._cut.then == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                self._line.recv()
            self._passed += 1


def apply_once(config: Path, shift: Synchronized[float], cut: Cut | None, line: Connection) -> None:
    """The whole life of such a process: ends with the exit code that the command has."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    log.configure("error")
    opened = open_files(config, as_json=False)
    clock = SharedClock(shift)
    store = Store(opened.settings.store.address, "selftest")
    engine = engine_on(store, opened, clock=clock.now)
    if cut is not None:
        _Steps(cut, line).watch()
    applied = apply(engine, Patience(_LONGEST, clock.nap))
    waits = store.outbox.unfinished()
    store.close()
    sys.exit(PERSON if waits or needs_person(applied.trouble, applied.drained) else DONE)
