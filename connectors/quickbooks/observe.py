"""QuickBooks' documents into our words: state, marker, and a digest of what a person could have changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.quickbooks import figures
from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.states import approval_of, fields_of, is_closed, links_of, state_of, was_mailed
from model.billing import BookInvoice, Document, DocumentKind, DocumentLine, DocumentState, called
from model.money import Money

MARKER = re.compile(r"\[MP-[0-9A-Za-z]{10}\]")

# What a person can change on a document by hand. A list of what counts, not of what does not: new fields
# appear in answers without notice, and each would make every document look edited. Left out on purpose:
# Balance, links, e-mail and print state, the status of an estimate and who accepted it (they are the
# document's *state*), MetaData and SyncToken (they move with every payment and send), totals and tax lines
# (QuickBooks computes them from the rest).
BY_HAND = frozenset(
    {
        *("DocNumber", "TxnDate", "DueDate", "SalesTermRef", "CustomerRef", "ProjectRef", "CurrencyRef"),
        *("ExchangeRate", "ClassRef", "DepartmentRef", "CustomerMemo", "PrivateNote", "CustomField"),
        *("BillEmail", "BillEmailCc", "BillEmailBcc", "BillAddr", "ShipAddr", "ShipFromAddr"),
        *("ShipDate", "ShipMethodRef", "TrackingNum", "Deposit", "DepositToAccountRef"),
        *("GlobalTaxCalculation", "ApplyTaxAfterDiscount", "TxnTaxDetail", "Line"),
        *("AllowOnlineACHPayment", "AllowOnlineCreditCardPayment", "ExpirationDate"),
    }
)
# Inside those: what QuickBooks fills in or computes. `name` follows a renamed customer or item; an address
# has its own Id and place on the map; lines are numbered by their order.
_FILLED_IN = frozenset(
    {"name", "Name", "Lat", "Long", "Country", "LineNum", "LinkedTxn", "TaxLine", "TaxInclusiveAmt"}
)
_ADDRESSES = frozenset({"BillAddr", "ShipAddr", "ShipFromAddr"})


def from_quickbooks(
    kind: DocumentKind, row: JsonObject, home_currency: str, void_words: tuple[str, ...]
) -> Document:
    """The document that `row` shows. ValueError when it is not a whole one."""
    try:
        return _document(kind, row, home_currency, void_words)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"not a whole {called(kind)}: {type(error).__name__} {error}") from error


def book_invoice(invoice: JsonObject, document: Document) -> BookInvoice:
    """What a person knows of the `invoice` that shows `document`."""
    net = Money.rounded(net_total(invoice), document.currency)
    return BookInvoice(document.number or "", document.external_id, document.client_id, net, document.state)


def is_deleted(row: JsonObject) -> bool:
    """Whether a change row is a tombstone (it has an id and a time, and nothing else)."""
    return row.get("status") == "Deleted"


def time_of(text: object) -> datetime:
    """A stamp of QuickBooks' (local offset) as aware UTC; ValueError without an offset."""
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"a time without an offset: {text!r}")
    return moment.astimezone(UTC)


def marker_in(note: str) -> str | None:
    """Our token in a private note, wherever finance or a void ("Voided …") moved it."""
    found = MARKER.search(note)
    return found.group() if found else None


def net_total(invoice: JsonObject) -> Decimal:
    """The total without tax, as QuickBooks shows it."""
    return _number(invoice["TotalAmt"]) - _number(_dict(invoice.get("TxnTaxDetail")).get("TotalTax"))


def sales_lines(lines: list[JsonObject]) -> Iterator[JsonObject]:
    """Lines that carry money of their own: neither the subtotal that QuickBooks appends nor plain text."""
    return (line for line in lines if line.get("DetailType") == "SalesItemLineDetail")


