"""A finance person at work in QuickBooks itself: every action bumps versions and the change feed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.desk import Desk, identity
from sandbox.quickbooks.office import OfficeWork
from sandbox.quickbooks.rules import crediting, invoices, payments, sales
from sandbox.quickbooks.rules.lookup import read
from sandbox.quickbooks.state import Json, Row
from sandbox.quickbooks.vocabulary.values import cents

__all__ = ["FinancePerson"]


class InvoiceWork(Desk):
    """What one does to an invoice: edit, queue, send, print, renumber, split, void, delete."""

    def edit_amount(self, invoice_id: str, line_id: str, amount: Decimal) -> Row:
        """Type another amount over a sales line, which becomes 1 × `amount`."""
        detail = {"Qty": Decimal(1), "UnitPrice": amount}
        return self._edit_line(invoice_id, line_id, {"Amount": cents(amount)}, detail)

    def edit_text(self, invoice_id: str, line_id: str, text: str) -> Row:
        """Type another description on a line."""
        return self._edit_line(invoice_id, line_id, {"Description": text}, {})

    def add_line(self, invoice_id: str, item_id: str | None, amount: Decimal, text: str = "") -> Row:
        """Add a line of one's own at the end, on an item or (None) on that of the first line."""
        with self._company.lock:
            lines = self._invoice(invoice_id).body["Line"]
            detail: Json = {"ItemRef": {"value": item_id}} if item_id else _first_detail(lines)
            line = {
                "Amount": cents(amount),
                "Description": text,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": detail,
            }
            return self._edit(invoice_id, {"Line": [*lines, line]})

    def remove_line(self, invoice_id: str, line_id: str) -> Row:
        """Take a line off the invoice; its id never comes back."""
        with self._company.lock:
            lines = self._invoice(invoice_id).body["Line"]
            unwanted = _line(lines, line_id)
            return self._edit(invoice_id, {"Line": [line for line in lines if line is not unwanted]})

    def split(self, invoice_id: str, line_id: str) -> Row:
        """Bill a line apart: off this invoice, onto a new one to the same customer. Returns the new one."""
        with self._company.lock:
            body = self._invoice(invoice_id).body
            line = {name: value for name, value in _line(body["Line"], line_id).items() if name != "Id"}
            kept = ("CustomerRef", "CurrencyRef", "ExchangeRate", "TxnDate", "SalesTermRef", "BillEmail")
            sent: Json = {name: body[name] for name in kept if name in body} | {"Line": [line]}
            self.remove_line(invoice_id, line_id)
            return invoices.create(self._company, sent, by=self._user)

    def edit_memo(self, invoice_id: str, memo: str) -> Row:
        """Change the message to the customer."""
        return self._edit(invoice_id, {"CustomerMemo": {"value": memo}})

    def edit_note(self, invoice_id: str, note: str) -> Row:
        """Change the private note (statement memo)."""
        return self._edit(invoice_id, {"PrivateNote": note})

    def edit_terms(self, invoice_id: str, term_id: str, due_on: date) -> Row:
        """Agree other terms of payment and a due date."""
        return self._edit(invoice_id, {"SalesTermRef": {"value": term_id}, "DueDate": due_on.isoformat()})

    def renumber(self, invoice_id: str, number: str) -> Row:
        """Give the invoice another number."""
        return self._edit(invoice_id, {"DocNumber": number})

    def set_field(self, invoice_id: str, name: str, value: Any) -> Row:
        """Fill a field that the API may not even know (a feature of the web pages); None clears it."""
        with self._company.lock:
            row = self._invoice(invoice_id)
            row.body.pop(name, None)
            row.body |= {} if value is None else {name: value}
            self._company.touch(row, by=self._user)
            return row

    def queue(self, invoice_id: str, email: str) -> Row:
        """Mark it "send later"."""
        return self._edit(invoice_id, {"EmailStatus": "NeedToSend", "BillEmail": {"Address": email}})

    def send(self, invoice_id: str, email: str | None = None) -> Row:
        """Mail it to `email`, or to the address on it: EmailSent with DeliveryInfo; no mail leaves."""
        with self._company.lock:
            return invoices.send(self._company, self._invoice(invoice_id), email, by=self._user)

    def print_out(self, invoice_id: str) -> Row:
        """Print it."""
        return self._edit(invoice_id, {"PrintStatus": "PrintComplete"})

    def void(self, invoice_id: str) -> Row:
        """Void the invoice."""
        with self._company.lock:
            return invoices.void(self._company, identity(self._invoice(invoice_id)), by=self._user)

    def delete(self, invoice_id: str) -> Row:
        """Delete the invoice."""
        with self._company.lock:
            return invoices.delete(self._company, identity(self._invoice(invoice_id)), by=self._user)

    def _edit_line(self, invoice_id: str, line_id: str, changes: Json, detail: Json) -> Row:
        with self._company.lock:
            lines = [dict(line) for line in self._invoice(invoice_id).body["Line"]]
            line = _line(lines, line_id)
            line |= changes
            if detail:
                line["SalesItemLineDetail"] = line["SalesItemLineDetail"] | detail
            return self._edit(invoice_id, {"Line": lines})

    def _edit(self, invoice_id: str, changes: Json) -> Row:
        with self._company.lock:
            sent = identity(self._invoice(invoice_id)) | {"sparse": True} | changes
            return invoices.update(self._company, sent, by=self._user)


