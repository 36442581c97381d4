"""A finance person at work in QuickBooks itself: every action bumps versions and the change feed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import invoices, lists, payments
from sandbox.quickbooks.lookup import read
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, Row
from sandbox.quickbooks.values import cents


class FinancePerson:
    """Acts on one company by invoice, item or customer id, under the service's own rules.

    Amounts are Decimal in the document's currency. Actions return the row as it then stands and raise
    Refusal where the service would refuse a person too (closed books, linked payments).
    """

    def __init__(self, company: Company, user: str = FINANCE_USER) -> None:
        self._company = company
        self._user = user

    def edit_amount(self, invoice_id: str, line_id: str, amount: Decimal) -> Row:
        """Type another amount over a sales line, which becomes 1 × `amount`."""
        detail = {"Qty": Decimal(1), "UnitPrice": amount}
        return self._edit_line(invoice_id, line_id, {"Amount": cents(amount)}, detail)

    def edit_text(self, invoice_id: str, line_id: str, text: str) -> Row:
        """Type another description on a line."""
        return self._edit_line(invoice_id, line_id, {"Description": text}, {})

    def add_line(self, invoice_id: str, item_id: str, amount: Decimal, text: str = "") -> Row:
        """Add a line of one's own at the end."""
        line = {
            "Amount": cents(amount),
            "Description": text,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item_id}},
        }
        with self._company.lock:
            return self._edit(invoice_id, {"Line": [*self._invoice(invoice_id).body["Line"], line]})

    def remove_line(self, invoice_id: str, line_id: str) -> Row:
        """Take a line off the invoice; its id never comes back."""
        with self._company.lock:
            lines = self._invoice(invoice_id).body["Line"]
            unwanted = _line(lines, line_id)
            return self._edit(invoice_id, {"Line": [line for line in lines if line is not unwanted]})

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
            return payments.create(self._company, sent, by=self._user)

    def undo_payment(self, payment_id: str) -> Row:
        """Delete a payment: the cheque bounced."""
        with self._company.lock:
            row = read(self._company, "Payment", payment_id)
            return payments.delete(self._company, _identity(row), by=self._user)

    def void(self, invoice_id: str) -> Row:
        """Void the invoice."""
        with self._company.lock:
            return invoices.void(self._company, _identity(self._invoice(invoice_id)), by=self._user)

    def delete(self, invoice_id: str) -> Row:
        """Delete the invoice."""
        with self._company.lock:
            return invoices.delete(self._company, _identity(self._invoice(invoice_id)), by=self._user)

    def close_books(self, through: date | None) -> Row:
        """Close the books up to and including `through`, or open them again with None."""
        with self._company.lock:
            row = self._company.preferences
            prefs = row.body["AccountingInfoPrefs"]
            prefs.pop("BookCloseDate", None)
            prefs |= {} if through is None else {"BookCloseDate": through.isoformat()}
            self._company.touch(row, by=self._user)
            return row

    def deactivate_item(self, item_id: str) -> Row:
        """Make an item inactive."""
        return self._deactivate("Item", item_id)

    def deactivate_customer(self, customer_id: str) -> Row:
        """Make a customer inactive."""
        return self._deactivate("Customer", customer_id)

    def _deactivate(self, kind: str, row_id: str) -> Row:
        with self._company.lock:
            sent = _identity(read(self._company, kind, row_id)) | {"sparse": True, "Active": False}
            return lists.update(self._company, kind, sent, by=self._user)

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
            sent = _identity(self._invoice(invoice_id)) | {"sparse": True} | changes
            return invoices.update(self._company, sent, by=self._user)

    def _invoice(self, invoice_id: str) -> Row:
        return read(self._company, "Invoice", invoice_id)


def _identity(row: Row) -> Json:
    return {"Id": row.id, "SyncToken": str(row.version)}


def _line(lines: list[Json], line_id: str) -> Json:
    found = next((line for line in lines if line.get("Id") == line_id), None)
    if found is None:
        raise LookupError(f"the invoice has no line {line_id}")
    return found
