"""The machine that the service runs on for a month: its clock, and its network, which leads to the outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import requests

from connectors.jira.tracker import JiraTracker
from connectors.limits import Limiter
from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.departure import Departure
from connectors.retry import ReadRetry
from sandbox.clock import Clock
from simulation.outside import Line, Serves

JIRA, BOOKS = "http://localhost:8081", "http://localhost:8082"


class Machine:
    """The machine that the service runs on: its time, which is everybody's, and its network."""

    def __init__(self, outside: Serves, clock: Clock) -> None:
        self.clock, self._began = clock, clock.now()
        self._lines = {
            url: Line(outside, service, self.elapse) for url, service in ((JIRA, "jira"), (BOOKS, "books"))
        }

    def monotonic(self) -> float:
        """Seconds since it began."""
        return (self.clock.now() - self._began).total_seconds()

    def elapse(self, seconds: float) -> None:
        """Time passes."""
        self.clock.advance(timedelta(seconds=seconds))

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The product on this machine."""
        retry = ReadRetry(sleep=self.elapse)
        replaced = {
            "sync.installation.connect.JiraTracker": partial(JiraTracker, retry=retry, clock=self.monotonic),
            "sync.installation.connect.QuickBooksBooks": partial(QuickBooksBooks, retry=retry),
            "sync.installation.allowance.Limiter": partial(Limiter, clock=self.monotonic, sleep=self.elapse),
            "connectors.quickbooks.company.Departure": partial(Departure, monotonic=self.monotonic),
            "sync.installation.tokens.time.sleep": self.elapse,
            "cli.run.now": self.clock.now,
        }
        with ExitStack() as patches:
            for name, instead in replaced.items():
                patches.enter_context(patch(name, instead))
            patches.enter_context(patch.object(requests.Session, "get_adapter", self._adapter))
            yield

    def _adapter(self, url: str) -> Line:
        return next(line for base, line in self._lines.items() if url.startswith(base))
