"""Plain decimal numbers as people and Jira write them."""

from __future__ import annotations

import re
from decimal import Decimal

from model.money import Money, exponent

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")


def number_in(text: str) -> Decimal | None:
    """The decimal number that `text` is; None for anything else, thousand separators included."""
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def plain(number: Decimal, digits: int = 0) -> str:
    """A number as a person reads it: thousands in groups, no exponent, no trailing zeros beyond `digits` behind the
    point."""
    whole, _, fraction = f"{number:,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(digits, "0")
    return f"{whole}.{fraction}" if fraction else whole


def factors(quantity: Decimal, unit_price: Decimal, currency: str) -> str:
    """What a line counts: "6 × 1,095.00"."""
    return f"{plain(quantity)} × {plain(unit_price, exponent(currency))}"


def product(quantity: Decimal, unit_price: Decimal, amount: Money) -> str:
    """What a line comes to: "6 × 1,095.00 = 6,570.00 USD"."""
    return f"{factors(quantity, unit_price, amount.currency)} = {amount}"


def percent_in(text: str) -> Decimal | None:
    """The number of a percentage, with or without its sign: "12.5 %"."""
    return number_in(text.strip().removesuffix("%"))
