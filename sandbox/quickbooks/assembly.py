"""What a request makes of an invoice: the merged header, the defaults, lines, tax and totals; no effect."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.header import WRITABLE, read_header
from sandbox.quickbooks.lines import SALES, SUBTOTAL, add_up, of_kind, read_lines, with_subtotal
from sandbox.quickbooks.lookup import refuse_closed
from sandbox.quickbooks.posting import applied
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.tax import compute, is_taxed
from sandbox.quickbooks.values import cents, present, reference_id, referred, without_nothing

_ZERO = Decimal(0)
_AUTO_NUMBER = "AUTO_GENERATE"
_EMPTY: Json = {
    "AllowIPNPayment": False,
    "AllowOnlinePayment": False,
    "AllowOnlineCreditCardPayment": False,
    "AllowOnlineACHPayment": False,
    "ApplyTaxAfterDiscount": False,
    "CustomField": [],
    "LinkedTxn": [],
}


def assemble(
    company: Company, sent: Json, row: Row | None, *, allow_duplicate: bool = False
) -> tuple[Json, int]:
    """The whole body after a create (`row` None) or an update of `row`, and the highest line id ever used.

    Raises Refusal where the service would. `allow_duplicate` lets a taken DocNumber pass.
    """
    sparse = row is not None and present(sent, "sparse") in (True, "true")
    body = _merged(company, sent, row.body if row else None, sparse=sparse)
    customer = referred(company, body, "CustomerRef", "Customer", row.body if row else None)
    if customer is None:
        raise refusals.missing("CustomerRef")
    body.setdefault("TxnDate", company.today().isoformat())
    refuse_closed(company, body)
    body |= _currency(company, body, customer)
    body |= _statuses(company, body, is_new=row is None)
    body.setdefault("DueDate", _due_on(company, body))
    if row is None:
        body = _addresses(customer) | body
    last_line_id = _set_lines(company, body, sent, row, sparse=sparse)
    sales = of_kind(body["Line"], SALES)
    taxed = is_taxed(company, body)
    body["TxnTaxDetail"] = compute(company, sales, body.get("TxnTaxDetail", {}), customer, taxed=taxed)
    body |= totals(company, body, row)
    number = _number(company, body, row, allow_duplicate=allow_duplicate)
    return without_nothing(body | {"DocNumber": number}), last_line_id


def _merged(company: Company, sent: Json, before: Json | None, *, sparse: bool) -> Json:
    header = read_header(company, sent, before)
    kept: Json = {}
    if before is not None:
        refuse_closed(company, before)
        kept = {name: value for name, value in before.items() if sparse or name not in WRITABLE}
        kept |= {name: before[name] for name in ("CurrencyRef", "ExchangeRate") if name in before}
    return _EMPTY | without_nothing(kept | header)


def _currency(company: Company, body: Json, customer: Row) -> Json:
    """CurrencyRef and ExchangeRate: a foreign customer must be billed in its own currency, by name."""
    home = company.home_currency
    currency = reference_id(body, "CurrencyRef") or home
    if not company.preference("CurrencyPrefs", "MultiCurrencyEnabled"):
        if currency != home:
            raise refusals.business(
                "Multi currency should be enabled to perform this operation.", "CurrencyRef"
            )
        return {"CurrencyRef": {"value": home}, "ExchangeRate": None}
    if currency != customer.body["CurrencyRef"]["value"]:
        detail = "The currency of the transaction is invalid for customer / vendor / account."
        raise refusals.business(detail, "CurrencyRef")
    rate = Decimal(1)
    if currency != home:
        rate = body.get("ExchangeRate") or company.exchange_rates.get(currency, rate)
    return {"CurrencyRef": {"value": currency}, "ExchangeRate": rate}


def _statuses(company: Company, body: Json, *, is_new: bool) -> Json:
    email = body.get("EmailStatus", "NotSet")
    if is_new and email == "EmailSent" and company.behaviour.email_sent_on_create == "reset":
        email = "NotSet"
    if email == "NeedToSend" and "BillEmail" not in body:
        raise refusals.business("An email address is required when EmailStatus is NeedToSend.", "BillEmail")
    return {
        "EmailStatus": email,
        "PrintStatus": body.get("PrintStatus", company.behaviour.print_status_on_create),
    }


def _due_on(company: Company, body: Json) -> str:
    term = referred(company, body, "SalesTermRef", "Term", body)
    days = int(term.body.get("DueDays", 0)) if term else 0
    return (date.fromisoformat(body["TxnDate"]) + timedelta(days=days)).isoformat()


def _addresses(customer: Row) -> Json:
    return {name: customer.body[name] for name in ("BillAddr", "ShipAddr") if name in customer.body}


def _set_lines(company: Company, body: Json, sent: Json, row: Row | None, *, sparse: bool) -> int:
    """Put the Line array into `body`: as sent, or as it was when a sparse update sends none."""
    before = [line for line in row.body["Line"] if line["DetailType"] != SUBTOTAL] if row else []
    last_line_id = row.last_line_id if row else 0
    lines = before
    if not sparse or present(sent, "Line") is not None:
        keep = sparse and company.behaviour.sparse_lines == "keep"
        taxed = is_taxed(company, body)
        sent_lines = present(sent, "Line") or []
        lines, last_line_id = read_lines(company, sent_lines, before, last_line_id, taxed=taxed, keep=keep)
    body["Line"] = with_subtotal(lines, add_up(lines).subtotal)
    return last_line_id


def totals(company: Company, body: Json, row: Row | None) -> Json:
    """TotalAmt and Balance, and their home values under multicurrency; 6000 when one would be negative."""
    sums = add_up(body["Line"])
    total = sums.subtotal - sums.discount + body["TxnTaxDetail"]["TotalTax"]
    if total < 0:
        raise refusals.business("Transaction amount must be 0 or greater.", "TotalAmt")
    paid = sum((amount for _, amount in applied(company, row.id, body)), _ZERO) if row else _ZERO
    balance = total - body.get("Deposit", _ZERO) - paid
    if balance < 0:
        raise refusals.business("The total is less than what is already paid.", "TotalAmt")
    amounts = {"TotalAmt": total, "Balance": balance}
    rate = body.get("ExchangeRate")
    if rate is not None:
        amounts |= {"HomeTotalAmt": cents(total * rate), "HomeBalance": cents(balance * rate)}
    return amounts


def _number(company: Company, body: Json, row: Row | None, *, allow_duplicate: bool) -> str | None:
    """The DocNumber: the company's own, the next one, or none; the next follows the last one used."""
    custom = company.preference("SalesFormsPrefs", "CustomTxnNumbers")
    number: str | None = body.get("DocNumber")
    before: str | None = row.body.get("DocNumber") if row else None
    if number is None and not custom:
        number = before or _AUTO_NUMBER
    if number == _AUTO_NUMBER:
        number = str(company.last_number + 1)
    if number is None or number == before:
        return number
    if custom and company.behaviour.duplicate_number_warning and not allow_duplicate:
        for other in company.rows("Invoice"):
            if other.body.get("DocNumber") == number:
                raise refusals.duplicate_number(number, other.id)
    if number.isdecimal() and number.isascii():
        company.last_number = int(number)
    return number
