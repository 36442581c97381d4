"""Stories by chance, played to rest: no law is broken, and the same seed always tells the same story.

For longer runs, from a seed of one's choice: ./dev simulate --seeds 10000 --from 1
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.compose import STORMS, compose
from simulation.play import play
from simulation.storm import SCENES
from simulation.template import empty_store

SEEDS = int(os.environ.get("MILEPOST_SEEDS", "300"))
FIRST = int(os.environ.get("MILEPOST_SEED", "1"))
AT_ONCE = 25
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with empty_store() as file:
        yield file


@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, AT_ONCE))
def test_no_story_breaks_a_law(first: int, empty: Path) -> None:
    for seed in range(first, first + AT_ONCE):
        story = compose(seed)
        outcome = play(story, empty)
        assert not outcome.broken, "\n".join([story.told(), *outcome.broken])


def test_late_seeds_lead_every_rare_call_into_every_fault() -> None:
    met = set()
    for seed in range(STORMS + 1, STORMS + 1 + 27 * len(SCENES)):
        met |= {(each.where, each.what) for deed in compose(seed).deeds for each in deed.mishaps}
    kinds = {what for _, what in met}
    assert len(kinds) == 27
    calls = {call for scene in SCENES for call in scene.calls}
    assert {(call, what) for call in calls for what in kinds} <= met


def test_a_seed_tells_the_same_story_again(empty: Path) -> None:
    for seed in (1, 2, 3):
        once, again = play(compose(seed), empty), play(compose(seed), empty)
        assert (once.trace, once.passed) == (again.trace, again.passed)
    assert play(compose(1), empty).trace != play(compose(2), empty).trace


def test_a_seed_tells_the_same_story_in_any_process() -> None:
    assert traces("1") == traces("2")


def traces(hash_seed: str) -> str:
    """What a fresh interpreter makes of a few stories, under another order of its sets."""
    script = (
        "from simulation.play import play\n"
        "from simulation.compose import compose\n"
        "from simulation.template import empty_store\n"
        "with empty_store() as empty:\n"
        "    print([play(compose(seed), empty).trace for seed in (5, 6, 7)])\n"
    )
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "sync")))
    environ = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": hash_seed}
    asked = [sys.executable, "-c", script]
    return subprocess.run(asked, env=environ, cwd=ROOT, check=True, capture_output=True, text=True).stdout
