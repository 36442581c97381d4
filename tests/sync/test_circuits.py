"""Circuits: a refused login is asked less and less often, hourly at most, and at once when somebody connected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from connectors.errors import Unauthorized
from sync.watching.circuits import Circuits
from sync.watching.clock import ClockWatch

SIDE, POLL = "jira.main", timedelta(minutes=5)
START = datetime(2026, 2, 3, 15, tzinfo=UTC)
NO = Unauthorized("Jira", "read issues", "the token is revoked")


def tries(circuits: Circuits, hours: int) -> list[timedelta]:
    """When, after the start, a side is asked by a poll that comes every five minutes and is refused each time."""
    asked = []
    for number in range(hours * 12):
        now = START + number * POLL
        if SIDE not in circuits.resting(now):
            asked.append(now - START)
            circuits.note([SIDE], {SIDE: NO}, now)
    return asked


def test_the_pause_grows_to_an_hour() -> None:
    asked = tries(Circuits(POLL), 24)
    pauses = [int((b - a).total_seconds() / 60) for a, b in pairwise(asked)]
    assert pauses[:6] == [5, 10, 20, 40, 60, 60]
    assert set(pauses[5:]) == {60}


def test_who_connects_is_asked_for_at_once() -> None:
    stored = [START]
    circuits = Circuits(POLL, lambda _side: stored[0])
    tries(circuits, 6)
    now = START + timedelta(hours=6)
    circuits.note([SIDE], {SIDE: NO}, now)
    assert SIDE in circuits.resting(now + POLL)
    stored[0] = now + timedelta(seconds=1)
    assert circuits.resting(now + POLL) == {}


def test_a_login_that_works_again_begins_anew() -> None:
    circuits = Circuits(POLL)
    tries(circuits, 6)
    circuits.note([SIDE], {}, START)
    assert circuits.refused == {}
    circuits.note([SIDE], {SIDE: NO}, START)
    assert circuits.resting(START) == {}


def test_a_clock_set_back_does_not_make_the_pause_longer() -> None:
    circuits = Circuits(POLL)
    for _ in range(9):
        circuits.note([SIDE], {SIDE: NO}, START)
    assert SIDE in circuits.resting(START)
    assert circuits.resting(START - timedelta(days=1)) == {}


def test_a_clock_that_keeps_pace_did_not_jump_and_one_that_was_set_did() -> None:
    wall, passed = [START], [100.0]
    watch = ClockWatch(lambda: wall[0], lambda: passed[0])
    for moves, passes, jump in (
        (0.5, 0.5, None),
        (7, 3.5, None),
        (86400, 1, 86399),
        (1, 1, None),
        (-3600, 1, -3601),
    ):
        wall[0] += timedelta(seconds=moves)
        passed[0] += passes
        assert watch.jumped() == (None if jump is None else timedelta(seconds=jump))
