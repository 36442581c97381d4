"""Circuits: a login that was refused is tried again after a growing pause, and at once when somebody connected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.errors import Unauthorized

_LONGEST = timedelta(hours=1)
_DOUBLINGS = 10  # more change nothing: the longest pause is reached


@dataclass(frozen=True, slots=True)
class Open:
    """A side whose login was refused `times` in a row, the last time at `tried_at`."""

    error: Unauthorized
    times: int
    tried_at: datetime
    stored_at: datetime | None

    def try_at(self, poll: timedelta) -> datetime:
        """When it is asked again: with the next poll, then after twice, four times … a poll, hourly at most."""
        pause = poll * (2 ** min(self.times - 1, _DOUBLINGS)) if self.times > 1 else timedelta(0)
        return self.tried_at + min(pause, _LONGEST)


class Circuits:
    """Which sides rest. `stored_at` says when the tokens of a side were last stored, None where it has none."""

    def __init__(
        self, poll: timedelta, stored_at: Callable[[str], datetime | None] = lambda _side: None
    ) -> None:
        self._poll, self._stored_at = poll, stored_at
        self._open: dict[str, Open] = {}

    @property
    def refused(self) -> Mapping[str, Unauthorized]:
        """Sides whose login was refused when it was last tried."""
        return {side: each.error for side, each in self._open.items()}

    def resting(self, now: datetime) -> dict[str, Unauthorized]:
        """Sides that are not asked now, each with the error that it would meet again."""
        return {side: each.error for side, each in self._open.items() if self._rests(side, each, now)}

    def note(self, asked: Iterable[str], refused: Mapping[str, Unauthorized], now: datetime) -> None:
        """Of the sides `asked` these `refused` the login; the others let us in."""
        for side in asked:
            error, before = refused.get(side), self._open.get(side)
            if error is None:
                self._open.pop(side, None)
            else:
                times = before.times + 1 if before is not None else 1
                self._open[side] = Open(error, times, now, self._stored_at(side))

    def _rests(self, side: str, each: Open, now: datetime) -> bool:
        if now < each.tried_at:
            return False  # the clock was set back: the pause would last as long as that
        return now < each.try_at(self._poll) and self._stored_at(side) == each.stored_at
