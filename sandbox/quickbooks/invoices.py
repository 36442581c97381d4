"""The life of an invoice under the service's rules: create, full and sparse update, void, delete, send."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks import payments, refusals
from sandbox.quickbooks.assembly import assemble, totals
from sandbox.quickbooks.lines import zeroed
from sandbox.quickbooks.lookup import current, refuse_closed
from sandbox.quickbooks.posting import post_invoice
from sandbox.quickbooks.state import API_USER, Company, Json, Mail, Row
from sandbox.quickbooks.values import present, text


def create(company: Company, sent: Json, *, by: str = API_USER, allow_duplicate: bool = False) -> Row:
    """A new invoice: open and posted at once. `allow_duplicate` lets a taken DocNumber pass."""
    for name in ("CustomerRef", "Line"):
        if not present(sent, name):
            raise refusals.missing(name)
    body, last_line_id = assemble(company, sent, None, allow_duplicate=allow_duplicate)
    row = company.add("Invoice", body, by=by)
    row.last_line_id = last_line_id
    post_invoice(company, row)
    return row


def update(company: Company, sent: Json, *, by: str = API_USER, allow_duplicate: bool = False) -> Row:
    """A full update, or with `sparse` true one of the named fields only. Read-only fields are ignored."""
    row = current(company, "Invoice", sent)
    row.body, row.last_line_id = assemble(company, sent, row, allow_duplicate=allow_duplicate)
    company.touch(row, by=by)
    post_invoice(company, row)
    payments.post_again(company, row)
    return row


def void(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """Zero every amount and quantity, mark the note, drop the links. The invoice stays."""
    row = current(company, "Invoice", sent)
    refuse_closed(company, row.body)
    payments.unlink(company, row, by=by)
    note, old = company.behaviour.void_note, row.body.get("PrivateNote", "")
    row.body |= {
        "Line": zeroed(row.body["Line"]),
        "PrivateNote": f"{note} - {old}" if old else note,
        "TxnTaxDetail": {"TotalTax": Decimal(0)},
    }
    row.body.pop("Deposit", None)
    row.body |= totals(company, row.body, row)
    company.touch(row, by=by)
    post_invoice(company, row)
    return row


def delete(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """Remove the invoice for good; only the change feed remembers it. 800 while a payment is linked."""
    row = current(company, "Invoice", sent)
    refuse_closed(company, row.body)
    if row.body["LinkedTxn"]:
        raise refusals.has_dependencies("Linked transactions must be unlinked before the invoice is deleted.")
    company.touch(row, by=by)
    row.deleted = True
    company.books.remove(("Invoice", row.id))
    return row


def send(company: Company, row: Row, to: str | None = None, *, by: str = API_USER) -> Row:
    """Mark the invoice as mailed, to `to` or its BillEmail, and record the mail; nobody gets it."""
    address = text({"sendTo": to}, "sendTo", 100) or row.body.get("BillEmail", {}).get("Address")
    if not address:
        raise refusals.business("An email address is required to send the invoice.", "BillEmail")
    now = company.clock.now()
    row.body |= {
        "EmailStatus": "EmailSent",
        "BillEmail": {"Address": address},
        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": company.stamp(now)},
    }
    company.mails.append(Mail(row.id, address, now))
    company.touch(row, by=by, bump=company.behaviour.send_bumps_invoice)
    return row
