"""From transactions to the ledger: which accounts each kind moves, in home currency."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.ledger import buying, moving, selling, stock
from sandbox.quickbooks.ledger.books import Posting
from sandbox.quickbooks.ledger.settlement import ZERO
from sandbox.quickbooks.state import NON_POSTING, Company, Row

CREDIT_SIDE = (
    *("Income", "Other Income", "Other Current Liability", "Long Term Liability", "Equity"),
    *("Accounts Payable", "Credit Card"),
)

_WRITERS: dict[str, Callable[[Company, Row], Iterable[Posting]]] = {
    "Invoice": selling.invoice,
    "CreditMemo": selling.credit_memo,
    "SalesReceipt": selling.sales_receipt,
    "RefundReceipt": selling.refund,
    "Payment": selling.payment,
    "Bill": buying.bill,
    "VendorCredit": buying.vendor_credit,
    "Purchase": buying.purchase,
    "BillPayment": buying.bill_payment,
    "CreditCardPayment": moving.card_payment,
    "Deposit": moving.deposit,
    "Transfer": moving.transfer,
    "JournalEntry": moving.journal,
    "InventoryAdjustment": moving.adjustment,
    "TaxPayment": moving.tax_payment,
}


def post(company: Company, row: Row) -> None:
    """Enter a transaction as it stands, in place of what it posted before; non-posting kinds move nothing.

    What goods cost may depend on it, so that other sales are entered anew.
    """
    if row.kind in NON_POSTING:
        return
    moved = _moves_stock(company, row)
    _enter(company, row)
    if moved or _moves_stock(company, row):
        _enter_costs_anew(company)


def withdraw(company: Company, row: Row) -> None:
    """Take a deleted transaction out of the ledger."""
    moved = _moves_stock(company, row)
    company.books.remove((row.kind, row.id))
    if moved:
        _enter_costs_anew(company)


def _enter(company: Company, row: Row) -> None:
    postings = list(_WRITERS[row.kind](company, row))
    company.books.post((row.kind, row.id), row.dated, postings)


def _moves_stock(company: Company, row: Row) -> bool:
    """Whether the row moves stock now, or did when it was entered last."""
    assets = {item.body["AssetAccountRef"]["value"] for item in stock.stocked_items(company)}
    if not assets:
        return False
    posted = company.books.postings((row.kind, row.id))
    return any(posting.account in assets for posting in posted) or stock.moves_stock(company, row)


def _enter_costs_anew(company: Company) -> None:
    with stock.one_pass():
        for row in stock.costed(company):
            _enter(company, row)


def natural(kind: str, amount: Decimal) -> Decimal:
    """An amount (debits positive) as it counts on an account of AccountType `kind`."""
    return -amount if kind in CREDIT_SIDE else amount


@dataclass(frozen=True, slots=True)
class Standing:
    """What the books say of one account: `balance` is positive on the account's natural side."""

    account: str
    kind: str
    balance: Decimal


def what_the_books_say(company: Company, as_of: date | None = None) -> tuple[Standing, ...]:
    """Every account with a balance, in the order of the chart, in home currency."""
    balances = company.books.balances(as_of)
    return tuple(
        Standing(row.name, kind, natural(kind, amount))
        for row in company.rows("Account")
        for kind, amount in [(row.body["AccountType"], balances.get(row.id, ZERO))]
        if amount
    )


def total_of(company: Company, kind: str, as_of: date | None = None) -> Decimal:
    """The balance of all accounts of one AccountType, e.g. "Accounts Receivable" or "Income"."""
    standings = what_the_books_say(company, as_of)
    return sum((standing.balance for standing in standings if standing.kind == kind), ZERO)
