"""The shape of `[deposit]` and `[retainage]` as a person writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from mappings.tables.written import MoneyText, Name, PercentText, ShareOrAmount, Table, TaxCode, Words, says


def _start(value: object) -> str:
    if isinstance(value, date):
        return "date"
    if isinstance(value, Accepts) or (isinstance(value, Mapping) and "acceptance" in value):
        return "acceptance"
    if isinstance(value, WorkStarts | Mapping):
        return "work"
    return "word"


def _moment(value: object) -> str:
    if isinstance(value, date):
        return "date"
    if isinstance(value, Accepts) or (isinstance(value, Mapping) and "acceptance" in value):
        return "acceptance"
    return "word" if isinstance(value, str) else "rule"


def _releases(value: object) -> object:
    """One moment at which all is let go, written without a list."""
    return value if isinstance(value, list) else [{"share": "100 %", "when": value}]


class WorkStarts(Table):
    """`{ work = "first" }`"""

    work: Annotated[
        Literal["first"], says('"start", a day, { work = "first" } or { acceptance = "kick-off" }')
    ]


class Accepts(Table):
    """`{ acceptance = "kick-off" }`"""

    acceptance: Annotated[Name, says('the name that [[accepted]] records, such as "handover"')]


class DepositTable(Table):
    """`[deposit]`"""

    amount: Annotated[ShareOrAmount, says('such as "20 %" or "5000.00"')]
    when: Annotated[
        Annotated[Literal["start"], Tag("word")]
        | Annotated[date, Tag("date")]
        | Annotated[WorkStarts, Tag("work")]
        | Annotated[Accepts, Tag("acceptance")],
        Discriminator(_start),
        says('"start", a day without quotes, { work = "first" } or { acceptance = "kick-off" }'),
    ] = "start"
    item: Annotated[Words, says("the item in QuickBooks, which posts to a liability account")]
    class_: Annotated[Words | None, Field(alias="class")] = None
    text: Words | None = None
    tax_code: TaxCode | None = None
    payer: Name | None = None
    draw: Literal["full", "proportional", "last"] | None = None
    draw_from: Literal["paid", "billed"] = "paid"
    draw_text: Words | None = None


class RuleRef(Table):
    """`{ rule = "handover" }`"""

    rule: Annotated[Words, says('"closeout", a day, { rule = "handover" } or { acceptance = "handover" }')]


_Moment = Annotated[
    Annotated[Literal["closeout"], Tag("word")]
    | Annotated[date, Tag("date")]
    | Annotated[RuleRef, Tag("rule")]
    | Annotated[Accepts, Tag("acceptance")],
    Discriminator(_moment),
]


class ReleaseTable(Table):
    """`{ share = "50 %", when = "closeout" }`"""

    share: Annotated[PercentText, says('such as "50 %"')]
    when: Annotated[
        _Moment,
        says('"closeout", a day without quotes, { rule = "handover" } or { acceptance = "handover" }'),
    ]


_Parts = Annotated[list[ReleaseTable], Field(min_length=1)]


class RetainageTable(Table):
    """`[retainage]`"""

    hold: Annotated[PercentText, says('what is withheld of each bill, such as "5 %"')]
    base: Literal["work", "work_and_expenses", "work_after_draw"] = "work"
    cap: MoneyText | None = None
    release: Annotated[
        list[ReleaseTable],
        BeforeValidator(_releases, json_schema_input_type=_Moment | _Parts),
        Field(min_length=1),
        says('when it is billed: "closeout", a day, { rule = "handover" } or { acceptance = "handover" }'),
    ]
    item: Annotated[Words, says("the item in QuickBooks, which posts to an asset account")]
    class_: Annotated[Words | None, Field(alias="class")] = None
    text: Words | None = None
    release_text: Words | None = None
