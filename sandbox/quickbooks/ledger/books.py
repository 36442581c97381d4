"""The general ledger underneath a company: every transaction's postings, in balance, in home currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` of home currency on one account: a debit when positive, a credit when negative.

    `name` (as `Customer/7`), `class_id`, `item_id` and `memo` are those of the line where it has its own.
    """

    account: str
    amount: Decimal
    name: str = ""
    class_id: str = ""
    item_id: str = ""
    memo: str = ""


class Books:
    """Postings by transaction. A changed transaction replaces its postings, a deleted one removes them."""

    def __init__(self) -> None:
        self._posted: dict[tuple[str, str], tuple[date, tuple[Posting, ...]]] = {}
        self._totals: dict[str, Decimal] = {}

    def post(self, transaction: tuple[str, str], on: date, postings: Iterable[Posting]) -> None:
        """Let `transaction` (kind, id) stand in the books with exactly these postings, dated `on`.

        Raises ArithmeticError when they do not balance: a bug of the twin, never of a caller.
        """
        kept = tuple(posting for posting in postings if posting.amount)
        difference = sum((posting.amount for posting in kept), ZERO)
        if difference:
            raise ArithmeticError(f"{transaction} is out of balance by {difference}")
        self.remove(transaction)
        self._posted[transaction] = (on, kept)
        for posting in kept:
            self._totals[posting.account] = self._totals.get(posting.account, ZERO) + posting.amount

    def remove(self, transaction: tuple[str, str]) -> None:
        """Take a deleted transaction out of the books."""
        for posting in self._posted.pop(transaction, (None, ()))[1]:
            self._totals[posting.account] -= posting.amount

    def entries(self) -> Iterable[tuple[tuple[str, str], date, tuple[Posting, ...]]]:
        """Every transaction that stands in the books, with its date and postings."""
        return ((transaction, on, postings) for transaction, (on, postings) in self._posted.items())

    def balance(self, account: str) -> Decimal:
        """The balance of one account to date, debits positive."""
        return self._totals.get(account, ZERO)

    def postings(self, transaction: tuple[str, str]) -> tuple[Posting, ...]:
        """What one transaction posted."""
        return self._posted.get(transaction, (None, ()))[1]

    def balances(self, as_of: date | None = None, since: date = date.min) -> Mapping[str, Decimal]:
        """Balance per account id, debits positive, of everything dated from `since` up to `as_of`.

        None means without end. Accounts that nothing moved are absent.
        """
        result: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for on, postings in self._posted.values():
            if since <= on and (as_of is None or on <= as_of):
                for posting in postings:
                    result[posting.account] += posting.amount
        return dict(result)

    def trial_balance(self, as_of: date | None = None) -> tuple[Decimal, Decimal]:
        """Total of debit balances and of credit balances; the two are always equal."""
        balances = self.balances(as_of).values()
        debits = sum((amount for amount in balances if amount > 0), ZERO)
        credits_ = -sum((amount for amount in balances if amount < 0), ZERO)
        return debits, credits_
