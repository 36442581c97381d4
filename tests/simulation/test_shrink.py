"""A failing story is cut down to what it takes, and told in a few lines."""

from __future__ import annotations

from simulation.compose import compose, is_doubled
from simulation.shrink import shrunk
from simulation.story import Story


def needs_a_kill_after_a_turn(story: Story) -> bool:
    """As if a law broke whenever a run after somebody turned an epic is killed."""
    names = [deed.what for deed in story.deeds]
    first = names.index("turn") if "turn" in names else len(names)
    return any(mishap.what == "kill" for deed in story.deeds[first:] for mishap in deed.mishaps)


def test_a_story_is_cut_down_to_what_it_takes() -> None:
    story = next(each for each in map(compose, range(1000)) if needs_a_kill_after_a_turn(each))
    small = shrunk(story, needs_a_kill_after_a_turn)
    assert small.deeds[0].what == "turn"
    assert len(small.deeds) == 2
    assert [mishap.what for deed in small.deeds for mishap in deed.mishaps] == ["kill"]
    assert small.knobs == {}


def test_a_story_is_told_line_by_line() -> None:
    story = compose(1)
    told = story.told().splitlines()
    assert told[0].startswith("seed 1")
    assert len(told) == 1 + len(story.knobs) + len(story.deeds) + sum(
        len(deed.mishaps) for deed in story.deeds
    )


def test_a_company_that_forgets_request_ids_at_once_is_not_written_to_twice_by_the_wire() -> None:
    stories = [compose(seed) for seed in range(1000)]
    assert any(map(is_doubled, stories))
    assert all(story.knobs.get("requestid_window") != 0 for story in stories if is_doubled(story))
    assert any(story.knobs.get("requestid_window") == 0 for story in stories)
