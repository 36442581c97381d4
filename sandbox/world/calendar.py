"""When things happen: working moments, and rows of sprints as long and as late as real ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sandbox.world.chronicle import Timebox
from sandbox.world.figures import LATENESS_HOURS, SprintHabit

_OFFICE_HOURS = range(13, 22)  # 9 to 17 in New York, in UTC
_TRIES = 4


def chance_of(*parts: object) -> Random:
    """The one source of chance for a part of the world: the same parts always draw the same."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - a repeatable world, no secrets


def moment(chance: Random, start: datetime, end: datetime) -> datetime:
    """Some second between two moments, on a working day and hour where the span has one at hand."""
    span = max(int((end - start).total_seconds()), 0)
    found = start
    for _ in range(_TRIES):
        found = start + timedelta(seconds=chance.randint(0, span))
        if found.weekday() < 5 and found.hour in _OFFICE_HOURS:
            break
    return found


def closed_sprints(
    chance: Random, habit: SprintHabit, names: list[str], before: datetime, *, tidy: bool
) -> list[Timebox]:
    """A row of completed sprints, one per name, that never overlap; the last is completed before `before`.

    `tidy` keeps lengths between one and three weeks and leaves the one forgotten sprint of the records
    (59 days late) out, so that the row stays within some weeks.
    """
    row: list[Timebox] = []
    for name in reversed(names):
        completed_at = before - timedelta(hours=chance.randint(30, 66), seconds=chance.randint(0, 3599))
        late = _lateness(chance, tidy=tidy)
        days = round(habit.days.draw(chance))
        length = timedelta(days=min(max(days, 7), 21) if tidy else max(days, 5))
        ends_at = completed_at - late
        starts_at = min(ends_at - length, completed_at - timedelta(days=4))
        row.append(Timebox(name, starts_at, ends_at, completed_at))
        before = starts_at
    row.reverse()
    return row


def _lateness(chance: Random, *, tidy: bool) -> timedelta:
    recorded = LATENESS_HOURS[:-1] if tidy else LATENESS_HOURS
    return timedelta(hours=chance.choice(recorded), minutes=chance.randint(0, 59))


def running_sprint(chance: Random, name: str, until: datetime) -> Timebox:
    """A two-week sprint in its middle at `until`."""
    starts_at = until - timedelta(days=chance.randint(6, 8), hours=chance.randint(0, 3))
    return Timebox(name, starts_at, starts_at + timedelta(days=14))
