"""The month's budget of reads: QuickBooks meters them (writes are free), and blocks a workspace that used up its own.

Intuit's free plan allows 500,000 reads a month for all companies and applications of a workspace together
(https://developer.intuit.com/app/developer/qbo/docs/get-started/app-partner-program). When its month begins is not
documented: here it is the calendar month in UTC (unverified).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta


class Spent(Exception):
    """The month's budget of `limit` reads is used up; the next month begins in `wait` seconds."""

    def __init__(self, limit: int, wait: float) -> None:
        self.wait = wait
        super().__init__(f"the month's budget of {limit:,} reads is used up")


def month_of(at: datetime) -> str:
    """The month that a read counts in, such as 2026-02."""
    return f"{at:%Y-%m}"


def _until_next(now: datetime) -> float:
    first = (now.replace(day=1) + timedelta(days=32)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    return (first - now).total_seconds()


class ReadBudget:
    """Counts reads by month and refuses one beyond `per_month` (0: no limit). Thread-safe.

    `spent` gives what other processes and earlier ones took in a month.
    """

    def __init__(
        self, per_month: int, clock: Callable[[], datetime], spent: Callable[[str], int] = lambda _month: 0
    ) -> None:
        self.per_month, self._clock, self._spent = per_month, clock, spent
        self._counting = threading.Lock()
        self._known: dict[str, int] = {}
        self._unkept: Counter[str] = Counter()

    def spend(self) -> None:
        """Count one read about to leave. Raises Spent."""
        now = self._clock()
        month = month_of(now)
        with self._counting:
            if month not in self._known:
                self._known = {month: self._spent(month)}
            if self.per_month and self._known[month] >= self.per_month:
                raise Spent(self.per_month, _until_next(now))
            self._known[month] += 1
            self._unkept[month] += 1

    def take(self) -> Mapping[str, int]:
        """What was counted since the last take, by month: to be added to what is kept."""
        with self._counting:
            taken, self._unkept = self._unkept, Counter()
            self._known.clear()  # what others took meanwhile counts from the next read on
            return taken
