"""The typed rule set of a contract: frozen and exact; names as the file writes them, resolved elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from mappings.contract.accepts import Accept, Accepted, Attested, ShareField
from mappings.contract.issued import Issued
from mappings.contract.opening import Opening
from mappings.contract.orders import ChangeOrder
from mappings.contract.payers import SOLE_PAYER, Payer
from mappings.contract.prices import Adjustments, AmountField, Hours, PercentField, PerPoint, Price
from mappings.contract.purchases import PurchaseOrder, number_for
from mappings.contract.terms import Deposit, Retainage
from mappings.contract.timeline import Late
from mappings.contract.triggers import EpicClosed, OnDay
from mappings.contract.works import (
    DateWork,
    FieldTest,
    SprintsWork,
    Work,
    epic_projects,
    projects_of,
    tests_of,
    version_projects,
)
from mappings.contract.write_back import WriteBack
from model.billing import DocumentKind
from model.money import Money, total

Phase = Literal["initial", "delivery", "closeout"]
InvoiceDate = Literal["closing", "posting", "month_end"]
Draft = Literal["unsent_invoice", "pending_estimate"]
Grouping = Literal["milestone", "phase", "month", "run"]

REJECTED_RESOLUTIONS = (
    "Won't Do", "Won't Fix", "Duplicate", "Cannot Reproduce", "Declined", "Cancelled", "Canceled",
    "Incomplete", "Known Error", "Invalid", "Rejected", "Abandoned",
)  # fmt: skip
ABOUT = ("epic", "sprint", "version", "date", "acceptance", "expense", "change")  # what an example may be of
POINT_FIELDS = {"classic": "Story Points", "next-gen": "Story point estimate"}


@dataclass(frozen=True, slots=True)
class Milestone:
    """A rule: this work at this price, agreed for `due_on`; `final` takes its share to 100 %.

    `index` and `line` (from 0 and 1) say where the file has it.
    """

    rule: str
    phase: Phase
    work: Work
    price: Price
    adjust: Adjustments
    item: str
    klass: str | None
    tax_code: str | None
    payer: str
    text: str
    accept: Accept | None
    final: bool
    due_on: date | None
    late: Late | None
    index: int
    line: int


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule that says no: this work is not billed, for this reason."""

    rule: str
    work: Work
    reason: str
    index: int
    line: int


@dataclass(frozen=True, slots=True)
class Expense:
    """Something bought for the client and passed on: `amount` with `markup` percent upon it, on a day in the
    company's time zone. `id` is its identity within the contract for ever."""

    id: str
    on: date
    amount: Money
    markup: Decimal | None
    approved_by: str
    phase: Phase
    item: str
    klass: str | None
    tax_code: str | None
    payer: str
    text: str
    index: int
    line: int


@dataclass(frozen=True, slots=True)
class Example:
    """What the file says about itself: work as `given` ends as `expect` says (see `mappings.check.trials`)."""

    given: Mapping[str, object]
    expect: Mapping[str, str]
    index: int


