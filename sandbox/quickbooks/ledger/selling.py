"""What the sales side enters in the ledger: forms, what the goods on them cost, and customers' payments."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sandbox.quickbooks.ledger import stock
from sandbox.quickbooks.ledger.accounts import bank_account, open_items_account, sales_tax_account
from sandbox.quickbooks.ledger.books import Posting
from sandbox.quickbooks.ledger.entering import (
    balanced,
    of_line,
    rate_in,
    settled,
    turned,
    with_gain,
)
from sandbox.quickbooks.ledger.settlement import RECEIVABLE, ZERO
from sandbox.quickbooks.rules.lines import DISCOUNT, SALES, of_kind, sales_lines
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents


def invoice(company: Company, row: Row) -> Iterator[Posting]:
    """What the customer owes, less a deposit already paid."""
    body = row.body
    postings = list(_sold(company, body))
    if body.get("Deposit"):
        postings.append(Posting(bank_account(company, body), cents(body["Deposit"] * rate_in(body))))
    yield from balanced(open_items_account(company, body, RECEIVABLE), postings)
    yield from _cost(company, row)


def credit_memo(company: Company, row: Row) -> Iterator[Posting]:
    """An invoice the other way round."""
    yield from balanced(open_items_account(company, row.body, RECEIVABLE), turned(_sold(company, row.body)))
    yield from _cost(company, row)


def sales_receipt(company: Company, row: Row) -> Iterator[Posting]:
    """A sale paid at once."""
    yield from balanced(bank_account(company, row.body), _sold(company, row.body))
    yield from _cost(company, row)


def refund(company: Company, row: Row) -> Iterator[Posting]:
    """Money given back."""
    yield from balanced(bank_account(company, row.body), turned(_sold(company, row.body)))
    yield from _cost(company, row)


def payment(company: Company, row: Row) -> Iterator[Posting]:
    """Money against receivables, a difference of rates against its own account."""
    body = row.body
    money = cents(body["TotalAmt"] * rate_in(body))
    relieved = -sum((settled(company, row, line, RECEIVABLE) for line in body["Line"]), ZERO)
    relieved -= cents(body["UnappliedAmt"] * rate_in(body))
    account = open_items_account(company, body, RECEIVABLE)
    yield from with_gain(company, bank_account(company, body), money, account, relieved)


def _sold(company: Company, body: Json) -> Iterator[Posting]:
    """Income, discount and tax of a sales form; what they do not balance is what the customer owes or paid."""
    rate = rate_in(body)
    for line in sales_lines(body["Line"]):
        account = line[SALES]["ItemAccountRef"]["value"]
        yield of_line(account, -cents(line["Amount"] * rate), line, line[SALES])
    for line in of_kind(body["Line"], DISCOUNT):
        account = line[DISCOUNT]["DiscountAccountRef"]["value"]
        yield of_line(
            account, cents(line["Amount"] * rate), {"Description": "Discount"} | line, line[DISCOUNT]
        )
    detail = body["TxnTaxDetail"]
    left = detail["TotalTax"]
    for line in detail.get("TaxLine", ()):
        amount = Decimal(line.get("Amount", 0))
        left -= amount
        rate_id = line.get("TaxLineDetail", {}).get("TaxRateRef", {}).get("value")
        yield Posting(sales_tax_account(company, rate_id), -cents(amount * rate))
    if left:
        yield Posting(sales_tax_account(company, None), -cents(left * rate))


def _cost(company: Company, row: Row) -> Iterator[Posting]:
    """What the goods on a form cost, out of stock (or back into it when they are returned)."""
    for item_id, amount in stock.costs(company, row).items():
        item = company.find("Item", item_id)
        if item is not None:
            text = str(item.body.get("Description", item.name))
            yield Posting(item.body["ExpenseAccountRef"]["value"], amount, item_id=item_id, memo=text)
            yield Posting(item.body["AssetAccountRef"]["value"], -amount, item_id=item_id, memo=text)
