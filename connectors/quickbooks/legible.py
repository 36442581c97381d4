"""A document of QuickBooks' as a person reads the form: each field that could be typed, by its name there, as text."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectors.quickbooks import figures
from connectors.quickbooks.figures import JsonObject

#: QuickBooks' names → what stands on the form. Each is one that counts in `observe.content_of`.
HEADER = {
    "DocNumber": "number",
    "CustomerRef": "client",
    "ProjectRef": "project",
    "TxnDate": "date",
    "DueDate": "due date",
    "ExpirationDate": "expires",
    "SalesTermRef": "terms",
    "CurrencyRef": "currency",
    "ExchangeRate": "exchange rate",
    "ClassRef": "class",
    "DepartmentRef": "location",
    "CustomerMemo": "message",
    "PrivateNote": "private note",
    "BillEmail": "e-mail",
    "BillEmailCc": "e-mail cc",
    "BillEmailBcc": "e-mail bcc",
    "BillAddr": "billing address",
    "ShipAddr": "shipping address",
    "ShipFromAddr": "shipping from",
    "ShipDate": "shipping date",
    "ShipMethodRef": "ship via",
    "TrackingNum": "tracking number",
    "Deposit": "deposit",
    "DepositToAccountRef": "deposit to",
    "GlobalTaxCalculation": "amounts are",
    "ApplyTaxAfterDiscount": "tax after discount",
    "AllowOnlineACHPayment": "online bank payment",
    "AllowOnlineCreditCardPayment": "online card payment",
}
_LINE = {
    "ItemRef": "item",
    "Qty": "quantity",
    "UnitPrice": "price",
    "ServiceDate": "service date",
    "ClassRef": "class",
    "TaxCodeRef": "tax code",
    "PercentBased": "in percent",
    "DiscountPercent": "percent",
}
_ADDRESS = ("Line1", "Line2", "Line3", "Line4", "Line5", "City", "CountrySubDivisionCode", "PostalCode")


def legible(raw: str) -> dict[tuple[str, str], str]:
    """Texts by (line id, field), "" for the document's own; what is empty is left out."""
    return dict(_fields(figures.parse(raw))) if raw else {}


def _fields(row: JsonObject) -> Iterator[tuple[tuple[str, str], str]]:
    for name, called in HEADER.items():
        if text := _text(row.get(name)):
            yield ("", called), text
    for custom in row.get("CustomField") or ():
        if text := _text(custom.get("StringValue")):
            yield ("", str(custom.get("Name") or "custom field")), text
    if code := _text((row.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef")):
        yield ("", "tax"), code
    for line in row.get("Line") or ():
        if line.get("DetailType") != "SubTotalLineDetail":
            yield from _line(str(line.get("Id") or ""), line)


def _line(id_: str, line: JsonObject) -> Iterator[tuple[tuple[str, str], str]]:
    detail = line.get(str(line.get("DetailType"))) or {}
    own = {"text": line.get("Description"), "amount": line.get("Amount")}
    for called, value in (own | {said: detail.get(name) for name, said in _LINE.items()}).items():
        if text := _text(value):
            yield (id_, called), text


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return figures.canonical(value)
        case {"name": str(name)} if name:
            return name
        case {"value": inner} | {"Address": inner}:
            return _text(inner)
        case dict():
            return ", ".join(str(value[part]) for part in _ADDRESS if value.get(part))
    return str(value)
