"""The limiter of one company: how many requests may start per second, per minute and at once.

Processes that ask the same company share what it allows: each takes its part, and a pause is a pause for all.

QuickBooks allows 500 a minute and 10 a second per company, and asks for a pause of 60 s after a 429
(https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles). Older texts mean 10
*at once*, so both are kept. We begin at 90 % and learn from every refusal.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_SECOND, _MINUTE = 1.0, 60.0
_FLOOR_AFTER_REFUSAL = 60.0  # seconds; Intuit's own advice
_SHARE_AFTER_REFUSAL = 0.7  # of the level before: two refusals in a row halve the pace
_LOWEST_LEVEL = 0.1
_REGAINED_PER_MINUTE = 0.02  # a refused pace is tried again after about a quarter of an hour


class Busy(Exception):
    """No request may start within the caller's patience; `wait` is the seconds until one may."""

    def __init__(self, wait: float) -> None:
        self.wait = wait
        super().__init__(f"no request may start for {wait:.1f} s")


@dataclass(frozen=True, slots=True)
class Pace:
    """How a limiter stands, in seconds before and after this moment: the `level` in use, how long ago each request of
    the last minute started (oldest first), and for how long none may start."""

    level: float
    started: tuple[float, ...]
    closed_for: float

    def later(self, seconds: float) -> Pace:
        """The same, so many seconds later (0 or more)."""
        started = tuple(ago + seconds for ago in self.started if ago + seconds < _MINUTE)
        return Pace(self.level, started, max(0.0, self.closed_for - seconds))


class Limiter:
    """Sliding windows over the starts of requests. Thread-safe; one object per company and process.

    `level` is the share of the allowance in use (0.1 to its first value): refusals lower it, quiet minutes
    give it back. Keep `pace` across restarts and pass it as `since`. `clock` is monotonic seconds.
    """

    def __init__(
        self,
        per_second: int = 10,
        per_minute: int = 500,
        at_once: int = 4,
        *,
        level: float = 0.9,
        since: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if min(per_second, per_minute, at_once) < 1 or not _LOWEST_LEVEL <= level <= 1:
            raise ValueError("a limiter needs at least one request per window and a level from 0.1 to 1")
        self._per_second, self._per_minute = per_second, per_minute
        self._full_level = self._level = level
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(at_once)
        self._starts: deque[float] = deque()
        self.begun = 0  #: how many requests it ever let start
        self._sharing = 1
        self._under_way = 0
        self._closed_until = self._learnt_at = now = clock()
        if since is not None:
            self._level = min(level, max(_LOWEST_LEVEL, since.level))
            self._starts.extend(now - ago for ago in since.started)
            self._closed_until = self._learnt_at = now + since.closed_for

    @property
    def level(self) -> float:
        """The share of the allowance in use now."""
        with self._lock:
            self._regain()
            return self._level

    @property
    def pace(self) -> Pace:
        """How it stands now, to be kept."""
        with self._lock:
            self._regain()
            now = self._clock()
            started = tuple(now - start for start in self._starts if now - start < _MINUTE)
            return Pace(self._level, started, max(0.0, self._closed_until - now))

    def beside(self, others: Sequence[Pace]) -> None:
        """So stand the limiters of other processes at this company: what it allows is parted evenly among all, and what
        one of them learnt from a refusal holds here, too."""
        with self._lock:
            self._regain()
            now = self._clock()
            self._sharing = 1 + len(others)
            self._level = min([self._level, *(max(_LOWEST_LEVEL, each.level) for each in others)])
            self._closed_until = max([self._closed_until, *(now + each.closed_for for each in others)])
            self._learnt_at = max(self._learnt_at, self._closed_until)

    @contextmanager
    def place(self, patience: float) -> Iterator[None]:
        """Hold a place for one request; waits at most `patience` seconds, else raises Busy at once."""
        give_up_at = self._clock() + patience
        if not self._places.acquire(timeout=max(0.0, patience)):
            raise Busy(_SECOND)
        try:
            while wait := self._start_or_wait():
                if self._clock() + wait > give_up_at:
                    raise Busy(wait)
                self._sleep(wait)
            try:
                yield
            finally:
                with self._lock:
                    self._under_way -= 1
        finally:
            self._places.release()

    def refused(self, retry_after: float | None) -> float:
        """Learn from a 429: close for 60 s or more, then go slower. Returns the pause in seconds."""
        pause = max(_FLOOR_AFTER_REFUSAL, retry_after or 0.0)
        with self._lock:
            now = self._clock()
            self._regain()
            # Requests that were in flight together are refused together: that is one lesson, not several.
            if now >= self._closed_until:
                self._level = max(_LOWEST_LEVEL, self._level * _SHARE_AFTER_REFUSAL)
            self._closed_until = max(self._closed_until, now + pause)
            self._learnt_at = self._closed_until
        return pause

    def _start_or_wait(self) -> float:
        """Note a start and return 0, or return the seconds until a start is next possible."""
        with self._lock:
            now = self._clock()
            self._regain()
            while self._starts and self._starts[0] <= now - _MINUTE:
                self._starts.popleft()
            opens_at = max(
                self._closed_until,
                self._window_opens_at(self._per_second, _SECOND),
                self._window_opens_at(self._per_minute, _MINUTE),
                self._evenly_at(),
            )
            if opens_at <= now:
                self._starts.append(now)
                self.begun += 1
                self._under_way += 1
                return 0.0
            return opens_at - now

    def _evenly_at(self) -> float:
        """Requests under way together start evenly: those of a burst may arrive on top of the next one, and the service
        counts arrivals. One after another they cannot."""
        if not self._under_way or not self._starts:
            return 0.0
        return self._starts[-1] + _MINUTE / self._part(self._per_minute)

    def _window_opens_at(self, allowance: int, width: float) -> float:
        places = self._part(allowance)
        return self._starts[-places] + width if len(self._starts) >= places else 0.0

    def _part(self, allowance: int) -> int:
        return max(1, int(allowance * self._level / self._sharing))

    def _regain(self) -> None:
        now = self._clock()
        if now > self._learnt_at:
            regained = (now - self._learnt_at) / _MINUTE * _REGAINED_PER_MINUTE
            self._level = min(self._full_level, self._level + regained)
            self._learnt_at = now
