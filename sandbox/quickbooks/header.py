"""The header of an invoice: which fields a client may write, and each one's shape, length and reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json
from sandbox.quickbooks.values import choice, day, number, present, referred, text

_REFERENCES = {
    "SalesTermRef": "Term",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "DepositToAccountRef": "Account",
    "ProjectRef": "Customer",
}
_NEEDS = {"ClassRef": "ClassTrackingPerTxn", "DepartmentRef": "TrackDepartments"}
_TEXTS = {"DocNumber": 21, "PrivateNote": 4000, "TrackingNum": 31}
_CHOICES = {
    "EmailStatus": ("NotSet", "NeedToSend", "EmailSent"),
    "PrintStatus": ("NotSet", "NeedToPrint", "PrintComplete"),
    "GlobalTaxCalculation": ("TaxExcluded", "TaxInclusive", "NotApplicable"),
}
_DAYS = ("TxnDate", "DueDate", "ShipDate")
_NUMBERS = ("Deposit", "ExchangeRate")
_ADDRESSES = ("BillEmail", "BillEmailCc", "BillEmailBcc")
_FLAGS = ("AllowOnlineACHPayment", "AllowOnlineCreditCardPayment", "ApplyTaxAfterDiscount", "FreeFormAddress")
_WHOLE = ("BillAddr", "ShipAddr", "ShipFromAddr", "ShipMethodRef", "CurrencyRef", "TxnTaxDetail")
_READ_ONLY = (
    *("Id", "SyncToken", "MetaData", "domain", "sparse", "status", "TotalAmt", "Balance", "HomeTotalAmt"),
    *("HomeBalance", "DeliveryInfo", "LinkedTxn", "InvoiceLink", "RecurDataRef", "TaxExemptionRef"),
    *("TxnApprovalInfo", "AllowIPNPayment", "AllowOnlinePayment", "EInvoiceStatus", "TxnSource"),
)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field to read: its `name` in what was `sent`, and the invoice `before` the update."""

    company: Company
    sent: Json
    name: str
    before: Json | None


def read_header(company: Company, sent: Json, before: Json | None) -> Json:
    """The writable header fields that `sent` names, checked and normalised; None where it clears one.

    `Line` is not read here. Read-only fields are ignored; unknown ones too, unless the knob refuses them.
    """
    if company.behaviour.unknown_property == "fault":
        strangers = sorted(sent.keys() - WRITABLE - set(_READ_ONLY))
        if strangers:
            raise refusals.unsupported_property(strangers[0])
    return {
        name: reader(_Field(company, sent, name, before)) for name, reader in _READERS.items() if name in sent
    }


def _reference(field: _Field) -> Any:
    row = referred(
        field.company, field.sent, field.name, _REFERENCES.get(field.name, "Customer"), field.before
    )
    if row is None:
        return None
    if field.name == "ProjectRef" and not row.body.get("IsProject"):
        raise refusals.business("Invalid ProjectRef", field.name)
    feature = _NEEDS.get(field.name)
    if feature is not None and not field.company.preference("AccountingInfoPrefs", feature):
        raise refusals.feature_off(field.name)
    return row.reference()


def _text(field: _Field) -> Any:
    return text(field.sent, field.name, _TEXTS[field.name])


def _choice(field: _Field) -> Any:
    return choice(field.sent, field.name, _CHOICES[field.name])


def _day(field: _Field) -> Any:
    value = day(field.sent, field.name)
    return value and value.isoformat()


def _number(field: _Field) -> Any:
    return number(field.sent, field.name)


def _address(field: _Field) -> Any:
    address = text(_object(field), "Address", 100)
    return None if address is None else {"Address": address}


def _memo(field: _Field) -> Any:
    value = text(_object(field), "value", 1000)
    return None if value is None else {"value": value}


def _flag(field: _Field) -> Any:
    value = present(field.sent, field.name)
    return None if value is None else value in (True, "true")


def _whole(field: _Field) -> Any:
    return {key: value for key, value in _object(field).items() if value not in (None, "")} or None


def _custom_fields(field: _Field) -> Any:
    value = present(field.sent, field.name) or []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise refusals.unsupported_property(field.name)
    defined = field.company.preference("SalesFormsPrefs", "CustomField") or []
    names = {str(entry["DefinitionId"]): entry["Name"] for entry in defined}
    return [
        {
            "DefinitionId": str(entry["DefinitionId"]),
            "Name": names[str(entry["DefinitionId"])],
            "Type": "StringType",
            "StringValue": entry["StringValue"],
        }
        for entry in value
        if str(entry.get("DefinitionId")) in names and present(entry, "StringValue") is not None
    ]


def _object(field: _Field) -> Json:
    value = present(field.sent, field.name) or {}
    if not isinstance(value, dict):
        raise refusals.unsupported_property(field.name)
    return value


_READERS: dict[str, Callable[[_Field], Any]] = {
    **dict.fromkeys(("CustomerRef", *_REFERENCES), _reference),
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_CHOICES, _choice),
    **dict.fromkeys(_DAYS, _day),
    **dict.fromkeys(_NUMBERS, _number),
    **dict.fromkeys(_ADDRESSES, _address),
    **dict.fromkeys(_FLAGS, _flag),
    **dict.fromkeys(_WHOLE, _whole),
    "CustomerMemo": _memo,
    "CustomField": _custom_fields,
}
WRITABLE = frozenset((*_READERS, "Line"))
