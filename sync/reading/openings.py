"""Balances brought forward: the invoices that show them are looked up until they tie, and what was seen is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mappings.contract.rules import Contract
from mappings.money.tie import untied
from model.billing import BookInvoice, BooksCatalogue
from sync.outbox.company import Company
from sync.store import Store
from sync.store.codec import decode, encode


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found under the numbers that were asked for."""

    numbers: tuple[str, ...]
    invoices: tuple[BookInvoice, ...]


def look_up_openings(
    store: Store, company: Company, contracts: Iterable[Contract], books: BooksCatalogue, now: datetime
) -> None:
    """Ask for the invoices of each contract whose balances do not tie yet and that has billed nothing. What differs
    from the last look has the contract looked at again."""
    for contract in contracts:
        opening, known = contract.opening, invoices_of(store, contract)
        if (
            opening is None
            or not untied(contract, known, books)
            or store.accounts.account(contract.id, now).claims
        ):
            continue
        found = company.books.numbered(opening.invoices)
        if found != known:
            store.mirror.move(_source(contract), encode(Looked(opening.invoices, found)), now)
            store.rules.mark(contract.id)


def invoices_of(store: Store, contract: Contract) -> tuple[BookInvoice, ...] | None:
    """The invoices of the contract's opening as last looked up; None when these never were."""
    kept = store.mirror.position(_source(contract)) if contract.opening is not None else None
    looked = decode(kept, Looked) if kept is not None else None
    same = looked is not None and contract.opening is not None and looked.numbers == contract.opening.invoices
    return looked.invoices if looked is not None and same else None


def _source(contract: Contract) -> str:
    return f"opening:{contract.id}"
