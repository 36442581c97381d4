"""What objects show beyond what is stored: balances of customers, vendors and accounts, stock, file links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from weakref import WeakKeyDictionary

from sandbox.quickbooks.ledger.books import Books
from sandbox.quickbooks.ledger.openitems import open_items
from sandbox.quickbooks.ledger.stock import on_hand
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import reference_id
from sandbox.quickbooks.wire.filelinks import file_members

_ZERO = Decimal(0)
_STANDING = ("Asset", "Liability", "Equity")
_Sums = Mapping[str, Decimal]
_NEUTRAL = ("Balance", "BalanceWithJobs", "CurrentBalance", "CurrentBalanceWithSubAccounts", "QtyOnHand")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All balances of a company at one moment."""

    books: Books
    revision: int
    owners: _Sums
    with_jobs: _Sums
    accounts: _Sums
    with_sub_accounts: _Sums


_known: WeakKeyDictionary[Company, _Sheet] = WeakKeyDictionary()


def computed(company: Company, row: Row) -> Json:
    """The members of `row` that follow from other rows."""
    show = _SHOWS.get(row.kind)
    return show(company, row) if show else {}


def is_computed(name: str) -> bool:
    """Whether a property is one that `computed` tells."""
    return name in _NEUTRAL


def _customer(company: Company, row: Row) -> Json:
    sheet = _sheet(company)
    return {
        "Balance": sheet.owners.get(f"Customer/{row.id}", _ZERO),
        "BalanceWithJobs": sheet.with_jobs.get(row.id, _ZERO),
    }


def _vendor(company: Company, row: Row) -> Json:
    return {"Balance": _sheet(company).owners.get(f"Vendor/{row.id}", _ZERO)}


def _account(company: Company, row: Row) -> Json:
    """Debits positive; income and expenses show nothing, whatever they add up to."""
    if row.body["Classification"] not in _STANDING:
        return {"CurrentBalance": _ZERO, "CurrentBalanceWithSubAccounts": _ZERO}
    sheet = _sheet(company)
    return {
        "CurrentBalance": sheet.accounts.get(row.id, _ZERO),
        "CurrentBalanceWithSubAccounts": sheet.with_sub_accounts.get(row.id, _ZERO),
    }


def _item(company: Company, row: Row) -> Json:
    return {"QtyOnHand": on_hand(company, row.id)} if row.body["Type"] == "Inventory" else {}


_SHOWS: dict[str, Callable[[Company, Row], Json]] = {
    "Customer": _customer,
    "Vendor": _vendor,
    "Account": _account,
    "Item": _item,
    "Attachable": file_members,
}


def _sheet(company: Company) -> _Sheet:
    """The balances, kept until the company changes: lists of customers ask for each one's.

    A restored company has other books, whatever its revision.
    """
    known = _known.get(company)
    if known is None or known.books is not company.books or known.revision != company.revision:
        owners: dict[str, Decimal] = defaultdict(lambda: _ZERO)
        for item in open_items(company):
            owners[item.owner] += item.amount
        customers = {name[9:]: amount for name, amount in owners.items() if name.startswith("Customer/")}
        accounts = company.books.balances()
        known = _known[company] = _Sheet(
            company.books,
            company.revision,
            owners,
            _with_those_below(company, "Customer", customers),
            accounts,
            _with_those_below(company, "Account", accounts),
        )
    return known


def _with_those_below(company: Company, kind: str, own: _Sums) -> _Sums:
    parents = {row.id: reference_id(row.body, "ParentRef") for row in company.rows(kind)}
    sums: dict[str, Decimal] = defaultdict(lambda: _ZERO)
    for row_id, amount in own.items():
        above: str | None = row_id
        while above is not None:
            sums[above] += amount
            above = parents.get(above)
    return sums
