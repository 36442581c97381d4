"""From transactions to the ledger: which accounts each kind moves, in home currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.accounts import bank_account, open_items_account, sales_tax_account, special
from sandbox.quickbooks.books import Posting
from sandbox.quickbooks.lines import DISCOUNT, of_kind, sales_lines
from sandbox.quickbooks.settlement import ZERO, applied
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.values import cents

CREDIT_SIDE = (
    *("Income", "Other Income", "Other Current Liability", "Long Term Liability", "Equity"),
    *("Accounts Payable", "Credit Card"),
)
RECEIVABLE, PAYABLE = "Accounts Receivable", "Accounts Payable"
_NON_POSTING = ("Estimate", "PurchaseOrder")


def post(company: Company, row: Row) -> None:
    """Enter a transaction as it stands, in place of what it posted before; non-posting kinds move nothing."""
    if row.kind in _NON_POSTING:
        return
    postings = list(_WRITERS[row.kind](company, row))
    company.books.post((row.kind, row.id), date.fromisoformat(row.body["TxnDate"]), postings)


def _rate(body: Json) -> Decimal:
    rate: Decimal = body.get("ExchangeRate", Decimal(1))
    return rate


def _sale(company: Company, body: Json) -> Iterator[Posting]:
    """Income, discount and tax of a sales form; what they do not balance is what the customer owes or paid."""
    rate = _rate(body)
    for line in sales_lines(body["Line"]):
        yield Posting(line["SalesItemLineDetail"]["ItemAccountRef"]["value"], -cents(line["Amount"] * rate))
    for line in of_kind(body["Line"], DISCOUNT):
        yield Posting(line[DISCOUNT]["DiscountAccountRef"]["value"], cents(line["Amount"] * rate))
    detail = body["TxnTaxDetail"]
    left = detail["TotalTax"]
    for line in detail.get("TaxLine", ()):
        amount = Decimal(line.get("Amount", 0))
        left -= amount
        rate_id = line.get("TaxLineDetail", {}).get("TaxRateRef", {}).get("value")
        yield Posting(sales_tax_account(company, rate_id), -cents(amount * rate))
    if left:
        yield Posting(sales_tax_account(company, None), -cents(left * rate))


def _balanced(account: str, postings: list[Posting]) -> Iterator[Posting]:
    yield from postings
    yield Posting(account, -sum((posting.amount for posting in postings), ZERO))


def _invoice(company: Company, row: Row) -> Iterator[Posting]:
    body = row.body
    postings = list(_sale(company, body))
    if body.get("Deposit"):
        postings.append(Posting(bank_account(company, body), cents(body["Deposit"] * _rate(body))))
    return _balanced(open_items_account(company, body, RECEIVABLE), postings)


def _credit_memo(company: Company, row: Row) -> Iterator[Posting]:
    return _balanced(open_items_account(company, row.body, RECEIVABLE), _turned(_sale(company, row.body)))


def _sales_receipt(company: Company, row: Row) -> Iterator[Posting]:
    return _balanced(bank_account(company, row.body), list(_sale(company, row.body)))


def _refund(company: Company, row: Row) -> Iterator[Posting]:
    return _balanced(bank_account(company, row.body), _turned(_sale(company, row.body)))


def _turned(postings: Iterator[Posting]) -> list[Posting]:
    return [Posting(posting.account, -posting.amount) for posting in postings]


def _payment(company: Company, row: Row) -> Iterator[Posting]:
    """Money against receivables, a difference of rates against its own account."""
    body = row.body
    money = cents(body["TotalAmt"] * _rate(body))
    relieved = -sum((_settled(company, row, line, RECEIVABLE) for line in body["Line"]), ZERO)
    relieved -= cents(body["UnappliedAmt"] * _rate(body))
    account = open_items_account(company, body, RECEIVABLE)
    yield from _with_gain(company, bank_account(company, body), money, account, relieved)


def _bill_payment(company: Company, row: Row) -> Iterator[Posting]:
    body = row.body
    details = body.get("CheckPayment") or body.get("CreditCardPayment") or {}
    chosen = details.get("BankAccountRef") or details.get("CCAccountRef")
    bank = chosen["value"] if chosen else special(company, "Checking", "Bank", "Checking")
    money = cents(body["TotalAmt"] * _rate(body))
    relieved = -sum((_settled(company, row, line, PAYABLE) for line in body["Line"]), ZERO)
    unapplied = body["TotalAmt"] - applied_total(body)
    relieved += cents(unapplied * _rate(body))
    account = open_items_account(company, body, PAYABLE)
    yield from _with_gain(company, bank, -money, account, relieved)


def applied_total(body: Json) -> Decimal:
    """What a payment's lines apply, credits used up taken off."""
    credits_ = ("CreditMemo", "VendorCredit")
    return sum(
        (
            -line["Amount"] if line["LinkedTxn"][0]["TxnType"] in credits_ else line["Amount"]
            for line in body.get("Line", ())
        ),
        ZERO,
    )


def _with_gain(
    company: Company, bank: str, money: Decimal, account: str, relieved: Decimal
) -> Iterator[Posting]:
    yield Posting(bank, money)
    yield Posting(account, relieved)
    if money + relieved:
        gain = special(company, "Exchange Gain or Loss", "Other Expense", "ExchangeGainOrLoss")
        yield Posting(gain, -money - relieved)


