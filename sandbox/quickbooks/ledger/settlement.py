"""What settles what: which payments are linked to a document, with which amounts, and what stays open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents

ZERO = Decimal(0)
PAYERS = {
    "Payment": "Payment",
    "BillPaymentCheck": "BillPayment",
    "BillPaymentCreditCard": "BillPayment",
    "Deposit": "Deposit",
}
SETTLED = ("Invoice", "CreditMemo", "Bill", "VendorCredit")
CREDITS = ("CreditMemo", "VendorCredit")
ENTERED = ("JournalEntry", "Deposit")  #: whose lines may be open items, too
RECEIVABLE, PAYABLE = "Accounts Receivable", "Accounts Payable"
ACCOUNT_TYPES_OF = {"Customer": RECEIVABLE, "Vendor": PAYABLE}


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


def applied_total(company: Company, body: Json) -> Decimal:
    """What a payment's lines apply, credits used up taken off."""
    owner = owner_of(body)
    return sum(
        (line["Amount"] * side_of(company, line["LinkedTxn"][0], owner) for line in body.get("Line", ())),
        ZERO,
    )


def owner_of(body: Mapping[str, Any]) -> str:
    """Whose a document or payment is, as `Customer/7`."""
    for kind in ("Customer", "Vendor"):
        reference = body.get(f"{kind}Ref")
        if reference:
            return f"{kind}/{reference['value']}"
    return ""


def side_of(company: Company, link: Json, owner: str) -> int:
    """1 for a link to what is owed, -1 for one to a credit."""
    if link["TxnType"] in ENTERED:
        document = company.find(link["TxnType"], link["TxnId"])
        return 1 if document is None or entered_for(company, document, owner) >= 0 else -1
    return -1 if link["TxnType"] in CREDITS else 1


def entered_for(company: Company, document: Row, owner: str) -> Decimal:
    """What a journal entry or deposit adds to the open items of a customer or vendor, in all."""
    return sum((amount for name, amount in entered(company, document) if name == owner), ZERO)


def entered(company: Company, document: Row) -> list[tuple[str, Decimal]]:
    """Lines of a journal entry or deposit on receivables or payables: whose, and what they add."""
    found = []
    for line in document.body.get("Line", ()):
        detail = line.get(f"{document.kind}LineDetail")
        owner = named(detail) if detail else ""
        kind = owner.partition("/")[0]
        account = company.find("Account", detail.get("AccountRef", {}).get("value", "")) if owner else None
        if account is None or account.body["AccountType"] != ACCOUNT_TYPES_OF.get(kind):
            continue
        is_debit = detail.get("PostingType", "Credit") == "Debit"
        found.append((owner, line["Amount"] if is_debit == (kind == "Customer") else -line["Amount"]))
    return found


def left_of_entered(company: Company, document: Row, owner: str, on: date | None = None) -> Decimal:
    """What is open of a journal entry or deposit for one owner, what was settled up to `on` taken off."""
    whole = entered_for(company, document, owner)
    paid = applied(company, document.kind, document.id, document.body.get("LinkedTxn", ()))
    settled = sum(
        (amount for by, amount in paid if owner_of(by.body) == owner and (on is None or by.dated <= on)), ZERO
    )
    return whole - settled if whole >= 0 else whole + settled


def named(detail: Json) -> str:
    """Whom a line names by itself, as `Customer/7`; empty when nobody."""
    customer = detail.get("CustomerRef") or {}
    if customer.get("value"):
        return f"Customer/{customer['value']}"
    entity: Json = detail.get("Entity") or {}
    reference: Json = entity.get("EntityRef") or entity
    kind = str(entity.get("Type") or entity.get("type") or reference.get("type") or "")
    who = reference.get("value")
    return f"{kind.capitalize()}/{who}" if who and kind else ""
