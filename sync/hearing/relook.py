"""The look that a notification asks for: what it names is read by id, and what rests on that is judged as ever."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import cast

from connectors.errors import ConnectorError
from model.billing import DocumentKind
from sync.engine import Engine
from sync.hearing.ear import Named
from sync.outbox.company import Company
from sync.reading.lanes import company_side, site_side
from sync.reading.sources import Reading, read_company, read_site, reread_named

_BY_ID = 100  # issues of a site; where more are named its changes are read
_DOCUMENTS = 20  # of a company; its changes are one request, and reads are metered there
_OURS = frozenset({"invoice", "estimate", "credit_memo"})


def look_again(engine: Engine, named: Named, besides: Container[str] = ()) -> Reading:
    """Read again what is named; of the companies whose contracts that touches, what finance changed.

    The `Reading` holds only the sites and companies of touched contracts: nothing else is planned by it. What cannot
    be read is in its trouble, and its contracts are left to the next poll. Sites and companies that were never read
    are left to it, too, and so are the sides `besides` that are busy or rest.
    """
    return _Look(engine, named, besides).reading()


class _Look:
    def __init__(self, engine: Engine, named: Named, besides: Container[str]) -> None:
        self._engine, self._named = engine, named
        self._store, self._now = engine.store, engine.clock()
        self._known, self._trouble = engine.last_read(), list[ConnectorError]()
        for alias in [alias for alias in self._known.sites if site_side(alias) in besides]:
            del self._known.sites[alias]
        self._companies = {
            alias: company
            for alias, company in sorted(engine.companies.items())
            if company_side(alias) not in besides
        }

    def reading(self) -> Reading:
        for alias in sorted((self._named.issues.keys() | self._named.sites) & self._known.sites.keys()):
            if not self._reached(lambda alias=alias: self._site(alias)):  # type: ignore[misc]  # bound now
                self._known.sites.pop(alias)
        for alias, company in self._companies.items():
            if company.realm in self._named.documents and alias in self._known.companies:
                self._reached(lambda company=company: self._documents(company))  # type: ignore[misc]
        return self._of_touched_contracts()

    def _reached(self, look: Callable[[], None]) -> bool:
        try:
            look()
        except ConnectorError as error:
            self._trouble.append(error)
            return False
        return True

    def _site(self, alias: str) -> None:
        tracker, contracts = self._engine.trackers[alias], self._engine.book.of_site(alias)
        issues = self._named.issues.get(alias, frozenset())
        if alias in self._named.sites or len(issues) > _BY_ID:
            self._known.sites[alias] = read_site(self._store, alias, tracker, contracts, self._now)
        # By id as well: a search shows a change seconds later, the issue itself at once.
        some, view = sorted(issues)[:_BY_ID], self._known.sites[alias]
        reread_named(self._store, tracker, view, contracts, some, self._now)

    def _documents(self, company: Company) -> None:
        named, ours = self._named.documents[company.realm], self._store.accounts.documents(company.realm)
        kinds = [(cast("DocumentKind", kind), identity) for kind, identity in named if kind in _OURS]
        known = sorted(place for place in kinds if place in ours)
        for kind, identity in known[:_DOCUMENTS]:
            shown = company.books.read(identity, kind)
            self._store.accounts.observe(company.realm, [shown], "read", self._now)
        if len(known) < len(named) or len(known) > _DOCUMENTS:
            self._changes(company)

    def _of_touched_contracts(self) -> Reading:
        """Whatever is planned rests on books that were read now."""
        marks = self._store.rules.dirty(self._now)
        touched = [contract for contract in self._engine.book.contracts if contract.id in marks]
        result = Reading(trouble=self._trouble)
        for alias in sorted({contract.site for contract in touched} & self._known.sites.keys()):
            result.sites[alias] = self._known.sites[alias]
        for alias in sorted({contract.company for contract in touched} & self._companies.keys()):
            company = self._companies[alias]
            if self._reached(lambda company=company: self._changes(company)):  # type: ignore[misc]
                result.companies[alias] = company.books.catalogue()
        return result

    def _changes(self, company: Company) -> None:
        contracts = [each for each in self._engine.book.contracts if each.company == company.alias]
        read_company(self._store, company, contracts, self._now)
