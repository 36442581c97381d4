"""What settles what: which payments are linked to a document, with which amounts, and what stays open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.values import cents

ZERO = Decimal(0)
PAYERS = {
    "Payment": "Payment",
    "BillPaymentCheck": "BillPayment",
    "BillPaymentCreditCard": "BillPayment",
    "Deposit": "Deposit",
}
SETTLED = ("Invoice", "CreditMemo", "Bill", "VendorCredit")


def link_type(row: Row) -> str:
    """The TxnType by which other transactions link to `row`."""
    return f"BillPayment{row.body['PayType']}" if row.kind == "BillPayment" else row.kind


def applied(company: Company, kind: str, row_id: str, links: Iterable[Json]) -> list[tuple[Row, Decimal]]:
    """The payments among `links` of a document, each with what it applies, in the document's currency."""
    payers = [
        payer
        for link in links
        if link["TxnType"] in PAYERS and link["TxnType"] != "Deposit"
        for payer in [company.find(PAYERS[link["TxnType"]], link["TxnId"])]
        if payer is not None
    ]
    return [(payer, amount) for payer in payers if (amount := amount_for(payer, kind, row_id))]


def amount_for(payer: Row, kind: str, row_id: str) -> Decimal:
    """What the lines of a payment apply to one document."""
    return sum(
        (
            line["Amount"]
            for line in payer.body.get("Line", ())
            for link in line["LinkedTxn"]
            if (link["TxnId"], link["TxnType"]) == (row_id, kind)
        ),
        ZERO,
    )


def open_amounts(company: Company, kind: str, body: Mapping[str, Any], row: Row | None) -> Json:
    """Balance of a document that can be settled (and RemainingCredit of a credit), with home values.

    May be negative when more is applied than it is worth; the caller refuses that.
    """
    paid = applied(company, kind, row.id, body.get("LinkedTxn", ())) if row else []
    balance = body["TotalAmt"] - body.get("Deposit", ZERO) - sum((amount for _, amount in paid), ZERO)
    result: Json = {"Balance": balance}
    if kind == "CreditMemo":
        result["RemainingCredit"] = balance
    rate = body.get("ExchangeRate")
    if rate is not None and kind in ("Invoice", "CreditMemo"):
        result["HomeBalance"] = cents(balance * rate)
    return result


def without_link(links: Iterable[Json], row: Row) -> list[Json]:
    """`links` but for those to `row`."""
    wanted = (row.id, link_type(row))
    return [link for link in links if (link["TxnId"], link["TxnType"]) != wanted]
