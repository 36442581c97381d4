"""What the product finds around it while a story is played: the machine's clock, its dice, its dead, its log."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import structlog

from connectors.quickbooks import departure
from simulation.story import Story

if TYPE_CHECKING:
    from simulation.town import Town


@dataclass(slots=True)
class Surroundings:
    """Set `town` as soon as there is one."""

    town: Town | None = None

    def monotonic(self) -> float:
        """The machine's own seconds."""
        return self.town.stage.monotonic() if self.town else 0.0

    def nap(self, seconds: float) -> None:
        """A process waits; others go on."""
        if self.town:
            self.town.stage.nap(seconds)

    def is_dead(self, holder: str) -> bool:
        """Whether the process that holds a lease was ended, where this machine can tell."""
        town = self.town
        if town is None or not town.story.knobs.get("deaths_are_seen", True):
            return False
        return not any(process.holds(holder) for process in town.processes.values())


@contextmanager
def environment(story: Story) -> Iterator[Surroundings]:
    """One story's machine. What it replaces is put back."""
    around = Surroundings()
    before = structlog.get_config()
    state = random.getstate()
    random.seed(story.seed)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), processors=before["processors"]
    )
    timed = partial(departure.Departure, monotonic=around.monotonic)
    replaced: dict[str, Callable[..., Any]] = {
        "connectors.quickbooks.company.Departure": timed,
        "sync.store.leases.surely_dead": around.is_dead,
        "sync.installation.tokens.time.sleep": around.nap,
    }
    patches = [patch(name, instead) for name, instead in replaced.items()]
    for each in patches:
        each.start()
    try:
        yield around
    finally:
        for each in patches:
            each.stop()
        random.setstate(state)
        structlog.configure(**before)
