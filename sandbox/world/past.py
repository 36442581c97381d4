"""What the four teams did before the present: any amount of it, drawn instead of plotted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sandbox.world import texts
from sandbox.world.calendar import closed_sprints
from sandbox.world.chronicle import Timebox
from sandbox.world.figures import SPRINT_HABITS
from sandbox.world.plots import Fate, Plot, Team

_ROW_LENGTH = 160  # sprints one squad closes in seven or eight years; more history means more squads
_SQUADS = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper")
_FATES: tuple[Fate, ...] = ("done", "Won't Do", "Duplicate", "reclosed", "open children")
_FATE_WEIGHTS = (83, 6, 2, 6, 3)


@dataclass(frozen=True, slots=True)
class Row:
    """The sprints of one squad of the past, and the epics it worked on."""

    sprints: list[Timebox]
    plots: list[Plot]


def rows(team: Team, chance: Random, factor: float, before: datetime) -> list[Row]:
    """Squads with together `factor − 1` times the sprints and epics of the team's present, all completed
    before `before`."""
    sprints = round((factor - 1) * team.sprints)
    epics = round((factor - 1) * len(team.plots))
    if sprints < 1:
        return []
    squads = -(-sprints // _ROW_LENGTH)
    return [
        _row(team, chance, squad, _share(sprints, squads, squad), _share(epics, squads, squad), before)
        for squad in range(squads)
    ]


def _share(whole: int, parts: int, index: int) -> int:
    return whole * (index + 1) // parts - whole * index // parts


def _row(team: Team, chance: Random, squad: int, sprints: int, epics: int, before: datetime) -> Row:
    name = _SQUADS[squad % len(_SQUADS)] + (f" {squad // len(_SQUADS) + 1}" if squad >= len(_SQUADS) else "")
    names = [f"{team.key} {name} {number}" for number in range(1, sprints + 1)]
    row = closed_sprints(chance, SPRINT_HABITS[team.habit], names, before, tidy=False)
    return Row(row, list(drawn_plots(team, chance, sprints, epics)))


def drawn_plots(team: Team, chance: Random, sprints: int, epics: int) -> tuple[Plot, ...]:
    """Epics spread evenly over a row of so many sprints, each with a fate of its own."""
    return tuple(_plot(team, chance, sprints, index * sprints // max(epics, 1)) for index in range(epics))


def _plot(team: Team, chance: Random, sprints: int, first: int) -> Plot:
    fate = chance.choices(_FATES, _FATE_WEIGHTS)[0]
    component = chance.choice(team.components) if team.components else None
    last = min(first + chance.randint(0, 2), sprints - 1)
    labels = ("billable",) if chance.random() < 0.6 else ()
    return Plot(texts.epic_title(chance), fate, first, last, "", labels, component, size=chance.randint(2, 6))
