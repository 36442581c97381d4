"""The life of a sales form under the service's rules: create, full and sparse update, void, delete, send."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.ledger.posting import post, withdraw
from sandbox.quickbooks.ledger.settlement import PAYERS
from sandbox.quickbooks.rules import billing, crediting, estimates, payments
from sandbox.quickbooks.rules.assembly import assemble, totals
from sandbox.quickbooks.rules.lines import zeroed
from sandbox.quickbooks.rules.lookup import current, refuse_closed, voided_note
from sandbox.quickbooks.state import API_USER, Company, Json, Mail, Row
from sandbox.quickbooks.vocabulary.registry import KINDS
from sandbox.quickbooks.vocabulary.values import present, text

VOIDABLE = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt")
SENDABLE = ("Invoice", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt")


def create(
    company: Company, kind: str, sent: Json, *, by: str = API_USER, allow_duplicate: bool = False
) -> Row:
    """A new form of `kind`: open and, but for an estimate, posted at once.

    `allow_duplicate` lets a taken DocNumber pass.
    """
    for name in KINDS[kind].required:
        if not present(sent, name):
            raise refusals.missing(name)
    body, last_line_id = assemble(company, kind, sent, None, allow_duplicate=allow_duplicate)
    if kind == "Invoice":
        body["LinkedTxn"] = estimates.wanted_links(company, sent, body, None, by=by)
    row = company.add(kind, body, by=by)
    row.last_line_id = last_line_id
    post(company, row)
    if kind == "Invoice":
        _follow(company, row, [], by=by)
        crediting.apply_open_credits(company, row, by=by)
    return row


def update(
    company: Company, kind: str, sent: Json, *, by: str = API_USER, allow_duplicate: bool = False
) -> Row:
    """A full update, or with `sparse` true one of the named fields only. Read-only fields are ignored."""
    row = current(company, kind, sent)
    if kind in ("SalesReceipt", "RefundReceipt"):
        payments.refuse_deposited(row)
    body, row.last_line_id = assemble(company, kind, sent, row, allow_duplicate=allow_duplicate)
    before = row.body["LinkedTxn"]
    if kind == "Invoice":
        body["LinkedTxn"] = estimates.wanted_links(company, sent, body, row, by=by)
    row.body = body
    company.touch(row, by=by)
    post(company, row)
    payments.post_again(company, row)
    if kind == "Invoice":
        _follow(company, row, before, by=by)
    return row


def void(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Zero every amount and quantity, mark the note, drop the links. The form stays."""
    row = current(company, kind, sent)
    refuse_closed(company, row.body)
    before = row.body["LinkedTxn"]
    payments.unlink(company, row, by=by)
    row.body |= {
        "Line": zeroed(row.body["Line"]),
        "PrivateNote": voided_note(company, row.body),
        "TxnTaxDetail": {"TotalTax": Decimal(0)},
    }
    row.body.pop("Deposit", None)
    row.body |= totals(company, kind, row.body, row)
    company.touch(row, by=by, operation="Void")
    post(company, row)
    if kind == "Invoice":
        _follow(company, row, before, by=by)
    return row


def delete(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Remove the form for good; only the change feed remembers it. 800 while a payment is linked."""
    row = current(company, kind, sent)
    refuse_closed(company, row.body)
    if any(link["TxnType"] in PAYERS for link in row.body["LinkedTxn"]):
        raise refusals.has_dependencies("Linked transactions must be unlinked before it is deleted.")
    before = row.body["LinkedTxn"]
    company.remove(row, by=by)
    withdraw(company, row)
    if kind == "Invoice":
        _follow(company, row, before, by=by)
    if kind == "Estimate":
        _forget_estimate(company, row)
    return row


def _follow(company: Company, invoice: Row, before: list[Json], *, by: str) -> None:
    """Let estimates, hours and charges show which invoice bills them."""
    estimates.follow(company, invoice, before, by=by)
    billing.follow(company, invoice, before, by=by)


def _forget_estimate(company: Company, estimate: Row) -> None:
    for link in estimate.body["LinkedTxn"]:
        invoice = company.find("Invoice", link["TxnId"])
        if invoice is not None:
            mine = {"TxnId": estimate.id, "TxnType": "Estimate"}
            kept = [other for other in invoice.body["LinkedTxn"] if other != mine]
            invoice.body |= {"LinkedTxn": kept}


def send(company: Company, row: Row, to: str | None = None, *, by: str = API_USER) -> Row:
    """Mark the form as mailed, to `to` or its BillEmail, and record the mail; nobody gets it."""
    field = "POEmail" if row.kind == "PurchaseOrder" else "BillEmail"
    address = text({"sendTo": to}, "sendTo", 100) or row.body.get(field, {}).get("Address")
    if not address:
        raise refusals.business("An email address is required to send the form.", field)
    if "@" not in address:
        raise refusals.invalid_email(field)
    now = company.clock.now()
    row.body |= {
        "EmailStatus": "EmailSent",
        field: {"Address": address},
        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": company.stamp(now)},
    }
    company.mails.append(Mail(row.id, address, now, row.kind))
    company.touch(row, by=by, bump=company.behaviour.send_bumps_invoice, operation="Emailed")
    return row
