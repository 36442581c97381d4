"""A world being served: both services on loopback with faults in front, their states and logs at hand."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.http import Application, CallLog, Request, Response, Server
from sandbox.jira import deliveries
from sandbox.jira.app import JiraApp
from sandbox.pages.jira import jira_pages
from sandbox.pages.quickbooks import quickbooks_pages
from sandbox.pages.shell import with_pages
from sandbox.quickbooks.wire.app import QuickBooksApp
from sandbox.quickbooks.wire.webhooks import Webhooks
from sandbox.world.access import with_access_token
from sandbox.world.generate import World
from sandbox.world.home import write_home
from sandbox.world.snapshot import Snapshot, restore, take

Service = Literal["jira", "quickbooks"]


class RunningSandbox:
    """Serves `world` until stopped; also a context manager that starts and stops it.

    Port 0 takes a free one; OSError when a given one is taken. `only` leaves the other service out.
    `access_token` opens the company from the start, as one that was granted at that moment.
    `jira_faults` and `quickbooks_faults` are scripts of misbehaviour, empty at first; people at the pages
    under /sandbox never meet them. The states in `world` may be changed while it is served. While it runs,
    the webhooks of the services it serves are told in the background.
    """

    def __init__(
        self,
        world: World,
        jira_port: int = 0,
        quickbooks_port: int = 0,
        only: Service | None = None,
        access_token: str | None = None,
    ) -> None:
        self.world = world
        self.jira_faults = Faults()
        self.quickbooks_faults = Faults()
        self._access_token = access_token
        self._servers: dict[str, Server] = {}
        self._applications: dict[str, Application] = {}
        self._renew()
        self._webhooks = Webhooks(world.quickbooks)
        self._jira_rounds = deliveries.sending(world.jira, world.clock)
        served: tuple[Service, ...] = (only,) if only else ("jira", "quickbooks")
        ports: dict[Service, int] = {"jira": jira_port, "quickbooks": quickbooks_port}
        for name in served:
            self._servers[name] = self._bound(name, ports[name])

    def _bound(self, name: Service, port: int) -> Server:
        """A server on its port; where that is not to be had, none of them stays bound."""
        try:
            return Server(self._entrance(name), port)
        except OSError as error:
            self.stop()
            raise OSError(error.errno, f"port {port} for {name}: {error.strerror}") from error
        except OverflowError:
            self.stop()
            raise

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the services that are served: "jira", "quickbooks"."""
        return tuple(self._servers)

    @property
    def jira_url(self) -> str:
        """Base URL of the Jira site, with the context path of Data Center."""
        return self._servers["jira"].url + self.world.jira.site.context_path

    @property
    def quickbooks_url(self) -> str:
        """Base URL of QuickBooks: its API and its token endpoint."""
        return self._servers["quickbooks"].url

    @property
    def jira_log(self) -> CallLog:
        """What the Jira site was asked."""
        return self._servers["jira"].log

    @property
    def quickbooks_log(self) -> CallLog:
        """What QuickBooks was asked."""
        return self._servers["quickbooks"].log

    @property
    def clock(self) -> Clock:
        """The time both services live in."""
        return self.world.clock

    def application(self, name: Service) -> Application:
        """One service with its faults and pages, to be called without a socket: the same that is served."""
        return self._entrance(name)

    def announce(self) -> None:
        """Let the Jira site name the address it is served at in all its links."""
        self.world.jira.site.base_url = self.jira_url

    def refusing(self, name: Service) -> AbstractContextManager[None]:
        """While the block runs nobody can connect to this service."""
        return self._servers[name].refusing()

    def write_home(self, folder: Path) -> Path:
        """A folder in which `milepost` works against this sandbox; returns its config.toml."""
        return write_home(self.world, folder, self.jira_url, self.quickbooks_url)

    def snapshot(self) -> Snapshot:
        """The whole world as it is now."""
        return take(self.world)

    def restore(self, snapshot: Snapshot) -> None:
        """Put the world back to a snapshot. Faults stay; page tokens and trace ids begin anew."""
        restore(self.world, snapshot)
        self._renew()

    def notify(self) -> int:
        """Tell all webhooks what is due now, without waiting for the background; returns how many were told."""
        return deliveries.deliver(self.world.jira, self.clock) + self._webhooks.deliver()

    def start(self) -> Self:
        """Begin to serve, and to notify."""
        for server in self._servers.values():
            server.start()
        if "jira" in self._servers:
            self._jira_rounds.start()
        if "quickbooks" in self._servers:
            self._webhooks.start()
        return self

    def stop(self) -> None:
        """Close the servers and notify nobody any more; a second call does nothing."""
        self._jira_rounds.stop()
        self._webhooks.stop()
        for server in self._servers.values():
            server.stop()

    def _renew(self) -> None:
        world = self.world
        jira = self.jira_faults.wrap(JiraApp(world.jira, world.clock))
        books: Application = QuickBooksApp(world.quickbooks, world.clock)
        if self._access_token:
            books = with_access_token(books, world.quickbooks.tokens, world.realm, self._access_token)
        books = self.quickbooks_faults.wrap(books)
        self._applications = {
            "jira": with_pages(jira, jira_pages(world.jira, world.clock), world.jira.site.context_path),
            "quickbooks": with_pages(books, quickbooks_pages(world.quickbooks)),
        }

    def _entrance(self, name: Service) -> Application:
        def entrance(request: Request) -> Response:
            return self._applications[name](request)

        return entrance

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
