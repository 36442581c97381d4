"""Reading again what a plan rests on before it is done: money is not spent on what only a search said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from connectors.errors import ConnectorError
from connectors.ports import Tracker
from mappings.contract.book import RuleBook
from sync.outbox.company import Company
from sync.planning.actions import Action
from sync.planning.views import Account
from sync.plans import Plan
from sync.reading.alike import look_around
from sync.reading.sources import Reading, billed_issues, renew_names, reread_some
from sync.store import Store

_NAMES_LAST = timedelta(minutes=15)  # names and closing dates change rarely; reading them is metered


class Confirming:
    """Looks again at both sides of a plan. A side that cannot be read leaves the `Reading` with its trouble, and
    counts as differing: what rested on it is planned anew without it."""

    def __init__(
        self,
        store: Store,
        trackers: Mapping[str, Tracker],
        companies: Mapping[str, Company],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._trackers, self._companies, self._clock = store, trackers, companies, clock
        self._names_read_at: dict[str, datetime] = {}

    def names_read(self, companies: Iterable[str]) -> None:
        """Names of these companies were read now, unless they are known since earlier."""
        for alias in companies:
            self._names_read_at.setdefault(alias, self._clock())

    def forget_names(self) -> None:
        """Names are about to be read anew."""
        self._names_read_at.clear()

    def differs(self, plan: Plan, reading: Reading, book: RuleBook) -> bool:
        """Whether names, the clients' other invoices or the work that the plan bills are not as they were known."""
        differ = self._renewed(plan, reading) + self._around(plan, reading)
        return bool(differ + self._reread(plan, reading, book))

    def looked_around(self, plan: Plan, reading: Reading) -> bool:
        """Whether the clients that are about to be billed have other invoices than was known."""
        return bool(self._around(plan, reading))

    def _renewed(self, plan: Plan, reading: Reading) -> int:
        """How many companies have other names, or other closed books, than was known."""
        wanted = {each.contract.company for each in plan.assessments if each.plan.actions or each.plan.held}
        now, differ = self._clock(), 0
        for alias in sorted(wanted & reading.companies.keys()):
            if now - self._names_read_at[alias] >= _NAMES_LAST:
                differ += renew_names(self._store, self._companies[alias], reading, now)
                self._names_read_at[alias] = now
        return differ

    def _around(self, plan: Plan, reading: Reading) -> int:
        """In how many companies the clients that are about to be billed have other invoices than was known."""
        wanted: dict[str, list[tuple[Action, Account]]] = {}
        for each in plan.assessments:
            planned = (*each.plan.actions, *(held.action for held in each.plan.held))
            mine = [(action, each.account) for action in planned]
            wanted.setdefault(each.contract.company, []).extend(mine)
        differ = 0
        for alias in sorted(wanted.keys() & reading.companies.keys()):
            try:
                differ += look_around(self._store, self._companies[alias], wanted[alias], self._clock())
            except ConnectorError as error:
                reading.trouble.append(error)
                reading.companies.pop(alias)
                differ += 1
        return differ

    def _reread(self, plan: Plan, reading: Reading, book: RuleBook) -> int:
        """How much of the work that the plan bills is not as it was known, read again by id."""
        planned: dict[str, list[Action]] = {}
        for each in plan.assessments:
            if each.plan.actions:
                planned.setdefault(each.contract.site, []).extend(each.plan.actions)
        differ = 0
        for alias, actions in sorted(planned.items()):
            tracker, view, wanted = self._trackers[alias], reading.sites[alias], billed_issues(actions)
            try:
                differ += reread_some(self._store, tracker, view, book.of_site(alias), wanted, self._clock())
            except ConnectorError as error:
                reading.trouble.append(error)
                reading.sites.pop(alias)
                differ += 1
        return differ
