"""Looking at contracts: translate and plan each from the store alone. No network, no write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from mappings.load import parse_contract
from mappings.rules import Contract, RuleBook
from mappings.translate import translate
from mappings.verdict import Verdict
from model.billing import Claim
from sync.actions import ContractPlan
from sync.plan import Terms, plan_contract
from sync.reading import Reading, boards_of, projects_of
from sync.store import Store


@dataclass(frozen=True, slots=True)
class Assessment:
    """One contract looked at: what the rules say of each work, and what would be written."""

    contract: Contract
    verdicts: tuple[Verdict, ...]
    plan: ContractPlan


class Assessor:
    """Looks at contracts as they stand at `now`. What they share (claims, rule versions) is read once.

    What QuickBooks refused before `refused_before` is planned again.
    """

    def __init__(
        self,
        store: Store,
        book: RuleBook,
        reading: Reading,
        marker: Callable[[str], str],
        now: datetime,
        refused_before: datetime,
    ) -> None:
        self._store, self._book, self._reading = store, book, reading
        self._marker, self._now, self._refused_before = marker, now, refused_before
        # Of every contract that ever billed, in the book or not: work is billed under one contract only.
        self._claims: tuple[Claim, ...] = store.accounts.claims()
        self._recorded = self._versions()

    def every(self) -> tuple[Assessment, ...]:
        """All contracts of the book that were read, and those that billed and are not in the book any more."""
        present = self.some(contract.id for contract in self._book.contracts)
        return (*present, *(self._look_back(contract) for contract in self._retired()))

    def some(self, ids: Iterable[str]) -> tuple[Assessment, ...]:
        """These contracts of the book, as far as both their sides were read."""
        wanted = set(ids)
        return tuple(
            self._look(contract)
            for contract in self._book.contracts
            if contract.id in wanted and self._reading.covers(contract)
        )

    def _look(self, contract: Contract) -> Assessment:
        site, zone = self._reading.sites[contract.site], self._reading.companies[contract.company].zone
        projects = projects_of(contract, site.catalogue) | site.hidden_projects
        boards = boards_of(contract, site.catalogue)
        mirror = self._store.mirror.load(site.catalogue, projects, boards, site.hidden_projects)
        account = self._store.accounts.account(contract.id, self._now)
        verdicts = translate(contract, self._book, mirror, self._recorded, self._claims, zone, self._now)
        terms = Terms(self._now, zone, self._marker, self._refused_before)
        plan = plan_contract(contract, verdicts, account, self._recorded, terms)
        return Assessment(contract, verdicts, plan)

    def _look_back(self, contract: Contract) -> Assessment:
        """A contract without rules: what it billed stays billed, and nothing is written for it."""
        account = self._store.accounts.account(contract.id, self._now)
        terms = Terms(self._now, "UTC", self._marker, self._refused_before)
        return Assessment(contract, (), plan_contract(contract, (), account, self._recorded, terms))

    def _retired(self) -> tuple[Contract, ...]:
        present = {contract.id for contract in self._book.contracts}
        newest = {claim.charge_key.partition("|")[0]: claim.rule_version for claim in self._claims}
        gone = sorted(newest.keys() - present)
        return tuple(self._recorded[newest[name]] for name in gone if newest[name] in self._recorded)

    def _versions(self) -> dict[str, Contract]:
        """Contracts as they stood under each version that has claims: history keeps its version."""
        known = {contract.version: contract for contract in self._book.contracts}
        for version, source in self._store.rules.recorded().items():
            if version not in known:
                parsed, _ = parse_contract(source.text, source.file)
                if parsed is not None:
                    known[version] = parsed
        return known
