"""Billing words: charges, claims, drafts, documents. One meaning each, as in docs/glossary.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from model.finding import Bucket
from model.money import Money
from model.work import WorkId

ChargeKind = Literal["fee", "late", "change", "deposit", "expense", "retainage", "draw", "release"]
DocumentKind = Literal["invoice", "estimate", "credit_memo"]


def called(kind: DocumentKind) -> str:
    """What a person calls a document of that kind."""
    return kind.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf issue that a charge bills, with the quantity it had (points; 1 where the price counts none).

    With `worklog_id` it is one worklog of the issue, and `quantity` its whole seconds: each is billed once.
    """

    issue_id: str
    key: str
    quantity: Decimal
    worklog_id: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """A keyed amount that a contract may have billed *to date* under one rule version.

    `key` is built of immutable ids only: `<contract>|<work id or "contract">|<kind>`. `entitled` is the
    amount to date. `share` is the exact percent of the contract for percent prices, else None.
    `arithmetic` shows the computation in words that a client may read. `due_at` is when the charge became
    due (closing of the work, or contract start), aware UTC. `payer` is who pays it, "client" where the
    contract names none for it. `tax_code` is what its line goes with, None for none. `anchor` is the key of the
    charge on whose document it stands, for what only goes with another. A purchase order covers it by the name
    `ordered_as` (of a rule, change order or expense) or by `project` (a key).
    """

    key: str
    contract: str
    kind: ChargeKind
    work: WorkId | None
    title: str
    phase: str
    rule: str
    rule_version: str
    entitled: Money
    quantity: Decimal
    unit_price: Decimal
    share: Decimal | None
    due_at: datetime
    service_on: date
    text: str
    item: str
    klass: str | None
    arithmetic: str
    leaves: tuple[Leaf, ...] = ()
    payer: str = "client"
    tax_code: str | None = None
    anchor: str = ""
    ordered_as: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A ledger fact as read back: this line of this document bills this charge for this amount.

    On a credit memo the amount is below zero: its line gives back what the document `corrects` billed of the charge.
    What finance has `given` back of its own accord is let go, unless the work closes again after it.

    `ended` is None while line and document live; else who ended it: "withdrawn" (by us; does not block),
    "declined" (by finance; blocks until a person decides); `ended_at` is when that was recorded. One that finance
    ended and a person decided to bill again is `revived` and counts as withdrawn. `waived` is the part finance reduced.
    `open_intent` is true while the write that makes it true is not settled. `writable` says that it is the newest of
    its charge and that we may still write its document: it can become less. `rule` names the rule that priced it; a
    cap counts what its rule has billed. What stands on an estimate (`document_kind`) is claimed, but the client was not
    billed for it. `line_id` is QuickBooks' own id of the line.
    """

    charge_key: str
    payer: str
    document_key: str
    amount: Money
    share: Decimal | None
    rule_version: str
    recorded_at: datetime
    leaves: tuple[Leaf, ...] = ()
    ended: Literal["withdrawn", "declined"] | None = None
    waived: Money | None = None
    open_intent: bool = False
    rule: str = ""
    revived: bool = False
    document_kind: DocumentKind = "invoice"
    writable: bool = False
    corrects: str = ""
    given: bool = False
    ended_at: datetime | None = None
    line_id: str = ""

    @property
    def is_credit(self) -> bool:
        """Whether it gives something back."""
        return self.document_kind == "credit_memo"

    @property
    def net(self) -> Money:
        """What is left of it after what finance reduced."""
        return self.amount if self.waived is None else self.amount - self.waived


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of a draft, for exactly one charge. `amount` = half-up(`quantity` × `unit_price`).

    `item` and `klass` are names as the contract writes them; the books connector knows their ids.
    """

    charge_key: str
    payer: str
    amount: Money
    quantity: Decimal
    unit_price: Decimal
    text: str
    item: str
    klass: str | None
    tax_code: str | None
    service_on: date
    share: Decimal | None
    rule: str
    rule_version: str
    leaves: tuple[Leaf, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """A draft document as wanted. `key` = `<contract>|<group>#<successor>`; `marker` is one opaque token.

    `memo` is what the client may read; internal remarks never go there. `location` is the name of a department.
    The lines of a credit memo say what is given back: more than nothing.
    """

    key: str
    contract: str
    company: str
    client: str
    currency: str
    invoice_date: date
    terms: str | None
    memo: str
    marker: str
    lines: tuple[DraftLine, ...]
    location: str | None = None
    kind: DocumentKind = "invoice"

    @property
    def total(self) -> Money:
        """The net sum of the lines."""
        result = Money.zero(self.currency)
        for line in self.lines:
            result = result + line.amount
        return result


class DocumentState(StrEnum):
    """What QuickBooks shows of a document, with our last copy (billing.md §6)."""

    UNKNOWN = "unknown"  #: sent, answer lost
    DRAFT = "draft"  #: untouched since we wrote it
    EDITED = "edited"  #: finance changed it
    QUEUED = "queued"  #: marked "send later"
    SENT = "sent"  #: mailed or printed
    PAID = "paid"  #: partly or fully, by payment links
    VOIDED = "voided"
    DELETED = "deleted"
    ACCEPTED = "accepted"  #: of an estimate: the client said yes
    CONVERTED = "converted"  #: of an estimate: invoices carry it, or a part of it
    REJECTED = "rejected"  #: of an estimate: turned down, or closed without an invoice
    EXPIRED = "expired"  #: of an estimate: its last day passed before an answer


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line as QuickBooks shows it. `id` is QuickBooks' own line id; lines of finance have no charge. `tax_code` is
    the id of its tax code, "" without one; figures and day are None where the line shows none."""

    id: str
    amount: Money | None
    text: str
    tax_code: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    service_on: date | None = None


@dataclass(frozen=True, slots=True)
class LinkedTxn:
    """Another transaction that a document names: its `kind` ("invoice", "estimate", "payment", …) and id there."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as last observed. `external_id` is opaque and means something together with `kind` alone;
    `version` is the SyncToken; `raw` the JSON text.

    `content` digests what a person could change (amounts compared as decimals, stamps and links left out):
    equal contents mean untouched. The books connector never says EDITED: that takes our last copy to know.
    `changed_at` is QuickBooks' own stamp. A deleted document may have only kind, id, state and stamp. Of an estimate
    `balance` is nothing, `expires_on` the last day on which it holds, and `closed` says that nothing more of it is
    to be invoiced; of a credit memo `balance` is what of it is not used yet. `tax` is what of the total is tax, and
    `exchange_rate` what one unit of a foreign currency is worth at home, as QuickBooks computed them. `fields` are the
    custom fields that hold something, by name; `approval` is QuickBooks' own word for it in small letters ("approved").
    """

    external_id: str
    version: str
    number: str | None
    state: DocumentState
    client_id: str
    currency: str
    total: Money
    balance: Money
    invoice_date: date | None
    marker: str | None
    lines: tuple[DocumentLine, ...]
    content: str
    changed_at: datetime
    raw: str
    kind: DocumentKind = "invoice"
    links: tuple[LinkedTxn, ...] = ()
    expires_on: date | None = None
    closed: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    approval: str = ""
    tax: Money | None = None
    exchange_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BookInvoice:
    """An invoice of the company as a person knows it, whoever made it: its number, whose it is, what it comes to
    without tax (nothing once it is voided), and its state."""

    number: str
    external_id: str
    client_id: str
    net: Money
    state: DocumentState


@dataclass(frozen=True, slots=True)
class BookItem:
    """An item of the company; `account_type` is its income account's ("Income", "Other Current Liability")."""

    id: str
    name: str
    account_type: str | None


@dataclass(frozen=True, slots=True)
class BookClient:
    """A customer of the company with the currency fixed at its creation."""

    id: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class BooksCatalogue:
    """What names mean in one company, and how it works. `realm` is immutable; `zone` the company's time zone (IANA).

    `terms`, `classes`, `tax_codes`, `locations` map names to ids. Inactive entries are absent there; `inactive` names
    them as (kind, name), kinds being those words in the singular ("client", "item", "terms", "class", "location").
    `sales_tax` says whether it computes tax (None: it does not say), `own_numbers` that documents get no number
    unless one is given, `ended` the state of a subscription that is not paid any more, in QuickBooks' word.
    `tax_rates` are percents by the id of the code, where they are known; `automation` is what the company does by
    itself: "credits" and "payments" it applies to open invoices, "online_payments" that it offers to clients,
    "automated_tax" by address, "accrual" reports. `estimates` says whether it makes estimates at all.
    """

    realm: str
    name: str
    country: str
    home_currency: str
    multicurrency: bool
    zone: str
    books_closed_on: date | None
    clients: tuple[BookClient, ...] = ()
    items: tuple[BookItem, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    classes: tuple[tuple[str, str], ...] = ()
    tax_codes: tuple[tuple[str, str], ...] = ()
    locations: tuple[tuple[str, str], ...] = ()
    inactive: tuple[tuple[str, str], ...] = ()
    sales_tax: bool | None = None
    own_numbers: bool = False
    ended: str = ""
    tax_rates: tuple[tuple[str, Decimal], ...] = ()
    automation: tuple[str, ...] = ()
    estimates: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """Where one charge stands: its part of a bucket, and why. Sums of positions are the status page."""

    contract: str
    charge_key: str
    title: str
    bucket: Bucket
    amount: Money | None
    reason: str
