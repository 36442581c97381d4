"""What pricing hands on: what counts for a price, the price by itself, or the one thing that is missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mappings.contract.rates import Logged
from mappings.progress.fields import FieldGap
from model.billing import Leaf
from model.finding import Owner
from model.money import Money


@dataclass(frozen=True, slots=True)
class Gap:
    """Why there is no price yet: a stable code, what was seen, what to do, and who can. `unrated` is the time that no
    rate fits, or several as well as each other."""

    code: str
    reason: str
    hint: str
    owner: Owner = "team"
    unrated: tuple[Logged, ...] = ()


@dataclass(frozen=True, slots=True)
class Priced:
    """A price by itself, before what was billed earlier is looked at. `share` in percent, if it is one."""

    amount: Money
    quantity: Decimal
    unit_price: Decimal
    arithmetic: str
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What counts for a price: `leaves` with their quantity; keys without points, with odd ones; time that
    was `logged`, and `early` time from before the contract starts."""

    leaves: tuple[Leaf, ...] = ()
    without_points: tuple[str, ...] = ()
    odd_points: tuple[str, ...] = ()
    gap: FieldGap | None = None
    logged: tuple[Logged, ...] = ()
    early: tuple[Logged, ...] = ()


def alone(amount: Money, arithmetic: str, share: Decimal | None = None) -> Priced:
    """One times `amount`; `arithmetic` says in words where it comes from."""
    return Priced(amount, Decimal(1), amount.decimal, arithmetic, share)
