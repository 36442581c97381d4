"""The retry policy of reads: what is repeated, how long it waits, and when it gives up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from requests.structures import CaseInsensitiveDict

from connectors.errors import ConnectorError, Rejected, Transient, Unauthorized
from connectors.retry import ReadRetry, http_date, retry_after_of


def _failing(times: int, error: ConnectorError) -> tuple[Callable[[], str], list[int]]:
    calls: list[int] = []

    def read() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return "done"

    return read, calls


def _transient(retry_after: float | None = None) -> Transient:
    return Transient("Jira", "read", "the service is away", status=503, retry_after=retry_after)


def test_a_passing_failure_is_repeated_with_growing_waits() -> None:
    waits: list[float] = []
    read, calls = _failing(4, _transient())
    assert ReadRetry(sleep=waits.append).call(read) == "done"
    assert len(calls) == 5
    assert all(0.5 <= wait <= most for wait, most in zip(waits, (1, 2, 4, 8), strict=True))


def test_attempts_are_bounded_and_the_last_error_is_raised() -> None:
    waits: list[float] = []
    error = _transient()
    read, calls = _failing(99, error)
    with pytest.raises(Transient) as caught:
        ReadRetry(attempts=3, sleep=waits.append).call(read)
    assert caught.value is error
    assert (len(calls), len(waits)) == (3, 2)


def test_the_total_time_is_bounded() -> None:
    waits: list[float] = []
    read, _ = _failing(99, _transient(retry_after=25))
    with pytest.raises(Transient):
        ReadRetry(attempts=99, total_seconds=60, sleep=waits.append).call(read)
    assert len(waits) == 2
    assert sum(waits) <= 60


@pytest.mark.parametrize("asked", [0, 1.5, 7, 40])
def test_the_wait_asked_for_is_a_minimum(asked: float) -> None:
    waits: list[float] = []
    read, _ = _failing(1, _transient(retry_after=asked))
    ReadRetry(sleep=waits.append).call(read)
    assert asked <= waits[0] <= max(asked, 1) + 1


def test_a_wait_beyond_the_bound_is_not_begun_but_named() -> None:
    waits: list[float] = []
    read, calls = _failing(1, _transient(retry_after=1847))
    with pytest.raises(Transient, match="wait 1847 s") as caught:
        ReadRetry(sleep=waits.append).call(read)
    assert (len(calls), waits) == (1, [])
    assert (caught.value.retry_after, caught.value.status) == (1847, 503)


@pytest.mark.parametrize("kind", [Rejected, Unauthorized])
def test_definite_answers_are_not_repeated(kind: type[ConnectorError]) -> None:
    read, calls = _failing(1, kind("Jira", "read", "no"))
    with pytest.raises(kind):
        ReadRetry(sleep=pytest.fail).call(read)
    assert len(calls) == 1


NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "90"}, 90),
        ({"retry-after": "1.5"}, 1.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-3"}, 0),
        ({"Retry-After": "Mon, 23 Nov 2026 12:02:00 GMT"}, 120),
        ({"Retry-After": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0),
        # Their clock is an hour behind ours: only their own Date makes sense of their date.
        ({"Retry-After": "Mon, 23 Nov 2026 11:00:30 GMT", "Date": "Mon, 23 Nov 2026 11:00:00 GMT"}, 30),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_of(CaseInsensitiveDict(headers), now=NOW) == seconds


def test_http_dates_are_utc() -> None:
    assert http_date("Mon, 23 Nov 2026 13:00:00 +0100") == NOW
    assert http_date("yesterday") is None
