"""How agile teams really plan: the distributions that the world is drawn from, each with its source.

Story points, sprint lengths, planned, added and removed scope: figures derived from SEAnalytics/datasets
(Choetkiertikul et al., "A deep learning model for estimating story points", IEEE TSE 2018, and "Predicting
delivery capability in iterative software development", IEEE TSE 2017). Lateness of completion: the 30
closed sprints that Apache DevLake (Apache-2.0) records for its Jira tests.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

PERCENTILES = (5, 10, 25, 50, 75, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution known by its values at PERCENTILES."""

    values: tuple[float, ...]

    def at(self, percent: float) -> float:
        """The value at `percent`, linear between the known ones, level beyond them."""
        if percent <= PERCENTILES[0]:
            return self.values[0]
        if percent >= PERCENTILES[-1]:
            return self.values[-1]
        i = bisect_right(PERCENTILES, percent)
        low, high = PERCENTILES[i - 1], PERCENTILES[i]
        return self.values[i - 1] + (self.values[i] - self.values[i - 1]) * (percent - low) / (high - low)

    def draw(self, chance: Random) -> float:
        """A value between the 5th and the 95th percentile: the tails tell of boards, not of teams."""
        return self.at(chance.uniform(5, 95))


@dataclass(frozen=True, slots=True)
class Points:
    """How often each story point value was given in one open project (`issues` in all)."""

    counts: Mapping[int, int]

    @property
    def issues(self) -> int:
        return sum(self.counts.values())

    def draw(self, chance: Random) -> int:
        """One estimate, as often as this project gave it."""
        limits = list(accumulate(self.counts.values()))
        return list(self.counts)[bisect_right(limits, chance.randrange(limits[-1]))]


@dataclass(frozen=True, slots=True)
class SprintHabit:
    """The sprints of one organisation: planned days; issues at the start, added and removed afterwards;
    points at the start; points finished above (below) the plan."""

    sprints: int
    days: Spread
    planned: Spread
    added: Spread
    removed: Spread
    points_planned: Spread
    points_over_plan: Spread


STORY_POINTS: Mapping[str, Points] = {
    "bamboo": Points({1: 183, 2: 176, 3: 93, 4: 3, 5: 49, 8: 10, 12: 3, 13: 1, 20: 3}),
    "mule": Points({1: 159, 2: 54, 3: 160, 4: 2, 5: 233, 8: 224, 13: 49, 21: 8}),
    "springxd": Points(
        {1: 818, 2: 643, 3: 755, 4: 211, 5: 565, 6: 27, 7: 3, 8: 397, 9: 1, 10: 44}
        | {12: 5, 13: 5, 14: 1, 15: 2, 16: 18, 20: 17, 21: 7, 24: 1, 32: 1, 40: 5}
    ),
    "talenddataquality": Points(
        {1: 190, 2: 231, 3: 192, 5: 269, 6: 1, 7: 1, 8: 284, 10: 2, 11: 3, 13: 147}
        | {20: 51, 23: 2, 24: 1, 28: 1, 40: 6}
    ),
}

SPRINT_HABITS: Mapping[str, SprintHabit] = {
    "Apache": SprintHabit(
        sprints=348,
        days=Spread((5, 7, 11, 14, 14, 14, 14, 18)),
        planned=Spread((0, 0, 1, 4, 11, 18, 24, 31)),
        added=Spread((0, 0, 0, 2, 6, 13, 18, 20)),
        removed=Spread((0, 0, 0, 1, 3, 7, 12, 15)),
        points_planned=Spread((0, 0, 2, 9, 30, 45, 56, 75)),
        points_over_plan=Spread((-42, -36, -19, -6, -1, 1, 9, 20)),
    ),
    "JBoss": SprintHabit(
        sprints=372,
        days=Spread((2, 4, 7, 13, 14, 18, 25, 43)),
        planned=Spread((0, 0, 2, 4, 8, 12, 14, 39)),
        added=Spread((0, 0, 0, 1, 2, 6, 8, 29)),
        removed=Spread((0, 0, 0, 0, 1, 3, 6, 12)),
        points_planned=Spread((0, 0, 2, 7, 16, 31, 65, 111)),
        points_over_plan=Spread((-28, -20, -6, -2, 0, 0, 1, 5)),
    ),
    "MongoDB": SprintHabit(
        sprints=765,
        days=Spread((14, 14, 17, 18, 18, 21, 23, 37)),
        planned=Spread((0, 0, 1, 5, 11, 19, 35, 91)),
        added=Spread((0, 0, 1, 4, 12, 23, 29, 56)),
        removed=Spread((0, 0, 0, 1, 3, 9, 15, 58)),
        points_planned=Spread((0, 0, 1, 5, 12, 23, 35, 94)),
        points_over_plan=Spread((-20, -12, -6, -1, 0, 2, 8, 22)),
    ),
    "Spring": SprintHabit(
        sprints=476,
        days=Spread((4, 7, 10, 14, 17, 21, 25, 49)),
        planned=Spread((0, 0, 2, 10, 21, 31, 36, 67)),
        added=Spread((0, 0, 2, 8, 19, 33, 39, 103)),
        removed=Spread((0, 0, 0, 2, 7, 12, 16, 52)),
        points_planned=Spread((0, 0, 8, 32, 89, 124, 159, 280)),
        points_over_plan=Spread((-34, -23, -5, 1, 17, 48, 73, 176)),
    ),
}

ADDED_SCOPE_SHARE = (0.43, 0.92)
"""Lowest and highest share of sprints, by organisation, that had scope added after their start."""

LATENESS_HOURS = (
    -167, -91, -68, -67, -66, -58, -55, -25, -23, -19, -1, -1, -1, -1, -1,
    0, 1, 4, 5, 9, 13, 15, 37, 58, 67, 71, 145, 191, 240, 1422,
)  # fmt: skip
"""Hours between the planned end and the completion of each recorded sprint (negative: closed early)."""
