"""What movements of money and stock enter in the ledger: deposits, transfers, journals, payments of tax."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sandbox.quickbooks.ledger import stock
from sandbox.quickbooks.ledger.accounts import bank_account, sales_tax_account, special
from sandbox.quickbooks.ledger.books import Posting
from sandbox.quickbooks.ledger.entering import balanced, of_line, rate_in
from sandbox.quickbooks.state import Company, Row
from sandbox.quickbooks.vocabulary.values import cents


def deposit(company: Company, row: Row) -> Iterator[Posting]:
    """Money put in the bank, less what was kept back."""
    rate = rate_in(row.body)
    undeposited = bank_account(company, {})
    postings = []
    for line in row.body["Line"]:
        detail = line.get("DepositLineDetail", {})
        account = detail.get("AccountRef", {}).get("value", undeposited)
        postings.append(of_line(account, -cents(line["Amount"] * rate), line, detail))
    back = row.body.get("CashBack")
    if back:
        memo = str(back.get("Memo", ""))
        postings.append(
            Posting(back["AccountRef"]["value"], cents(Decimal(back["Amount"]) * rate), memo=memo)
        )
    yield from balanced(row.body["DepositToAccountRef"]["value"], postings)


def transfer(_company: Company, row: Row) -> Iterator[Posting]:
    """From one account to another."""
    amount = cents(row.body["Amount"] * rate_in(row.body))
    yield Posting(row.body["FromAccountRef"]["value"], -amount)
    yield Posting(row.body["ToAccountRef"]["value"], amount)


def card_payment(_company: Company, row: Row) -> Iterator[Posting]:
    """A credit card paid from the bank."""
    amount = cents(row.body["Amount"] * rate_in(row.body))
    yield Posting(row.body["BankAccountRef"]["value"], -amount)
    yield Posting(row.body["CreditCardAccountRef"]["value"], amount)


def journal(_company: Company, row: Row) -> Iterator[Posting]:
    """Exactly what its lines say."""
    rate = rate_in(row.body)
    for line in row.body["Line"]:
        if line["DetailType"] == "JournalEntryLineDetail":
            detail = line["JournalEntryLineDetail"]
            sign = 1 if detail["PostingType"] == "Debit" else -1
            yield of_line(detail["AccountRef"]["value"], sign * cents(line["Amount"] * rate), line, detail)


def adjustment(company: Company, row: Row) -> Iterator[Posting]:
    """Stock counted anew: its value against the adjustment account."""
    against = row.body["AdjustAccountRef"]["value"]
    for item_id, amount in stock.costs(company, row).items():
        item = company.find("Item", item_id)
        if item is not None:
            memo = str(row.body.get("PrivateNote", ""))
            yield Posting(item.body["AssetAccountRef"]["value"], -amount, item_id=item_id, memo=memo)
            yield Posting(against, amount, item_id=item_id, memo=memo)


def tax_payment(company: Company, row: Row) -> Iterator[Posting]:
    """Sales tax paid to its agency, or refunded by it."""
    body = row.body
    amount = -body["PaymentAmount"] if body["Refund"] else body["PaymentAmount"]
    owed = body.get("TaxPayableAccountRef", {}).get("value") or sales_tax_account(company, None)
    bank = body.get("PaymentAccountRef", {}).get("value") or special(company, "Checking", "Bank", "Checking")
    memo = str(body.get("Description", ""))
    yield Posting(bank, -amount, memo=memo)
    yield Posting(owed, amount, memo=memo)
