"""Plain decimal numbers as people and Jira write them."""

from __future__ import annotations

import re
from decimal import Decimal

from model.money import Money, exponent

_AROUND = re.compile(r"^[^0-9.,+()-]+|[^0-9.,+()-]+$")
_GROUPS = (
    re.compile(r"[0-9]{1,3}(?:(?:,[0-9]{3})+(?=\.)|(?:,[0-9]{3}){2,})(\.[0-9]{1,2})?"),
    re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+(?=,)|(?:\.[0-9]{3}){2,})(,[0-9]{1,2})?"),
    re.compile(r"[0-9]{1,3}(?:[ '\u2019\u00a0\u202f][0-9]{3})+([.,][0-9]{1,2})?"),
    re.compile(r"[0-9]+([.,][0-9]{1,2})?"),
)
_LONGEST = 60  # characters of an amount with all that people write around it
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")


def number_in(text: str) -> Decimal | None:
    """The decimal number that `text` is; None for anything else, thousand separators included."""
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def amount_meant(text: str) -> str:
    """An amount that people write in other ways ("$1,200.50", "1.200,50", "1200 EUR") as digits with a point; ""
    for what is none, and for what could be two: "1,200" is twelve hundred, or a little more than one."""
    number = _AROUND.sub("", text[:_LONGEST])
    for groups in _GROUPS:
        if found := groups.fullmatch(number):
            fraction = found[1] or ""
            whole = number.removesuffix(fraction)
            return "".join(filter(str.isdigit, whole)) + fraction.replace(",", ".")
    return ""


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
