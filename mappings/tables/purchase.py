"""`[[purchase_order]]` as a person writes it, what it can have wrong, and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from mappings.contract.purchases import PurchaseOrder
from mappings.tables.written import AnyOf, Table, Words, says
from mappings.words.mistakes import Mistake, did_you_mean

if TYPE_CHECKING:
    from mappings.tables.parts import Parts

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]

Number = Annotated[Words, Field(pattern=r"^[^|#]{1,60}$")]  # both signs part the keys of documents


class PurchaseOrderTable(Table):
    """One `[[purchase_order]]`."""

    number: Annotated[Number, says('the number of the order, such as "PO-7781"')]
    project: AnyOf | None = None
    covers: list[Words] = Field(default_factory=list)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.project and not self.covers:
            raise Mistake("it covers nothing", 'write project = "ACME", or covers = ["a rule"]')
        return self


def purchase_order_of(table: PurchaseOrderTable) -> PurchaseOrder:
    """The order that a sound `table` is."""
    return PurchaseOrder(
        table.number, tuple(key.upper() for key in table.project or ()), tuple(dict.fromkeys(table.covers))
    )


def lint_purchases(parts: Parts) -> _Found:
    """Every problem of the orders among each other and with the rest of the file."""
    names = {rule.rule for _, rule in parts.milestones} | {order.id for _, order in parts.orders}
    names |= {expense.id for _, expense in parts.expenses}
    taken: dict[str, str] = {}
    for index, order in parts.purchases:
        at: _Loc = ("purchase_order", index)
        if parts.payers:
            message = "a contract with payers takes the purchase order of each payer"
            yield at, message, "write po in its [[payer]]"
        if order.number in {each.number for before, each in parts.purchases if before < index}:
            yield (*at, "number"), f"order {order.number!r} is already in this file", "join the two"
        for name in order.covers:
            if name not in names:
                message = f"there is no rule, change order or expense {name!r} in this file"
                yield (*at, "covers"), message, did_you_mean(name, names)
        for key, what in [("project", each.upper()) for each in order.project or ()] + [
            ("covers", name) for name in order.covers
        ]:
            other = taken.setdefault(f"{key} {what}", order.number)
            if other != order.number:
                yield (*at, key), f"{what!r} is on order {other!r} already", "one order for each"
