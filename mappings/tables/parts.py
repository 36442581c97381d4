"""The sound parts of a contract file, so that one mistake in it does not hide the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mappings.tables.accept import AcceptedTable
from mappings.tables.opening import OpeningTable
from mappings.tables.order import ChangeOrderTable
from mappings.tables.payer import PayerTable
from mappings.tables.purchase import PurchaseOrderTable
from mappings.tables.shape import ExampleTable, ExcludeTable, ExpenseTable, MilestoneTable
from mappings.tables.terms import DepositTable, RetainageTable
from mappings.tables.write_back import WriteBackTable

_Part = TypeVar("_Part", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Parts:
    """Tables that validate one by one, with their place in the file. `contract` is as written."""

    contract: Mapping[str, Any]
    deposit: DepositTable | None
    retainage: RetainageTable | None
    opening: OpeningTable | None
    write_back: WriteBackTable | None
    payers: tuple[tuple[int, PayerTable], ...]
    purchases: tuple[tuple[int, PurchaseOrderTable], ...]
    milestones: tuple[tuple[int, MilestoneTable], ...]
    exclusions: tuple[tuple[int, ExcludeTable], ...]
    expenses: tuple[tuple[int, ExpenseTable], ...]
    accepted: tuple[tuple[int, AcceptedTable], ...]
    orders: tuple[tuple[int, ChangeOrderTable], ...]
    examples: tuple[tuple[int, ExampleTable], ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Parts:
        """What is sound in `data`."""
        contract = data.get("contract")
        if isinstance(contract, list):  # two brackets for one, which the grammar says
            contract = next(iter(contract), None)
        return cls(
            contract=contract if isinstance(contract, Mapping) else {},
            deposit=sound(DepositTable, data.get("deposit")),
            retainage=sound(RetainageTable, data.get("retainage")),
            opening=sound(OpeningTable, data.get("opening")),
            write_back=sound(WriteBackTable, data.get("write_back")),
            payers=_each(PayerTable, data.get("payer")),
            purchases=_each(PurchaseOrderTable, data.get("purchase_order")),
            milestones=_each(MilestoneTable, data.get("milestone")),
            exclusions=_each(ExcludeTable, data.get("exclude")),
            expenses=_each(ExpenseTable, data.get("expense")),
            accepted=_each(AcceptedTable, data.get("accepted")),
            orders=_each(ChangeOrderTable, data.get("change_order")),
            examples=_each(ExampleTable, data.get("example")),
        )

    def written(self, key: str) -> str | None:
        """The text under `key` of [contract], None when there is none."""
        value = self.contract.get(key)
        return value if isinstance(value, str) else None


def _each(shape: type[_Part], tables: object) -> tuple[tuple[int, _Part], ...]:
    if not isinstance(tables, list):
        return ()
    parts = ((index, sound(shape, table)) for index, table in enumerate(tables))
    return tuple((index, part) for index, part in parts if part is not None)


def sound(shape: type[_Part], table: object) -> _Part | None:
    """`table` as `shape`; None where there is none, or it has mistakes."""
    if table is None:
        return None
    try:
        return shape.model_validate(table)
    except ValidationError:
        return None
