"""The carried figures are those of their source, and drawing from them gives them back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.world.calendar import chance_of
from sandbox.world.figures import (
    ADDED_SCOPE_SHARE,
    LATENESS_HOURS,
    PERCENTILES,
    SPRINT_HABITS,
    STORY_POINTS,
    Spread,
)

SOURCE = Path(__file__).parents[2] / "../shared/data/agile-statistics.json"
COLUMNS = {
    "days": "planday",
    "planned": "no_issue_starttime",
    "added": "no_issue_added",
    "removed": "no_issue_removed",
    "points_planned": "vel_starttime",
    "points_over_plan": "vel_diff",
}


@pytest.fixture
def source() -> dict:
    if not SOURCE.exists():
        pytest.skip(f"the source figures are not beside this repository ({SOURCE})")
    return json.loads(SOURCE.read_text())


def test_the_story_points_are_those_of_the_source(source):
    for project, points in STORY_POINTS.items():
        entry = source["story_points"][project]
        assert {str(value): count for value, count in points.counts.items()} == entry["points"]
        assert points.issues == entry["issues"]


def test_the_sprint_habits_are_those_of_the_source(source):
    for organisation, habit in SPRINT_HABITS.items():
        entry = source["sprints"][organisation]
        assert habit.sprints == entry["sprints"]
        for ours, theirs in COLUMNS.items():
            spread: Spread = getattr(habit, ours)
            assert list(spread.values) == [entry[theirs][str(p)] for p in PERCENTILES], (organisation, ours)


def test_a_spread_meets_its_known_values_and_grows_between_them():
    spread = SPRINT_HABITS["Spring"].added
    assert [spread.at(percent) for percent in PERCENTILES] == list(spread.values)
    assert spread.at(62.5) == (8 + 19) / 2
    assert (spread.at(0), spread.at(100)) == (spread.values[0], spread.values[-1])


def test_drawn_points_are_as_frequent_as_the_source_says():
    points, chance = STORY_POINTS["mule"], chance_of("figures")
    drawn = [points.draw(chance) for _ in range(20_000)]
    for value, count in points.counts.items():
        assert abs(drawn.count(value) / 20_000 - count / points.issues) < 0.01, value


def test_the_lateness_is_the_recorded_one():
    assert len(LATENESS_HOURS) == 30
    assert (min(LATENESS_HOURS), max(LATENESS_HOURS)) == (-167, 1422)
    assert ADDED_SCOPE_SHARE[0] < ADDED_SCOPE_SHARE[1]
