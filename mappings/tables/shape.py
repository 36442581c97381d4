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
    MoneyText,
    Name,
    PercentText,
    Table,
    TaxCode,
    Words,
)


class MilestoneTable(Table):
    """One `[[milestone]]`."""

    rule: Words
    phase: Literal["initial", "delivery", "closeout"]
    work: WorkTable
    price: PriceTable
    item: Words | None = None
    class_: Annotated[Words | None, Field(alias="class")] = None
    tax_code: TaxCode | None = None
    payer: Name | None = None
    text: Words | None = None
    accept: AcceptTable | None = None
    final: Literal[True] | None = None
    due: date | None = None
    late: LateTable | None = None


class ExcludeTable(Table):
    """One `[[exclude]]`."""

    rule: Words
    work: WorkTable
    reason: Words


class ExpenseTable(Table):
    """One `[[expense]]`."""

    id: Name
    on: date
    amount: MoneyText
    markup: PercentText | None = None
    text: Words
    approved_by: Words
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
        dict[str, Any], Field(json_schema_extra={"oneOf": [{"required": [word]} for word in ABOUT]})
    ]
    expect: ExpectTable


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

    id: Name
    client: Words
    company: Words
    site: Words
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    value: MoneyText | None = None
    starts: date
    po: Words | None = None
    draft: Literal["unsent_invoice", "pending_estimate"]
    cap: MoneyText | None = None
    use: Words | None = None


class ContractFile(Table):
    """A contract file."""

    contract: ContractTable
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
