"""Change orders: what the parties agreed to add to a contract's value or to take from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mappings.contract.triggers import Trigger
from model.money import Money


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """`value` is signed. It is agreed `on` a day and comes into force then, or with `when` once that has come.

    One that is "own" is a charge; one that "remaining" applies to re-bases what percentages have not billed yet.
    `id` is its identity within the contract for ever.
    """

    id: str
    on: date
    value: Money
    when: Trigger | None
    applies: Literal["own", "remaining"]
    approved_by: str
    reason: str
    phase: Literal["initial", "delivery", "closeout"]
    item: str
    klass: str | None
    tax_code: str | None
    payer: str
    text: str
    line: int

    @property
    def agreed(self) -> tuple[object, ...]:
        """What must never change once it was billed."""
        return self.on, self.value, self.when, self.applies
