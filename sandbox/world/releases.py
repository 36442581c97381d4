"""Fix versions of teams that ship releases: one for every two sprints of the present."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.world.chronicle import Ticket, Timebox
from sandbox.world.teams import TeamStory

_SPRINTS = 2  # that one release takes
_PLANNED_LATER = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Release:
    """What a team ships together: the stories, tasks and bugs that were last in one of its sprints.

    `on` is the day of the release, or the planned one.
    """

    name: str
    on: date
    released: bool
    tickets: tuple[Ticket, ...]


def releases_of(story: TeamStory, until: datetime) -> Iterator[Release]:
    """The releases of a team with components, oldest first; the others deliver as they go."""
    if not story.team.components:
        return
    for number, start in enumerate(range(0, len(story.present), _SPRINTS)):
        boxes = story.present[start : start + _SPRINTS]
        ends = [box.completed_at for box in boxes]
        shipped_at = max((end for end in ends if end is not None), default=until)
        is_out = None not in ends
        day = shipped_at if is_out else until + _PLANNED_LATER
        yield Release(f"{story.team.key} 1.{number}", day.date(), is_out, _last_in(story, boxes))


def _last_in(story: TeamStory, boxes: tuple[Timebox, ...]) -> tuple[Ticket, ...]:
    return tuple(
        ticket
        for ticket in story.tickets
        if ticket.kind in ("Story", "Task", "Bug") and ticket.sprints and ticket.sprints[-1] in boxes
    )
