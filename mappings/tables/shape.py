"""The shape of a contract file as a person writes it: which keys there are, and what each may hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from mappings.contract.rules import ABOUT, REJECTED_RESOLUTIONS
from mappings.tables.accept import AcceptedTable, AcceptTable
from mappings.tables.issued import IssuedSign
from mappings.tables.opening import OpeningTable
from mappings.tables.order import ChangeOrderTable
from mappings.tables.payer import PayerTable
from mappings.tables.price import PriceTable
from mappings.tables.purchase import PurchaseOrderTable
from mappings.tables.terms import DepositTable, RetainageTable
from mappings.tables.timeline import LateTable
from mappings.tables.work import WorkTable
from mappings.tables.write_back import WriteBackTable
from mappings.tables.written import (
    CurrencyCode,
    MoneyText,
    Name,
    PercentText,
    Table,
    TaxCode,
    Words,
    says,
)


class MilestoneTable(Table):
    """One `[[milestone]]`."""

    rule: Annotated[Words, says('the name of the rule, such as "delivery epics"')]
    phase: Annotated[Literal["initial", "delivery", "closeout"], says('"initial", "delivery" or "closeout"')]
    work: Annotated[
        WorkTable,
        says('such as { epic = "ACME-12" } or { epics = { project = "ACME", label = "billable" } }'),
    ]
    price: Annotated[PriceTable, says('such as { fixed = "18000.00" } or { percent = "12.5 %" }')]
    item: Words | None = None
    class_: Annotated[Words | None, Field(alias="class")] = None
    tax_code: TaxCode | None = None
    payer: Name | None = None
    text: Words | None = None
    accept: Annotated[
        AcceptTable | None, says('such as { field = "Client accepted", is = "Yes" } or { recorded = true }')
    ] = None
    final: Annotated[Literal[True] | None, says("write final = true, or leave it out")] = None
    due: Annotated[date | None, says("a day without quotes, such as 2026-05-01")] = None
    late: Annotated[LateTable | None, says('such as { per_day = "0.5 %", at_most = "10 %" }')] = None


class ExcludeTable(Table):
    """One `[[exclude]]`."""

    rule: Annotated[Words, says('the name of the exclusion, such as "our own machinery"')]
    work: Annotated[WorkTable, says('such as { epics = { project = "ACME", label = "internal" } }')]
    reason: Annotated[Words, says("why it is not billed, in your words")]


class ExpenseTable(Table):
    """One `[[expense]]`."""

    id: Annotated[Name, says('its name for ever, such as "licences-2026"')]
    on: Annotated[date, says("the day it falls due on, such as 2026-05-01")]
    amount: Annotated[MoneyText, says('what it cost, such as "420.00"')]
    markup: PercentText | None = None
    text: Annotated[Words, says("the text of the line on the draft")]
    approved_by: Annotated[Words, says("who agreed to it, and how")]
    phase: Literal["initial", "delivery", "closeout"] = "delivery"
    item: Words | None = None
    class_: Annotated[Words | None, Field(alias="class")] = None
    tax_code: TaxCode | None = None
    payer: Name | None = None


class ExpectTable(Table):
    """What an example expects."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    rule: Words | None = None
    amount: MoneyText | None = None
    outcome: Literal["due", "open", "held", "excluded"] | None = None
    code: Words | None = None


class ExampleTable(Table):
    """One `[[example]]`."""

    given: Annotated[
        dict[str, Any],
        Field(json_schema_extra={"oneOf": [{"required": [word]} for word in ABOUT]}),
        says('such as { epic = "ACME-40", label = "billable", closed = 2026-02-03 }'),
    ]
    expect: Annotated[ExpectTable, says('such as { rule = "delivery epics", amount = "12000.00" }')]


class HouseTable(Table):
    """Keys of `[contract]` that many contracts may share."""

    terms: Words | None = None
    invoice_date: Literal["closing", "posting", "month_end"] = "closing"
    group: Literal["milestone", "phase", "month", "run"] = "milestone"
    month_grace: Annotated[int, Field(ge=0, le=28)] = 0
    reopened: Literal["hold", "withdraw"] = "hold"
    credits: Literal["propose", "issue"] = "propose"
    closed_books: Literal["hold", "next_open_day"] = "hold"
    issued: IssuedSign = "sent"
    review_days: Annotated[int, Field(ge=0, le=366)] = 0
    open_children: Literal["hold", "bill"] = "hold"
    reject_resolutions: list[Words] = Field(default_factory=lambda: list(REJECTED_RESOLUTIONS))
    reject_statuses: list[Words] = Field(default_factory=list)
    points_field: Words | None = None
    item: Words | None = None
    class_: Annotated[Words | None, Field(alias="class")] = None
    tax_code: TaxCode | None = None
    location: Words | None = None
    memo: Words | None = None


class ContractTable(HouseTable):
    """`[contract]`"""

    id: Annotated[Name, says('its name for ever, such as "acme-portal"')]
    client: Annotated[Words, says("the customer, as QuickBooks calls it")]
    company: Annotated[Words, says('the NAME of [quickbooks.NAME] in config.toml, such as "main"')]
    site: Annotated[Words, says('the NAME of [jira.NAME] in config.toml, such as "main"')]
    currency: CurrencyCode
    value: Annotated[MoneyText | None, says('the whole contract, such as "120000.00"')] = None
    starts: Annotated[
        date, says("a day without quotes, such as 2026-01-15: work closed before it is not billed")
    ]
    po: Words | None = None
    draft: Annotated[
        Literal["unsent_invoice", "pending_estimate"],
        says('"pending_estimate" moves nothing in the books, "unsent_invoice" is posted on its date'),
    ]
    cap: MoneyText | None = None
    use: Words | None = None


class ContractFile(Table):
    """A contract file."""

    contract: Annotated[
        ContractTable, says("a contract file begins with it; milepost init writes a first one")
    ]
    deposit: DepositTable | None = None
    retainage: RetainageTable | None = None
    payer: list[PayerTable] = Field(default_factory=list)
    purchase_order: list[PurchaseOrderTable] = Field(default_factory=list)
    milestone: list[MilestoneTable] = Field(default_factory=list)
    exclude: list[ExcludeTable] = Field(default_factory=list)
    expense: list[ExpenseTable] = Field(default_factory=list)
    accepted: list[AcceptedTable] = Field(default_factory=list)
    change_order: list[ChangeOrderTable] = Field(default_factory=list)
    example: list[ExampleTable] = Field(default_factory=list)
    opening: OpeningTable | None = None
    write_back: WriteBackTable | None = None
