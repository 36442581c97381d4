"""What happened in a world, before any service tells it: sprints, tickets, and what changed in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["To Do", "In Progress", "Done"]
ChangedField = Literal["status", "resolution", "sprint", "points", "parent"]
Value = str | int | tuple["Timebox", ...] | None


@dataclass(eq=False, slots=True)
class Timebox:
    """One sprint. A future one has no times; an active one no `completed_at`."""

    name: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    completed_at: datetime | None = None
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one ticket changing. Sprints are told as the tuple the field holds."""

    field: ChangedField
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Event:
    """Changes made together by one person (an index into the team's people)."""

    at: datetime
    by: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """Time worked: by whom, from when, how many seconds."""

    by: int
    started_at: datetime
    seconds: int


@dataclass(eq=False, slots=True)
class Ticket:
    """An epic, story, task, bug or sub-task. What it is now is what its events made of it.

    `sprints` and `points` given at the start were set when the ticket was created, so no event tells them.
    """

    kind: Literal["Epic", "Story", "Task", "Bug", "Sub-task"]
    summary: str
    created_at: datetime
    reporter: int
    assignee: int | None = None
    parent: Ticket | None = None
    points: int | None = None
    sprints: tuple[Timebox, ...] = ()
    labels: tuple[str, ...] = ()
    component: str | None = None
    fields: dict[str, str | float] = field(default_factory=dict)
    status: Status = "To Do"
    resolution: str | None = None
    events: list[Event] = field(default_factory=list)
    worklogs: list[Work] = field(default_factory=list)

    def move(self, at: datetime, by: int, status: Status, resolution: str | None = None) -> None:
        """Change the status and, together with it, the resolution."""
        changes = [Change("status", self.status, status)]
        if resolution != self.resolution:
            changes.append(Change("resolution", self.resolution, resolution))
        self.status, self.resolution = status, resolution
        self.events.append(Event(at, by, tuple(changes)))

    def put_into(self, at: datetime, by: int, sprint: Timebox) -> None:
        """Add a sprint to the ones the ticket was in."""
        self._set_sprints(at, by, (*self.sprints, sprint))

    def take_out(self, at: datetime, by: int, sprint: Timebox) -> None:
        """Remove a sprint that is still open."""
        self._set_sprints(at, by, tuple(kept for kept in self.sprints if kept is not sprint))

    def estimate(self, at: datetime, by: int, points: int) -> None:
        """Set or change the story points."""
        self.events.append(Event(at, by, (Change("points", self.points, points),)))
        self.points = points

    def _set_sprints(self, at: datetime, by: int, sprints: tuple[Timebox, ...]) -> None:
        self.events.append(Event(at, by, (Change("sprint", self.sprints, sprints),)))
        self.sprints = sprints

    @property
    def done_at(self) -> datetime | None:
        """When it last became done; None while it is not."""
        if self.status != "Done":
            return None
        moves = (event.at for event in reversed(self.events) if event.changes[0].field == "status")
        return next(moves)
