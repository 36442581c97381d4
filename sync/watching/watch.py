"""The watch: how each tick went, kept where others see it: a sign in the store, figures in this process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sync.outbox.company import Drained
from sync.reconciling.reconcile import Reconciled
from sync.store import Store
from sync.store.holder import this_process

SERVICE, RECONCILED = "service", "reconciled"  #: the names of its signs


@dataclass(slots=True)
class Figures:
    """What happened in this process. `reached_at` and `refused` go by side; `writes` by outcome."""

    ticks: int = 0
    failed_ticks: int = 0
    tick_seconds: float = 0.0
    ended_at: datetime | None = None
    problem: str = ""
    reached_at: dict[str, datetime] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    writes: Counter[str] = field(default_factory=Counter)


class Watch:
    """Takes note of ticks. Thread-safe: others read `figures` while it does."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._noting = threading.Lock()
        self._figures = Figures()
        self._process = this_process("service")

    @property
    def figures(self) -> Figures:
        """How things stand; a copy."""
        with self._noting:
            now = self._figures
            return replace(now, reached_at=dict(now.reached_at), writes=Counter(now.writes))

    def ticked(
        self,
        began_at: datetime,
        reached: Iterable[str],
        refused: Iterable[str],
        drained: Mapping[str, Drained],
        heard_at: Mapping[str, datetime],
    ) -> None:
        """A tick ended: sides that were `reached`, those whose login is `refused`, what was written, and when each
        service last sent a notification."""
        now = self._clock()
        with self._noting:
            self._figures.ticks += 1
            self._figures.tick_seconds += max(0.0, (now - began_at).total_seconds())
            self._figures.ended_at, self._figures.problem = now, ""
            self._figures.reached_at |= dict.fromkeys(reached, now)
            self._figures.refused = frozenset(refused)
        self.heard(drained)
        self._sign(now, heard_at)

    def heard(self, drained: Mapping[str, Drained]) -> None:
        """Something was written between two polls."""
        with self._noting:
            for each in drained.values():
                for outcome in ("done", "refused", "dropped", "absent", "parked"):
                    self._figures.writes[outcome] += getattr(each, outcome)

    def failed(self, error: Exception) -> None:
        """A tick ended with an error that is none of a service's."""
        with self._noting:
            self._figures.failed_ticks += 1
            self._figures.problem = f"the last tick failed: {type(error).__name__}"

    def reconciled(self, found: Reconciled) -> None:
        """The three were held against each other."""
        kinds = Counter(each.kind.value for each in found.drifts)
        doc = {"whole": found.is_whole, "drifts": dict(kinds), "unread": len(found.trouble)}
        self._store.signs.put(RECONCILED, doc, self._clock())

    def _sign(self, now: datetime, heard_at: Mapping[str, datetime]) -> None:
        figures = self.figures
        doc = {
            "process": self._process.partition("#")[0],
            "reached_at": {side: at.isoformat() for side, at in sorted(figures.reached_at.items())},
            "refused": sorted(figures.refused),
            "heard_at": {service: at.isoformat() for service, at in sorted(heard_at.items())},
        }
        self._store.signs.put(SERVICE, doc, now)
