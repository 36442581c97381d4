"""What rides on a bill: the part of it that is withheld, and the part that a deposit pays. Pure money, to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.contract.terms import Retainage
from mappings.money.balance import Balance, Load, sum_of
from mappings.money.drawing import Room, drawn, room_of
from mappings.money.retained import ALL, Code, left, together
from mappings.words.numbers import plain
from model.money import Money, round_half_up, total

_Found = dict[Code, tuple[Money, str]]
_OF = {
    "work": "",
    "work_and_expenses": " of work and expenses",
    "work_after_draw": " of what the draw leaves",
}


@dataclass(frozen=True, slots=True)
class Ride:
    """What the document withholds by tax code and draws in all, and how each was found."""

    held: Mapping[Code, tuple[Money, str]]
    drawn: Money
    drawn_how: str = ""


def ride(contract: Contract, balance: Balance, load: Load, *, released: Decimal) -> tuple[Ride, Balance]:
    """What rides on one document, and where the contract stands after it. Of what is withheld `released` percent are
    let go: of more work only the rest is withheld, and once all is let go nothing.

    The deposit is drawn of what the retainage leaves, but where that is withheld of what the draw leaves: then it
    takes no more than that, so that the same is drawn beside it."""
    zero, after = Money.zero(contract.currency), replace(balance, done=balance.done + load.done)
    first, _ = _drawn(contract, after, load, {})
    after = replace(after, to_hold=together(balance.to_hold, load.to_hold(first)))
    found: _Found = {code: (amount, "") for code, amount in load.held.items()}
    if released >= ALL:
        found = _left_as_it_is(load)
    elif contract.retainage is not None:
        draws_first = contract.retainage.base == "work_after_draw"
        room = room_of(after, load, {}).less(first) if draws_first else None
        found = _withheld(contract.retainage, balance, after, load, released, room)
    draw = _drawn(contract, after, load, found)
    held = {code: amount for code, (amount, _) in found.items()}
    standing = {
        code: after.held.get(code, zero) - load.held.get(code, zero) for code in {**after.held, **held}
    }
    moved = replace(
        after,
        to_hold=together(balance.to_hold, load.to_hold(draw[0])),
        held={code: amount + held.get(code, zero) for code, amount in standing.items()},
        drawn=after.drawn + draw[0] - load.drawn,
    )
    return Ride(found, *draw), moved


def _drawn(contract: Contract, after: Balance, load: Load, found: _Found) -> tuple[Money, str]:
    """What the document draws beside what it withholds; what stands on it where nothing is drawn by the file."""
    if contract.deposit is None or contract.deposit.draw is None:
        return load.drawn, ""
    room = room_of(after, load, {code: amount for code, (amount, _) in found.items()})
    return drawn(contract.deposit, after, load, Money(room.most(), contract.currency))


def _left_as_it_is(load: Load) -> _Found:
    """Once all is let go nothing more is withheld; what was stays, as far as the bill bears it."""
    return {code: (min(held, load.bears(code)), "all of it is released") for code, held in load.held.items()}


def _withheld(
    terms: Retainage,
    balance: Balance,
    after: Balance,
    load: Load,
    released: Decimal,
    room: Room | None,
) -> _Found:
    """Withheld to date in each tax code less what was withheld before: the cents land, whatever the single bills
    were. The cap is for all of them together. `room` is what a draw leaves that goes first."""
    zero = Money.zero(after.done.currency)
    before = {
        code: after.held.get(code, zero) - load.held.get(code, zero)
        for code in {**after.to_hold, **load.held}
    }
    found: _Found = {}
    for code in sorted(before, key=lambda code: code or ""):
        exact = after.to_hold.get(code, Fraction(0))
        others = sum_of(before, zero.currency) + total([held for held, _ in found.values()], zero.currency)
        cap = None if terms.cap is None else terms.cap - others + before[code]
        limited, earlier = (
            _limited(each.to_hold.get(code, Fraction(0)), cap, zero.currency) for each in (after, balance)
        )
        # A release lets go of a part of what was withheld until then: that part stays on the bills it stands on.
        until = min(earlier, limited)
        gone = max(min(after.held.get(code, zero), until) - left(until, released), zero)
        wanted = left(limited, released) + gone
        amount = min(max(wanted - before[code], zero), load.bears(code))
        if room is not None:
            mine = code == balance.drawn_as
            amount = min(amount, Money(room.most(mine=mine), zero.currency))
            room = room.less(amount, mine=mine)
        how = f"{plain(terms.hold)} %{_OF[terms.base]} withheld; {limited} to date"
        how += f" (at most {terms.cap})" if limited.minor != round_half_up(exact) else ""
        how += f", {plain(released)} % is released of it: {wanted}" if released else ""
        found[code] = amount, how + (f", less {before[code]} withheld before" if before[code] else "")
    return found


def _limited(exact: Fraction, cap: Money | None, currency: str) -> Money:
    to_date = Money(round_half_up(exact), currency)
    return to_date if cap is None else max(min(to_date, cap), Money.zero(currency))
