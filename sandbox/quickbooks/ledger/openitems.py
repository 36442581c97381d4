"""What customers owe and vendors are owed, document by document, today or at the end of a past day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.ledger.settlement import ENTERED, applied, applied_total, entered, left_of_entered
from sandbox.quickbooks.state import Company, Row

_ZERO = Decimal(0)
_DOCUMENTS = {  # kind: (owner's kind, owner field, sign of what is open)
    "Invoice": ("Customer", "CustomerRef", 1),
    "CreditMemo": ("Customer", "CustomerRef", -1),
    "Payment": ("Customer", "CustomerRef", -1),
    "Bill": ("Vendor", "VendorRef", 1),
    "VendorCredit": ("Vendor", "VendorRef", -1),
    "BillPayment": ("Vendor", "VendorRef", -1),
}


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is open of one document, in its currency; credits are negative. `owner` is as `Customer/7`."""

    row: Row
    owner: str
    amount: Decimal

    @property
    def due_on(self) -> date:
        """The day it is due: its own date where it has no other."""
        return date.fromisoformat(str(self.row.body.get("DueDate", self.row.body["TxnDate"])))


def open_items(company: Company, on: date | None = None) -> Iterator[OpenItem]:
    """Everything open now, or at the end of the day `on`; paid documents are left out."""
    for kind, (owner_kind, field, sign) in _DOCUMENTS.items():
        for row in company.rows(kind):
            if _is_later(row, on):
                continue
            left = _left(company, row, on) * sign
            if left:
                yield OpenItem(row, f"{owner_kind}/{row.body[field]['value']}", left)
    for kind in ENTERED:
        for row in company.rows(kind):
            if not _is_later(row, on):
                yield from _entered(company, row, on)


def _entered(company: Company, row: Row, on: date | None) -> Iterator[OpenItem]:
    for owner in dict.fromkeys(name for name, _ in entered(company, row)):
        left = left_of_entered(company, row, owner, on)
        if left:
            yield OpenItem(row, owner, left)


def _is_later(row: Row, on: date | None) -> bool:
    return on is not None and row.dated > on


def _left(company: Company, row: Row, on: date | None) -> Decimal:
    """What was open of a document at the end of that day, payments dated later left out."""
    body = row.body
    if row.kind == "Payment":
        unapplied: Decimal = body["UnappliedAmt"]
        return unapplied
    if row.kind == "BillPayment":
        paid_in_all: Decimal = body["TotalAmt"]
        return paid_in_all - applied_total(company, body)
    if on is None:
        balance: Decimal = body["Balance"]
        return balance
    paid = applied(company, row.kind, row.id, body["LinkedTxn"])
    by_then = sum((amount for by, amount in paid if not _is_later(by, on)), _ZERO)
    whole: Decimal = body["TotalAmt"] - body.get("Deposit", _ZERO)
    return whole - by_then
