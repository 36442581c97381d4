"""What the purchase side enters in the ledger: bills, credits, purchases and payments to vendors."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sandbox.quickbooks.ledger import stock
from sandbox.quickbooks.ledger.accounts import open_items_account, sales_tax_account, special
from sandbox.quickbooks.ledger.books import Posting
from sandbox.quickbooks.ledger.entering import balanced, of_line, rate_in, settled, turned, with_gain
from sandbox.quickbooks.ledger.settlement import PAYABLE, ZERO, applied_total
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents


def bill(company: Company, row: Row) -> Iterator[Posting]:
    """What is owed to a vendor."""
    yield from balanced(open_items_account(company, row.body, PAYABLE), _bought(company, row.body))


def vendor_credit(company: Company, row: Row) -> Iterator[Posting]:
    """A bill the other way round; goods sent back leave the stock at what they had cost."""
    yield from balanced(open_items_account(company, row.body, PAYABLE), turned(_bought(company, row.body)))
    credited = {
        line["ItemBasedExpenseLineDetail"]["ItemRef"]["value"]: cents(line["Amount"] * rate_in(row.body))
        for line in row.body["Line"]
        if "ItemBasedExpenseLineDetail" in line
    }
    for item_id, cost in stock.costs(company, row).items():
        item = company.find("Item", item_id)
        difference = cost - credited.get(item_id, ZERO)
        if item is not None and difference:
            yield Posting(item.body["ExpenseAccountRef"]["value"], difference, item_id=item_id)
            yield Posting(item.body["AssetAccountRef"]["value"], -difference, item_id=item_id)


def purchase(company: Company, row: Row) -> Iterator[Posting]:
    """Paid at once from a bank account or by card."""
    postings = _bought(company, row.body)
    if row.body["Credit"]:
        postings = turned(postings)
    yield from balanced(row.body["AccountRef"]["value"], postings)


def bill_payment(company: Company, row: Row) -> Iterator[Posting]:
    """Money against payables."""
    body = row.body
    details = body.get("CheckPayment") or body.get("CreditCardPayment") or {}
    chosen = details.get("BankAccountRef") or details.get("CCAccountRef")
    bank = chosen["value"] if chosen else special(company, "Checking", "Bank", "Checking")
    money = cents(body["TotalAmt"] * rate_in(body))
    relieved = -sum((settled(company, row, line, PAYABLE) for line in body["Line"]), ZERO)
    unapplied = body["TotalAmt"] - applied_total(company, body)
    relieved += cents(unapplied * rate_in(body))
    account = open_items_account(company, body, PAYABLE)
    yield from with_gain(company, bank, -money, account, relieved)


def expense_account(company: Company, line: Json) -> str:
    """The account that a line of a bill or purchase moves: its own, or that of its item."""
    detail = line[line["DetailType"]]
    if line["DetailType"] == "AccountBasedExpenseLineDetail":
        return str(detail["AccountRef"]["value"])
    item = company.find("Item", detail["ItemRef"]["value"])
    fields = ("AssetAccountRef", "ExpenseAccountRef", "IncomeAccountRef")
    found = next((item.body[name]["value"] for name in fields if item and name in item.body), None)
    return found or special(company, "Purchases", "Expense", "SuppliesMaterials")


def _bought(company: Company, body: Json) -> list[Posting]:
    """What a bill or purchase is for, line by line, and the tax on it."""
    rate = rate_in(body)
    lines = [line for line in body["Line"] if "Amount" in line]
    postings = [
        of_line(expense_account(company, line), cents(line["Amount"] * rate), line, line[line["DetailType"]])
        for line in lines
    ]
    tax = Decimal(body.get("TxnTaxDetail", {}).get("TotalTax", 0))
    if tax:
        postings.append(Posting(sales_tax_account(company, None), cents(tax * rate)))
    return postings
