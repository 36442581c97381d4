"""From transactions to the ledger: which accounts an invoice and a payment move, in home currency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.books import Posting
from sandbox.quickbooks.lines import DISCOUNT, SALES, of_kind
from sandbox.quickbooks.starter import add_account
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.values import cents

_ZERO = Decimal(0)
_CREDIT_SIDE = ("Income", "Other Income", "Other Current Liability", "Long Term Liability", "Equity")


def post_invoice(company: Company, invoice: Row) -> None:
    """Enter the invoice as it stands: receivables against income (or the item's account), tax and deposit."""
    body = invoice.body
    postings = list(_invoice_postings(company, body))
    receivable = -sum((posting.amount for posting in postings), _ZERO)
    postings.append(Posting(_receivables(company, body), receivable))
    company.books.post(("Invoice", invoice.id), date.fromisoformat(body["TxnDate"]), postings)


def _invoice_postings(company: Company, body: Json) -> Iterator[Posting]:
    rate = body.get("ExchangeRate", Decimal(1))
    for line in of_kind(body["Line"], SALES):
        yield Posting(line[SALES]["ItemAccountRef"]["value"], -cents(line["Amount"] * rate))
    for line in of_kind(body["Line"], DISCOUNT):
        yield Posting(line[DISCOUNT]["DiscountAccountRef"]["value"], cents(line["Amount"] * rate))
    yield Posting(_account(company, "Sales Tax Payable"), -cents(body["TxnTaxDetail"]["TotalTax"] * rate))
    if body.get("Deposit"):
        yield Posting(_bank(company, body), cents(body["Deposit"] * rate))


def post_payment(company: Company, payment: Row) -> None:
    """Enter the payment: money against receivables, a difference of rates against its own account."""
    body = payment.body
    rate = body.get("ExchangeRate", Decimal(1))
    money = cents(body["TotalAmt"] * rate)
    relieved = sum((_relieved(company, payment, line) for line in body["Line"]), _ZERO)
    relieved += cents(body["UnappliedAmt"] * rate)
    postings = (
        Posting(_bank(company, body), money),
        Posting(_receivables(company, body), -relieved),
        Posting(_account(company, "Exchange Gain or Loss"), relieved - money),
    )
    company.books.post(("Payment", payment.id), date.fromisoformat(body["TxnDate"]), postings)


def _relieved(company: Company, payment: Row, line: Json) -> Decimal:
    """Home value that one payment line takes off its invoice's receivable.

    Computed as a difference of roundings to date, so that a fully paid invoice leaves not a cent behind.
    """
    invoice = company.find("Invoice", line["LinkedTxn"][0]["TxnId"])
    if invoice is None:
        return _ZERO
    body = invoice.body
    whole = body["TotalAmt"] - body.get("Deposit", _ZERO)
    receivable = sum(
        posting.amount
        for posting in company.books.postings(("Invoice", invoice.id))
        if posting.account == _receivables(company, body)
    )
    before = sum(
        (amount for by, amount in applied(company, invoice.id, body) if int(by) < int(payment.id)), _ZERO
    )
    after = before + line["Amount"]
    return cents(receivable * after / whole) - cents(receivable * before / whole)


def applied(company: Company, invoice_id: str, body: Json) -> list[tuple[str, Decimal]]:
    """Payment id and amount of what the payments linked in `body` apply to the invoice, in its currency."""
    links = [link["TxnId"] for link in body["LinkedTxn"] if link["TxnType"] == "Payment"]
    payments = [payment for link in links if (payment := company.find("Payment", link))]
    return [
        (payment.id, line["Amount"])
        for payment in payments
        for line in payment.body["Line"]
        if line["LinkedTxn"][0]["TxnId"] == invoice_id
    ]


def _receivables(company: Company, body: Json) -> str:
    """The receivables account of the transaction's currency, made when its first transaction comes."""
    currency = body["CurrencyRef"]["value"]
    for account in company.rows("Account"):
        same = account.body["CurrencyRef"]["value"] == currency
        if same and account.body["AccountType"] == "Accounts Receivable":
            return account.id
    name = f"Accounts Receivable (A/R) - {currency}"
    return add_account(company, name, "Accounts Receivable", "AccountsReceivable", currency).id


def _bank(company: Company, body: Json) -> str:
    chosen = body.get("DepositToAccountRef")
    return chosen["value"] if chosen else _account(company, "Undeposited Funds")


def _account(company: Company, name: str) -> str:
    row = company.named("Account", name)
    if row is None:
        raise LookupError(f"company {company.realm} has no account {name!r}; see starter.open_company")
    return row.id


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
        Standing(row.name, kind, -amount if kind in _CREDIT_SIDE else amount)
        for row in company.rows("Account")
        for kind, amount in [(row.body["AccountType"], balances.get(row.id, _ZERO))]
        if amount
    )


def total_of(company: Company, kind: str, as_of: date | None = None) -> Decimal:
    """The balance of all accounts of one AccountType, e.g. "Accounts Receivable" or "Income"."""
    standings = what_the_books_say(company, as_of)
    return sum((standing.balance for standing in standings if standing.kind == kind), _ZERO)
