"""What rides on a bill: the part of it that is withheld, and the part that a deposit pays. Pure money, to date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.contract.terms import Deposit, Retainage
from mappings.words.numbers import plain
from model.money import Money, round_half_up


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a contract stands with one payer before a bill. All amounts are positive, in the contract's currency.

    `work` is what its own work (fees, changes, late reductions) has settled; `to_hold`, in minor units and not
    rounded, what the rates of the rule versions it was billed under withhold of that; `held` the settled
    retainage. `received` is what there is of the deposit, `drawn` what live lines have drawn of it. `value` is the
    contract's, or the part of it that the payer bears.
    """

    value: Money
    work: Money
    to_hold: Fraction
    held: Money
    received: Money
    drawn: Money


@dataclass(frozen=True, slots=True)
class Load:
    """One document that is about to bill `work` more than it did (less, when negative). Its lines of the
    contract's own work come to `payable` then; `held` and `drawn` stand on it already."""

    work: Money
    payable: Money
    held: Money
    drawn: Money


@dataclass(frozen=True, slots=True)
class Ride:
    """What the document withholds and draws in all, and how each was found."""

    held: Money
    drawn: Money
    held_how: str = ""
    drawn_how: str = ""


def brought_forward(contract: Contract, balance: Balance) -> Balance:
    """`balance` with what the contract brings forward from before Milepost.

    What was withheld by hand stands as it was. Where it is the agreed percentage, rounded, the exact one is gone on
    from, so that the last cent lands."""
    opening = contract.opening
    if opening is None:
        return balance
    rate = Fraction(contract.retainage.hold) / 100 if contract.retainage else Fraction(0)
    exact, retained = opening.billed.minor * rate, opening.retained.minor
    return replace(
        balance,
        work=balance.work + opening.billed,
        to_hold=balance.to_hold + (exact if round_half_up(exact) == retained else retained),
        held=balance.held + opening.retained,
        received=balance.received + opening.deposit,
        drawn=balance.drawn + opening.drawn,
    )


def ride(contract: Contract, balance: Balance, load: Load, *, released: bool) -> tuple[Ride, Balance]:
    """What rides on one document, and where the contract stands after it. `released`: all that is withheld is
    let go, so that nothing more is."""
    zero = Money.zero(contract.currency)
    rate = contract.retainage.hold if contract.retainage and not released else 0
    after = replace(
        balance,
        work=balance.work + load.work,
        to_hold=balance.to_hold + load.work.minor * Fraction(rate) / 100,
    )
    held, held_how = load.held, ""
    if contract.retainage is not None:
        held, held_how = _held(contract.retainage, after, load)
    drawn, drawn_how = load.drawn, ""
    if contract.deposit is not None and contract.deposit.draw is not None:
        drawn, drawn_how = _drawn(contract.deposit, after, load, max(load.payable - held, zero))
    moved = replace(after, held=after.held + held - load.held, drawn=after.drawn + drawn - load.drawn)
    return Ride(held, drawn, held_how, drawn_how), moved


def _held(terms: Retainage, after: Balance, load: Load) -> tuple[Money, str]:
    """Withheld to date less what was withheld before: the cents land, whatever the single bills were."""
    zero = Money.zero(after.work.currency)
    to_date = Money(round_half_up(after.to_hold), zero.currency)
    limited = to_date if terms.cap is None else min(to_date, terms.cap)
    held = min(max(load.held + limited - after.held, zero), max(load.payable, zero))
    how = f"{plain(terms.hold)} % withheld; {limited} to date"
    if limited != to_date:
        how += f" (at most {terms.cap})"
    before = after.held - load.held
    return held, how + (f", less {before} withheld before" if before else "")


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
            open_ = max(after.value - after.work, Money.zero(payable.currency))
            wanted = max(available - open_, Money.zero(payable.currency))
            return min(wanted, most), f"drawn last: {open_} of the contract is still to be billed; {rest}"
    return most, f"drawn in full; {rest}"


def _in_proportion(after: Balance) -> Money:
    """The part of the received deposit that the work billed to date has used up."""
    value, work = after.value.minor, max(after.work.minor, 0)
    done = min(Fraction(work, value), Fraction(1)) if value else Fraction(1)
    return after.received.times(done)
