"""`[[change_order]]` as a person writes it, and what it means."""

from __future__ import annotations

from datetime import date as date_
from typing import Annotated, Literal

from pydantic import Field

from mappings.contract.orders import ChangeOrder
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.triggers import AcceptanceOf, EpicClosed, OnDay, Trigger
from mappings.tables.posted import Posted
from mappings.tables.written import Choice, EpicKey, Label, Name, SignedMoneyText, Table, TaxCode, Words, says
from mappings.words.text import inert
from model.money import Money


class WhenTable(Choice):
    """`{ epic = "ACME-77" }`, `{ date = 2026-04-01 }` or `{ acceptance = "handover" }`"""

    epic: EpicKey | None = None
    date: date_ | None = None
    acceptance: Name | None = None


class ChangeOrderTable(Table):
    """One `[[change_order]]`."""

    id: Annotated[Label, says('its name for ever, such as "CO-1"')]
    on: Annotated[date_, says("the day on which it was agreed, such as 2026-05-01")]
    value: Annotated[SignedMoneyText, says('with its sign, such as "+8000.00"')]
    when: WhenTable | None = None
    applies: Literal["own", "remaining"] = "own"
    approved_by: Annotated[Words, says("who agreed to it, and how")]
    reason: Annotated[Words, says("why, in words for the client")]
    phase: Literal["initial", "delivery", "closeout"] = "delivery"
    item: Words | None = None
    class_: Annotated[Words | None, Field(alias="class")] = None
    tax_code: TaxCode | None = None
    payer: Name | None = None
    text: Words | None = None


def order_of(table: ChangeOrderTable, currency: str, posted: Posted, line: int) -> ChangeOrder:
    """The order that a sound `table` is; `posted` says how the contract's lines are posted."""
    return ChangeOrder(
        id=table.id,
        on=table.on,
        value=Money.of(table.value, currency),
        when=_trigger(table.when) if table.when is not None else None,
        applies=table.applies,
        approved_by=inert(table.approved_by),
        reason=inert(table.reason),
        phase=table.phase,
        item=table.item or posted.item or "",
        klass=table.class_ or posted.klass,
        tax_code=table.tax_code or posted.tax_code,
        payer=table.payer or SOLE_PAYER,
        text=table.text or "",
        line=line,
    )


def _trigger(table: WhenTable) -> Trigger:
    if table.epic is not None:
        return EpicClosed(table.epic.upper())
    if table.acceptance is not None:
        return AcceptanceOf(table.acceptance)
    if table.date is None:
        raise ValueError("a moment without a moment passed its validation")
    return OnDay(table.date)
