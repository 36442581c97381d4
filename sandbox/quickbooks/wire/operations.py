"""What can be done to each entity: one table from entity and operation to the rule that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.quickbooks.refusals import Refusal, unsupported_operation
from sandbox.quickbooks.rules import lists, movements, payments, purchases, rates, recurring, sales, settings
from sandbox.quickbooks.rules.lookup import read
from sandbox.quickbooks.state import API_USER, SALES_FORMS, Company, Json, Row
from sandbox.quickbooks.vocabulary.registry import KINDS

Change = Callable[..., Row]
_PAYMENTS = ("Payment", "BillPayment")
_PURCHASES = ("Bill", "VendorCredit", "Purchase", "PurchaseOrder")
_MOVEMENTS = ("Deposit", "Transfer", "JournalEntry", "CreditCardPayment", "InventoryAdjustment")
_DELETABLE_ENTRIES = ("TimeActivity", "Attachable", "Budget")


@dataclass(frozen=True, slots=True)
class Options:
    """What a write may be told beside its body: let a taken DocNumber pass."""

    allow_duplicate: bool = False


def _table() -> dict[tuple[str, str], Change]:
    """Every operation there is."""
    table: dict[tuple[str, str], Change] = {}
    families: tuple[tuple[tuple[str, ...], dict[str, Change]], ...] = (
        (SALES_FORMS, {"create": sales.create, "update": sales.update, "delete": sales.delete}),
        (sales.VOIDABLE, {"void": sales.void}),
        (
            _PAYMENTS,
            {
                "create": payments.create,
                "update": payments.update,
                "void": payments.void,
                "delete": payments.delete,
            },
        ),
        (
            _PURCHASES,
            {"create": purchases.create, "update": purchases.update, "delete": purchases.delete},
        ),
        (
            _MOVEMENTS,
            {"create": movements.create, "update": movements.update, "delete": movements.delete},
        ),
        (
            ("RecurringTransaction",),
            {"create": recurring.create, "update": recurring.update, "delete": recurring.delete},
        ),
        (_DELETABLE_ENTRIES, {"delete": lists.delete}),
        (("CompanyInfo", "Preferences"), {"update": settings.update}),
    )
    for kinds, operations in families:
        for kind in kinds:
            table |= {(kind, name): change for name, change in operations.items()}
    for kind, shape in KINDS.items():
        if not shape.reads_only and (kind, "create") not in table:
            table |= {(kind, "create"): lists.create, (kind, "update"): lists.update}
    return table


_TABLE = _table()


def perform(
    company: Company, kind: str, operation: str, sent: Json, options: Options, *, by: str = API_USER
) -> Row:
    """Do `operation` (create, update, void, delete) to an object of `kind`; 500 where there is none such."""
    if kind == "ExchangeRate" and operation in ("create", "update"):
        return rates.enter_rate(company, sent, by=by)
    change = _TABLE.get((kind, operation))
    if change is None:
        raise unsupported_operation(f"Operation {operation} is not supported for {kind}.")
    if kind in SALES_FORMS and operation in ("create", "update"):
        return change(company, kind, sent, by=by, allow_duplicate=options.allow_duplicate)
    return change(company, kind, sent, by=by)


def send(company: Company, kind: str, row_id: str, to: str | None = None) -> Row:
    """Record a mail of a form, to `to` or the address on it; 500 for a kind that is not mailed."""
    if kind not in (*sales.SENDABLE, "PurchaseOrder"):
        raise unsupported_operation(f"Operation send is not supported for {kind}.")
    return sales.send(company, read(company, kind, row_id), to)


def unknown_operation(name: str) -> Refusal:
    """What the service says to an endpoint it does not have."""
    return unsupported_operation(f"Operation {name} is not supported.")
