"""A QuickBooks client on a sandbox company: server, faults, clock and a finance person, ready to use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.limits import Limiter
from connectors.oauth.tokens import MemoryVault, Tokens
from connectors.quickbooks import OAuthTokens, QuickBooksBooks, QuickBooksLogin
from connectors.retry import ReadRetry
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.http import Server
from sandbox.quickbooks import starter
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Company, QuickBooksState
from sandbox.quickbooks.wire.app import QuickBooksApp

REALM = "4620816365"
NOON = datetime(2026, 2, 3, 20, 0, tzinfo=UTC)
WRITES = r"/(invoice|estimate|creditmemo)$"


@dataclass
class Bench:
    """One company and one client of it. Waiting takes no time: `slept` collects how long it would have been."""

    clock: Clock
    state: QuickBooksState
    company: Company
    faults: Faults
    server: Server
    login: QuickBooksLogin
    tokens: OAuthTokens
    vault: MemoryVault
    slept: list[float] = field(default_factory=list)

    def client(self, **changes: Any) -> QuickBooksBooks:
        """Another client of the same company, as another process would have it."""
        settings: dict[str, Any] = {
            "retry": ReadRetry(sleep=self.slept.append),
            "limiter": self.limiter(),
            "clock": self.clock.now,
            **changes,
        }
        return QuickBooksBooks(self.login, self.tokens, **settings)

    def limiter(self) -> Limiter:
        """A generous one that lives in the time that was slept."""
        return Limiter(10_000, 100_000, clock=lambda: sum(self.slept), sleep=self.slept.append)

    @property
    def finance(self) -> FinancePerson:
        """A person at work in the company."""
        return FinancePerson(self.company)

    def soon(self) -> datetime:
        """A deadline a minute from now."""
        return self.clock.now() + timedelta(minutes=1)

    def posts(self) -> int:
        """How many writes reached the server."""
        return self.server.log.count("POST", WRITES)


@contextmanager
def bench(**company: Any) -> Iterator[Bench]:
    """A company "Main Street Software" (settings as starter.open_company takes them) and its client."""
    clock = Clock.at(NOON)
    state = QuickBooksState(clock)
    opened = starter.open_company(state, REALM, "Main Street Software", **company)
    starter.add_customer(opened, "Acme Corp")
    starter.add_item(opened, "Consulting")
    starter.add_item(opened, "Client deposits", account="Client Deposits")
    starter.add_class(opened, "Delivery")
    grant = state.tokens.connect(REALM)
    vault = MemoryVault(Tokens(grant.access_token, grant.refresh_token, NOON + timedelta(hours=1)))
    faults = Faults()
    with Server(faults.wrap(QuickBooksApp(state, clock))) as server:
        login = QuickBooksLogin(
            realm=REALM,
            client_id=state.tokens.client_id,
            client_secret=state.tokens.client_secret,
            api_url=server.url,
            token_url=f"{server.url}/oauth2/v1/tokens/bearer",
        )
        tokens = OAuthTokens(login, vault, clock=clock.now)
        yield Bench(clock, state, opened, faults, server, login, tokens, vault)
