"""Reading: what the trackers and the books show goes into the mirror and the ledger before anything is planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.errors import ConnectorError
from connectors.ports import BooksChanges, Scope, Tracker
from mappings.contract.book import Reach as Wanted
from mappings.contract.book import reach_of
from mappings.contract.rules import Contract
from model.billing import BooksCatalogue
from model.work import TrackerCatalogue
from sync.outbox.company import Company
from sync.planning.actions import Action
from sync.reading.firstlook import keep_names
from sync.reading.openings import look_up_openings
from sync.store import Store
from sync.store.rows import chunks
from sync.store.seen import Reach

_READ_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class SiteView:
    """One site as read now: what names mean, and the ids of projects that were seen once and are not now."""

    catalogue: TrackerCatalogue
    hidden_projects: frozenset[str]


@dataclass(slots=True)
class Reading:
    """What could be read, by alias; `trouble` says what could not, and those contracts are left alone. `failures` are
    its errors by side, where a whole side was not read."""

    sites: dict[str, SiteView] = field(default_factory=dict)
    companies: dict[str, BooksCatalogue] = field(default_factory=dict)
    trouble: list[ConnectorError] = field(default_factory=list)
    failures: dict[str, ConnectorError] = field(default_factory=dict)

    def covers(self, contract: Contract) -> bool:
        """Whether both sides of the contract were read."""
        return contract.site in self.sites and contract.company in self.companies


def read_site(
    store: Store, alias: str, tracker: Tracker, contracts: Sequence[Contract], now: datetime
) -> SiteView:
    """Bring the mirror of one site up to date. The cursor moves only with what it stands for, batch by batch."""
    wanted = reach_of(contracts)
    scope = scope_of(wanted)
    catalogue = tracker.catalogue(scope)
    store.mirror.save_catalogues(alias, {"tracker": catalogue, "asked": wanted}, now)
    reach = touched(contracts, catalogue)
    source = f"jira:{catalogue.site}"
    for batch in tracker.changed_since(scope, catalogue, store.mirror.position(source)):
        position = (source, batch.cursor)
        store.mirror.remember(catalogue.site, batch.issues, (), reach, now, position, batch.deleted_worklogs)
    sprints = tracker.sprints(catalogue, store.mirror.sprint_states(catalogue.site))
    store.mirror.remember(catalogue.site, (), sprints, reach, now)
    read_versions(store, tracker, catalogue, contracts, now)
    visible = frozenset(project.id for project in catalogue.projects)
    hidden = store.mirror.homes(catalogue.site, "issue") - visible
    store.mirror.note_hidden(catalogue.site, hidden, [contract.id for contract in contracts], now)
    store.mirror.save_catalogues(alias, {"read": wanted}, now)
    keep_names(store, alias, tracker, now)
    return SiteView(catalogue, hidden)


def scope_of(wanted: Wanted) -> Scope:
    """What a tracker is asked about for rules that read `wanted`."""
    return Scope(
        projects=wanted.projects,
        boards=wanted.boards,
        fields=wanted.fields,
        timed_projects=wanted.timed_projects,
        timed_boards=wanted.timed_boards,
        component_projects=wanted.component_projects,
        named_projects=wanted.named_projects,
    )


def read_versions(
    store: Store, tracker: Tracker, catalogue: TrackerCatalogue, contracts: Sequence[Contract], now: datetime
) -> None:
    """Bring the fix versions of projects whose versions are billed up to date: a release moves no issue."""
    billed = [contract for contract in contracts if contract.bills_versions]
    wanted = frozenset[str]().union(*(projects_of(contract, catalogue) for contract in billed))
    if wanted:
        projects = tuple(project for project in catalogue.projects if project.id in wanted)
        versions = tracker.versions(replace(catalogue, projects=projects))
        reach = touched(contracts, catalogue)
        store.mirror.keep_versions(catalogue.site, versions, wanted, reach, now)


def reread_site(
    store: Store, tracker: Tracker, view: SiteView, contracts: Sequence[Contract], now: datetime
) -> int:
    """Read all known issues of the visible projects again, by id, and all sprints. Returns how many issues differ.

    What no change told is noticed here: a moved, deleted or restricted issue is only absent from searches.
    """
    catalogue = view.catalogue
    sprints = tracker.sprints(
        catalogue, {}
    )  # all of them: one may have been reopened and closed again unseen
    store.mirror.remember(catalogue.site, (), sprints, touched(contracts, catalogue), now)
    known = store.mirror.issue_ids(catalogue.site, (project.id for project in catalogue.projects))
    return reread_some(store, tracker, view, contracts, known, now)


def reread_some(
    store: Store,
    tracker: Tracker,
    view: SiteView,
    contracts: Sequence[Contract],
    issue_ids: Sequence[str],
    now: datetime,
) -> int:
    """Read these issues again by id. Returns how many differ from what was known or are not visible any more."""
    catalogue, differ = view.catalogue, 0
    reach = touched(contracts, catalogue)
    for some in chunks(issue_ids, _READ_AT_ONCE):
        found = tracker.read(catalogue, tuple(some))
        differ += store.mirror.remember(catalogue.site, found, (), reach, now)
        missing = set(some) - {issue.id for issue in found}
        differ += store.mirror.hide(catalogue.site, sorted(missing), reach)
    return differ


def reread_named(
    store: Store,
    tracker: Tracker,
    view: SiteView,
    contracts: Sequence[Contract],
    issue_ids: Sequence[str],
    now: datetime,
) -> None:
    """Read issues again that somebody named. Those of projects that no contract reaches are none of ours."""
    catalogue = view.catalogue
    ours = {project.id for project in catalogue.projects}
    known = store.mirror.issue_ids(catalogue.site, store.mirror.homes(catalogue.site, "issue"))
    reach = touched(contracts, catalogue)
    found = tracker.read(catalogue, tuple(issue_ids))
    wanted = [issue for issue in found if issue.project_id in ours or issue.id in known]
    store.mirror.remember(catalogue.site, wanted, (), reach, now)
    store.mirror.hide(catalogue.site, sorted(set(issue_ids) - {issue.id for issue in found}), reach)


def billed_issues(actions: Iterable[Action]) -> tuple[str, ...]:
    """Ids of the issues that these actions bill: the epics themselves and every leaf."""
    wanted: set[str] = set()
    for step in (step for action in actions for step in action.steps()):
        kind, _, work_id = step.charge_key.split("|")[1].partition("/")[2].partition("/")
        wanted |= {leaf.issue_id for leaf in step.leaves} | ({work_id} if kind == "epic" else set())
    return tuple(sorted(wanted))


def read_company(
    store: Store, company: Company, contracts: Sequence[Contract], now: datetime
) -> BooksCatalogue:
    """Record what QuickBooks shows of our documents since the last look, and the facts that follow; for contracts
    that began before us, what it shows of that."""
    catalogue = company.books.catalogue()
    store.mirror.save_catalogues(company.alias, {"books": catalogue}, now)
    source = f"quickbooks:{company.realm}"
    changes = company.books.changes_since(store.mirror.position(source))
    observe_changes(store, company, changes, now)
    store.mirror.move(source, changes.cursor, now)
    look_up_openings(store, company, contracts, catalogue, now)
    return catalogue


def renew_names(store: Store, company: Company, reading: Reading, now: datetime) -> bool:
    """Ask a company anew what names mean and which books are closed. Whether `reading` differs from that; where it
    cannot be asked, its contracts are left alone."""
    before = reading.companies.pop(company.alias)
    try:
        company.books.refresh()
        catalogue = company.books.catalogue()
    except ConnectorError as error:
        reading.trouble.append(error)
        return True
    store.mirror.save_catalogues(company.alias, {"books": catalogue}, now)
    reading.companies[company.alias] = catalogue
    return catalogue != before


def observe_changes(store: Store, company: Company, changes: BooksChanges, now: datetime) -> None:
    """Record what changed of our documents, the invoices that our estimates became, and the estimates that lapsed."""
    accounts, realm = store.accounts, company.realm
    accounts.observe(realm, changes.documents, "changes", now)
    wanted = accounts.unread(realm) if changes.complete else accounts.documents(realm)
    for kind, external_id in wanted:
        accounts.observe(realm, [company.books.read(external_id, kind)], "read", now)
    accounts.observe(realm, accounts.lapsed(realm, now), "date", now)


def last_read(store: Store, contracts: Sequence[Contract]) -> Reading:
    """What was read last of every site and company; those never read are absent."""
    result = Reading()
    for contract in contracts:
        site = store.mirror.catalogue("tracker", contract.site, TrackerCatalogue)
        if site is not None:
            hidden = (store.mirror.position(f"hidden:{site.site}") or "").split()
            result.sites[contract.site] = SiteView(site, frozenset(hidden))
        books = store.mirror.catalogue("books", contract.company, BooksCatalogue)
        if books is not None:
            result.companies[contract.company] = books
    return result


def touched(contracts: Sequence[Contract], catalogue: TrackerCatalogue) -> Reach:
    """Which contracts each project and board of the site touches, by id, and whose time is read."""
    projects: dict[str, set[str]] = {}
    boards: dict[str, set[str]] = {}
    for contract in contracts:
        for project in projects_of(contract, catalogue):
            projects.setdefault(project, set()).add(contract.id)
        for board in boards_of(contract, catalogue):
            boards.setdefault(board, set()).add(contract.id)
    return Reach(
        {key: tuple(sorted(names)) for key, names in projects.items()},
        {key: tuple(sorted(names)) for key, names in boards.items()},
        frozenset(catalogue.timed),
    )


def boards_of(contract: Contract, catalogue: TrackerCatalogue) -> frozenset[str]:
    """Ids of the boards that the contract's rules name (by name, in any case, or by id)."""
    named = {name.casefold() for name in contract.boards}
    return frozenset(board.id for board in catalogue.boards if {board.name.casefold(), board.id} & named)


def projects_of(contract: Contract, catalogue: TrackerCatalogue) -> frozenset[str]:
    """Ids of the visible projects whose work the contract reaches, by key or through its boards."""
    boards = boards_of(contract, catalogue)
    through = {board.project_id for board in catalogue.boards if board.id in boards}
    keys = {key.upper() for key in contract.projects}
    return frozenset(
        project.id for project in catalogue.projects if project.key.upper() in keys or project.id in through
    )
