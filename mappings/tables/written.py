"""Single values as a person writes them: amounts, percentages, names, lists; and the table they stand in."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from mappings.words.mistakes import Mistake

_AMOUNT = re.compile(r"\+?\d{1,15}(\.\d{1,6})?")
_SIGNED = re.compile(r"[+-]\d{1,15}(\.\d{1,6})?")
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,8})?\s*%")


def money_text(value: object) -> object:
    """`value`, which must be an amount in quotes such as "1200.50": a Mistake otherwise."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("money is never a bare number", f'write it in quotes: "{value}"')
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise Mistake("this is not an amount", 'digits with a point, such as "1200.50"')
    return value


def _signed(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("money is never a bare number", f'write it in quotes, with its sign: "{value:+}"')
    if isinstance(value, str) and not _SIGNED.fullmatch(value):
        raise Mistake("this is not an amount with its sign", 'such as "+8000.00" or "-1200.50"')
    return value


def _percent(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("a percentage is never a bare number", f'write it in quotes: "{value} %"')
    if isinstance(value, str) and not _PERCENT.fullmatch(value):
        raise Mistake("this is not a percentage", 'digits and a percent sign, such as "12.5 %"')
    return value


def share_or_amount(value: object) -> object:
    """`value`, which must be a percentage or an amount, in quotes: a Mistake otherwise."""
    return _percent(value) if isinstance(value, str) and "%" in value else money_text(value)


def _text(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


def _texts(value: object) -> object:
    return value if isinstance(value, list) else [value]


Words = Annotated[str, Field(min_length=1, max_length=500)]
WordsOrNumber = Annotated[Words, BeforeValidator(_text)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
EpicKey = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$")]
TaxCode = Annotated[str, Field(pattern=r"^[^|#]{1,100}$")]
MoneyText = Annotated[str, BeforeValidator(money_text)]
SignedMoneyText = Annotated[str, BeforeValidator(_signed)]
PercentText = Annotated[str, BeforeValidator(_percent)]
ShareOrAmount = Annotated[str, BeforeValidator(share_or_amount)]
AnyOf = Annotated[
    list[WordsOrNumber],
    BeforeValidator(_texts),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes, nothing is converted by guessing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FieldRef(Table):
    """`{ field = "Billing %" }`"""

    field: Words


def exactly_one(table: Table, beside: Collection[str] = ()) -> None:
    """Raises Mistake unless exactly one key is given, not counting those that may stand `beside` it."""
    given = sorted(table.model_fields_set.difference(beside))
    if len(given) != 1:
        allowed = [name for name in type(table).model_fields if name not in beside]
        shown = " and ".join(given) if given else "none"
        raise Mistake(f"exactly one of {', '.join(allowed)} is needed, not {shown}")


def percent(text: str) -> Decimal:
    """The number of a percentage such as "12.5 %"."""
    return Decimal(text.rstrip(" %"))
