"""The whole story of one team: its past rows of sprints and its present one, told as one chronicle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sandbox.world import past
from sandbox.world.calendar import chance_of, closed_sprints, running_sprint
from sandbox.world.chronicle import Ticket, Timebox
from sandbox.world.delivery import Delivery
from sandbox.world.endings import conclude
from sandbox.world.figures import SPRINT_HABITS
from sandbox.world.plots import Team


@dataclass(frozen=True, slots=True)
class TeamStory:
    """Sprints in order of their start, tickets in order of creation, and the present's epics by role.

    `present` lists only the sprints of the present: closed ones, the running one, the next.
    """

    team: Team
    sprints: tuple[Timebox, ...]
    tickets: tuple[Ticket, ...]
    roles: dict[str, Ticket]
    present: tuple[Timebox, ...]


def tell(team: Team, seed: int, until: datetime, factor: float) -> TeamStory:
    """Everything `team` did until `until`. The present is the same at every factor of one seed."""
    present = _present_sprints(team, chance_of(seed, team.key, "calendar"), until)
    now = Delivery(team, chance_of(seed, team.key, "present"), present, list(team.plots), until, present=True)
    chance = chance_of(seed, team.key, "past")
    deliveries = [
        now,
        *(
            Delivery(team, chance, row.sprints, row.plots, until, present=False)
            for row in past.rows(team, chance, factor, present[0].starts_at or until)
        ),
    ]
    for delivery in deliveries:
        delivery.play()
        for arc in delivery.arcs:
            conclude(delivery.desk, arc, until)
    tickets = sorted((t for d in deliveries for t in d.desk.tickets), key=lambda ticket: ticket.created_at)
    sprints = sorted((s for d in deliveries for s in d.sprints), key=lambda sprint: sprint.starts_at or until)
    roles = {arc.plot.role: arc.epic for arc in now.arcs if arc.plot.role}
    return TeamStory(team, tuple(sprints), tuple(tickets), roles, tuple(present))


def _present_sprints(team: Team, chance: Random, until: datetime) -> list[Timebox]:
    names = [f"{team.key} Sprint {number}" for number in range(1, team.sprints + 1)]
    running = running_sprint(chance, names[-2], until)
    begun_at = running.starts_at or until
    return [
        *closed_sprints(chance, SPRINT_HABITS[team.habit], names[:-2], begun_at, tidy=True),
        running,
        Timebox(names[-1]),
    ]
