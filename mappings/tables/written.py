"""Single values as a person writes them: amounts, percentages, names, lists; and the table they stand in."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from mappings.words.mistakes import Mistake
from mappings.words.numbers import amount_meant

# Digits are 0 to 9: those of other scripts would be read as numbers that the reader of the file does not see.
_AMOUNT = re.compile(r"\+?[0-9]{1,15}(\.[0-9]{1,6})?")
_SIGNED = re.compile(r"[+-][0-9]{1,15}(\.[0-9]{1,6})?")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,8})?\s*%")


def money_text(value: object) -> object:
    """`value`, which must be an amount in quotes such as "1200.50": a Mistake otherwise."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("money is never a bare number", f'write it in quotes: "{value}"')
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise Mistake("this is not an amount", _amount_hint(value))
    return value


def _amount_hint(text: str) -> str:
    meant = amount_meant(text)
    return (
        f'write "{meant}"'
        if _AMOUNT.fullmatch(meant)
        else 'digits with a point, nothing between thousands: "1200.50"'
    )


def _signed(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("money is never a bare number", f'write it in quotes, with its sign: "{value:+}"')
    if isinstance(value, str) and not _SIGNED.fullmatch(value):
        meant = amount_meant(value)
        hint = f'"+{meant}" adds it, "-{meant}" takes it off' if meant else 'such as "+8000.00" or "-1200.50"'
        raise Mistake("this is not an amount with its sign", hint)
    return value


def percent_text(value: object) -> object:
    """`value`, which must be a percentage in quotes such as "12.5 %": a Mistake otherwise."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("a percentage is never a bare number", f'write it in quotes: "{value} %"')
    if isinstance(value, str) and not _PERCENT.fullmatch(value):
        meant = amount_meant(value)
        hint = (
            f'write "{meant} %"'
            if _PERCENT.fullmatch(f"{meant} %")
            else 'digits and a percent sign, such as "12.5 %"'
        )
        raise Mistake("this is not a percentage", hint)
    return value


def share_or_amount(value: object) -> object:
    """`value`, which must be a percentage or an amount, in quotes: a Mistake otherwise."""
    return percent_text(value) if isinstance(value, str) and "%" in value else money_text(value)


def _text(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


def _texts(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _written_as(*patterns: re.Pattern[str]) -> WithJsonSchema:
    """What an editor is told of a text of which the whole must be one of `patterns`."""
    either = "|".join(pattern.pattern for pattern in patterns)
    return WithJsonSchema({"type": "string", "pattern": f"^({either})$"})


_WORD = {"type": ["string", "number"], "minLength": 1, "maxLength": 500}


def says(what: str) -> Any:
    """What a key is for and how it is written: for editors, and for messages about it."""
    return Field(description=what)


_CODE = {"type": "string", "pattern": "^[A-Z]{3}$"}

Words = Annotated[str, Field(min_length=1, max_length=500)]
#: A currency: which codes there are is looked up later, so that a wrong one is told once, with what was meant.
CurrencyCode = Annotated[
    str, WithJsonSchema(_CODE), says('such as "USD", the currency of the client in QuickBooks')
]
WordsOrNumber = Annotated[Words, BeforeValidator(_text), WithJsonSchema(_WORD)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
EpicKey = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$")]
TaxCode = Annotated[str, Field(pattern=r"^[^|#]{1,100}$")]
MoneyText = Annotated[str, BeforeValidator(money_text), _written_as(_AMOUNT)]
SignedMoneyText = Annotated[str, BeforeValidator(_signed), _written_as(_SIGNED)]
PercentText = Annotated[str, BeforeValidator(percent_text), _written_as(_PERCENT)]
ShareOrAmount = Annotated[str, BeforeValidator(share_or_amount), _written_as(_PERCENT, _AMOUNT)]
AnyOf = Annotated[
    list[WordsOrNumber],
    BeforeValidator(_texts),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}),
]


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes, nothing is converted by guessing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FieldRef(Table):
    """`{ field = "Billing %" }`"""

    field: Words


def _one_required(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Tells an editor what `Choice` checks."""
    if not issubclass(model, Choice):
        raise TypeError(f"{model.__name__} is no choice")
    schema["oneOf"] = [{"required": [model.key(name)]} for name in model.choices()]
    if model.pair:
        one, other = map(model.key, model.pair)
        schema["dependentRequired"] = {one: [other], other: [one]}


class Choice(Table):
    """A table of which exactly one key is given, not counting those of `beside`. Of a `pair` neither is given
    without the other; the table says so itself, with an example."""

    model_config = ConfigDict(json_schema_extra=_one_required)
    beside: ClassVar[tuple[str, ...]] = ()
    pair: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = sorted(self.model_fields_set.difference(self.beside))
        if len(given) != 1:
            shown = " and ".join(given) if given else "none"
            raise Mistake(f"exactly one of {', '.join(self.choices())} is needed, not {shown}")
        return self

    @classmethod
    def choices(cls) -> list[str]:
        """Names of the fields of which one is given."""
        return [name for name in cls.model_fields if name not in cls.beside]

    @classmethod
    def key(cls, name: str) -> str:
        """A field's key as it is written."""
        return cls.model_fields[name].alias or name


def percent(text: str) -> Decimal:
    """The number of a percentage such as "12.5 %"."""
    return Decimal(text.rstrip(" %"))
