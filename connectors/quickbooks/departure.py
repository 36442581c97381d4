"""The last gate before the socket: no byte leaves after its deadline, and we know whether any left."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_PIECE = 16 * 1024  # bytes: no more than one TLS record, which an empty socket takes whole


class TooLate(Exception):
    """The deadline passed before the first byte of the request left the process."""


class Departure:
    """One request's leave to go out: until when, and whether it went.

    Wall clock and monotonic clock both count: the first stands still when someone sets it back, the second
    while a machine sleeps. `send_by` None means no deadline.
    """

    def __init__(
        self,
        send_by: datetime | None,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.left = False
        self._send_by, self._clock, self._monotonic = send_by, clock, monotonic
        self._ends_at = math.inf if send_by is None else monotonic() + (send_by - clock()).total_seconds()

    def remaining(self) -> float:
        """Seconds until nothing may leave any more (infinite without a deadline, negative when past)."""
        if self._send_by is None:
            return math.inf
        by_wall = (self._send_by - self._clock()).total_seconds()
        return min(by_wall, self._ends_at - self._monotonic())

    def pass_gate(self) -> None:
        """Called with the connection open and nothing written yet. Raises TooLate after the deadline."""
        if self.remaining() <= 0:
            raise TooLate
        self.left = True

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Let the requests of this block pass this gate."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[Departure | None] = ContextVar("departure", default=None)


def current() -> Departure | None:
    """The departure of the block we are in."""
    return _current.get()


class GatedAdapter(HTTPAdapter):
    """requests' own adapter whose connections ask the current departure right before they write."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does, with our connection classes."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Connection(HTTPConnection):
    """Collects a request while it is put together, so that head and body leave as one, right after the gate.

    A process can be stopped between any two sends: of a request that goes out in two, the second half would leave,
    and the service act on it, whenever somebody lets the process go on.
    """

    _collected: bytearray | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        departure = current()
        if departure is None:
            super().request(*args, **kwargs)
            return
        if self.sock is None:
            self.connect()  # may take seconds: the deadline is asked after it, not before
        whole = self._collected = bytearray()
        try:
            super().request(*args, **kwargs)
        finally:
            self._collected = None
        departure.pass_gate()
        for start in range(0, len(whole), _PIECE):
            if departure.remaining() <= 0:
                self.close()  # without its end the service does nothing with it; we look before we say so
                raise ConnectionAbortedError("its deadline passed while it was being sent")
            self.send(bytes(whole[start : start + _PIECE]))

    def send(self, data: Any) -> None:
        if self._collected is None:
            super().send(data)
        else:
            self._collected += data


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
