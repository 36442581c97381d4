"""The sandbox's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sandbox.clock import Clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_frozen_clock_stands_until_it_is_moved() -> None:
    clock = Clock.at(datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == clock.now() == NOON
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(days=1)) == NOON + timedelta(days=1)
    assert clock.set(NOON) == NOON


def test_a_real_clock_flows_on_from_where_it_is_set() -> None:
    clock = Clock.real()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    first = clock.set(NOON)
    assert NOON <= first < clock.now() + timedelta(microseconds=1) < NOON + timedelta(seconds=5)
    assert clock.advance(timedelta(hours=1)) >= NOON + timedelta(hours=1)


def test_naive_times_and_steps_back_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        Clock.at(datetime(2026, 3, 1))  # noqa: DTZ001  the naive time is the point
    with pytest.raises(ValueError, match="only advances"):
        Clock.at(NOON).advance(timedelta(seconds=-1))