def content_of(invoice: JsonObject) -> str:
    """A digest of what a person could change: equal digests mean that nobody did.

    Numbers compare by value (10 = 10.00), absent equals empty, lines count with their ids and their order.
    The address of a mailed invoice does not count: sending itself writes it.
    """
    counted = BY_HAND - {"BillEmail"} if was_mailed(invoice) else BY_HAND
    by_hand = {name: _settled(name, invoice[name]) for name in sorted(counted & invoice.keys())}
    kept = {name: value for name, value in by_hand.items() if value not in (None, "", [], {})}
    return hashlib.sha256(figures.render(kept)).hexdigest()


def _document(
    kind: DocumentKind, row: JsonObject, home_currency: str, void_words: tuple[str, ...]
) -> Document:
    currency = _dict(row.get("CurrencyRef")).get("value") or home_currency
    note = str(row.get("PrivateNote") or "")
    voided = _is_voided(row, note, void_words)
    return Document(
        external_id=str(row["Id"]),
        version=str(row["SyncToken"]),
        number=row.get("DocNumber") or None,
        state=DocumentState.VOIDED if voided else state_of(kind, row),
        client_id=str(row["CustomerRef"]["value"]),
        currency=currency,
        total=Money.rounded(_number(row["TotalAmt"]), currency),
        balance=Money.rounded(_number(row.get("Balance")), currency),
        invoice_date=_day(row.get("TxnDate")),
        marker=marker_in(note),
        lines=tuple(_lines(row, currency)),
        content=content_of(row),
        changed_at=time_of(row["MetaData"]["LastUpdatedTime"]),
        raw=figures.render(row).decode("ascii"),
        kind=kind,
        links=links_of(row),
        expires_on=_day(row.get("ExpirationDate")) if kind == "estimate" else None,
        closed=kind == "estimate" and is_closed(row),
        fields=fields_of(row),
        approval=approval_of(row),
        tax=Money.rounded(_number(_dict(row.get("TxnTaxDetail")).get("TotalTax")), currency),
        exchange_rate=_number(row["ExchangeRate"]) if row.get("ExchangeRate") else None,
    )


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _lines(invoice: JsonObject, currency: str) -> Iterator[DocumentLine]:
    for line in invoice["Line"]:
        if line.get("DetailType") == "SubTotalLineDetail":
            continue
        amount = Money.rounded(_number(line["Amount"]), currency) if line.get("Amount") is not None else None
        detail = _dict(line.get("SalesItemLineDetail"))
        yield DocumentLine(
            str(line.get("Id") or ""),
            amount,
            str(line.get("Description") or ""),
            str(_dict(detail.get("TaxCodeRef")).get("value") or ""),
            _figure(detail.get("Qty")),
            _figure(detail.get("UnitPrice")),
            date.fromisoformat(detail["ServiceDate"]) if detail.get("ServiceDate") else None,
        )


def _is_voided(invoice: JsonObject, note: str, void_words: tuple[str, ...]) -> bool:
    """Zero alone is no void: finance may have edited the amounts to nothing."""
    nothing = not _number(invoice["TotalAmt"]) and not any(
        _number(line.get("Amount")) for line in invoice["Line"]
    )
    return nothing and note.startswith(void_words)


def _settled(name: str, value: Any) -> Any:
    """`value` with one spelling for equal things and without what QuickBooks fills in."""
    match value:
        case bool():
            return value
        case int() | Decimal():
            return figures.canonical(value)
        case list():
            return [_settled("", part) for part in value if not _is_subtotal(part)]
        case dict():
            skipped = _FILLED_IN | {"Id"} if name in _ADDRESSES else _FILLED_IN
            parts = {key: _settled(key, value[key]) for key in sorted(value.keys() - skipped)}
            return {key: part for key, part in parts.items() if part not in (None, "", [], {})}
    return value


def _is_subtotal(part: Any) -> bool:
    return isinstance(part, dict) and part.get("DetailType") == "SubTotalLineDetail"


def _number(value: object) -> Decimal:
    """A figure of an answer; absent or empty is zero. Some answers write figures as texts."""
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise TypeError(f"not a figure: {value!r}")
    return Decimal(value)


def _figure(value: object) -> Decimal | None:
    """A figure that a line may leave out."""
    return None if value in (None, "") else _number(value)


def _dict(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
