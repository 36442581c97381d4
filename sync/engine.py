"""The steps, no logic: read → translate → plan → (shown) → enqueue → dispatch → settle → kept for people."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from connectors.errors import ConnectorError
from connectors.ports import Noticeboard, Tracker
from mappings.contract.book import RuleBook
from mappings.contract.calendar import next_moment
from mappings.contract.rules import Contract
from mappings.remedy.world import World
from sync.assess import Assessor
from sync.confirming import Confirming
from sync.guard import guarded
from sync.outbox.company import Company, Drained
from sync.outbox.dispatch import Dispatcher
from sync.planning.actions import Action
from sync.planning.findings import RULES_FOLDER
from sync.planning.plan import digest
from sync.planning.views import origin_key
from sync.plans import Plan
from sync.reading.lanes import Lanes, site_side
from sync.reading.round import read_all
from sync.reading.sources import Reading, SiteView, last_read, reread_site
from sync.ruleset import FormerRules, left_contracts
from sync.store import Store
from sync.store.holder import this_process
from sync.store.intake import Prepared, enqueue
from sync.store.rules import Source

log = structlog.get_logger()

REFUSED_AGAIN = timedelta(hours=6)  #: a stated reason rarely goes away sooner; an apply by hand does not wait


class Engine:
    """Runs the steps over one store, some sites and some companies. The clock is given, never read.

    With `reprice` what was billed under earlier rules is priced by those of the book. `noticeboards` are those of the
    sites, for contracts that write back to them.
    """

    def __init__(
        self,
        store: Store,
        book: RuleBook,
        trackers: Mapping[str, Tracker],
        companies: Mapping[str, Company],
        clock: Callable[[], datetime],
        new_id: Callable[[], str] = lambda: secrets.token_hex(13),
        *,
        reprice: bool = False,
        noticeboards: Mapping[str, Noticeboard] | None = None,
    ) -> None:
        self.store, self.book, self._reprice = store, book, reprice
        self.trackers, self.companies = trackers, companies
        self.clock, self.new_id = clock, new_id
        self._ledger = store.journal.ledger_id(clock())
        self.holder = this_process(new_id())
        self.noticeboards = noticeboards or {}
        self._former = FormerRules(store)
        self._confirming = Confirming(store, trackers, companies, clock)

    def put_in_force(self) -> None:
        """From here on only plans made under these rules are taken in. Looking (plan, status, explain) needs none
        of it, so that it disturbs nobody who works by the rules in force. Contracts that are not among them any more
        are said."""
        gone = sorted(self.store.rules.in_force().keys() - {each.id for each in self.book.contracts})
        sources = {
            contract.id: Source(contract.id, contract.version, *self.book.sources[contract.version])
            for contract in self.book.contracts
        }
        self.store.rules.put_in_force(sources, self.clock())
        self.store.journal.keep_findings(RULES_FOLDER, (), self.clock())
        if gone:
            hint = "their finished work is held; milepost status lists it"
            log.warning("contracts.left", contracts=gone, hint=hint)

    def adopt(self, book: RuleBook) -> None:
        """Work by `book` from now on. Every contract is looked at: what one says may concern the others."""
        gone = {contract.id for contract in self.book.contracts} - {
            contract.id for contract in book.contracts
        }
        self.book = book
        self.put_in_force()
        self.store.rules.mark_all()
        for contract in sorted(gone):
            self.store.journal.keep_findings(contract, (), self.clock())

    def refresh_names(self) -> None:
        """Let the next read ask QuickBooks anew what names mean."""
        for company in self.companies.values():
            company.books.refresh()
        self._confirming.forget_names()

    def read(
        self, lanes: Lanes | None = None, resting: Mapping[str, ConnectorError] | None = None
    ) -> Reading:
        """Bring mirror and ledger up to date with both sides: with all that the rules read, and those by which
        something is billed. A side that is `resting` is not asked and counts as failed."""
        contracts = (*self.book.contracts, *self._former.beside(self.book, self.trackers, self.companies))
        sides = self.trackers, self.companies
        reading = read_all(self.store, *sides, contracts, self.clock(), lanes or Lanes(), resting or {})
        self._confirming.names_read(reading.companies)
        for company in self.companies.values():
            company.keep()
        return reading

    def reread(self, reading: Reading, lanes: Lanes | None = None) -> None:
        """Read all known work again by id, and look at every contract: once a day, for what no change told."""
        errands = {
            site_side(alias): partial(self._reread, alias, view) for alias, view in reading.sites.items()
        }
        returned = (lanes or Lanes()).run("read", errands)
        reading.trouble += [error for error in returned.done.values() if error is not None]
        for alias in [alias for alias in reading.sites if site_side(alias) not in returned.done]:
            del reading.sites[alias]  # its lane is taken: nothing else may be asked of it now
        self.store.rules.mark_all()

    def _reread(self, alias: str, view: SiteView) -> ConnectorError | None:
        contracts = self.book.of_site(alias)
        try:
            differ = reread_site(self.store, self.trackers[alias], view, contracts, self.clock())
        except ConnectorError as error:
            return error
        log.info("site.reread", site=alias, issues_that_differ=differ)
        return None

    def last_read(self) -> Reading:
        """What was read last, from the store alone: for looking without a request. Of a company that is not
        configured any more nothing counts as read."""
        reading = last_read(self.store, (*self.book.contracts, *left_contracts(self.store, self.book)))
        for alias in reading.companies.keys() - self.companies.keys():
            del reading.companies[alias]
        return reading

    def plan(
        self, reading: Reading, only: Iterable[str] | None = None, refused_before: datetime | None = None
    ) -> Plan:
        """What there is to do, computed from the store alone. `only` some contracts, by id; None: all.

        What QuickBooks refused before `refused_before` (None: now) is planned again.
        """
        now = self.clock()
        wanted = None if only is None else frozenset(only)
        if wanted == frozenset() and not self.store.outbox.unfinished():
            return Plan((), digest(()), now, tuple(reading.trouble))  # nearly every tick of a service
        assessor = Assessor(
            self.store, self.book, reading, self.marker, now, refused_before or now, reprice=self._reprice
        )
        looked_at = (
            assessor.every() if wanted is None else (*assessor.some(wanted), *assessor.left_behind(wanted))
        )
        looked_at = guarded(
            self.store, looked_at, assessor.known, self.companies, reading.companies, self.marker, now
        )
        return Plan(looked_at, digest([each.plan for each in looked_at]), now, tuple(reading.trouble))

    def world(self, contract: Contract) -> World:
        """What the verdicts on a contract are made of, by what was read last: for asking what would change them."""
        now = self.clock()
        assessor = Assessor(
            self.store, self.book, self.last_read(), self.marker, now, now, reprice=self._reprice
        )
        return assessor.world(contract)

    def compared(self, plan: Plan, reading: Reading) -> Plan:
        """`plan` beside the other invoices of its clients, read now; planned anew where these changed."""
        return self.plan(reading) if self._confirming.looked_around(plan, reading) else plan

    def confirmed(
        self,
        plan: Plan,
        reading: Reading,
        refused_before: datetime | None = None,
        only: Iterable[str] | None = None,
    ) -> Plan:
        """`plan` with everything that it bills read again by id, and names that were read some time ago read again
        where something is written or waits; planned anew if that shows something new.

        A search may lag or miss a deletion; money is not spent on what only a search said.
        """
        differs = self._confirming.differs(plan, reading, self.book)
        return self.plan(reading, only, refused_before) if differs else plan

    def marker(self, document_key: str) -> str:
        """The opaque token of a document: the same for the same ledger and key, so that it can be looked for."""
        token = hashlib.sha256(f"{self._ledger}|{origin_key(document_key)}".encode()).digest()
        return f"[MP-{b32encode(token).decode()[:10]}]"

    def page(self, realm: str, kind: str, external_id: str) -> str | None:
        """Where people see a document of a company in QuickBooks; None when nobody said."""
        pages = (each.page_of(kind, external_id) for each in self.companies.values() if each.realm == realm)
        return next(pages, "") or None

    def enqueue(self, plan: Plan) -> list[str]:
        """Store the plan's intents, a transaction per contract. Returns contracts whose ledger or rules moved."""
        moved = []
        for each in plan.assessments:
            if not each.plan.actions and not each.plan.has_queued:
                continue
            # What makes a fee less goes first: others may bill what it gives back.
            ordered = sorted(each.plan.actions, key=lambda action: not action.gives_back)
            prepared = [self._prepared(each.contract, action) for action in ordered]
            if not enqueue(self.store.engine, each.plan, plan.digest, prepared, self.clock()):
                moved.append(each.contract.id)
        return moved

    def _prepared(self, contract: Contract, action: Action) -> Prepared:
        company = self.companies[contract.company]
        books = company.books.catalogue()
        inputs = {
            step.charge_key: self._inputs(step.charge_key, [leaf.issue_id for leaf in step.leaves])
            for step in action.steps()
        }
        until = _end_of_review(self.clock(), books.zone, contract.review_days)
        return Prepared(action, company.realm, until, inputs)

    def _inputs(self, charge_key: str, leaves: list[str]) -> dict[str, int]:
        work = charge_key.split("|")[1]
        site, _, work_id = work.partition("/")
        return self.store.mirror.observations(site, [work_id.rpartition("/")[2], *leaves])

    def dispatch(
        self, alias: str, confirmed: Collection[str], stopping: Callable[[], bool] = lambda: False
    ) -> Drained:
        """Send what is due to one company, of contracts that a plan of this run has `confirmed`, until `stopping`."""
        company = self.companies[alias]
        dispatcher = Dispatcher(self.store, company, self.holder, self.clock, self.new_id)
        drained = dispatcher.drain(confirmed, stopping)
        company.keep()
        return drained

    def keep(self, plan: Plan, marks: Mapping[str, int]) -> None:
        """Keep findings with their age, and take the dirty marks that this look has dealt with away."""
        for each in plan.assessments:
            self.store.journal.keep_findings(each.contract.id, each.plan.findings, self.clock())
            if each.plan.revision < 0 or each.plan.held:
                continue  # not computed, or held beside what others plan: its mark stays for the next look
            due_at = self._next_date(each.contract, plan.looked_at)
            if any(finding.code == "write.refused" for finding in each.plan.findings):
                again_at = plan.looked_at + REFUSED_AGAIN  # no change need tell that its reason is gone
                due_at = min(due_at or again_at, again_at)
            self.store.rules.clean(each.contract.id, marks.get(each.contract.id, 0), due_at)

    def _next_date(self, contract: Contract, now: datetime) -> datetime | None:
        """The next moment after `now` at which a date alone makes something due."""
        if contract not in self.book.contracts:
            return None
        zone = ZoneInfo(self.companies[contract.company].books.catalogue().zone)
        return next_moment(contract, zone, now)


def _end_of_review(now: datetime, zone: str, days: int) -> datetime:
    """The end of the company's day on which a draft is made, and whole days more if the contract says so."""
    local = now.astimezone(ZoneInfo(zone))
    last = (local + timedelta(days=days)).date()
    return datetime.combine(last, time.max, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)
