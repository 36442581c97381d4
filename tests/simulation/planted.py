"""Bugs planted into named functions of the product, one at a time: what the simulation must be able to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from simulation.compose import compose
from simulation.play import Outcome, play

Replacements = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug: what is done wrong, and which functions do it, by their dotted names."""

    name: str
    replaced: Replacements


class Bed:
    """Bugs of one kind, by name."""

    def __init__(self) -> None:
        self.bugs: dict[str, Bug] = {}

    def bug(self, name: str) -> Callable[[Callable[[], Replacements]], Callable[[], Replacements]]:
        """Plant what the decorated function replaces under `name`."""

        def planted(make: Callable[[], Replacements]) -> Callable[[], Replacements]:
            self.bugs[name] = Bug(name, make())
            return make

        return planted


@contextmanager
def in_place(planted: Bug) -> Iterator[None]:
    """The product with this bug."""
    with ExitStack() as patches:
        for name, instead in planted.replaced.items():
            patches.enter_context(patch(name, instead))
        yield


@dataclass(frozen=True, slots=True)
class Hunted:
    """Which story caught a bug first, after how many, and what it broke; `seed` None: none did."""

    seed: int | None
    stories: int
    broken: str = ""


def hunt(planted: Bug, seeds: Iterator[int], empty: Path) -> Hunted:
    """Play stories until one breaks a law."""
    number = 0
    for number, seed in enumerate(seeds, 1):
        with in_place(planted):
            outcome = _played(seed, empty)
        if outcome.broken:
            return Hunted(seed, number, outcome.broken[0])
    return Hunted(None, number)


def _played(seed: int, empty: Path) -> Outcome:
    try:
        return play(compose(seed), empty)
    except Exception as error:  # noqa: BLE001  a bug may end a tick with whatever it likes
        return Outcome(broken=[f"it ended with {type(error).__name__}: {error}"])
