"""SIGKILL of real processes at points of a story: it ends as it would have. All points of 30 stories: ./dev kills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.bugs import BUGS
from simulation.duels import story, tick
from simulation.kills import Killed, keep, kept, kill_everywhere
from simulation.planted import in_place
from simulation.template import empty_store

pytestmark = pytest.mark.timeout(300)  # a busy machine may take ten times the usual


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with empty_store() as file:
        yield file


def test_a_story_ends_the_same_wherever_a_process_is_killed(empty: Path) -> None:
    killed = kill_everywhere(
        story(tick()), empty, lambda where, number: where == "written" or number % 120 == 7
    )
    assert not killed.wrong
    assert killed.points["written"] == 4
    assert set(killed.points) >= {"begin", "statement", "commit", "written"}


def test_a_record_gives_back_what_was_kept(tmp_path: Path) -> None:
    stories = [
        Killed(seed, 2, Counter({"commit": seed, "write": 4}), Counter({"1": seed + 4}), 1.5, ["otherwise"])
        for seed in (3, 8)
    ]
    for each in stories:
        keep(each, tmp_path / "kills.jsonl")
    assert kept(tmp_path / "kills.jsonl") == stories


def test_a_kill_shows_a_write_that_is_sent_again_unseen(empty: Path) -> None:
    with in_place(BUGS["what a dead process was sending counts as never sent"]):
        killed = kill_everywhere(
            story(tick()), empty, lambda where, number: (where, number) == ("written", 1)
        )
    assert any("documents" in each for each in killed.wrong)
