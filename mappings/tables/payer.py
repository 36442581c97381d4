"""The shape of `[[payer]]` as a person writes it, what it can have wrong, and the payer that it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from mappings.contract.payers import SOLE_PAYER, Payer, PayerWords
from mappings.contract.works import FieldTest
from mappings.tables.written import AnyOf, Name, Table, Words, says
from mappings.words.mistakes import Mistake

_Found = Iterator[tuple[tuple[str | int, ...], str, str]]

_ABOVE_ZERO = {"type": "number", "exclusiveMinimum": 0}


def _weight(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
        raise Mistake("a share is a number above zero", "parts of the whole, such as share = 2")
    return Decimal(value)


class WhenWords(Table):
    """`{ label = "labs", "Cost bearer" = "Labs" }`"""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, json_schema_extra={"minProperties": 1})
    __pydantic_extra__: dict[str, AnyOf]

    label: AnyOf | None = None
    component: AnyOf | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.model_fields_set:
            raise Mistake("no condition is given", "leave 'when' out for a payer of all work")
        return self


class PayerTable(Table):
    """One `[[payer]]`."""

    name: Annotated[Name, says('its name for ever, such as "labs"')]
    client: Annotated[Words, says("the customer, as QuickBooks calls it")]
    when: WhenWords | None = None
    share: Annotated[Decimal, BeforeValidator(_weight), WithJsonSchema(_ABOVE_ZERO)] | None = None
    terms: Words | None = None
    po: Words | None = Field(default=None)


def payer_of(table: PayerTable, terms: str | None, po: str | None, index: int, line: int) -> Payer:
    """The payer that a sound `table` means; `terms` and `po` are the contract's own."""
    return Payer(
        name=table.name,
        client=table.client,
        when=_words(table.when) if table.when else None,
        share=table.share,
        terms=table.terms or terms,
        po=table.po or po,
        index=index,
        line=line,
    )


def lint_payers(payers: Iterable[tuple[int, PayerTable]]) -> _Found:
    """Every problem of the payers of one file among each other."""
    seen = {SOLE_PAYER: "Milepost's own word for a contract without payers"}
    sharing: bool | None = None
    for index, payer in payers:
        if payer.name in seen:
            yield ("payer", index, "name"), f"the payer name {payer.name!r} is {seen[payer.name]}", ""
        seen[payer.name] = "already taken in this file"
        if sharing is not None and sharing != (payer.share is not None):
            message = "either every payer has a share, or none has"
            yield ("payer", index), message, "without shares exactly one payer pays for each work"
        sharing = payer.share is not None if sharing is None else sharing
    alone = [index for index, payer in payers if payer.when is None and payer.share is None]
    for index in alone[1:]:
        yield ("payer", index), "two payers would each pay for all work", "give each a share, or a when"


def _words(words: WhenWords) -> PayerWords:
    return PayerWords(
        labels=tuple(words.label or ()),
        components=tuple(words.component or ()),
        fields=tuple(FieldTest(name, tuple(values)) for name, values in words.__pydantic_extra__.items()),
    )
