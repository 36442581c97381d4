"""What the simulation is there to see, it sees: each planted bug breaks a law within a few stories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.bugs import BUGS
from simulation.page import PAGE, PLANTED, page
from simulation.planted import hunt
from simulation.template import empty_store

MOST = 40  #: stories, should the one on record see it no more
KNOWN = {name: bug["seed"] for name, bug in json.loads(PLANTED.read_text()).items()}
SEEN = [name for name, seed in KNOWN.items() if seed is not None]


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    with empty_store() as file:
        yield file


def test_every_planted_bug_is_on_record() -> None:
    assert list(KNOWN) == list(BUGS)
    assert len(SEEN) >= 30


@pytest.mark.parametrize("name", SEEN)
def test_a_planted_bug_is_seen(name: str, empty: Path) -> None:
    seeds = (KNOWN[name], *range(1, MOST))
    assert hunt(BUGS[name], iter(seeds), empty).seed is not None


def test_the_page_tells_what_is_on_record() -> None:
    assert PAGE.read_text() == page(), "docs/trust.md is written by ./dev simulate --page"
