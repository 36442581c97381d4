"""What the product finds around it while a story is played: the machine's clock, its dice, its dead, its log."""

from __future__ import annotations

import json
import logging
import random
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import structlog

from connectors.quickbooks import departure
from connectors.quickbooks.changes import CDC_ROWS
from model.billing import DocumentState
from simulation.story import Story
from sync.log import redact
from sync.planning import table
from sync.planning.table import Event, Verb

if TYPE_CHECKING:
    from simulation.town import Town


@dataclass(slots=True)
class Surroundings:
    """Set `town` as soon as there is one. `lines` is what the product logged, as it would stand in its log."""

    town: Town | None = None
    lines: list[str] = field(default_factory=list)

    def leaked(self) -> list[str]:
        """Lines that hold a secret or are no JSON: laws of the log."""
        secrets = self.town.secrets() if self.town else set()
        return [
            f"I14: logged {line}"
            for line in self.lines
            if any(secret in line for secret in secrets) or not isinstance(json.loads(line), dict)
        ]

    def keep(self, _logger: object, _method: str, line: str) -> str:
        """The last processor of the log."""
        self.lines.append(line)
        raise structlog.DropEvent

    def verb_for(self, event: Event, column: DocumentState | None) -> Verb:
        """The table's own, counted."""
        if self.town:
            self.town.stage.passed[f"cell {event.name} × {column.name if column else 'NOTHING'}"] += 1
        return table.verb_for(event, column)

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
    rendered = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, redact, rendered, around.keep],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    timed = partial(departure.Departure, monotonic=around.monotonic)
    replaced: dict[str, Any] = {
        "connectors.quickbooks.changes.CDC_ROWS": story.knobs.get("cdc_cap", CDC_ROWS),  # known, only smaller
        "connectors.quickbooks.company.Departure": timed,
        "sync.log._concealed": set(),  # else it would grow from story to story
        "sync.log._passing": deque(maxlen=256),
        "sync.planning.desk.verb_for": around.verb_for,
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
