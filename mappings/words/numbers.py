"""Plain decimal numbers as people and Jira write them."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")


def number_in(text: str) -> Decimal | None:
    """The decimal number that `text` is; None for anything else, thousand separators included."""
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def plain(number: Decimal) -> str:
    """A number as a person writes it: no exponent, no trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_in(text: str) -> Decimal | None:
    """The number of a percentage, with or without its sign: "12.5 %"."""
    return number_in(text.strip().removesuffix("%"))
