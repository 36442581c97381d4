"""What `[[change_order]]` can have wrong beyond its shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mappings.tables.order import ChangeOrderTable
from mappings.tables.parts import Parts

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]


def lint_orders(parts: Parts) -> _Found:
    """Every problem of the change orders of a file."""
    starts, seen = parts.contract.get("starts"), set[str]()
    for index, order in parts.orders:
        at: _Loc = ("change_order", index)
        if order.id.casefold() in seen:
            yield (
                (*at, "id"),
                f"change order {order.id!r} is already in this file",
                "an id is unique for ever",
            )
        seen.add(order.id.casefold())
        if not Decimal(order.value):
            yield (*at, "value"), "a change order of nothing changes nothing", "leave it out"
        if isinstance(starts, date) and order.on < starts:
            message = f"the order is of {order.on}, before the contract starts ({starts})"
            yield (*at, "on"), message, "let the contract begin with the value that was agreed then"
        if order.when is not None and order.when.date is not None and order.when.date < order.on:
            message = f"{order.when.date} is before the order was agreed ({order.on})"
            yield (*at, "when", "date"), message, "leave `when` out: it comes into force on its own day"
        if order.applies == "own" and order.item is None and "item" not in parts.contract:
            yield at, "no item to bill on", 'give the order or the contract item = "…"'
        yield from _tax(parts, at, order)
        if order.applies == "remaining" and not _has_percentages(parts):
            message = "no percentage of the contract is left for it to change"
            yield (*at, "applies"), message, 'give the contract a value and percentages, or leave it "own"'


def _tax(parts: Parts, at: _Loc, order: ChangeOrderTable) -> _Found:
    """Something is taken off work of the same tax code only: else an invoice could be below zero with its tax."""
    own = parts.written("tax_code")
    codes = {rule.tax_code or own for _, rule in parts.milestones}
    code = order.tax_code or own
    if order.applies == "own" and Decimal(order.value) < 0 and codes and code not in codes:
        named = f"tax code {code!r}" if code else "no tax code"
        yield (*at, "value"), f"no milestone has {named}, so there is no bill to take it off", _codes(codes)


def _codes(codes: set[str | None]) -> str:
    return " or ".join(f'write tax_code = "{code}"' for code in sorted(code for code in codes if code))


def _has_percentages(parts: Parts) -> bool:
    return "value" in parts.contract and any(rule.price.percent is not None for _, rule in parts.milestones)
