"""Reconciling: Jira, the ledger and QuickBooks read whole by id and held against each other; repaired where safe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from connectors.errors import ConnectorError
from mappings.contract.rules import Contract
from model.billing import Document, DocumentState
from model.work import Issue
from sync.assess import Assessment
from sync.engine import Engine
from sync.outbox.company import Company
from sync.planning.views import Account
from sync.plans import Plan
from sync.reading.sources import Reading, SiteView, projects_of, reread_site
from sync.reconciling.drift import Drift, Kind, of_document, of_estimates, of_ledger, of_markers, of_work
from sync.reconciling.sums import Sum, sums_of
from sync.store.rows import chunks
from sync.store.seen import what_bills
from sync.telling.report import Summary, summarise

log = structlog.get_logger()

_READ_AT_ONCE = 1000
_TERMINAL = (DocumentState.VOIDED, DocumentState.DELETED)


@dataclass(slots=True)
class Reconciled:
    """What was found. `issues` and `documents` were read by id; `repaired` differences were recorded."""

    summary: Summary
    drifts: list[Drift] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    issues: int = 0
    documents: int = 0
    repaired: int = 0
    trouble: list[ConnectorError] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the three agree and every sum adds up."""
        left = [each for each in self.drifts if not (self.repaired and each.repairable)]
        gaps = any(each.gap for each in self.sums)  # what a repair left of them
        return not (left or gaps or self.trouble or self.summary.gap)


def reconcile(engine: Engine, *, repair: bool) -> Reconciled:
    """Hold the three against each other. What changes tell comes in first, as in every look: only what no change
    told is drift. With `repair` the objects that drifted are recorded as they show now; nothing else is written."""
    reading = engine.read()
    plan = engine.plan(reading)
    found = Reconciled(summarise(plan.assessments), trouble=[*reading.trouble])
    for alias, view in sorted(reading.sites.items()):
        with _by_itself(found):
            _site(engine, alias, view, found, repair=repair)
    for alias in sorted(reading.companies):
        with _by_itself(found):
            _company(engine, engine.companies[alias], plan, found, repair=repair)
    if found.repaired:
        plan = engine.plan(reading)
        found.summary = summarise(plan.assessments)
    found.sums += _sums(engine, plan, reading)
    found.drifts += _gaps(found)
    for each in found.drifts:
        log.warning("drift.found", kind=each.kind.value, subject=each.subject, contract=each.contract)
    return found


def _site(engine: Engine, alias: str, view: SiteView, found: Reconciled, *, repair: bool) -> None:
    store, tracker, began = engine.store, engine.trackers[alias], engine.clock()
    contracts = engine.book.of_site(alias)
    projects = frozenset[str]().union(*(projects_of(each, view.catalogue) for each in contracts))
    known = store.mirror.load(view.catalogue, projects, (), view.hidden_projects)
    now: dict[str, Issue] = {}
    for some in chunks(sorted(known.issues), _READ_AT_ONCE):
        now |= {issue.id: issue for issue in tracker.read(view.catalogue, tuple(some))}
    settled = {id_: issue for id_, issue in now.items() if issue.updated_at < began}
    quiet = {id_: issue for id_, issue in known.issues.items() if id_ in settled or id_ not in now}
    found.issues += len(known.issues)
    drifts = list(of_work(quiet, known.hidden, settled, _same))
    found.drifts += drifts
    if repair and drifts:
        found.repaired += reread_site(store, tracker, view, contracts, engine.clock())


def _company(engine: Engine, company: Company, plan: Plan, found: Reconciled, *, repair: bool) -> None:
    accounts = [(each.contract, _account(engine, each)) for each in plan.assessments]
    mine = [(contract, account) for contract, account in accounts if contract.company == company.alias]
    fresh: list[Document] = []
    for contract, account in mine:
        shown = dict(_read(company, account))
        found.documents += len(shown)
        for key, document in shown.items():
            drifts = list(of_document(contract.id, account.heads[key], document))
            found.drifts += drifts
            fresh += [document] if any(each.repairable for each in drifts) else []
        found.drifts += of_ledger(contract.id, account, shown)
        found.drifts += of_estimates(contract.id, account)
    found.drifts += _markers(engine, company, mine)
    if repair and fresh:
        found.repaired += engine.store.accounts.observe(company.realm, fresh, "read", engine.clock())


def _read(company: Company, account: Account) -> Iterator[tuple[str, Document]]:
    """Every document of a contract that is not over, as QuickBooks shows it now."""
    for key, head in sorted(account.heads.items()):
        if head.shown is not None and head.realm == company.realm and head.state not in _TERMINAL:
            yield key, company.books.read(head.shown.external_id, head.shown.kind)


def _markers(engine: Engine, company: Company, mine: list[tuple[Contract, Account]]) -> Iterator[Drift]:
    owned: dict[str, str] = {}
    places: dict[str, set[str]] = {}
    since: datetime | None = None
    for contract, account in mine:
        for key, head in account.heads.items():
            marker = engine.marker(key)
            owned[marker] = contract.id
            if head.shown is not None:
                made = (link.id for link in head.shown.links if head.shown.kind == "estimate")
                places.setdefault(marker, set()).update((head.shown.external_id, *made))
        recorded = [claim.recorded_at for claim in account.claims]
        since = min([*recorded, since] if since else recorded, default=since)
    ids: Mapping[str, frozenset[str]] = {marker: frozenset(found) for marker, found in places.items()}
    yield from of_markers(owned, ids, company.books.marked(since or engine.clock()))


def _sums(engine: Engine, plan: Plan, reading: Reading) -> Iterator[Sum]:
    for each in plan.assessments:
        books = reading.companies.get(each.contract.company)
        zone = ZoneInfo(books.zone) if books is not None else UTC
        planned = [(step.charge_key, step.amount) for action in each.plan.actions for step in action.steps()]
        today = engine.clock().astimezone(zone).date()
        recorded = {each.contract.version: each.contract}
        yield from sums_of(each.contract, _account(engine, each), recorded, planned, today)


def _account(engine: Engine, each: Assessment) -> Account:
    return engine.store.accounts.account(each.contract.id, engine.clock())


def _gaps(found: Reconciled) -> Iterator[Drift]:
    for each in found.sums:
        if each.gap:
            parts = " + ".join(f"{name} {amount.decimal}" for name, amount in each.parts)
            reason = f"{each.whole} is not {parts}: {each.gap} is missing"
            hint = "Run it again with --repair; if the gap stays, please report it."
            yield Drift(Kind.SUM, each.contract, each.name, reason, hint, "admin", repairable=True)


def _same(one: Issue, other: Issue) -> bool:
    return what_bills(one) == what_bills(other)


@contextmanager
def _by_itself(found: Reconciled) -> Iterator[None]:
    """A service that cannot be reached stops only its own side."""
    try:
        yield
    except ConnectorError as error:
        found.trouble.append(error)
