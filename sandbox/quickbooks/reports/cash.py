"""The ledger on cash basis: what was sold and bought counts on the day it is paid, as far as it is paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.ledger.books import Posting
from sandbox.quickbooks.ledger.entering import settled
from sandbox.quickbooks.ledger.settlement import ENTERED, PAYABLE, RECEIVABLE, SETTLED
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents

_ZERO = Decimal(0)
_PAYERS = {"Payment": RECEIVABLE, "BillPayment": PAYABLE}
_UNAPPLIED = {
    "Payment": "UnappliedCashPaymentIncome",
    "BillPayment": "UnappliedCashBillPaymentExpense",
}
Booked = tuple[tuple[str, str], date, tuple[Posting, ...]]


def on_cash_basis(company: Company) -> Iterator[Booked]:
    """Every transaction of the ledger, with the open parts of documents left out until they are paid."""
    open_accounts = {
        row.id for row in company.rows("Account") if row.body["AccountType"] in (RECEIVABLE, PAYABLE)
    }
    for (kind, row_id), on, postings in company.books.entries():
        if kind in SETTLED:
            yield from _paid_at_once(company, (kind, row_id), on, open_accounts)
        elif kind in _PAYERS:
            payer = company.find(kind, row_id)
            if payer is not None:
                yield from _paid(company, payer, on, postings, open_accounts)
        else:
            yield (kind, row_id), on, postings


def _paid_at_once(
    company: Company, key: tuple[str, str], on: date, open_accounts: set[str]
) -> Iterator[Booked]:
    """The part of an invoice that a deposit on it paid."""
    row = company.find(*key)
    deposit: Decimal = row.body.get("Deposit", _ZERO) if row else _ZERO
    if row is None or not deposit:
        return
    postings = company.books.postings(key)
    paid = next((posting for posting in postings if posting.amount == deposit), None)
    if paid is not None:
        rest = tuple(p for p in postings if p is not paid and p.account not in open_accounts)
        yield key, on, (paid, *_shares(rest, _ZERO, deposit, row.body["TotalAmt"], -deposit))


def _paid(
    company: Company, payer: Row, on: date, postings: tuple[Posting, ...], open_accounts: set[str]
) -> Iterator[Booked]:
    """The payment's own side, and with it the shares of what it pays for."""
    kept = [posting for posting in postings if posting.account not in open_accounts]
    unapplied = -sum((posting.amount for posting in kept), _ZERO)
    for line in payer.body["Line"]:
        link = line["LinkedTxn"][0]
        value = -settled(company, payer, line, _PAYERS[payer.kind])
        unapplied += -value if link["TxnType"] in ENTERED else _ZERO
        shares = _recognised(company, payer, line, open_accounts)
        if shares:
            taken = sum((posting.amount for posting in shares), _ZERO)
            unapplied -= taken
            yield (link["TxnType"], link["TxnId"]), on, tuple(shares)
    left = _place_of_rest(company, payer, postings, open_accounts)
    if unapplied and left:
        kept.append(Posting(left, unapplied))
    yield (payer.kind, payer.id), on, tuple(kept)


def _place_of_rest(
    company: Company, payer: Row, postings: tuple[Posting, ...], open_accounts: set[str]
) -> str:
    """Where money counts that settles nothing: its own account, or with the open items where there is none."""
    wanted = _UNAPPLIED[payer.kind]
    own = next((row.id for row in company.rows("Account") if row.body["AccountSubType"] == wanted), "")
    return own or next((posting.account for posting in postings if posting.account in open_accounts), "")


def _recognised(company: Company, payer: Row, line: Json, open_accounts: set[str]) -> list[Posting]:
    link = line["LinkedTxn"][0]
    document = company.find(link["TxnType"], link["TxnId"])
    if document is None or document.kind in ENTERED:
        return []
    postings = company.books.postings((document.kind, document.id))
    rest = tuple(posting for posting in postings if posting.account not in open_accounts)
    before = document.body.get("Deposit", _ZERO) + _paid_before(company, document, payer)
    whole: Decimal = document.body["TotalAmt"]
    value = settled(company, payer, line, _PAYERS[payer.kind])
    return _shares(rest, before, before + line["Amount"], whole, -value) if whole else []


def _paid_before(company: Company, document: Row, payer: Row) -> Decimal:
    amounts = _ZERO
    for link in document.body["LinkedTxn"]:
        other = company.find("Payment" if link["TxnType"] == "Payment" else "BillPayment", link["TxnId"])
        if other is None or int(other.id) >= int(payer.id):
            continue
        for line in other.body.get("Line", ()):
            named = line["LinkedTxn"][0]
            if (named["TxnType"], named["TxnId"]) == (document.kind, document.id):
                amounts += line["Amount"]
    return amounts


def _shares(
    postings: tuple[Posting, ...], before: Decimal, after: Decimal, whole: Decimal, value: Decimal
) -> list[Posting]:
    """Each posting's part between two states of payment; together worth `value`, to the cent."""
    shares = [
        replace(p, amount=cents(p.amount * after / whole) - cents(p.amount * before / whole))
        for p in postings
    ]
    off = value - sum((share.amount for share in shares), _ZERO)
    if shares and off:
        largest = max(range(len(shares)), key=lambda at: abs(shares[at].amount))
        shares[largest] = replace(shares[largest], amount=shares[largest].amount + off)
    return [share for share in shares if share.amount]
