"""The shape of a contract file as a person writes it: which keys there are, and what each may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from mappings.rules import REJECTED_RESOLUTIONS
from mappings.tomlfile import Mistake

_AMOUNT = re.compile(r"\+?\d{1,15}(\.\d{1,6})?")
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,8})?\s*%")
_LOOKS_LIKE = 0.75  # a lower-case custom field this near to a word of ours is a slip of the pen


def _amount(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("money is never a bare number", f'write it in quotes: "{value}"')
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise Mistake("this is not an amount", 'digits with a point, such as "1200.50"')
    return value


def _percent(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        raise Mistake("a percentage is never a bare number", f'write it in quotes: "{value} %"')
    if isinstance(value, str) and not _PERCENT.fullmatch(value):
        raise Mistake("this is not a percentage", 'digits and a percent sign, such as "12.5 %"')
    return value


def _share_or_amount(value: object) -> object:
    return _percent(value) if isinstance(value, str) and "%" in value else _amount(value)


def _not_yet(_: object) -> object:
    raise Mistake("this version cannot do that yet", "leave it out")


def _text(value: object) -> object:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


def _texts(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _form(value: object) -> str:
    return "field" if isinstance(value, Mapping | FieldRef) else "text"


def _day(value: object) -> str:
    return "date" if isinstance(value, date) else "word"


Words = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")]
MoneyText = Annotated[str, BeforeValidator(_amount)]
PercentText = Annotated[str, BeforeValidator(_percent)]
AnyOf = Annotated[
    list[Annotated[Words, BeforeValidator(_text)]],
    BeforeValidator(_texts),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
NotYet = Annotated[object, BeforeValidator(_not_yet)]


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes, nothing is converted by guessing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FieldRef(Table):
    """`{ field = "Billing %" }`"""

    field: Words


class MatchWords(Table):
    """`{ project = "ACME", label = "billable", "Custom field" = "value" }`"""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    __pydantic_extra__: dict[str, AnyOf]

    project: AnyOf | None = None
    projects: AnyOf | None = None
    label: AnyOf | None = None
    labels: AnyOf | None = None
    component: AnyOf | None = None
    components: AnyOf | None = None
    type: AnyOf | None = None
    types: AnyOf | None = None
    status: AnyOf | None = None
    statuses: AnyOf | None = None
    summary: Words | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not (self.project or self.projects):
            raise Mistake("'project' is missing: rules for epics name their projects")
        for name in self.__pydantic_extra__:
            for word in type(self).model_fields:
                if name.islower() and SequenceMatcher(None, name, word).ratio() >= _LOOKS_LIKE:
                    raise Mistake(f"unknown word {name!r}", f"did you mean {word!r}?", (name,), on_key=True)
        return self

    def either(self, *words: str) -> tuple[str, ...]:
        """What `words` (one and its plural) hold together."""
        return tuple(value for word in words for value in getattr(self, word) or ())


class SprintWords(Table):
    """`{ board = "ACME support", name = "Support *" }`"""

    board: Annotated[Words, BeforeValidator(_text)]
    name: Words = "*"


class WorkTable(Table):
    """`{ epic = "KEY" }`, `{ epics = {…} }` or `{ sprints = {…} }`"""

    epic: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$")] | None = None
    epics: MatchWords | None = None
    sprints: SprintWords | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        _exactly_one(self)
        return self


class PriceTable(Table):
    """`{ fixed = "…" }`, `{ percent = "…" }`, `{ amount = { field = "…" } }` or `{ per_point = "…" }`"""

    fixed: MoneyText | None = None
    percent: (
        Annotated[
            Annotated[PercentText, Tag("text")] | Annotated[FieldRef, Tag("field")], Discriminator(_form)
        ]
        | None
    ) = None
    amount: FieldRef | None = None
    per_point: MoneyText | None = None
    per_issue: NotYet = None
    rate_card: NotYet = None
    cap: NotYet = None
    minimum: NotYet = None
    discount: NotYet = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        _exactly_one(self)
        return self


class AcceptTable(Table):
    """`{ field = "Client accepted", is = "Yes" }`"""

    field: Words
    is_: Annotated[AnyOf, Field(alias="is")]


class MilestoneTable(Table):
    """One `[[milestone]]`."""

    rule: Words
    phase: Literal["initial", "delivery", "closeout"]
    work: WorkTable
    price: PriceTable
    item: Words | None = None
    class_: Annotated[Words | None, Field(alias="class")] = None
    text: Words | None = None
    accept: AcceptTable | None = None


class ExcludeTable(Table):
    """One `[[exclude]]`."""

    rule: Words
    work: WorkTable
    reason: Words


class DepositTable(Table):
    """`[deposit]`"""

    amount: Annotated[str, BeforeValidator(_share_or_amount)]
    when: Annotated[
        Annotated[Literal["start"], Tag("word")] | Annotated[date, Tag("date")], Discriminator(_day)
    ] = "start"
    item: Words
    class_: Annotated[Words | None, Field(alias="class")] = None
    text: Words | None = None
    draw: NotYet = None


class ExpectTable(Table):
    """What an example expects."""

    rule: Words | None = None
    amount: MoneyText | None = None
    outcome: Literal["due", "open", "held", "excluded"] | None = None
    code: Words | None = None


class ExampleTable(Table):
    """One `[[example]]`."""

    given: dict[str, Any]
    expect: ExpectTable


def _draft(value: object) -> object:
    if value == "pending_estimate":
        raise Mistake(
            "this version cannot make estimates yet", 'write "unsent_invoice", knowing it moves the books'
        )
    return value


def _group(value: object) -> object:
    if value in {"phase", "month", "run"}:
        raise Mistake(f"this version cannot group by {value} yet", 'write "milestone": one invoice for each')
    return value


class ContractTable(Table):
    """`[contract]`"""

    id: Name
    client: Words
    company: Words
    site: Words
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    value: MoneyText | None = None
    starts: date
    terms: Words | None = None
    po: Words | None = None
    draft: Annotated[Literal["unsent_invoice"], BeforeValidator(_draft)]
    invoice_date: Literal["closing", "posting", "month_end"] = "closing"
    group: Annotated[Literal["milestone"], BeforeValidator(_group)] = "milestone"
    reopened: Literal["hold", "withdraw"] = "hold"
    review_days: Annotated[int, Field(ge=0, le=366)] = 0
    open_children: Literal["hold", "bill"] = "hold"
    reject_resolutions: list[Words] = list(REJECTED_RESOLUTIONS)
    reject_statuses: list[Words] = []
    points_field: Words | None = None
    item: Words | None = None
    class_: Annotated[Words | None, Field(alias="class")] = None
    tax_code: Words | None = None


class ContractFile(Table):
    """A contract file."""

    contract: ContractTable
    deposit: DepositTable | None = None
    milestone: list[MilestoneTable] = []
    exclude: list[ExcludeTable] = []
    example: list[ExampleTable] = []
    retainage: NotYet = None
    change_order: NotYet = None
    opening: NotYet = None


def _exactly_one(table: Table) -> None:
    given = sorted(table.model_fields_set)
    if len(given) != 1:
        allowed = [name for name, field in type(table).model_fields.items() if field.annotation is not object]
        shown = " and ".join(given) if given else "none"
        raise Mistake(f"exactly one of {', '.join(allowed)} is needed, not {shown}")
