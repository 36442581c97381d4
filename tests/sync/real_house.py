"""A house with the real connectors in it: the engine over the sandbox's Jira and QuickBooks, without a socket.

One frozen clock for all. Every request of the product passes `Wire`, where a test may step in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from sync_bench import book_of

from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.limits import Limiter
from connectors.oauth.tokens import MemoryVault, Tokens
from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.departure import current
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import OAuthTokens
from connectors.retry import ReadRetry
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.http import Application
from sandbox.jira import verbs
from sandbox.jira.app import JiraApp
from sandbox.jira.issue import FieldValue, Issue
from sandbox.jira.people import Person
from sandbox.quickbooks.company_settings import use_custom_fields
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Company as Books
from sandbox.quickbooks.wire.app import QuickBooksApp
from sandbox.world.company import REALM, open_books
from sandbox.world.inprocess import InProcess
from sandbox.world.site import ACCOUNTS, LOGIN, TOKEN, open_site
from sync.apply import Patience, apply
from sync.engine import Engine
from sync.outbox.company import Company
from sync.plans import Applied
from sync.store import Store

START = datetime(2026, 3, 2, 15, tzinfo=UTC)  # ten in the morning where the company is
SETTLE, SEND_WITHIN = timedelta(seconds=10), timedelta(seconds=10)
PROJECT, SERVICE_ACCOUNT = "HPO", "712020:milepost"
_JIRA, _BOOKS = "http://localhost:8081", "http://localhost:8082"


class Wire(InProcess):
    """The way to a service: `before` and `after` are told of each request, which leaves by its own deadline."""

    def __init__(
        self,
        application: Application,
        before: Callable[[requests.PreparedRequest], None],
        after: Callable[[requests.PreparedRequest], None],
    ) -> None:
        super().__init__(application)
        self._before, self._after = before, after

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Ask the application between the two."""
        departure = current()
        if departure is not None:
            departure.pass_gate()
        self._before(request)
        try:
            return super().send(request, *args, **kwargs)
        finally:
            self._after(request)


class House:
    """One team in Jira, one company, one contract, and the product between them.

    `before` and `after` are called around every request to QuickBooks; `faults` are those of its wire.
    """

    def __init__(self, store: Store, text: str) -> None:
        self.store, self.clock = store, Clock.at(START)
        self.site, self.places = open_site()
        self.place = self.places[PROJECT]
        self.state = open_books(self.clock, START)
        use_custom_fields(self.books, {1: "Crew #"})
        self.faults = Faults()
        self.before: Callable[[requests.PreparedRequest], None] = _nothing
        self.after: Callable[[requests.PreparedRequest], None] = _nothing
        self._jira = JiraApp(self.site, self.clock)
        self._quickbooks = self.faults.wrap(QuickBooksApp(self.state, self.clock))
        grant = self.state.tokens.connect(REALM)
        self._vault = MemoryVault(Tokens("", grant.refresh_token, START))
        self.engine = self.restart(text)

    @property
    def books(self) -> Books:
        """The company, behind the wire."""
        return self.state.company(REALM)

    @property
    def finance(self) -> FinancePerson:
        """Somebody of finance, at work in QuickBooks."""
        return FinancePerson(self.books)

    @property
    def lead(self) -> Person:
        """The team's lead, at work in Jira."""
        return Person(self.site, self.clock, ACCOUNTS[0])

    def now(self) -> datetime:
        """The time of the house."""
        return self.clock.now()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(seconds=seconds))

    def epic(self, title: str, label: str, values: Mapping[str, FieldValue]) -> Issue:
        """The lead makes an open epic; `values` by the names of fields."""
        return verbs.create_issue(
            self.site,
            self.place.project.id,
            self.place.types["Epic"],
            title,
            by=ACCOUNTS[0],
            at=self.now(),
            labels=(label,),
            values={self.place.fields[name]: value for name, value in values.items()},
        )

    def restart(self, *texts: str) -> Engine:
        """A new process on the same store, with other rules if given."""
        book = book_of(*texts) if texts else self.engine.book
        trackers = {"main": self._tracker()}
        company = Company("main", REALM, self._connect(), settle=SETTLE, send_within=SEND_WITHIN)
        self.engine = Engine(self.store, book, trackers, {"main": company}, self.now)
        return self.engine

    def apply(self, *, patience: float = 0) -> Applied:
        """One apply that may wait `patience` seconds of the house's time."""
        return apply(self.engine, self.patience(patience))

    def patience(self, seconds: float) -> Patience:
        """To wait so long, by the house's clock."""
        return Patience(timedelta(seconds=seconds), self.wait)

    def _tell_before(self, request: requests.PreparedRequest) -> None:
        self.before(request)

    def _tell_after(self, request: requests.PreparedRequest) -> None:
        self.after(request)

    def _tracker(self) -> JiraTracker:
        tracker = JiraTracker(JiraLogin(_JIRA, LOGIN, TOKEN), ReadRetry(attempts=1))
        tracker._client._session.mount(_JIRA, Wire(self._jira, _nothing, _nothing))
        return tracker

    def _connect(self) -> QuickBooksBooks:
        login = QuickBooksLogin(
            realm=REALM,
            client_id=self.state.tokens.client_id,
            client_secret=self.state.tokens.client_secret,
            api_url=_BOOKS,
            token_url=f"{_BOOKS}/oauth2/v1/tokens/bearer",
        )
        grants = requests.Session()
        grants.mount(_BOOKS, Wire(self._quickbooks, _nothing, _nothing))
        tokens = OAuthTokens(login, self._vault, session=grants, clock=self.now)
        limiter = Limiter(10**6, 10**6)  # what the pace may be is proved elsewhere
        books = QuickBooksBooks(login, tokens, limiter, retry=ReadRetry(attempts=1), clock=self.now)
        wire = Wire(self._quickbooks, self._tell_before, self._tell_after)
        books._company._session.mount(_BOOKS, wire)
        return books


def _nothing(_request: requests.PreparedRequest) -> None:
    """Nobody steps in."""
