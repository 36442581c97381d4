"""What companies hold: rows of every kind with version and stamps, settings, numbers. No rules, no wire."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.ledger.books import Books
from sandbox.quickbooks.notices import Outbox
from sandbox.quickbooks.replay import Replays
from sandbox.quickbooks.throttle import Throttle
from sandbox.quickbooks.tokens import TokenStore

Json = dict[str, Any]

SALES_FORMS = ("Invoice", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt")
TRANSACTIONS = frozenset(
    (
        *SALES_FORMS,
        *("Payment", "Bill", "VendorCredit", "BillPayment", "Purchase", "PurchaseOrder"),
        *("Deposit", "Transfer", "JournalEntry", "CreditCardPayment", "TaxPayment"),
        *("InventoryAdjustment", "ReimburseCharge", "RecurringTransaction"),
    )
)
NON_POSTING = (
    "Estimate",
    "PurchaseOrder",
    "ReimburseCharge",
    "RecurringTransaction",
)  #: transactions that move no account
NAMES = frozenset(("Customer", "Vendor", "Employee"))  #: they share ids, and no two have one name
API_USER = "9130355377388383"  #: the admin who connected the app; API writes carry this id
FINANCE_USER = "9130355377391276"  #: the person who works in QuickBooks itself
PEOPLE = {API_USER: ("Sandbox", "Admin"), FINANCE_USER: ("Sandbox", "Finance")}


def called(user: str) -> str:
    """The name of the person whose id that is; the id itself of a stranger."""
    return " ".join(PEOPLE.get(user, (user,)))


@dataclass(slots=True)
class Row:
    """One object of a company. `body` is its JSON but for Id, SyncToken and MetaData, which are typed here.

    Numbers in `body` are Decimal or int, null members are absent, and fields nobody models are kept.
    `last_line_id` is the highest line id ever used, so that a removed line's id never comes back.
    """

    kind: str
    id: str
    body: Json
    created_at: datetime
    changed_at: datetime
    changed_by: str
    version: int = 0
    deleted: bool = False
    last_line_id: int = 0

    @property
    def name(self) -> str:
        """What this row is called in full: a sub-customer or sub-account below its parents."""
        names = ("FullyQualifiedName", "DisplayName", "Name", "DocNumber")
        return next((str(self.body[key]) for key in names if key in self.body), self.id)

    @property
    def dated(self) -> date:
        """The day a transaction is entered for."""
        return date.fromisoformat(self.body.get("TxnDate") or self.body["PaymentDate"])

    @property
    def active(self) -> bool:
        """Whether new work may refer to it."""
        return not self.deleted and bool(self.body.get("Active", True))

    def reference(self) -> Json:
        """The `{value, name}` by which other objects refer to this one; people without their parents."""
        return {"value": self.id, "name": self.body.get("DisplayName", self.name)}


@dataclass(frozen=True, slots=True)
class Mail:
    """A message the service would have mailed; the sandbox mails nobody. `invoice_id` is any form's id."""

    invoice_id: str
    address: str
    sent_at: datetime
    kind: str = "Invoice"


@dataclass(frozen=True, slots=True)
class Happening:
    """What the service would notify of: `operation` is Create, Update, Delete, Void, Emailed or Merge."""

    kind: str
    id: str
    operation: str
    at: datetime
    deleted_id: str | None = None


@dataclass(slots=True)
class Meter:
    """Successful calls of one company: `reads` are metered by Intuit (CorePlus), `writes` are not (Core).

    `by_month` counts the reads of each month, as `2026-03`.
    """

    reads: int = 0
    writes: int = 0
    by_month: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def count(self, month: str, *, reads: int = 0, writes: int = 0) -> None:
        """Count successful calls made in `month`."""
        self.reads += reads
        self.writes += writes
        if reads:
            self.by_month[month] += reads