class MoneyWork(Desk):
    """What one does about money: payments, deposits, credits."""

    def take_payment(self, invoice_id: str, amount: Decimal | None = None) -> Row:
        """Record money received for the invoice: all that is open, or `amount`. Returns the Payment."""
        with self._company.lock:
            body = self._invoice(invoice_id).body
            paid = body["Balance"] if amount is None else cents(amount)
            link = {"TxnId": invoice_id, "TxnType": "Invoice"}
            sent: Json = {
                "CustomerRef": body["CustomerRef"],
                "TotalAmt": paid,
                "Line": [{"Amount": paid, "LinkedTxn": [link]}],
            }
            return payments.create(self._company, "Payment", sent, by=self._user)

    def undo_payment(self, payment_id: str) -> Row:
        """Delete a payment: the cheque bounced."""
        with self._company.lock:
            row = read(self._company, "Payment", payment_id)
            return payments.delete(self._company, "Payment", identity(row), by=self._user)

    def credit(self, invoice_id: str, amount: Decimal | None = None, text: str = "") -> Row:
        """Credit the customer what is open of the invoice, or `amount`, and use it up on that invoice.

        Returns the CreditMemo, on the item of the invoice's first sales line, without tax.
        """
        with self._company.lock:
            invoice = self._invoice(invoice_id)
            body = invoice.body
            worth = body["Balance"] if amount is None else cents(amount)
            line = {
                "Amount": worth,
                "Description": text,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": _first_detail(body["Line"])["ItemRef"]},
            }
            sent: Json = {
                "CustomerRef": body["CustomerRef"],
                "CurrencyRef": body["CurrencyRef"],
                "GlobalTaxCalculation": "NotApplicable",
                "Line": [line],
            }
            memo = sales.create(self._company, "CreditMemo", sent, by=self._user)
            if invoice.body["Balance"] and memo.body["Balance"]:
                crediting.apply_credit(self._company, memo, invoice, by=self._user)
            return memo


class FinancePerson(InvoiceWork, MoneyWork, OfficeWork):
    """Acts on one company by invoice, estimate, item or customer id, under the service's own rules.

    Amounts are Decimal in the document's currency. Actions return the row as it then stands and raise
    Refusal where the service would refuse a person too (closed books, linked payments).
    """


def _first_detail(lines: list[Json]) -> Json:
    """The item and tax code of the first line that sells an item."""
    details = (line["SalesItemLineDetail"] for line in lines if line["DetailType"] == "SalesItemLineDetail")
    found = next((detail for detail in details if "ItemRef" in detail), None)
    if found is None:
        raise LookupError("no line of this form sells an item")
    return {name: found[name] for name in ("ItemRef", "TaxCodeRef") if name in found}


def _line(lines: list[Json], line_id: str) -> Json:
    found = next((line for line in lines if line.get("Id") == line_id), None)
    if found is None:
        raise LookupError(f"the invoice has no line {line_id}")
    return found
