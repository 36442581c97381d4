"""What a company lets us ask: its pace and its month of reads, as the last process left them and others share them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.limits import Limiter
from connectors.metering import ReadBudget, month_of
from sync.installation.logins import QuickBooks
from sync.installation.settings import Settings
from sync.store import Store
from sync.store.holder import this_process

_GLANCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Reads:
    """The metered reads of the company called `name` in one month, of `most` (0: no limit)."""

    name: str
    month: str
    taken: int
    most: int


def reads_of(settings: Settings, store: Store, now: datetime) -> tuple[Reads, ...]:
    """What each company was asked in the month of `now`."""
    month = month_of(now)
    return tuple(
        Reads(name, month, store.budgets.reads(each.account, month), each.reads_per_month)
        for name, each in sorted(settings.quickbooks.items())
    )


class Allowance:
    """The limiter and the budget of one company; `keep` stores how they stand, and hears of other processes."""

    def __init__(self, store: Store, company: QuickBooks, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._store, self._account = store, company.account
        self._process = this_process(secrets.token_hex(4))
        # The settings already stand below QuickBooks' law; the limiter adapts downwards from there.
        self.limiter = Limiter(
            company.requests_per_second,
            company.requests_per_minute,
            company.requests_at_once,
            level=1.0,
            since=store.budgets.pace(company.account, company.realm, clock()),
        )
        self._look_around()
        self._kept, self._kept_at = self.limiter.begun, clock()
        self.budget = ReadBudget(
            company.reads_per_month, clock, lambda month: store.budgets.reads(company.account, month)
        )

    def keep(self) -> None:
        """Store how it stands, for others and for the next process, where anything was asked since the last time."""
        if self.limiter.begun != self._kept:
            self._kept, self._kept_at = self.limiter.begun, self.clock()
            stands, reads = self.limiter.pace, self.budget.take()
            self._store.budgets.keep(self._account, stands, reads, self._kept_at, self._process)
            self._look_around()

    def glance(self) -> None:
        """The same in the middle of long work, once a second at most."""
        if not self._kept_at <= self.clock() < self._kept_at + _GLANCE:
            self.keep()

    def _look_around(self) -> None:
        self.limiter.beside(self._store.budgets.others(self._account, self._process, self.clock()))
