"""JSON with exact figures: read as Decimal, written with the digits they have, never as floats."""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, Never

_MAX_EXPONENT = 30  # no amount is that large or fine; "1e999999999" must not become a gigabyte of zeros

JsonObject = dict[str, Any]


def parse(body: bytes | str) -> Any:
    """The JSON value in `body`, numbers with a point as Decimal. ValueError for anything that is not JSON."""
    try:
        return json.loads(body, parse_float=_decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def render(value: Any) -> bytes:
    """`value` as compact ASCII JSON in the order given; a float is a TypeError."""
    return _text(value).encode("ascii")


def plain(number: Decimal) -> str:
    """The digits of `number` without an exponent, as they stand ("10.50" stays "10.50")."""
    if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT:
        raise ValueError(f"not an amount: {number}")
    return format(number, "f")


def canonical(number: Decimal | int) -> str:
    """The one spelling of a number: 10, 10.0 and 10.00 are all "10"."""
    text = plain(Decimal(number))
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-0"} else text


def _text(value: Any) -> str:
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return _quoted(value)
        case int():
            return str(value)
        case Decimal():
            return plain(value)
        case dict():
            return "{" + ",".join(f"{_quoted(name)}:{_text(part)}" for name, part in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no place in an exact body: {value!r}")


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    plain(number)
    return number


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")
