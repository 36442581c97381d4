"""How one team writes, estimates and finishes single tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from sandbox.world import texts
from sandbox.world.calendar import moment
from sandbox.world.chronicle import Ticket, Timebox, Work
from sandbox.world.figures import STORY_POINTS
from sandbox.world.plots import Plot, Team

_KINDS: tuple[Literal["Story", "Task", "Bug"], ...] = ("Story", "Task", "Bug")
_KIND_WEIGHTS = (55, 25, 20)
_LABELS = ("frontend", "backend", "design", "tech-debt")
_UNESTIMATED = {"Story": 0.06, "Task": 0.12, "Bug": 0.35}


@dataclass(eq=False, slots=True)
class Arc:
    """An epic on its way: what its plot wants, and the children it has by now."""

    epic: Ticket
    plot: Plot
    children: list[Ticket] = field(default_factory=list)


class Desk:
    """Where a team's tickets are written and worked on. `tickets` keeps them in the order of writing."""

    def __init__(self, team: Team, chance: Random) -> None:
        self.team = team
        self.chance = chance
        self.tickets: list[Ticket] = []
        self.arcs: dict[Ticket, Arc] = {}

    def open_epic(self, plot: Plot, created_at: datetime) -> Arc:
        """Write an epic for `plot`."""
        epic = Ticket(
            "Epic", plot.title, created_at, self.person(), labels=plot.labels, component=plot.component
        )
        epic.fields.update(plot.fields)
        self.tickets.append(epic)
        return Arc(epic, plot)

    def write(self, arc: Arc | None, created_at: datetime, sprints: tuple[Timebox, ...] = ()) -> Ticket:
        """Write a story, task or bug, under an epic or none."""
        chance = self.chance
        kind = chance.choices(_KINDS, _KIND_WEIGHTS)[0]
        ticket = Ticket(kind, texts.summary(chance, kind), created_at, self.person(), sprints=sprints)
        ticket.assignee = self.person()
        if chance.random() < 0.3:
            ticket.labels = (chance.choice(_LABELS),)
        if arc:
            ticket.parent, ticket.component = arc.epic, arc.plot.component
            self.arcs[ticket] = arc
            if arc.plot.hostile_child and not arc.children:
                ticket.summary = texts.CONTROL
            arc.children.append(ticket)
        if (arc is None or arc.plot.estimated) and chance.random() > _UNESTIMATED[kind]:
            ticket.points = STORY_POINTS[self.team.points].draw(chance)
        self.tickets.append(ticket)
        return ticket

    def begin(self, ticket: Ticket, start: datetime, end: datetime) -> datetime:
        """Start work some time in the first half of a span, unless it has begun; returns when."""
        if ticket.status == "In Progress":
            return start
        begun_at = moment(self.chance, start, start + (end - start) / 2)
        ticket.move(begun_at, self._worker(ticket), "In Progress")
        return begun_at

    def finish(self, ticket: Ticket, start: datetime, end: datetime) -> None:
        """Work on a ticket within a span until it is done; some are reopened once on the way."""
        begun_at = self.begin(ticket, start, end)
        done_at = moment(self.chance, begun_at + timedelta(minutes=10), end)
        if ticket.points and self.chance.random() < 0.1:
            at = moment(self.chance, begun_at, done_at)
            ticket.estimate(at, self._worker(ticket), STORY_POINTS[self.team.points].draw(self.chance))
        self.done(ticket, done_at)
        if self.chance.random() < 0.04:
            reopened_at = moment(self.chance, done_at, done_at + (end - done_at) / 2)
            ticket.move(reopened_at, ticket.reporter, "In Progress")
            self.done(ticket, moment(self.chance, reopened_at, end))
        self._log(ticket, begun_at, done_at)
        if self.chance.random() < 0.15:
            self._split(ticket, begun_at, done_at)

    def done(self, ticket: Ticket, at: datetime, resolution: str | None = None) -> None:
        """Move a ticket to "Done", with the resolution this team's workflow gives."""
        ticket.move(at, self._worker(ticket), "Done", resolution or ("Done" if self.team.resolves else None))

    def person(self) -> int:
        """Somebody of the team, as an index into texts.PEOPLE."""
        return self.chance.randrange(len(texts.PEOPLE))

    def _worker(self, ticket: Ticket) -> int:
        return ticket.reporter if ticket.assignee is None else ticket.assignee

    def _log(self, ticket: Ticket, begun_at: datetime, done_at: datetime) -> None:
        if self.chance.random() < 0.3:
            return
        for _ in range(self.chance.randint(1, 3)):
            seconds = 1800 * self.chance.randint(1, 12)
            ticket.worklogs.append(
                Work(self._worker(ticket), moment(self.chance, begun_at, done_at), seconds)
            )
        ticket.worklogs.sort(key=lambda work: work.started_at)

    def _split(self, parent: Ticket, begun_at: datetime, done_at: datetime) -> None:
        for _ in range(self.chance.randint(1, 3)):
            created_at = moment(self.chance, parent.created_at, begun_at)
            part = Ticket(
                "Sub-task", texts.summary(self.chance, "Sub-task"), created_at, self._worker(parent)
            )
            part.parent, part.assignee = parent, parent.assignee
            self.tickets.append(part)
            self.done(part, moment(self.chance, begun_at, done_at))


def weight(tickets: Iterable[Ticket]) -> int:
    """Points of some tickets; an unestimated one counts one."""
    return sum(ticket.points or 1 for ticket in tickets)
