"""The one retry policy for reads: jittered exponential waits, never less than the service asks, bounded."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential
from tenacity.wait import wait_base

from connectors.errors import Transient

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadRetry:
    """Repeats a read that failed as Transient. Never wrap a write: its only retry is the outbox.

    At most `attempts` tries and `total_seconds` of waiting and working. Waits are random up to
    `first_seconds` × 2ⁿ (never above `longest_seconds`) but never less than the service asked for; a wait
    that does not fit is not begun: the Transient is raised at once and names it.
    """

    attempts: int = 5
    total_seconds: float = 120.0
    first_seconds: float = 1.0
    longest_seconds: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def call(self, read: Callable[[], T]) -> T:
        """The result of `read`; its last Transient when the tries are used up; other errors at once."""
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Transient)),
            wait=_AtLeastAsked(self.first_seconds, self.longest_seconds),
            stop=self._is_over,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(read)
        except Transient as error:
            if error.retry_after is None or error.retry_after <= self.total_seconds:
                raise
            tired = _naming_its_wait(error)
        raise tired

    def _is_over(self, state: RetryCallState) -> bool:
        # idle_for counts the waits even where a test's sleep does not let time pass.
        spent = max(state.idle_for, state.seconds_since_start or 0.0)
        return state.attempt_number >= self.attempts or spent + state.upcoming_sleep > self.total_seconds


class _AtLeastAsked(wait_base):
    """A random exponential wait, or the service's own plus up to a second so that not all return at once."""

    def __init__(self, first_seconds: float, longest_seconds: float) -> None:
        self._usual = wait_random_exponential(
            multiplier=first_seconds, max=longest_seconds, min=first_seconds / 2
        )
        self._spread = wait_random_exponential(multiplier=1.0, max=1.0)

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        asked = error.retry_after if isinstance(error, Transient) else None
        usual = self._usual(retry_state)
        return usual if asked is None else max(usual, asked + self._spread(retry_state))


def _naming_its_wait(error: Transient) -> Transient:
    seconds = math.ceil(error.retry_after or 0)
    return Transient(
        error.service,
        error.action,
        f"{error.reason}; it asks to wait {seconds} s, longer than is waited here",
        hint=error.hint,
        status=error.status,
        code=error.code,
        trace=error.trace,
        retry_after=error.retry_after,
        sent=error.sent,
    )


def retry_after_of(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds that `Retry-After` asks to wait (whole, fractional, or an HTTP date); None when unreadable.

    A date is measured against the answer's own Date header, since our clock may differ from theirs; `now`
    (aware; default: our clock) is used when there is none.
    """
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        until, answered_at = http_date(text), http_date(headers.get("Date", ""))
        if until is None:
            return None
        seconds = (until - (answered_at or now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def http_date(text: str) -> datetime | None:
    """An HTTP date as aware UTC, or None when it is not one."""
    try:
        parsed = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
