"""The prices that a rule can have: frozen and exact, as the contract agrees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mappings.contract.rates import RateCard
from model.money import Money


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed amount."""

    amount: Money


@dataclass(frozen=True, slots=True)
class Listed:
    """A fixed amount of a shared price list, by its name there."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Percent:
    """A literal share of the contract value, in percent."""

    share: Decimal


@dataclass(frozen=True, slots=True)
class PercentField:
    """A share of the contract value, in percent, that a field of the epic holds."""

    field: str


@dataclass(frozen=True, slots=True)
class AmountField:
    """An amount that a field of the epic holds."""

    field: str


@dataclass(frozen=True, slots=True)
class PerPoint:
    """A rate for each story point finished."""

    rate: Money


@dataclass(frozen=True, slots=True)
class PerIssue:
    """A rate for each issue finished."""

    rate: Money


@dataclass(frozen=True, slots=True)
class Hours:
    """Time and materials: the hours logged, at the rates of a card."""

    card: RateCard


Counted = PerPoint | PerIssue  # priced by what is finished, issue by issue
Price = Fixed | Listed | Percent | PercentField | AmountField | Counted | Hours


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What stands beside a price, in the order it is applied: a discount in percent or as an amount off each
    piece of work, the least that a piece of work costs, and the most that all work of the rule costs together."""

    discount: Decimal | Money | None = None
    minimum: Money | None = None
    cap: Money | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """What shared files offer in the currency of one contract, by name."""

    listed: Mapping[str, Money]
    cards: Mapping[str, RateCard]