def _settled(company: Company, payer: Row, line: Json, kind: str) -> Decimal:
    """Home value, debits positive, of the part of a document's open item that one payment line settles.

    Computed as a difference of roundings to date, so that a fully settled document leaves not a cent behind.
    """
    link = line["LinkedTxn"][0]
    document = company.find(link["TxnType"], link["TxnId"])
    if document is None:
        return ZERO
    whole = document.body["TotalAmt"] - document.body.get("Deposit", ZERO)
    account = open_items_account(company, document.body, kind)
    posted = company.books.postings((document.kind, document.id))
    value = sum((posting.amount for posting in posted if posting.account == account), ZERO)
    others = applied(company, document.kind, document.id, document.body["LinkedTxn"])
    before = sum((amount for by, amount in others if int(by.id) < int(payer.id)), ZERO)
    after = before + line["Amount"]
    return cents(value * after / whole) - cents(value * before / whole) if whole else ZERO


def _bought(company: Company, body: Json) -> list[Posting]:
    """What a bill or purchase is for, line by line, and the tax on it."""
    rate = _rate(body)
    postings = [
        Posting(expense_account(company, line), cents(line["Amount"] * rate)) for line in body["Line"]
    ]
    tax = Decimal(body.get("TxnTaxDetail", {}).get("TotalTax", 0))
    if tax:
        postings.append(Posting(sales_tax_account(company, None), cents(tax * rate)))
    return postings


def expense_account(company: Company, line: Json) -> str:
    """The account that a line of a bill or purchase moves: its own, or that of its item."""
    detail = line[line["DetailType"]]
    if line["DetailType"] == "AccountBasedExpenseLineDetail":
        return str(detail["AccountRef"]["value"])
    item = company.find("Item", detail["ItemRef"]["value"])
    fields = ("AssetAccountRef", "ExpenseAccountRef", "IncomeAccountRef")
    found = next((item.body[name]["value"] for name in fields if item and name in item.body), None)
    return found or special(company, "Purchases", "Expense", "SuppliesMaterials")


def _bill(company: Company, row: Row) -> Iterator[Posting]:
    return _balanced(open_items_account(company, row.body, PAYABLE), _bought(company, row.body))


def _vendor_credit(company: Company, row: Row) -> Iterator[Posting]:
    postings = _turned(iter(_bought(company, row.body)))
    return _balanced(open_items_account(company, row.body, PAYABLE), postings)


def _purchase(company: Company, row: Row) -> Iterator[Posting]:
    postings = _bought(company, row.body)
    if row.body["Credit"]:
        postings = _turned(iter(postings))
    return _balanced(row.body["AccountRef"]["value"], postings)


def _deposit(company: Company, row: Row) -> Iterator[Posting]:
    rate = _rate(row.body)
    undeposited = bank_account(company, {})
    postings = [
        Posting(
            line.get("DepositLineDetail", {}).get("AccountRef", {}).get("value", undeposited),
            -cents(line["Amount"] * rate),
        )
        for line in row.body["Line"]
    ]
    return _balanced(row.body["DepositToAccountRef"]["value"], postings)


def _transfer(_company: Company, row: Row) -> Iterator[Posting]:
    amount = cents(row.body["Amount"] * _rate(row.body))
    yield Posting(row.body["ToAccountRef"]["value"], amount)
    yield Posting(row.body["FromAccountRef"]["value"], -amount)


def _journal(_company: Company, row: Row) -> Iterator[Posting]:
    rate = _rate(row.body)
    for line in row.body["Line"]:
        if line["DetailType"] == "JournalEntryLineDetail":
            detail = line["JournalEntryLineDetail"]
            sign = 1 if detail["PostingType"] == "Debit" else -1
            yield Posting(detail["AccountRef"]["value"], sign * cents(line["Amount"] * rate))


_WRITERS: dict[str, Callable[[Company, Row], Iterator[Posting]]] = {
    "Invoice": _invoice,
    "CreditMemo": _credit_memo,
    "SalesReceipt": _sales_receipt,
    "RefundReceipt": _refund,
    "Payment": _payment,
    "Bill": _bill,
    "VendorCredit": _vendor_credit,
    "Purchase": _purchase,
    "BillPayment": _bill_payment,
    "Deposit": _deposit,
    "Transfer": _transfer,
    "JournalEntry": _journal,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the books say of one account: `balance` is positive on the account's natural side."""

    account: str
    kind: str
    balance: Decimal


def what_the_books_say(company: Company, as_of: date | None = None) -> tuple[Standing, ...]:
    """Every account with a balance, in the order of the chart, in home currency."""
    balances = company.books.balances(as_of)
    return tuple(
        Standing(row.name, kind, -amount if kind in CREDIT_SIDE else amount)
        for row in company.rows("Account")
        for kind, amount in [(row.body["AccountType"], balances.get(row.id, ZERO))]
        if amount
    )


def total_of(company: Company, kind: str, as_of: date | None = None) -> Decimal:
    """The balance of all accounts of one AccountType, e.g. "Accounts Receivable" or "Income"."""
    standings = what_the_books_say(company, as_of)
    return sum((standing.balance for standing in standings if standing.kind == kind), ZERO)
