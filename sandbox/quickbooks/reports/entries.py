"""The ledger line by line, as reports read it: with names, classes and splits, filtered, on either basis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.ledger.books import Posting
from sandbox.quickbooks.ledger.settlement import owner_of
from sandbox.quickbooks.reports.cash import on_cash_basis
from sandbox.quickbooks.reports.period import Period
from sandbox.quickbooks.state import Company, Row
from sandbox.quickbooks.vocabulary.values import reference_id

SPLIT = "-Split-"
_ALWAYS_SPLIT = ("JournalEntry", "TaxPayment")
_PURCHASES = {"Check": "Check", "Cash": "Cash Expense", "CreditCard": "Credit Card Expense"}
_TITLES = {
    "SalesReceipt": "Sales Receipt",
    "RefundReceipt": "Refund",
    "CreditMemo": "Credit Memo",
    "VendorCredit": "Vendor Credit",
    "JournalEntry": "Journal Entry",
    "PurchaseOrder": "Purchase Order",
    "InventoryAdjustment": "Inventory Qty Adjust",
    "TaxPayment": "Sales Tax Payment",
    "CreditCardPayment": "Credit Card Payment",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting with all that a report may tell of it; `split` is an account's id, "-Split-" or empty."""

    row: Row
    on: date
    account: str
    amount: Decimal
    name: str
    class_id: str
    department_id: str
    item_id: str
    memo: str
    split: str
    line_name: str = ""

    def names(self, kind: str) -> str:
        """The id of the customer, vendor or employee it is about; empty when it is nobody of the kind.

        A line of a bill may be for a customer of its own.
        """
        found = (name.partition("/") for name in (self.line_name, self.name))
        return next((row_id for who, _, row_id in found if who == kind), "")


def entries(company: Company, args: Mapping[str, str]) -> list[Entry]:
    """Every line of the ledger that the filters let through, by date, then as entered."""
    wanted = [test for name, make in _FILTERS.items() if (test := _filter(company, args, name, make))]
    found = [entry for entry in _all(company, basis(company, args)) if all(test(entry) for test in wanted)]
    found.sort(key=lambda entry: (entry.on, int(entry.row.id)))
    return found


def by_transaction(found: Iterable[Entry], period: Period) -> dict[tuple[str, str, date], list[Entry]]:
    """The entries of the period, by the transaction that made them."""
    groups: dict[tuple[str, str, date], list[Entry]] = {}
    for entry in found:
        if period.start <= entry.on <= period.end:
            groups.setdefault((entry.row.kind, entry.row.id, entry.on), []).append(entry)
    return groups


def basis(company: Company, args: Mapping[str, str]) -> str:
    """Accrual or Cash, as asked for, or as the company's preferences have it."""
    method = args.get("accounting_method") or company.preference("ReportPrefs", "ReportBasis") or "Accrual"
    found = {"accrual": "Accrual", "cash": "Cash"}.get(str(method).casefold())
    if found is None:
        raise refusals.bad_enumeration("accounting_method", method)
    return found


def type_of(row: Row) -> str:
    """What a report calls the kind of a transaction."""
    if row.kind == "Purchase":
        if row.body["Credit"]:
            return "Credit Card Credit"
        return "Expense" if "PurchaseEx" in row.body else _PURCHASES[row.body["PaymentType"]]
    if row.kind == "BillPayment":
        return f"Bill Payment ({'Check' if row.body['PayType'] == 'Check' else 'Credit Card'})"
    return _TITLES.get(row.kind, row.kind)


def number_of(row: Row) -> str:
    """The number that a report shows."""
    return str(row.body.get("DocNumber") or row.body.get("PaymentRefNum") or "")


def name_of(row: Row) -> str:
    """Whom a transaction is about, as `Customer/7`."""
    owner = owner_of(row.body)
    entity = row.body.get("EntityRef") or {}
    if owner or not entity.get("value"):
        return owner
    return f"{str(entity.get('type', 'Vendor')).capitalize()}/{entity['value']}"


def _all(company: Company, method: str) -> Iterator[Entry]:
    source: Iterable[tuple[tuple[str, str], date, tuple[Posting, ...]]] = company.books.entries()
    if method == "Cash":
        source = on_cash_basis(company)
    for (kind, row_id), on, postings in source:
        row = company.find(kind, row_id)
        if row is not None:
            yield from _of_transaction(row, on, postings)


def _of_transaction(row: Row, on: date, postings: tuple[Posting, ...]) -> Iterator[Entry]:
    name, klass = name_of(row), reference_id(row.body, "ClassRef") or ""
    department = reference_id(row.body, "DepartmentRef") or ""
    for at, posting in enumerate(postings):
        yield Entry(
            row,
            on,
            posting.account,
            posting.amount,
            posting.name if row.kind in ("JournalEntry", "Deposit") and posting.name else name,
            posting.class_id or klass,
            department,
            posting.item_id,
            posting.memo or (str(row.body.get("PrivateNote", "")) if at == 0 else ""),
            _split(row, postings, at),
            posting.name,
        )


def _split(row: Row, postings: tuple[Posting, ...], at: int) -> str:
    if row.kind in _ALWAYS_SPLIT:
        return SPLIT
    if at:
        return postings[0].account
    others = {posting.account for posting in postings[1:]}
    return others.pop() if len(postings) == 2 and others else SPLIT if others else ""


_Test = Callable[[Entry], bool]


def _of_types(company: Company, names: frozenset[str]) -> _Test:
    """Account types as clients name them: `AccountsReceivable` for `Accounts Receivable`."""
    wanted = {name.replace(" ", "").casefold() for name in names}
    ids = {
        row.id
        for row in company.rows("Account")
        if row.body["AccountType"].replace(" ", "").casefold() in wanted
    }
    return lambda entry: entry.account in ids


_FILTERS: dict[str, Callable[[Company, frozenset[str]], _Test]] = {
    "name": lambda _, ids: lambda entry: entry.name.partition("/")[2] in ids,
    "customer": lambda _, ids: lambda entry: entry.names("Customer") in ids,
    "vendor": lambda _, ids: lambda entry: entry.names("Vendor") in ids,
    "employee": lambda _, ids: lambda entry: entry.names("Employee") in ids,
    "class": lambda _, ids: lambda entry: entry.class_id in ids,
    "department": lambda _, ids: lambda entry: entry.department_id in ids,
    "item": lambda _, ids: lambda entry: entry.item_id in ids,
    "account": lambda _, ids: lambda entry: entry.account in ids,
    "source_account": lambda _, ids: lambda entry: entry.account in ids,
    "account_type": _of_types,
    "source_account_type": _of_types,
}


def _filter(
    company: Company, args: Mapping[str, str], name: str, make: Callable[[Company, frozenset[str]], _Test]
) -> _Test | None:
    values = frozenset(value.strip() for value in args.get(name, "").split(",") if value.strip())
    return make(company, values) if values else None
