"""A round over all sides: each read in its lane, and what could not be read said by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from connectors.errors import ConnectorError, Transient
from connectors.ports import Tracker
from mappings.contract.rules import Contract
from model.billing import BooksCatalogue
from sync.outbox.company import Company
from sync.reading.lanes import Lanes, Returned, company_side, site_side
from sync.reading.sources import Reading, SiteView, read_company, read_site
from sync.store import Store
from sync.store.failing import StoreFailed

_SERVICES = {"jira": "Jira", "quickbooks": "QuickBooks"}


class Stumbled(Transient):
    """What a side answered broke us: a defect of ours or of theirs, as `__cause__` says. It stops no other side."""


Read = SiteView | BooksCatalogue | ConnectorError


def read_all(
    store: Store,
    trackers: Mapping[str, Tracker],
    companies: Mapping[str, Company],
    contracts: Sequence[Contract],
    now: datetime,
    lanes: Lanes,
    resting: Mapping[str, ConnectorError],
) -> Reading:
    """Read every site and company that a contract names, each in its lane. One that fails does not stop the others;
    one that is `resting` is not asked and counts as failed, and one that is written to is left for another time."""
    errands: dict[str, Callable[[], Read]] = {}
    by_site = sorted(contracts, key=lambda contract: contract.site)
    for alias, group in groupby(by_site, key=lambda contract: contract.site):
        errands[site_side(alias)] = partial(_site, store, alias, trackers, tuple(group), now)
    for alias in sorted({contract.company for contract in contracts}):
        own = [contract for contract in contracts if contract.company == alias]
        errands[company_side(alias)] = partial(_company, store, companies[alias], own, now)
    left = lanes.busy("write") | resting.keys()
    returned = lanes.run("read", {side: errand for side, errand in errands.items() if side not in left})
    return _reading(returned, {side: error for side, error in resting.items() if side in errands})


def _reading(returned: Returned[Read], resting: Mapping[str, ConnectorError]) -> Reading:
    result = Reading(failures=dict(resting))
    for side, read in returned.done.items():
        alias = side.partition(".")[2]
        match read:
            case SiteView():
                result.sites[alias] = read
            case BooksCatalogue():
                result.companies[alias] = read
            case ConnectorError():
                result.failures[side] = read
    for side, error in returned.failed.items():
        if isinstance(error, StoreFailed):
            raise error
        reason = f"what it answered cannot be worked with ({type(error).__name__})"
        stumbled = Stumbled(
            _service(side), "read it", reason, hint="The log has the details; please report it."
        )
        stumbled.__cause__ = error
        result.failures[side] = stumbled
    for side in returned.late:
        hint = "The others go on; it is read to its end meanwhile."
        result.failures[side] = Transient(_service(side), "read it", "it takes long to answer", hint=hint)
    for side, error in result.failures.items():
        error.account = side
    result.trouble += result.failures.values()
    return result


def _service(side: str) -> str:
    return _SERVICES[side.partition(".")[0]]


def _site(
    store: Store, alias: str, trackers: Mapping[str, Tracker], contracts: Sequence[Contract], now: datetime
) -> Read:
    try:
        return read_site(store, alias, trackers[alias], contracts, now)
    except ConnectorError as error:
        return error


def _company(store: Store, company: Company, contracts: Sequence[Contract], now: datetime) -> Read:
    try:
        return read_company(store, company, contracts, now)
    except ConnectorError as error:
        return error
