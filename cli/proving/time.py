"""One time for the sandbox and all processes that work on it, in which whoever waits lets it pass at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from multiprocessing.sharedctypes import Synchronized

from sandbox.clock import Clock


class SharedClock(Clock):
    """A real clock whose shift several processes share."""

    def __init__(self, shift: Synchronized[float]) -> None:
        super().__init__(None, timedelta(0))
        self.shift = shift

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.shift.value)

    def advance(self, by: timedelta) -> datetime:
        """Let `by` pass for everybody."""
        with self.shift.get_lock():
            self.shift.value += by.total_seconds()
        return self.now()

    def set(self, moment: datetime) -> datetime:
        """Show `moment` to everybody from here on."""
        self.shift.value = (moment - datetime.now(UTC)).total_seconds()
        return self.now()

    def nap(self, seconds: float) -> None:
        """Wait without waiting."""
        self.advance(timedelta(seconds=seconds))