class Company:
    """One realm: everything it holds. Take `lock` around anything that reads or changes several rows.

    `barrier` is an authentication code (120, 130, 140, 150) that meets every call while it is set.
    `watchers` hear of every change, under the lock. `revision` rises with every change.
    """

    def __init__(self, realm: str, clock: Clock, behaviour: Behaviour) -> None:
        self.realm = realm
        self.clock = clock
        self.behaviour = behaviour
        self.lock = threading.RLock()
        self.books = Books()
        self.meter = Meter()
        self.replays = Replays(behaviour)
        self.throttle = Throttle(behaviour)
        self.mails: list[Mail] = []
        self.files: dict[str, bytes] = {}
        self.exchange_rates: dict[str, Decimal] = {}
        self.dated_rates: dict[tuple[str, date], Decimal] = {}
        self.subscribed = True
        self.barrier: str | None = None
        self.numbers: dict[str, int] = {}
        self.revision = 0
        self.watchers: list[Callable[[Happening], None]] = []
        self._rows: dict[str, dict[str, Row]] = defaultdict(dict)
        self._last_ids: dict[str, int] = defaultdict(int)

    def add(self, kind: str, body: Json, *, by: str = API_USER, row_id: str | None = None) -> Row:
        """Keep `body` as a new row of `kind`, stamped now. `row_id` only where it is fixed (TAX, NON)."""
        family = "names" if kind in NAMES else "transactions" if kind in TRANSACTIONS else kind
        if row_id is None:
            row_id = str(self._last_ids[family] + 1)
        if row_id.isdecimal():
            self._last_ids[family] = max(self._last_ids[family], int(row_id))
        now = self.clock.now()
        row = Row(kind, row_id, body, now, now, by)
        self._rows[kind][row.id] = row
        self._happened(row, "Create")
        return row

    def start_ids(self, family: str, first: int) -> None:
        """Let the next id of a family ("transactions", "names", or a kind) be `first`."""
        self._last_ids[family] = first - 1

    def touch(self, row: Row, *, by: str = API_USER, bump: bool = True, operation: str = "Update") -> None:
        """Stamp a change of `row`; `bump` raises its SyncToken."""
        row.version += bump
        row.changed_at = self.clock.now()
        row.changed_by = by
        self._happened(row, operation)

    def remove(self, row: Row, *, by: str = API_USER) -> None:
        """Delete `row` for good; only the change feed remembers it."""
        row.deleted = True
        self.touch(row, by=by, operation="Delete")

    def announce(self, happening: Happening) -> None:
        """Let the watchers hear of something that is no plain change of a row (a merge)."""
        for watcher in self.watchers:
            watcher(happening)

    def _happened(self, row: Row, operation: str) -> None:
        self.revision += 1
        if self.watchers:
            self.announce(Happening(row.kind, row.id, operation, row.changed_at))

    def find(self, kind: str, row_id: str) -> Row | None:
        """The row, also an inactive one; None when it never was or is deleted."""
        row = self._rows[kind].get(row_id)
        return None if row is None or row.deleted else row

    def known(self, kind: str, row_id: str) -> bool:
        """Whether the row exists or once did."""
        return row_id in self._rows[kind]

    def rows(self, kind: str) -> list[Row]:
        """Rows of `kind` that are not deleted, oldest first; inactive ones included."""
        return [row for row in self._rows[kind].values() if not row.deleted]

    def kinds(self) -> list[str]:
        """Every kind of which the company holds or held a row."""
        return [kind for kind, rows in self._rows.items() if rows]

    def changed(self, kind: str, since: datetime) -> list[Row]:
        """Rows of `kind` changed at or after `since`, deleted ones included, by change time."""
        recent = (row for row in self._rows[kind].values() if row.changed_at >= since)
        return sorted(recent, key=lambda row: row.changed_at)

    def named(self, kind: str, name: str) -> Row | None:
        """The active row of `kind` called `name`, in any case."""
        wanted = name.casefold()
        return next((row for row in self.rows(kind) if row.active and row.name.casefold() == wanted), None)

    @property
    def info(self) -> Row:
        """The CompanyInfo row."""
        return self._rows["CompanyInfo"]["1"]

    @property
    def preferences(self) -> Row:
        """The Preferences row."""
        return self._rows["Preferences"]["1"]

    def preference(self, group: str, name: str) -> Any:
        """One preference, e.g. `("SalesFormsPrefs", "CustomTxnNumbers")`; None when unset."""
        return self.preferences.body.get(group, {}).get(name)

    @property
    def country(self) -> str:
        """ISO 3166 alpha-2 code of the company's edition."""
        return str(self.info.body["Country"])

    @property
    def home_currency(self) -> str:
        """ISO 4217 code the books are kept in."""
        return str(self.preferences.body["CurrencyPrefs"]["HomeCurrency"]["value"])

    @property
    def multicurrency(self) -> bool:
        """Whether customers and transactions may be in other currencies."""
        return bool(self.preference("CurrencyPrefs", "MultiCurrencyEnabled"))

    @property
    def books_closed_on(self) -> date | None:
        """The last closed day, or None while the books are open."""
        closed = self.preference("AccountingInfoPrefs", "BookCloseDate")
        return date.fromisoformat(closed) if closed else None

    def stamp(self, moment: datetime, precision: str = "seconds") -> str:
        """`moment` as the service writes times: with the server zone's offset, to whole seconds."""
        return moment.astimezone(ZoneInfo(self.behaviour.server_zone)).isoformat(timespec=precision)

    def today(self) -> date:
        """The server's date, which is the default TxnDate."""
        return self.stamp_date(self.clock.now())

    def stamp_date(self, moment: datetime) -> date:
        """The date of `moment` where the server stands."""
        return moment.astimezone(ZoneInfo(self.behaviour.server_zone)).date()


class QuickBooksState:
    """All companies of one server, by realm id, the tokens that open them, and how the server behaves.

    `outbox` is what the subscribers to changes of any company are owed. `base_url` is what links begin with;
    empty: the address that was asked.
    """

    def __init__(self, clock: Clock, behaviour: Behaviour | None = None) -> None:
        self.clock = clock
        self.behaviour = behaviour or Behaviour()
        self.companies: dict[str, Company] = {}
        self.tokens = TokenStore(clock, self.behaviour)
        self.outbox = Outbox()
        self.base_url = ""

    def company(self, realm: str) -> Company:
        """The company of `realm`, made empty when it is new (see starter.open_company for a usable one)."""
        if realm not in self.companies:
            company = self.companies[realm] = Company(realm, self.clock, self.behaviour)
            company.watchers.append(lambda happening: self.outbox.collect(realm, happening))
        return self.companies[realm]

    @property
    def month(self) -> str:
        """The present month, as `2026-03`."""
        return self.clock.now().strftime("%Y-%m")

    def reads_this_month(self) -> int:
        """Metered reads of all companies since the month began: the app's allowance is one for all."""
        return sum(company.meter.by_month.get(self.month, 0) for company in self.companies.values())
