"""Payments: money received, applied to invoices or not yet, and the links both sides show."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.assembly import totals
from sandbox.quickbooks.lookup import current, refuse_closed
from sandbox.quickbooks.posting import applied, post_payment
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.values import (
    cents,
    day,
    number,
    present,
    reference_id,
    referred,
    text,
    without_nothing,
)

_ZERO = Decimal(0)


def create(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """A payment of TotalAmt by a customer; each line applies an amount to one invoice of the currency."""
    total = number(sent, "TotalAmt")
    if total is None:
        raise refusals.business("TotalAmt is required for a payment.", "TotalAmt")
    customer = referred(company, sent, "CustomerRef", "Customer")
    if customer is None:
        raise refusals.missing("CustomerRef")
    bank = referred(company, sent, "DepositToAccountRef", "Account")
    lines = _lines(company, sent, customer)
    spent = sum((line["Amount"] for line in lines), _ZERO)
    if total < spent:
        raise refusals.business("The lines apply more than the payment's amount.", "TotalAmt")
    body: Json = {
        "CustomerRef": customer.reference(),
        "TxnDate": (day(sent, "TxnDate") or company.today()).isoformat(),
        "TotalAmt": cents(total),
        "UnappliedAmt": cents(total) - spent,
        "ProcessPayment": False,
        "CurrencyRef": customer.body["CurrencyRef"],
        "ExchangeRate": _rate(company, sent, customer),
        "DepositToAccountRef": bank and bank.reference(),
        "PrivateNote": text(sent, "PrivateNote", 4000),
        "PaymentRefNum": text(sent, "PaymentRefNum", 21),
        "Line": lines,
        "LinkedTxn": [],
    }
    refuse_closed(company, body)
    payment = company.add("Payment", without_nothing(body), by=by)
    for line in lines:
        _link(company, payment, line["LinkedTxn"][0]["TxnId"], by)
    post_payment(company, payment)
    return payment


def void(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """Zero the payment; its invoices are open again."""
    payment = current(company, "Payment", sent)
    refuse_closed(company, payment.body)
    note, old = company.behaviour.void_note, payment.body.get("PrivateNote", "")
    changes = {"TotalAmt": _ZERO, "UnappliedAmt": _ZERO, "PrivateNote": f"{note} - {old}" if old else note}
    _release(company, payment, by)
    payment.body |= changes
    company.touch(payment, by=by)
    post_payment(company, payment)
    return payment


def delete(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """Remove the payment for good; its invoices are open again."""
    payment = current(company, "Payment", sent)
    refuse_closed(company, payment.body)
    _release(company, payment, by)
    company.touch(payment, by=by)
    payment.deleted = True
    company.books.remove(("Payment", payment.id))
    return payment


def unlink(company: Company, invoice: Row, *, by: str) -> None:
    """Turn what was paid on the invoice into unapplied money of its payments."""
    linked = applied(company, invoice.id, invoice.body)
    invoice.body |= {"LinkedTxn": []}
    for payment_id, amount in linked:
        payment = company.find("Payment", payment_id)
        if payment is None:
            continue
        kept = [line for line in payment.body["Line"] if line["LinkedTxn"][0]["TxnId"] != invoice.id]
        payment.body |= {"Line": kept, "UnappliedAmt": payment.body["UnappliedAmt"] + amount}
        company.touch(payment, by=by)
        post_payment(company, payment)


def post_again(company: Company, invoice: Row) -> None:
    """Enter the invoice's payments anew: what each takes off the receivable depends on the whole."""
    for payment_id, _ in applied(company, invoice.id, invoice.body):
        payment = company.find("Payment", payment_id)
        if payment is not None:
            post_payment(company, payment)


def _lines(company: Company, sent: Json, customer: Row) -> list[Json]:
    lines: list[Json] = []
    for entry in present(sent, "Line") or ():
        amount = number(entry, "Amount")
        links = present(entry, "LinkedTxn")
        if amount is None or not links:
            raise refusals.missing("Line.Amount" if amount is None else "Line.LinkedTxn")
        invoice_id, kind = str(present(links[0], "TxnId")), present(links[0], "TxnType")
        if kind != "Invoice":
            raise refusals.bad_enumeration("TxnType", kind)
        invoice = company.find("Invoice", invoice_id)
        if invoice is None or reference_id(invoice.body, "CustomerRef") != customer.id:
            raise refusals.bad_reference("LinkedTxn", "Invoice", invoice_id)
        if not _ZERO < amount <= invoice.body["Balance"]:
            raise refusals.business(
                f"{amount} is more than the invoice's open balance, or nothing.", "Amount"
            )
        lines.append({"Amount": cents(amount), "LinkedTxn": [{"TxnId": invoice_id, "TxnType": "Invoice"}]})
    if len({line["LinkedTxn"][0]["TxnId"] for line in lines}) < len(lines):
        raise refusals.business("An invoice appears on two lines of the payment.", "Line")
    return lines


def _rate(company: Company, sent: Json, customer: Row) -> Decimal | None:
    if not company.preference("CurrencyPrefs", "MultiCurrencyEnabled"):
        return None
    currency = customer.body["CurrencyRef"]["value"]
    if currency == company.home_currency:
        return Decimal(1)
    return number(sent, "ExchangeRate") or company.exchange_rates.get(currency, Decimal(1))


def _link(company: Company, payment: Row, invoice_id: str, by: str) -> None:
    invoice = company.find("Invoice", invoice_id)
    if invoice is not None:
        link = {"TxnId": payment.id, "TxnType": "Payment"}
        _settle(company, invoice, [*invoice.body["LinkedTxn"], link], by)


def _release(company: Company, payment: Row, by: str) -> None:
    lines = payment.body["Line"]
    payment.body |= {"Line": []}
    for line in lines:
        invoice = company.find("Invoice", line["LinkedTxn"][0]["TxnId"])
        if invoice is not None:
            links = [link for link in invoice.body["LinkedTxn"] if link["TxnId"] != payment.id]
            _settle(company, invoice, links, by)
            post_again(company, invoice)


def _settle(company: Company, invoice: Row, links: list[Json], by: str) -> None:
    invoice.body |= {"LinkedTxn": links}
    invoice.body |= totals(company, invoice.body, invoice)
    company.touch(invoice, by=by, bump=company.behaviour.payment_bumps_invoice)
