"""The clock on the wall against the time that passed: it is set, and machines sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sync.store import Store

_STEP = timedelta(seconds=5)  # what the wall may differ by between two looks without having been set


class ClockWatch:
    """Notices that the clock on the wall was set, or stood still for us while the machine slept."""

    def __init__(self, wall: Callable[[], datetime], passed: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._passed = wall, passed
        self._last = wall(), passed()

    def jumped(self) -> timedelta | None:
        """How far the wall moved beside the time that passed since the last call; None where it kept pace."""
        (wall, passed), self._last = self._last, (self._wall(), self._passed())
        jump = self._last[0] - wall - timedelta(seconds=self._last[1] - passed)
        return jump if abs(jump) >= _STEP else None


def is_due(store: Store, job: str, every: timedelta, now: datetime) -> bool:
    """Whether a job that is done `every` so often is due; the moment it was last done is in the table of cursors.

    A job that was never done counts from now. One that was last done in the future, because the clock was set back
    since, is due: else it would not be done for as long as that.
    """
    last = store.mirror.position(job)
    if last is None:
        done(store, job, now)
        return False
    done_at = datetime.fromisoformat(last)
    return not done_at <= now < done_at + every


def done(store: Store, job: str, now: datetime) -> None:
    """The job was done now."""
    store.mirror.move(job, now.isoformat(), now)
