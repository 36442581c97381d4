"""What must always hold in a company's books; a broken promise is a bug of the twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from sandbox.quickbooks.ledger.settlement import PAYERS, SETTLED, amount_for, link_type, open_amounts
from sandbox.quickbooks.state import NAMES, NON_POSTING, TRANSACTIONS, Company, QuickBooksState, Row
from sandbox.quickbooks.vocabulary.registry import KINDS


def broken_promises(state: QuickBooksState) -> list[str]:
    """A sentence for everything that is wrong in any company; empty when all is well."""
    return [
        f"{company.realm}: {problem}"
        for company in state.companies.values()
        for check in _CHECKS
        for problem in check(company)
    ]


def _books_balance(company: Company) -> Iterator[str]:
    debits, credits_ = company.books.trial_balance()
    if debits != credits_:
        yield f"the trial balance is off: {debits} against {credits_}"
    for account, amount in company.books.balances().items():
        if amount != company.books.balance(account):
            yield f"account {account} is kept as {company.books.balance(account)} and adds up to {amount}"
    for (kind, row_id), _on, postings in company.books.entries():
        if sum((posting.amount for posting in postings), Decimal(0)):
            yield f"{kind} {row_id} is out of balance"
        if company.find(kind, row_id) is None:
            yield f"{kind} {row_id} is posted, but gone"


def _every_transaction_is_posted(company: Company) -> Iterator[str]:
    posted = {transaction for transaction, _, _ in company.books.entries()}
    for kind in TRANSACTIONS.difference(NON_POSTING):
        for row in company.rows(kind):
            if (kind, row.id) not in posted:
                yield f"{kind} {row.id} is not posted"


def _balances_follow_links(company: Company) -> Iterator[str]:
    for kind in SETTLED:
        for row in company.rows(kind):
            expected = open_amounts(company, kind, row.body, row)["Balance"]
            if row.body["Balance"] != expected or expected < 0:
                yield f"{kind} {row.id} shows {row.body['Balance']} open where {expected} is"


def _links_are_mutual(company: Company) -> Iterator[str]:
    for kind in set(PAYERS.values()) - {"Deposit"}:
        for payer in company.rows(kind):
            mine = {"TxnId": payer.id, "TxnType": link_type(payer)}
            for line in payer.body["Line"]:
                link = line["LinkedTxn"][0]
                paid = company.find(link["TxnType"], link["TxnId"])
                if paid is None or mine not in paid.body["LinkedTxn"]:
                    yield f"{kind} {payer.id} names {link}, which does not name it"
    for kind in SETTLED:
        for row in company.rows(kind):
            yield from _payers_know(company, row)


def _payers_know(company: Company, row: Row) -> Iterator[str]:
    for link in row.body["LinkedTxn"]:
        if link["TxnType"] not in PAYERS or link["TxnType"] == "Deposit":
            continue
        payer = company.find(PAYERS[link["TxnType"]], link["TxnId"])
        if payer is None or not amount_for(payer, row.kind, row.id):
            yield f"{row.kind} {row.id} names {link}, which applies nothing to it"


def _names_are_unique(company: Company) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for kind, shape in KINDS.items():
        if not shape.unique or shape.reads_only:
            continue
        for row in company.rows(kind):
            key = ("name" if kind in NAMES else kind, str(row.body.get(shape.unique, "")).casefold())
            if key in seen and key[1]:
                yield f"{kind} {row.id} has the taken name {key[1]!r}"
            seen.add(key)


def _ids_are_unique(company: Company) -> Iterator[str]:
    for family in (NAMES, TRANSACTIONS):
        seen: set[str] = set()
        for kind in family:
            for row in company.rows(kind):
                if row.id in seen:
                    yield f"{kind} {row.id} has an id that is taken"
                seen.add(row.id)


_CHECKS: tuple[Callable[[Company], Iterator[str]], ...] = (
    _books_balance,
    _every_transaction_is_posted,
    _balances_follow_links,
    _links_are_mutual,
    _names_are_unique,
    _ids_are_unique,
)
