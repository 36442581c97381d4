"""The sandbox's time: real or frozen, and movable in both cases, so that a month can pass in a test."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells aware UTC times. A real clock flows, a frozen one stands; both can be moved. Thread-safe."""

    def __init__(self, frozen_at: datetime | None, offset: timedelta) -> None:
        self._lock = threading.Lock()
        self._frozen_at = frozen_at
        self._offset = offset

    @classmethod
    def real(cls) -> Clock:
        """A clock that shows the machine's time."""
        return cls(None, timedelta(0))

    @classmethod
    def at(cls, moment: datetime) -> Clock:
        """A clock that stands at `moment` (aware) until it is moved."""
        return cls(_aware(moment), timedelta(0))

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        with self._lock:
            return (self._frozen_at or datetime.now(UTC)) + self._offset

    def advance(self, by: timedelta) -> datetime:
        """Let `by` pass; returns the new now. Time never runs backwards here: negative is a ValueError."""
        if by < timedelta(0):
            raise ValueError(f"a clock only advances, not by {by}; use set() to put it back")
        with self._lock:
            self._offset += by
        return self.now()

    def set(self, moment: datetime) -> datetime:
        """Show `moment` (aware) from here on; a real clock flows on from it."""
        with self._lock:
            self._offset = _aware(moment) - (self._frozen_at or datetime.now(UTC))
        return self.now()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a naive time says nothing here: {moment!r}")
    return moment.astimezone(UTC)