@dataclass(frozen=True, slots=True)
class Contract:
    """One client's engagement and its rules. `version` is the first 12 hex digits of sha256 of the source.

    `company` and `site` are names of the configuration, `review_days` whole days after the day a draft is
    made on in which we may still write it, `month_grace` days after a month's end before it is billed. `cap` is
    the most that its own work bills.
    """

    id: str
    client: str
    company: str
    site: str
    currency: str
    value: Money | None
    starts: date
    terms: str | None
    po: str | None
    draft: Draft
    invoice_date: InvoiceDate
    group: Grouping
    month_grace: int
    reopened: Literal["hold", "withdraw"]
    credits: Literal["propose", "issue"]
    closed_books: Literal["hold", "next_open_day"]
    issued: Issued
    review_days: int
    open_children: Literal["hold", "bill"]
    reject_resolutions: tuple[str, ...]
    reject_statuses: tuple[str, ...]
    points_field: str | None
    item: str | None
    klass: str | None
    tax_code: str | None
    location: str | None
    memo: str | None
    cap: Money | None
    deposit: Deposit | None
    retainage: Retainage | None
    opening: Opening | None
    payers: tuple[Payer, ...]
    purchases: tuple[PurchaseOrder, ...]
    milestones: tuple[Milestone, ...]
    exclusions: tuple[Exclusion, ...]
    expenses: tuple[Expense, ...]
    accepted: tuple[Accepted, ...]
    orders: tuple[ChangeOrder, ...]
    write_back: WriteBack | None
    examples: tuple[Example, ...]
    version: str
    file: str
    attested: tuple[Attested, ...] = ()

    def payer(self, name: str) -> Payer:
        """The payer of that name; without one the contract's client pays."""
        sole = Payer(SOLE_PAYER, self.client, None, None, self.terms, self.po, -1, 0)
        return next((payer for payer in self.payers if payer.name == name), sole)

    def po_for(self, name: str, project: str) -> str | None:
        """The purchase order for what has that name, or is work of that project; else the contract's own."""
        return number_for(self.purchases, name, project) or self.po

    @property
    def document_kind(self) -> DocumentKind:
        """What its drafts are in QuickBooks."""
        return "estimate" if self.draft == "pending_estimate" else "invoice"

    @property
    def begins(self) -> date:
        """The day from which on Milepost bills it: when it starts, or when its balances were brought forward."""
        return max(self.starts, self.opening.on) if self.opening else self.starts

    @property
    def works(self) -> tuple[Work, ...]:
        """The works of all its rules, exclusions too."""
        return (*(rule.work for rule in self.milestones), *(rule.work for rule in self.exclusions))

    @property
    def projects(self) -> frozenset[str]:
        """Keys of the projects that its rules reach."""
        awaited = (key.rpartition("-")[0] for key in self.awaited_epics)
        return frozenset((*awaited, *(key for work in self.works for key in projects_of(work))))

    @property
    def awaited_epics(self) -> frozenset[str]:
        """Keys of the epics whose closing brings a change order into force."""
        whens = (order.when for order in self.orders)
        return frozenset(when.key for when in whens if isinstance(when, EpicClosed))

    @property
    def revised_value(self) -> Money | None:
        """The contract's value with all its change orders, whether in force yet or not."""
        if self.value is None:
            return None
        return total([self.value, *(order.value for order in self.orders)], self.currency)

    @property
    def epic_projects(self) -> frozenset[str]:
        """Keys of the projects whose epics it answers for."""
        return frozenset(key for work in self.works for key in epic_projects(work))

    @property
    def version_projects(self) -> frozenset[str]:
        """Keys of the projects whose fix versions it answers for."""
        return frozenset(key for work in self.works for key in version_projects(work))

    @property
    def dates(self) -> frozenset[date]:
        """Days on which something falls due without any work, or is late, in the company's time zone."""
        whens = [order.when for order in self.orders] + ([self.deposit.when] if self.deposit else [])
        named = [work.on for work in self.works if isinstance(work, DateWork)]
        named += [rule.due_on + timedelta(days=1) for rule in self.milestones if rule.due_on is not None]
        entries = [*(each.on for each in self.expenses), *(each.on for each in self.accepted)]
        entries += [each.on for each in self.orders]
        return frozenset([*named, *entries, *(when.on for when in whens if isinstance(when, OnDay))])

    @property
    def boards(self) -> frozenset[str]:
        """Boards that its rules reach, as the rules write them."""
        return frozenset(work.board for work in self.works if isinstance(work, SprintsWork))

    @property
    def fields(self) -> frozenset[str]:
        """Names of the custom fields that its rules read."""
        names = {test.name for work in self.works for test in tests_of(work)}
        names.update(test.name for payer in self.payers if payer.when for test in payer.when.fields)
        for rule in self.milestones:
            if isinstance(rule.accept, FieldTest):
                names.add(rule.accept.name)
            if isinstance(rule.accept, ShareField):
                names.add(rule.accept.field)
            if isinstance(rule.price, PercentField | AmountField):
                names.add(rule.price.field)
            if isinstance(rule.price, PerPoint):
                names |= points_fields(self.points_field)
        return frozenset(names)

    @property
    def bills_time(self) -> bool:
        """Whether a price needs the time logged on issues."""
        return any(isinstance(rule.price, Hours) for rule in self.milestones)

    @property
    def bills_versions(self) -> bool:
        """Whether a rule reaches fix versions."""
        return bool(self.version_projects)


def follows(later: Contract, former: Contract) -> bool:
    """Whether what both reach goes from one contract of a client to the `later` one, on the day that starts."""
    return later.client.casefold() == former.client.casefold() and later.starts > former.starts


def points_fields(own: str | None) -> frozenset[str]:
    """The fields that may hold story points: a contract's `own`, else the usual ones."""
    return frozenset([own] if own else POINT_FIELDS.values())
