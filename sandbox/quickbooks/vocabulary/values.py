"""Readers of what clients send: numbers as text, empty text for nothing, references; each checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json, Row

CENT = Decimal("0.01")
_DIGITS = 15  # what an amount may have before the point and after it together


def present(body: Mapping[str, Any], name: str) -> Any:
    """The member `name`, or None when it is absent, null or empty text."""
    value = body.get(name)
    return None if value == "" else value


def cents(value: Decimal) -> Decimal:
    """`value` rounded half-up (away from zero) to two digits, as the service rounds amounts."""
    return value.quantize(CENT, ROUND_HALF_UP)


def number(body: Mapping[str, Any], name: str) -> Decimal | None:
    """A decimal sent as JSON number or text; 2080 when it is neither, or too long."""
    value = present(body, name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise refusals.illegal_number(name, value)
    try:
        result = Decimal(value)
    except InvalidOperation:
        raise refusals.illegal_number(name, value) from None
    if not result.is_finite() or result.adjusted() >= _DIGITS:
        raise refusals.illegal_number(name, value)
    return result


def text(body: Mapping[str, Any], name: str, limit: int) -> str | None:
    """A text of at most `limit` characters; 2050 when longer, 2010 when it is no text."""
    value = present(body, name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise refusals.unreadable()
    if len(value) > limit:
        raise refusals.too_long(name, len(value), limit)
    return value


def choice(body: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str | None:
    """One of `allowed`; 2170 otherwise."""
    value = present(body, name)
    if value is None:
        return None
    if value not in allowed:
        raise refusals.bad_enumeration(name, value)
    return str(value)


def day(body: Mapping[str, Any], name: str) -> date | None:
    """A date `YYYY-MM-DD`; what follows it (a time, an offset) is ignored. 2030 when it is none."""
    value = present(body, name)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise refusals.invalid_value(name, value) from None


def reference_id(body: Mapping[str, Any], name: str) -> str | None:
    """The `value` of the reference `name`; None when there is none. 2010 when it is no object."""
    reference = present(body, name)
    if reference is None:
        return None
    if not isinstance(reference, dict):
        raise refusals.unreadable()
    value = present(reference, "value")
    return None if value is None else str(value)


def referred(
    company: Company, body: Mapping[str, Any], name: str, kind: str, before: Mapping[str, Any] | None = None
) -> Row | None:
    """The row of `kind` that `name` refers to: 2500 when it never was, 610 when it is inactive.

    A reference that already stood in `before` may be inactive: old documents keep what they named.
    """
    value = reference_id(body, name)
    if value is None:
        return None
    row = company.find(kind, value)
    if row is None:
        raise refusals.bad_reference(kind, value)
    unchanged = before is not None and reference_id(before, name) == value
    if not row.active and not unchanged:
        raise refusals.inactive(name)
    return row


def without_nothing(body: Json) -> Json:
    """`body` without members that are None: the service never shows a null."""
    return {name: value for name, value in body.items() if value is not None}
