"""Teams that a world file adds: projects with the board and words of their style, and drawn work or none."""

from __future__ import annotations

from typing import Literal

from sandbox.world.calendar import chance_of
from sandbox.world.past import drawn_plots
from sandbox.world.plots import Team

_SPRINTS = 8  # of the present: six closed, the running one, the next
_EPICS = 10
_HABITS = (("mule", "Spring"), ("springxd", "Apache"), ("bamboo", "JBoss"), ("talenddataquality", "MongoDB"))


def empty_team(key: str, name: str, style: Literal["classic", "next-gen"]) -> Team:
    """A project with a board and nothing to do."""
    points, habit = _HABITS[0]
    return Team(key, name, style, points, habit, 0, (), ())


def drawn_team(key: str, name: str, style: Literal["classic", "next-gen"], seed: int) -> Team:
    """A team whose plan and epics are drawn from `seed` and its key."""
    chance = chance_of(seed, key, "newcomer")
    points, habit = chance.choice(_HABITS)
    components = ("Core", "Edges") if style == "classic" else ()  # team-managed projects have none
    bare = Team(key, name, style, points, habit, _SPRINTS, components, ())
    plots = drawn_plots(bare, chance, _SPRINTS - 1, _EPICS)
    return Team(key, name, style, points, habit, _SPRINTS, components, plots)
