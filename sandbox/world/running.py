"""A world being served: both services on loopback with faults in front, their states and logs at hand."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.http import CallLog, Server
from sandbox.jira.app import JiraApp
from sandbox.quickbooks.app import QuickBooksApp
from sandbox.world.generate import World
from sandbox.world.home import write_home


class RunningSandbox:
    """Serves `world` until stopped; also a context manager that starts and stops it.

    Port 0 takes a free one; OSError when a given one is taken. `jira_faults` and `quickbooks_faults` are
    scripts of misbehaviour, empty at first. The states in `world` may be changed while it is served.
    """

    def __init__(self, world: World, jira_port: int = 0, quickbooks_port: int = 0) -> None:
        self.world = world
        self.jira_faults = Faults()
        self.quickbooks_faults = Faults()
        self._jira = Server(self.jira_faults.wrap(JiraApp(world.jira, world.clock)), jira_port)
        try:
            books = QuickBooksApp(world.quickbooks, world.clock)
            self._quickbooks = Server(self.quickbooks_faults.wrap(books), quickbooks_port)
        except OSError:
            self._jira.stop()
            raise

    @property
    def jira_url(self) -> str:
        """Base URL of the Jira site."""
        return self._jira.url

    @property
    def quickbooks_url(self) -> str:
        """Base URL of QuickBooks: its API and its token endpoint."""
        return self._quickbooks.url

    @property
    def jira_log(self) -> CallLog:
        """What the Jira site was asked."""
        return self._jira.log

    @property
    def quickbooks_log(self) -> CallLog:
        """What QuickBooks was asked."""
        return self._quickbooks.log

    @property
    def clock(self) -> Clock:
        """The time both services live in."""
        return self.world.clock

    def write_home(self, folder: Path) -> Path:
        """A folder in which `milepost` works against this sandbox; returns its config.toml."""
        return write_home(self.world, folder, self.jira_url, self.quickbooks_url)

    def start(self) -> Self:
        """Begin to serve."""
        self._jira.start()
        self._quickbooks.start()
        return self

    def stop(self) -> None:
        """Close both servers; a second call does nothing."""
        self._jira.stop()
        self._quickbooks.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
