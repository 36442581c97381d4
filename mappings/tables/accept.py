"""`accept = { … }` and `[[accepted]]` as a person writes them, and what they mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mappings.contract.accepts import Accept, Accepted, LabelTest, Recorded, ShareField, StatusTest
from mappings.contract.works import FieldTest
from mappings.tables.written import AnyOf, Choice, FieldRef, PercentText, Table, Words, percent, says
from mappings.words.mistakes import Mistake
from mappings.words.text import inert


class AcceptTable(Choice):
    """`{ field = "Client accepted", is = "Yes" }`, `{ status = "Accepted" }`, `{ recorded = true }` and so on"""

    beside = ("is_",)
    pair = ("field", "is_")

    field: Words | None = None
    is_: Annotated[AnyOf | None, Field(alias="is")] = None
    status: AnyOf | None = None
    label: AnyOf | None = None
    recorded: Annotated[Literal[True] | None, says("write recorded = true")] = None
    share: FieldRef | None = None

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if (self.field is None) != (self.is_ is None):
            raise Mistake("'field' and 'is' belong together", '{ field = "Client accepted", is = "Yes" }')
        return self

    @property
    def in_shares(self) -> bool:
        """Whether work is billed as far as it is accepted."""
        return self.recorded is not None or self.share is not None


class AcceptedTable(Table):
    """One `[[accepted]]`."""

    of: Annotated[Words, says("what is accepted: an epic's key, or the name of an acceptance")]
    share: PercentText = "100 %"
    on: Annotated[date, says("the day from which it holds, such as 2026-05-01")]
    by: Annotated[Words, says("who accepted it, and how")]


def accept_of(table: AcceptTable) -> Accept:
    """What a sound `table` asks."""
    if table.status is not None:
        return StatusTest(tuple(table.status))
    if table.label is not None:
        return LabelTest(tuple(table.label))
    if table.share is not None:
        return ShareField(table.share.field)
    if table.field is None or table.is_ is None:
        return Recorded()
    return FieldTest(table.field, tuple(table.is_))


def accepted_of(table: AcceptedTable) -> Accepted:
    """The entry that a sound `table` is."""
    return Accepted(table.of, Decimal(percent(table.share)), table.on, inert(table.by))
