"""What a deposit pays of a document: in full, in proportion or last, and never so that it falls below nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from mappings.contract.terms import Deposit
from mappings.money.balance import Balance, Load, Sums
from model.money import Money


@dataclass(frozen=True, slots=True)
class Room:
    """What is left on a document of the lines that a deposit pays, in minor units: those with the tax code by which it
    is drawn (`mine`) come to `gross` times their amount with tax; what goes by `other` codes may be without any."""

    mine: int
    other: int
    gross: Fraction

    def most(self, *, mine: bool = True) -> int:
        """The most that a line below nothing may take, so that the document stays above it with its tax as well: such
        a line takes its own tax off."""
        with_tax = (self.mine * self.gross + self.other) / (self.gross if mine else 1)
        return max(min(int(with_tax), self.mine + self.other), 0)

    def less(self, amount: Money, *, mine: bool = True) -> Room:
        """What is left beside such a line."""
        if mine:
            return replace(self, mine=self.mine - amount.minor)
        return replace(self, other=self.other - amount.minor)


def room_of(after: Balance, load: Load, held: Sums) -> Room:
    """The room on a document that withholds `held`: of what is withheld in a code, the part of own work in it, rounded
    down."""
    zero = Money.zero(after.done.currency)
    mine, other = 0, 0
    for code in {**load.payable, **load.released}:
        own, beside = load.payable.get(code, zero), load.beside.get(code, zero)
        part = Fraction(own.minor, (own + beside).minor) if beside.minor > 0 else Fraction(1)
        left = own.minor + load.released.get(code, zero).minor - int(held.get(code, zero).minor * part)
        mine, other = (mine + left, other) if code == after.drawn_as else (mine, other + left)
    return Room(mine, other, after.gross)


def drawn(deposit: Deposit, after: Balance, load: Load, payable: Money) -> tuple[Money, str]:
    """What the document draws in all, at most `payable`, and how that was found."""
    before = after.drawn - load.drawn
    available = max(after.received - before, Money.zero(payable.currency))
    most = min(available, payable)
    rest = f"{available} of the deposit is left"
    match deposit.draw:
        case "proportional":
            target = _in_proportion(after)
            wanted = max(target - before, Money.zero(payable.currency))
            return min(wanted, most), f"drawn in proportion: {target} to date, less {before} before; {rest}"
        case "last":
            open_ = max(after.value - after.done, Money.zero(payable.currency))
            wanted = max(available - open_, Money.zero(payable.currency))
            return min(wanted, most), f"drawn last: {open_} of the contract is still to be billed; {rest}"
    return most, f"drawn in full; {rest}"


def _in_proportion(after: Balance) -> Money:
    """The part of the received deposit that what is billed of the value to date has used up."""
    value, done = after.value.minor, max(after.done.minor, 0)
    part = min(Fraction(done, value), Fraction(1)) if value else Fraction(1)
    return after.received.times(part)
