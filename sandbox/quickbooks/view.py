"""What objects show beyond what is stored: open balances of customers, vendors and accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from weakref import WeakKeyDictionary

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.posting import CREDIT_SIDE
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.values import reference_id

_ZERO = Decimal(0)
_OWED = {  # kind: (owner field, what is open, sign)
    "Invoice": ("CustomerRef", "Balance", 1),
    "CreditMemo": ("CustomerRef", "Balance", -1),
    "Payment": ("CustomerRef", "UnappliedAmt", -1),
    "Bill": ("VendorRef", "Balance", 1),
    "VendorCredit": ("VendorRef", "Balance", -1),
}


@dataclass(frozen=True, slots=True)
class _Open:
    books: Books
    revision: int
    own: Mapping[str, Decimal]
    with_jobs: Mapping[str, Decimal]


_known: WeakKeyDictionary[Company, _Open] = WeakKeyDictionary()


def computed(company: Company, row: Row) -> Json:
    """The members of `row` that follow from other rows."""
    show = _SHOWS.get(row.kind)
    return show(company, row) if show else {}


def _customer(company: Company, row: Row) -> Json:
    sums = _open(company)
    return {"Balance": sums.own.get(row.id, _ZERO), "BalanceWithJobs": sums.with_jobs.get(row.id, _ZERO)}


def _vendor(company: Company, row: Row) -> Json:
    return {"Balance": _open(company).own.get(row.id, _ZERO)}


def _account(company: Company, row: Row) -> Json:
    balance = company.books.balance(row.id)
    shown = -balance if row.body["AccountType"] in CREDIT_SIDE else balance
    return {"CurrentBalance": shown, "CurrentBalanceWithSubAccounts": shown}


_SHOWS: dict[str, Callable[[Company, Row], Json]] = {
    "Customer": _customer,
    "Vendor": _vendor,
    "Account": _account,
}


def _open(company: Company) -> _Open:
    """Open balances by owner, kept until the company changes: lists of customers ask for each one's.

    A restored company has other books, whatever its revision.
    """
    known = _known.get(company)
    if known is None or known.books is not company.books or known.revision != company.revision:
        own = _own(company)
        known = _known[company] = _Open(company.books, company.revision, own, _with_jobs(company, own))
    return known


def _own(company: Company) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(lambda: _ZERO)
    for kind, (field, amount, sign) in _OWED.items():
        for row in company.rows(kind):
            owner = row.body.get(field)
            if owner:
                sums[owner["value"]] += sign * row.body[amount]
    return sums


def _with_jobs(company: Company, own: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    parents = {row.id: reference_id(row.body, "ParentRef") for row in company.rows("Customer")}
    sums: dict[str, Decimal] = defaultdict(lambda: _ZERO)
    for customer, amount in own.items():
        above: str | None = customer
        while above is not None:
            sums[above] += amount
            above = parents.get(above)
    return sums
