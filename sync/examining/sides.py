"""What is examined by asking: whether each login opens what the rules need, and whether the clocks agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Protocol, runtime_checkable

from connectors.errors import ConnectorError
from connectors.ports import Tracker
from mappings.contract.book import RuleBook, reach_of
from mappings.words.text import inert, listed
from model.billing import BooksCatalogue
from model.work import Project, TrackerCatalogue
from sync.examining.check import Check
from sync.outbox.company import Company
from sync.reading.lanes import company_side, site_side
from sync.reading.sources import scope_of

_APART = timedelta(seconds=60)
_TO_WRITE_BACK = {"EDIT_ISSUES": "Edit issues", "LINK_ISSUES": "Link issues"}


@runtime_checkable
class Timed(Protocol):
    """A connection that knows how its service's clock stands to ours."""

    @property
    def skew(self) -> timedelta | None:
        """How far it is ahead; None: not known."""
        ...


@runtime_checkable
class Rated(Protocol):
    """A connection that knows what its login may do."""

    def lacking(self, project_id: str, rights: Sequence[str]) -> tuple[str, ...]:
        """Those of `rights` that it does not have in a project."""
        ...


def examine_sides(
    book: RuleBook, trackers: Mapping[str, Tracker], companies: Mapping[str, Company]
) -> Iterator[Check]:
    """A cheap read or two of each side, which must let us in, show what the contracts name and agree on the time."""
    for alias in trackers:
        yield from _asked(site_side(alias), lambda alias=alias: _site(alias, book, trackers[alias]))  # type: ignore[misc]
    for alias, company in companies.items():
        yield from _asked(company_side(alias), lambda company=company: _company(company))  # type: ignore[misc]


def _asked(side: str, ask: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from ask()
    except ConnectorError as error:
        yield Check(side, "wrong", f"it does not let us in: {error.reason}", error.hint)


def _site(alias: str, book: RuleBook, tracker: Tracker) -> Iterator[Check]:
    contracts = book.of_site(alias)
    shown: TrackerCatalogue = tracker.catalogue(scope_of(reach_of(contracts)))
    side, there = site_side(alias), {project.key.upper() for project in shown.projects}
    yield Check(side, "good", f"the login works; {len(there)} projects of the contracts are visible")
    wanted = {key for contract in contracts for key in contract.projects if key.upper() not in there}
    if wanted:
        fix = (
            "Give its account Browse projects there, or correct the key; their work is not billed meanwhile."
        )
        yield Check(f"{side}.projects", "wrong", f"not visible to the login: {listed(sorted(wanted))}", fix)
    writes = {key.upper() for contract in contracts if contract.write_back for key in contract.projects}
    yield from _rights(side, tracker, [each for each in shown.projects if each.key.upper() in writes])
    yield from _clock(side, tracker)


def _rights(side: str, tracker: object, projects: Sequence[Project]) -> Iterator[Check]:
    """Whether what `[write_back]` says may be written where it shall stand."""
    if not isinstance(tracker, Rated):
        return
    for project in projects:
        lacks = tracker.lacking(project.id, tuple(_TO_WRITE_BACK))
        if lacks:
            what = listed([_TO_WRITE_BACK[right] for right in lacks])
            fix = f"Give its account {what} there, or take [write_back] out of the contract. Billing goes on without."
            said = f"the login lacks {what} in {project.key}: its epics do not say which invoices bill them"
            yield Check(f"{side}.rights", "wrong", said, fix)


def _company(company: Company) -> Iterator[Check]:
    side = company_side(company.alias)
    books: BooksCatalogue = company.books.catalogue()
    if books.ended:
        yield Check(
            side, "wrong", f"{inert(books.name)} takes no writes", "Renew its subscription at Intuit."
        )
    else:
        yield Check(side, "good", f"the login works: {inert(books.name)}")
    yield from _clock(side, company.books)


def _clock(side: str, connection: object) -> Iterator[Check]:
    skew = connection.skew if isinstance(connection, Timed) else None
    if skew is not None and abs(skew) > _APART:
        said = f"its clock is {abs(round(skew.total_seconds()))} s {'ahead of' if skew > _APART else 'behind'} ours"
        fix = "Let this machine's clock be set by NTP: dates of invoices and time-outs follow it."
        yield Check(f"{side}.clock", "wrong", said, fix)
