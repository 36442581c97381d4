"""What every kind of transaction has in common when it enters the ledger: rates, balance, settlement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from sandbox.quickbooks.ledger.accounts import open_items_account, special
from sandbox.quickbooks.ledger.books import Posting
from sandbox.quickbooks.ledger.settlement import ENTERED, RECEIVABLE, ZERO, applied, named, owner_of, side_of
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents, reference_id


def rate_in(body: Json) -> Decimal:
    """What one unit of the transaction's currency is worth in home currency."""
    rate: Decimal = body.get("ExchangeRate", Decimal(1))
    return rate


def of_line(account: str, amount: Decimal, line: Json, detail: Json) -> Posting:
    """A posting that knows its line: item, class, text, and whom the line itself names."""
    item = reference_id(detail, "ItemRef") or ""
    klass = reference_id(detail, "ClassRef") or ""
    return Posting(account, amount, named(detail), klass, item, str(line.get("Description", "")))


def balanced(account: str, postings: Iterable[Posting], memo: str = "") -> Iterator[Posting]:
    """`postings`, and before them what balances them on `account`."""
    kept = list(postings)
    yield Posting(account, -sum((posting.amount for posting in kept), ZERO), memo=memo)
    yield from kept


def turned(postings: Iterable[Posting]) -> list[Posting]:
    """The same the other way round."""
    return [replace(posting, amount=-posting.amount) for posting in postings]


def with_gain(
    company: Company, bank: str, money: Decimal, account: str, relieved: Decimal
) -> Iterator[Posting]:
    """Money against open items, and the difference of their rates as gain or loss."""
    yield Posting(bank, money)
    yield Posting(account, relieved)
    if money + relieved:
        gain = special(company, "Exchange Gain or Loss", "Other Expense", "ExchangeGainOrLoss")
        yield Posting(gain, -money - relieved)


def settled(company: Company, payer: Row, line: Json, kind: str) -> Decimal:
    """Home value, debits positive, of the part of a document's open item that one payment line settles.

    Computed as a difference of roundings to date, so that a fully settled document leaves not a cent behind.
    """
    link = line["LinkedTxn"][0]
    document = company.find(link["TxnType"], link["TxnId"])
    if document is None:
        return ZERO
    if document.kind in ENTERED:
        sign = side_of(company, link, owner_of(payer.body)) * (1 if kind == RECEIVABLE else -1)
        return sign * cents(line["Amount"] * rate_in(document.body))
    whole = document.body["TotalAmt"] - document.body.get("Deposit", ZERO)
    account = open_items_account(company, document.body, kind)
    posted = company.books.postings((document.kind, document.id))
    value = sum((posting.amount for posting in posted if posting.account == account), ZERO)
    others = applied(company, document.kind, document.id, document.body["LinkedTxn"])
    before = sum((amount for by, amount in others if int(by.id) < int(payer.id)), ZERO)
    after = before + line["Amount"]
    return cents(value * after / whole) - cents(value * before / whole) if whole else ZERO
