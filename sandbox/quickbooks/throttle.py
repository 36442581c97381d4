"""Request limits of one company: by the minute, by the second, at once, and batches by the minute."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

from sandbox.quickbooks.behaviour import Behaviour

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Throttle:
    """Admits requests while every limit that is set has room. Thread-safe; a refused request is not counted."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._lock = threading.Lock()
        self._all: deque[datetime] = deque()
        self._batches: deque[datetime] = deque()
        self._in_flight = 0

    def enter(self, now: datetime, *, batch: bool = False) -> bool:
        """Whether the request may go on; if so, leave() must follow."""
        knobs = self._behaviour
        with self._lock:
            _forget(self._all, now - _MINUTE)
            _forget(self._batches, now - _MINUTE)
            recent = sum(1 for at in self._all if at > now - _SECOND)
            full = (
                _reached(len(self._all), knobs.requests_per_minute)
                or _reached(recent, knobs.requests_per_second)
                or _reached(self._in_flight, knobs.requests_at_once)
                or (batch and _reached(len(self._batches), knobs.batches_per_minute))
            )
            if full:
                return False
            self._all.append(now)
            if batch:
                self._batches.append(now)
            self._in_flight += 1
            return True

    def leave(self) -> None:
        """The request is answered."""
        with self._lock:
            self._in_flight -= 1

    def spend_item(self, now: datetime) -> bool:
        """Whether one more item of an admitted batch fits the minute; counts it where items count at all."""
        if not self._behaviour.batch_items_count:
            return True
        with self._lock:
            _forget(self._all, now - _MINUTE)
            if _reached(len(self._all), self._behaviour.requests_per_minute):
                return False
            self._all.append(now)
            return True


def _reached(count: int, limit: int | None) -> bool:
    return limit is not None and count >= limit


def _forget(calls: deque[datetime], until: datetime) -> None:
    while calls and calls[0] <= until:
        calls.popleft()
