"""What a new list entry brings into the books: opening balances of names and accounts, and first stock."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.ledger.accounts import special
from sandbox.quickbooks.ledger.posting import post
from sandbox.quickbooks.ledger.stock import on_hand, opening_entry
from sandbox.quickbooks.rules import movements, purchases, sales
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents, day, number

_NOTE = "Opening Balance"
_ZERO = Decimal(0)


def open_entry(company: Company, row: Row, sent: Json, *, by: str) -> None:
    """Enter the opening balance or the first stock that came with a new entry."""
    if row.kind == "Item" and row.body["Type"] == "Inventory":
        _begin_stock(company, row, by=by)
    balance = number(sent, "OpeningBalance" if row.kind == "Account" else "Balance") or _ZERO
    if not balance or row.kind not in ("Customer", "Vendor", "Account"):
        return
    opened = day(sent, "OpeningBalanceDate") or day(sent, "OpenBalanceDate") or company.today()
    common: Json = {"TxnDate": opened.isoformat(), "PrivateNote": _NOTE}
    if row.kind == "Customer":
        sales.create(company, "Invoice", common | _invoice(company, row, cents(balance)), by=by)
    elif row.kind == "Vendor":
        purchases.create(company, "Bill", common | _bill(company, row, cents(balance)), by=by)
    else:
        movements.create(company, "JournalEntry", common | _journal(company, row, cents(balance)), by=by)


def recount(company: Company, item: Row, sent: Json, *, by: str) -> None:
    """Enter the difference when an update of an inventory item says that there are more or fewer."""
    if item.body["Type"] != "Inventory":
        return
    if not any(_opens(row, item) for row in company.rows("InventoryAdjustment")):
        _begin_stock(company, item, by=by)
        return
    counted = number(sent, "QtyOnHand")
    difference = _ZERO if counted is None else counted - on_hand(company, item.id)
    if difference:
        account = special(company, "Inventory Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs")
        body = opening_entry(item) | {"TxnDate": company.today().isoformat()}
        body["Line"][0]["ItemAdjustmentLineDetail"]["QtyDiff"] = difference
        del body["DocNumber"], body["PrivateNote"]
        _adjust(company, body, account, by=by)


def _begin_stock(company: Company, item: Row, *, by: str) -> None:
    account = special(company, "Opening Balance Equity", "Equity", "OpeningBalanceEquity")
    _adjust(company, opening_entry(item), account, by=by)


def _adjust(company: Company, body: Json, account: str, *, by: str) -> None:
    against = company.find("Account", account)
    if against is not None:
        made = company.add("InventoryAdjustment", body | {"AdjustAccountRef": against.reference()}, by=by)
        post(company, made)


def _opens(row: Row, item: Row) -> bool:
    lines = (line["ItemAdjustmentLineDetail"]["ItemRef"]["value"] for line in row.body["Line"])
    return row.body.get("DocNumber") == "START" and item.id in lines


def _invoice(company: Company, customer: Row, amount: Decimal) -> Json:
    """One line of the first service there is: which the service takes is unverified."""
    item = next((row for row in company.rows("Item") if "IncomeAccountRef" in row.body), None)
    detail = {"ItemRef": {"value": item.id if item else ""}}
    line = {"Amount": amount, "Description": _NOTE, "DetailType": "SalesItemLineDetail"}
    return {
        "CustomerRef": {"value": customer.id},
        "CurrencyRef": customer.body["CurrencyRef"],
        "Line": [line | {"SalesItemLineDetail": detail}],
    }


def _bill(company: Company, vendor: Row, amount: Decimal) -> Json:
    account = special(company, "Miscellaneous", "Other Expense", "OtherMiscellaneousExpense")
    detail = {"AccountRef": {"value": account}}
    line = {"Amount": amount, "Description": _NOTE, "DetailType": "AccountBasedExpenseLineDetail"}
    return {
        "VendorRef": {"value": vendor.id},
        "CurrencyRef": vendor.body["CurrencyRef"],
        "Line": [line | {"AccountBasedExpenseLineDetail": detail}],
    }


def _journal(company: Company, account: Row, amount: Decimal) -> Json:
    """The account against opening balance equity: what a liability starts with is owed."""
    equity = special(company, "Opening Balance Equity", "Equity", "OpeningBalanceEquity")
    debit = (account.body["Classification"] in ("Asset", "Expense")) == (amount > 0)
    sides = ("Debit", "Credit") if debit else ("Credit", "Debit")
    lines = [
        {
            "Amount": abs(amount),
            "Description": _NOTE,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": row_id}},
        }
        for side, row_id in zip(sides, (account.id, equity), strict=True)
    ]
    return {"Line": lines}
