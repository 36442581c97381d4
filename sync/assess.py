"""Looking at contracts: translate and plan each from the store alone. No network, no write."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.load import parse_contract
from mappings.money.tie import held_back, untied
from mappings.progress.forward import unknown_works
from mappings.progress.site import Site
from mappings.progress.verdict import Verdict
from mappings.remedy.world import World
from model.billing import BooksCatalogue, Claim, DraftLine
from model.finding import Finding
from model.work import TrackerCatalogue
from sync.planning.actions import ContractPlan
from sync.planning.decided import attesting, billing_merged, unanswered, where_merged
from sync.planning.left import without_file
from sync.planning.notices import unsaid_findings
from sync.planning.plan import plan_contract
from sync.planning.positions import as_answered
from sync.planning.readback import read_back
from sync.planning.rivals import without_rivals
from sync.planning.terms import Terms
from sync.planning.unseen import never_seen
from sync.planning.views import Account, frozen, issued, origin_key
from sync.reading.openings import invoices_of
from sync.reading.sources import Reading, boards_of, projects_of
from sync.ruleset import left_contracts
from sync.store import Store

log = structlog.get_logger()


class Ledger(Protocol):
    """What was billed: see `sync.store.accounts.AccountStore`."""

    def account(self, contract: str, now: datetime, /) -> Account:
        """Everything recorded about one contract."""
        ...

    def claims(self) -> tuple[Claim, ...]:
        """The claims of all contracts."""
        ...

    def claims_under_way(self) -> tuple[Claim, ...]:
        """What writes under way would claim."""
        ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """One contract looked at: what the rules say of each work, the ledger as it was seen, what would be written."""

    contract: Contract
    verdicts: tuple[Verdict, ...]
    plan: ContractPlan
    account: Account


class Assessor:
    """Looks at contracts as they stand at `now`. What they share (claims, rule versions) is read once.

    What QuickBooks refused before `refused_before` is planned again. `ledger` is what was billed: the store's, or
    another one that a question supposes. With `reprice` the rules as they are now also decide for what was billed
    under an earlier version of the same contract.
    """

    def __init__(
        self,
        store: Store,
        book: RuleBook,
        reading: Reading,
        marker: Callable[[str], str],
        now: datetime,
        refused_before: datetime,
        *,
        ledger: Ledger | None = None,
        reprice: bool = False,
    ) -> None:
        self._store, self._book, self._reading = store, book, reading
        self._marker, self._now, self._refused_before = marker, now, refused_before
        self._ledger, self._reprice = ledger or store.accounts, reprice
        # Of every contract that ever billed, in the book or not: work is billed under one contract only.
        self._claims: tuple[Claim, ...] = self._ledger.claims()
        self._under_way: tuple[Claim, ...] = self._ledger.claims_under_way()
        self._recorded = self._versions()
        self._left = left_contracts(store, book)
        self._all = replace(book, left=self._left)

    @property
    def known(self) -> Mapping[str, Contract]:
        """Every contract that is in force or ever billed, by id."""
        return {each.id: each for each in (*self._recorded.values(), *self._book.contracts)}

    def every(self) -> tuple[Assessment, ...]:
        """All contracts of the book that were read, and those that billed and are not in the book any more."""
        present = self.some(contract.id for contract in self._book.contracts)
        return (*present, *map(self._without_file, self._left))

    def left_behind(self, seen: Container[str]) -> tuple[Assessment, ...]:
        """Contracts that are not in the book any more and have queued writes: those are taken back. Those `seen` (by
        id) were looked at already."""
        looked_at = (self._look_back(contract) for contract in self._left if contract.id not in seen)
        return tuple(each for each in looked_at if each.plan.has_queued)

    def some(self, ids: Iterable[str]) -> tuple[Assessment, ...]:
        """These contracts, as far as both their sides were read; those that are not in the book any more are only
        looked back at."""
        wanted = set(ids)
        left = [self._without_file(each) for each in self._left if each.id in wanted]
        looked_at = [
            self._safely(contract)
            for contract in self._book.contracts
            if contract.id in wanted and self._reading.covers(contract)
        ]
        plans = without_rivals([(each.contract, each.plan) for each in looked_at])
        kept = (replace(each, plan=plan) for each, plan in zip(looked_at, plans, strict=True))
        return (*kept, *left)

    def _safely(self, contract: Contract) -> Assessment:
        """One contract that cannot be computed is a finding; it stops no other."""
        try:
            return self._look(contract)
        except Exception as error:
            log.exception("contract.failed", contract=contract.id)
            reason = f"it cannot be computed: {type(error).__name__}"
            hint = "Nothing is written for it. The log has the details; please report it."
            found = Finding("contract.failed", contract.id, reason, hint, "admin", contract.id)
            empty = ContractPlan(contract.id, contract.version, -1, (), (found,), ())
            return Assessment(contract, (), empty, Account(-1, (), {}, ()))

    def _look(self, contract: Contract) -> Assessment:
        books = self._reading.companies[contract.company]
        zone, catalogue = books.zone, self._reading.sites[contract.site].catalogue
        account = self._account(contract, books)
        contract = billing_merged(contract, account, books)
        world = self._world(contract, account, books)
        verdicts, mirror = world.verdicts(), world.mirror
        untold = untied(contract, invoices_of(self._store, contract), books) if not account.claims else ""
        held: tuple[Finding, ...] = ()
        if untold:
            verdicts, finding = held_back(contract, verdicts, untold)
            held = (finding,)
        items = {item.name.casefold(): item.account_type for item in books.items}
        closed_on = books.books_closed_on
        terms = Terms(
            self._now, zone, books.realm, items, self._marker, self._refused_before, closed_on, self._written
        )
        plan = plan_contract(contract, verdicts, account, self._deciding(contract), terms)
        findings = (
            *plan.findings,
            *held,
            *read_back(account.heads.values(), books),
            *never_seen(contract, mirror),
            *unknown_works(contract, Site(mirror)),
            *unsaid_findings(contract.id, self._store.notices.unsaid(contract.id), _keys(catalogue)),
        )
        found = unanswered(findings, account)
        asked = {each.ref for each in found if each.code == "draft.declined"}
        stands = tuple(as_answered(position, asked) for position in plan.positions)
        return Assessment(contract, verdicts, replace(plan, findings=found, positions=stands), account)

    def world(self, contract: Contract) -> World:
        """What the verdicts on a contract are made of; both its sides were read."""
        books = self._reading.companies[contract.company]
        return self._world(contract, self._account(contract, books), books)

    def _account(self, contract: Contract, books: BooksCatalogue) -> Account:
        account = frozen(self._ledger.account(contract.id, self._now), books.books_closed_on)
        return where_merged(issued(account, contract.issued))

    def _world(self, contract: Contract, account: Account, books: BooksCatalogue) -> World:
        site = self._reading.sites[contract.site]
        projects = projects_of(contract, site.catalogue) | site.hidden_projects
        boards = boards_of(contract, site.catalogue)
        return World(
            contract=attesting(contract, account),
            book=self._all,
            mirror=self._store.mirror.load(site.catalogue, projects, boards, site.hidden_projects),
            recorded={
                version: attesting(each, account) if each.id == contract.id else each
                for version, each in self._deciding(contract).items()
            },
            claims=self._claims_for(contract, account.standing_claims(books.realm)),
            under_way=tuple(
                each for each in self._under_way if each.charge_key.startswith(f"{contract.id}|")
            ),
            zone=books.zone,
            now=self._now,
        )

    def _written(self, document_key: str, charge_key: str) -> DraftLine | None:
        """The line of a charge as we last wrote it: on the estimate, where its invoice was made of one."""
        written = self._store.trail.written(origin_key(document_key))
        actions = (each.action for each in reversed(written) if each.state == "done")
        lines = (line for action in actions for line in action.lines if line.charge_key == charge_key)
        return next(lines, None)

    def _claims_for(self, contract: Contract, own: Sequence[Claim]) -> tuple[Claim, ...]:
        """Its `own` claims, those of other contracts, and what the writes under way of these would claim."""
        seen = (*self._claims, *self._under_way)
        return (*own, *(each for each in seen if not each.charge_key.startswith(f"{contract.id}|")))

    def _without_file(self, contract: Contract) -> Assessment:
        """A contract of which only its last rules are known: they say what is held for it."""
        if not self._reading.covers(contract):
            return self._look_back(contract)
        each = self._safely(contract)
        verdicts, plan = without_file(contract, each.verdicts, each.plan)
        return replace(each, verdicts=verdicts, plan=plan)

    def _look_back(self, contract: Contract) -> Assessment:
        """A contract without rules: what it billed stays billed, and nothing is written for it."""
        account = self._ledger.account(contract.id, self._now)
        terms = Terms(self._now, "UTC", "", {}, self._marker, self._refused_before)
        plan = plan_contract(contract, (), account, self._recorded, terms)
        return Assessment(contract, (), plan, account)

    def _deciding(self, contract: Contract) -> Mapping[str, Contract]:
        """The rules that decide for what was billed under each version."""
        if not self._reprice:
            return self._recorded
        return {
            version: contract if rules.id == contract.id else rules
            for version, rules in self._recorded.items()
        }

    def _versions(self) -> dict[str, Contract]:
        """Contracts as they stood under each version that has claims: history keeps its version."""
        known = {contract.version: contract for contract in self._book.contracts}
        for version, source in self._store.rules.recorded().items():
            if version not in known:
                parsed, _ = parse_contract(source.text, source.file)
                if parsed is not None:
                    known[version] = parsed
        return known


def _keys(site: TrackerCatalogue) -> dict[str, str]:
    return {project.id: project.key for project in site.projects}
