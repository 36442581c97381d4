"""What rides on a bill: the part of it that is withheld, and the part that a deposit pays. Pure money, to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.contract.terms import Deposit, Retainage
from mappings.money.retained import ALL, left, opened
from mappings.words.numbers import plain
from model.money import Money, round_half_up, total

#: A tax code as a contract writes it; None where lines go without one.
Code = str | None
Sums = Mapping[Code, Money]


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a contract stands with one payer before a bill. All amounts are positive, in the contract's currency.

    `value` is the contract's, or the part of it that the payer bears; fees and changes have settled `done` of it.
    By tax code: `to_hold`, in minor units and not rounded, is what the rates of the rule versions by which the
    contract's own work (late reductions, too) was billed withhold of it; `held` the settled retainage. `received` is
    what there is of the deposit, `drawn` what live lines have drawn of it. A draw goes out as `drawn_as`, the code the
    deposit had; with its tax it is `gross` times its amount.
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
    tax code, of which `to_hold` is to be withheld (by the rates it is billed by, in minor units and not rounded), and
    `done` of its value. Its lines of own work come to `payable` then. `letting_go` more than it did of
    the retainage, it lets go of `released` in all; `held` and `drawn` stand on it already."""

    done: Money
    work: Sums
    to_hold: Mapping[Code, Fraction]
    payable: Sums
    letting_go: Sums
    released: Sums
    held: Sums
    drawn: Money

    @property
    def moves(self) -> bool:
        """Whether anything changes of which a part is withheld, or which a deposit pays."""
        return any(self.work.values()) or any(self.letting_go.values())

    @property
    def step(self) -> Money:
        """What it bills more of own work than it did."""
        return _sum(self.work, self.drawn.currency)

    @property
    def sum(self) -> Money:
        """What its lines of own work come to."""
        return _sum(self.payable, self.drawn.currency)


@dataclass(frozen=True, slots=True)
class Ride:
    """What the document withholds by tax code and draws in all, and how each was found."""

    held: Mapping[Code, tuple[Money, str]]
    drawn: Money
    drawn_how: str = ""


def brought_forward(contract: Contract, balance: Balance) -> Balance:
    """`balance` with what the contract brings forward from before Milepost, by the contract's own tax code."""
    opening, code = contract.opening, contract.tax_code
    if opening is None:
        return balance
    return replace(
        balance,
        done=balance.done + opening.billed,
        to_hold={**balance.to_hold, code: balance.to_hold.get(code, Fraction(0)) + opened(contract)},
        held={**balance.held, code: balance.held.get(code, Money.zero(contract.currency)) + opening.retained},
        received=balance.received + opening.deposit,
        drawn=balance.drawn + opening.drawn,
    )


def ride(contract: Contract, balance: Balance, load: Load, *, released: Decimal) -> tuple[Ride, Balance]:
    """What rides on one document, and where the contract stands after it. Of what is withheld `released` percent are
    let go: of more work only the rest is withheld, and once all is let go nothing."""
    zero = Money.zero(contract.currency)
    to_hold = dict(balance.to_hold)
    for code, amount in load.to_hold.items():
        to_hold[code] = to_hold.get(code, Fraction(0)) + amount
    after = replace(balance, done=balance.done + load.done, to_hold=to_hold)
    found = {code: (amount, "") for code, amount in load.held.items()}
    if contract.retainage is not None and released >= ALL:
        found = _left_as_it_is(load)
    elif contract.retainage is not None:
        found = _withheld(contract.retainage, balance, after, load, released)
    held = {code: amount for code, (amount, _) in found.items()}
    drawn, drawn_how = load.drawn, ""
    if contract.deposit is not None and contract.deposit.draw is not None:
        drawn, drawn_how = _drawn(contract.deposit, after, load, _drawable(after, load, held))
    standing = {
        code: after.held.get(code, zero) - load.held.get(code, zero) for code in {**after.held, **held}
    }
    moved = replace(
        after,
        held={code: amount + held.get(code, zero) for code, amount in standing.items()},
        drawn=after.drawn + drawn - load.drawn,
    )
    return Ride(found, drawn, drawn_how), moved


def _left_as_it_is(load: Load) -> dict[Code, tuple[Money, str]]:
    """Once all is let go nothing more is withheld; what was stays, as far as the bill bears it."""
    zero = Money.zero(load.drawn.currency)
    bears = {code: max(load.payable.get(code, zero), zero) for code in load.held}
    return {code: (min(held, bears[code]), "all of it is released") for code, held in load.held.items()}


def _withheld(
    terms: Retainage, balance: Balance, after: Balance, load: Load, released: Decimal
) -> dict[Code, tuple[Money, str]]:
    """Withheld to date in each tax code less what was withheld before: the cents land, whatever the single bills
    were. The cap is for all of them together."""
    zero = Money.zero(after.done.currency)
    before = {
        code: after.held.get(code, zero) - load.held.get(code, zero)
        for code in {**after.to_hold, **load.held}
    }
    found: dict[Code, tuple[Money, str]] = {}
    for code in sorted(before, key=lambda code: code or ""):
        exact = after.to_hold.get(code, Fraction(0))
        others = _sum(before, zero.currency) + total([held for held, _ in found.values()], zero.currency)
        cap = None if terms.cap is None else terms.cap - others + before[code]
        limited, earlier = (
            _limited(each.to_hold.get(code, Fraction(0)), cap, zero.currency) for each in (after, balance)
        )
        # A release lets go of a part of what was withheld until then: that part stays on the bills it stands on.
        gone = max(min(after.held.get(code, zero), earlier) - left(earlier, released), zero)
        wanted = left(limited, released) + gone
        amount = min(max(wanted - before[code], zero), max(load.payable.get(code, zero), zero))
        how = f"{plain(terms.hold)} % withheld; {limited} to date"
        how += f" (at most {terms.cap})" if limited.minor != round_half_up(exact) else ""
        how += f", {plain(released)} % is released of it: {wanted}" if released else ""
        found[code] = amount, how + (f", less {before[code]} withheld before" if before[code] else "")
    return found


def _limited(exact: Fraction, cap: Money | None, currency: str) -> Money:
    to_date = Money(round_half_up(exact), currency)
    return to_date if cap is None else max(min(to_date, cap), Money.zero(currency))


def _drawable(after: Balance, load: Load, held: Sums) -> Money:
    """The most that may be drawn, so that the document stays above nothing with its tax as well: a draw takes its own
    tax off, and what goes by other codes may be without any."""
    zero = Money.zero(after.done.currency)
    mine, other = 0, 0
    for code in {**load.payable, **load.released}:
        left = load.payable.get(code, zero) + load.released.get(code, zero) - held.get(code, zero)
        mine, other = (mine + left.minor, other) if code == after.drawn_as else (mine, other + left.minor)
    most = (mine * after.gross + other) / after.gross
    return Money(max(min(int(most), mine + other), 0), zero.currency)


def _drawn(deposit: Deposit, after: Balance, load: Load, payable: Money) -> tuple[Money, str]:
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


def _sum(amounts: Sums, currency: str) -> Money:
    return total(list(amounts.values()), currency)
