"""Where a contract stands with a payer before a bill, and what a document is about to bill: riders follow from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.money.retained import Basis, Code, opened, together
from model.money import Money, total

Sums = Mapping[Code, Money]


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a contract stands with one payer before a bill. All amounts are positive, in the contract's currency.

    `value` is the contract's, or the part of it that the payer bears; fees and changes have settled `done` of it.
    By tax code: `to_hold`, in minor units and not rounded, is what the rates of the rule versions by which its bills
    were made withhold of them; `held` the settled retainage. `received` is what there is of the deposit, `drawn` what
    live lines have drawn of it. A draw goes out as `drawn_as`, the code the deposit had; with its tax it is `gross`
    times its amount.
    """

    value: Money
    done: Money
    to_hold: Mapping[Code, Fraction]
    held: Sums
    received: Money
    drawn: Money
    drawn_as: Code = None
    gross: Fraction = Fraction(1)

    @property
    def available(self) -> Money:
        """What is left of the deposit; below zero when more was drawn than there is."""
        return self.received - self.drawn


@dataclass(frozen=True, slots=True)
class Load:
    """One document that is about to bill more than it did (less, when negative): of the contract's own work `work` by
    tax code, and `done` of its value. What it is withheld of goes from `before` to `after`, the latter with the draw
    that stands on it. Its lines of own work come to `payable` then, those of expenses that a part is withheld of to
    `beside`. `letting_go` more than it did of the retainage, it lets go of `released` in all; `held` and `drawn` stand
    on it already."""

    done: Money
    work: Sums
    before: Basis
    after: Basis
    payable: Sums
    letting_go: Sums
    released: Sums
    held: Sums
    drawn: Money
    beside: Sums = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        """Whether anything changes of which a part is withheld, or which a deposit pays."""
        billed = any(self.work.values()) or any(self.letting_go.values())
        return billed or any(self.to_hold(self.drawn).values())

    @property
    def step(self) -> Money:
        """What it bills more of own work than it did."""
        return sum_of(self.work, self.drawn.currency)

    @property
    def sum(self) -> Money:
        """What its lines of own work come to."""
        return sum_of(self.payable, self.drawn.currency)

    def bears(self, code: Code) -> Money:
        """What may be withheld of its lines of a tax code at the most."""
        zero = Money.zero(self.drawn.currency)
        return max(self.payable.get(code, zero) + self.beside.get(code, zero), zero)

    def to_hold(self, drawn: Money) -> dict[Code, Fraction]:
        """What is to be withheld more than by its lines as they stood, with `drawn` in all drawn on it."""
        less = {code: -amount for code, amount in self.before.to_hold.items()}
        return together(self.after.paid(drawn - self.drawn).to_hold, less)


def brought_forward(contract: Contract, balance: Balance) -> Balance:
    """`balance` with what the contract brings forward from before Milepost, by the contract's own tax code."""
    opening, code = contract.opening, contract.tax_code
    if opening is None:
        return balance
    return replace(
        balance,
        done=balance.done + opening.billed,
        to_hold=together(balance.to_hold, {code: opened(contract)}),
        held={**balance.held, code: balance.held.get(code, Money.zero(contract.currency)) + opening.retained},
        received=balance.received + opening.deposit,
        drawn=balance.drawn + opening.drawn,
    )


def sum_of(amounts: Sums, currency: str) -> Money:
    """All tax codes together."""
    return total(list(amounts.values()), currency)
