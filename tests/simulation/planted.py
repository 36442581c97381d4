"""Bugs planted into named functions of the product, one at a time: what the simulation must be able to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from simulation.compose import compose
from simulation.play import Outcome, play
from simulation.story import Story

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
    """What became of a bug: the law that its own story broke (the first words of it), and the first story by chance
    that broke one, after how many; `seed` None: none of those `stories` did."""

    law: str
    seed: int | None = None
    stories: int = 0


def hunt(planted: Bug, own: Story, seeds: Iterable[int], empty: Path) -> Hunted:
    """Play its own story, then stories by chance until one breaks a law."""
    with in_place(planted):
        law = law_of(played(own, empty))
        stories = 0
        for stories, seed in enumerate(seeds, 1):
            if played(compose(seed), empty).broken:
                return Hunted(law, seed, stories)
    return Hunted(law, None, stories)


def played(story: Story, empty: Path) -> Outcome:
    """What came of a story; an error that escapes a run breaks a law, too."""
    try:
        return play(story, empty)
    except Exception as error:  # noqa: BLE001  whatever it is
        return Outcome(broken=[f"I9: a run ended with {error!r}"])


def law_of(outcome: Outcome) -> str:
    """Which law was broken first; "" when none was."""
    return outcome.broken[0].partition(":")[0] if outcome.broken else ""
