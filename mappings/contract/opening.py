"""What was billed of a contract before Milepost, as the file says it: balances as of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from model.money import Money


@dataclass(frozen=True, slots=True)
class Opening:
    """Balances at the beginning of the day `on`, in the contract's currency, none below zero.

    `billed` are fees and changes, of which `rules` had so much each; the rest was billed by percentages where
    `percent` says how much of the value that settled. `deposit` was billed and received, `drawn` of it drawn,
    `retained` withheld, of which `released` is billed. `works` (keys, ids or names in lower case) were billed by
    hand, `invoices` are the numbers by which QuickBooks shows all of it.
    """

    on: date
    billed: Money
    percent: Decimal | None
    rules: tuple[tuple[str, Money], ...]
    deposit: Money
    drawn: Money
    retained: Money
    released: Money
    works: frozenset[str]
    invoices: tuple[str, ...]
    line: int

    @property
    def invoiced(self) -> Money:
        """What the invoices come to, without tax."""
        return self.billed + self.deposit - self.drawn - self.retained + self.released

    @property
    def told(self) -> str:
        """The sum in words."""
        return (
            f"{self.billed} billed + {self.deposit} deposit - {self.drawn} drawn - {self.retained} retained"
            f" + {self.released} released = {self.invoiced}"
        )
