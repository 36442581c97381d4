"""What it is there to see, the simulation sees: each planted bug breaks a law in its story, which else breaks none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.bugs import BUGS
from simulation.duels import DUELS
from simulation.page import PAGE, PLANTED, page
from simulation.planted import in_place, law_of, played
from simulation.template import empty_store


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with empty_store() as file:
        yield file


@pytest.mark.parametrize("name", DUELS)
def test_a_planted_bug_breaks_a_law(name: str, empty: Path) -> None:
    with in_place(BUGS[name]):
        assert law_of(played(DUELS[name], empty))


def test_no_story_breaks_a_law_without_a_bug(empty: Path) -> None:
    stories = {story.kept(): story for story in DUELS.values()}
    broken = [(story.told(), found) for story in stories.values() if (found := played(story, empty).broken)]
    assert broken == []


def test_every_planted_bug_is_on_record() -> None:
    kept = json.loads(PLANTED.read_text())
    assert list(kept) == list(BUGS) == list(DUELS)
    assert all(bug["law"] for bug in kept.values())
    assert len(kept) >= 30


def test_the_page_tells_what_is_on_record() -> None:
    assert PAGE.read_text() == page(), "docs/trust.md is written by ./dev simulate --page"
