"""The outside in a process of its own, so that what the service holds after a month is the service's alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from sandbox.clock import Clock
from sandbox.messages import Request, Response
from simulation.outside import Outside, Truth


class Abroad:
    """What `Outside` does, at the other end of a pipe; the time there is that of `clock` here. For any thread."""

    def __init__(self, pipe: Connection, clock: Clock) -> None:
        self._pipe, self._clock = pipe, clock
        self._asking = threading.Lock()

    def served(self, service: str, request: Request) -> tuple[Response | None, str]:
        """See `Outside`."""
        answer: tuple[Response | None, str] = self._ask("served", service, request)
        return answer

    def passes(self) -> None:
        """See `Outside`."""
        self._ask("passes")

    def clears(self) -> None:
        """See `Outside`."""
        self._ask("clears")

    def told(self, value: Decimal) -> Truth:
        """See `Outside`."""
        truth: Truth = self._ask("told", value)
        return truth

    def _ask(self, *what: object) -> Any:
        with self._asking:
            self._pipe.send((self._clock.now(), *what))
            return self._pipe.recv()


@contextmanager
def abroad(outside: Outside, clock: Clock) -> Iterator[Abroad]:
    """Fork a process that `outside` lives in until the end of the block. An error over there ends it: EOFError."""
    here, there = Pipe()
    child = os.fork()
    if not child:
        here.close()
        _live(outside, there)
    there.close()
    try:
        yield Abroad(here, clock)
    finally:
        here.close()
        os.waitpid(child, 0)


def _live(outside: Outside, pipe: Connection) -> None:
    """Be that process. Does not return."""
    failed = 1
    try:
        while True:
            now, what, *content = pipe.recv()
            outside.office.world.clock.set(now)
            pipe.send(getattr(outside, what)(*content))
    except EOFError:
        failed = 0
    finally:
        os._exit(failed)
