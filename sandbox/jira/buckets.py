"""Rate limits of Data Center: a bucket of tokens per person that fills up in steps, told on every answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Fill:
    """How an administrator set the limit: `requests` come back every so many `seconds`, up to `most`."""

    requests: int
    seconds: int
    most: int


class Buckets:
    """The bucket of each person."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[int, datetime]] = {}

    def take(self, who: str, fill: Fill, now: datetime) -> tuple[bool, dict[str, str]]:
        """Whether somebody may go on, and the headers that say how much is left."""
        left, since = self._held.get(who, (fill.most, now))
        steps = (now - since) // timedelta(seconds=fill.seconds)
        left, since = (
            min(fill.most, left + steps * fill.requests),
            since + steps * timedelta(seconds=fill.seconds),
        )
        allowed = left > 0
        left -= allowed
        self._held[who] = (left, since)
        wait = since + timedelta(seconds=fill.seconds) - now
        return allowed, {
            "X-RateLimit-Limit": str(fill.most),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Interval-Seconds": str(fill.seconds),
            "X-RateLimit-FillRate": str(fill.requests),
            "retry-after": "0" if allowed else str(max(1, -(-wait // timedelta(seconds=1)))),
        }
