"""What companies hold: rows of every kind with version and stamps, settings, numbers. No rules, no wire."""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.replay import Replays
from sandbox.quickbooks.tokens import TokenStore

Json = dict[str, Any]

TRANSACTIONS = frozenset({"Invoice", "Payment"})
API_USER = "9130355377388383"  #: the admin who connected the app; API writes carry this id
FINANCE_USER = "9130355377391276"  #: the person who works in QuickBooks itself


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
        """What a reference to this row shows as its `name`."""
        names = ("FullyQualifiedName", "DisplayName", "Name", "DocNumber")
        return next((str(self.body[key]) for key in names if key in self.body), self.id)

    @property
    def active(self) -> bool:
        """Whether new work may refer to it."""
        return not self.deleted and bool(self.body.get("Active", True))

    def reference(self) -> Json:
        """The `{value, name}` by which other objects refer to this one."""
        return {"value": self.id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Mail:
    """A message the service would have mailed; the sandbox mails nobody."""

    invoice_id: str
    address: str
    sent_at: datetime


@dataclass(slots=True)
class Meter:
    """Successful calls of one company: `reads` are metered by Intuit (CorePlus), `writes` are not (Core)."""

    reads: int = 0
    writes: int = 0

    def count(self, *, is_write: bool) -> None:
        """Count one successful call."""
        if is_write:
            self.writes += 1
        else:
            self.reads += 1


class Company:
    """One realm: everything it holds. Take `lock` around anything that reads or changes several rows."""

    def __init__(self, realm: str, clock: Clock, behaviour: Behaviour) -> None:
        self.realm = realm
        self.clock = clock
        self.behaviour = behaviour
        self.lock = threading.RLock()
        self.books = Books()
        self.meter = Meter()
        self.replays = Replays(behaviour)
        self.mails: list[Mail] = []
        self.exchange_rates: dict[str, Decimal] = {}
        self.subscribed = True
        self.last_number = 1000
        self._rows: dict[str, dict[str, Row]] = defaultdict(dict)
        self._ids: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))

    def add(self, kind: str, body: Json, *, by: str = API_USER, row_id: str | None = None) -> Row:
        """Keep `body` as a new row of `kind`, stamped now. `row_id` only where it is fixed (TAX, NON)."""
        family = "transactions" if kind in TRANSACTIONS else kind
        now = self.clock.now()
        row = Row(kind, row_id or str(next(self._ids[family])), body, now, now, by)
        self._rows[kind][row.id] = row
        return row

    def touch(self, row: Row, *, by: str = API_USER, bump: bool = True) -> None:
        """Stamp a change of `row`; `bump` raises its SyncToken."""
        row.version += bump
        row.changed_at = self.clock.now()
        row.changed_by = by

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
    def books_closed_on(self) -> date | None:
        """The last closed day, or None while the books are open."""
        closed = self.preference("AccountingInfoPrefs", "BookCloseDate")
        return date.fromisoformat(closed) if closed else None

    def stamp(self, moment: datetime, precision: str = "seconds") -> str:
        """`moment` as the service writes times: with the server zone's offset, to whole seconds."""
        return moment.astimezone(ZoneInfo(self.behaviour.server_zone)).isoformat(timespec=precision)

    def today(self) -> date:
        """The server's date, which is the default TxnDate."""
        return self.clock.now().astimezone(ZoneInfo(self.behaviour.server_zone)).date()


class QuickBooksState:
    """All companies of one server, by realm id, the tokens that open them, and how the server behaves."""

    def __init__(self, clock: Clock, behaviour: Behaviour | None = None) -> None:
        self.clock = clock
        self.behaviour = behaviour or Behaviour()
        self.companies: dict[str, Company] = {}
        self.tokens = TokenStore(clock, self.behaviour)

    def company(self, realm: str) -> Company:
        """The company of `realm`, made empty when it is new (see starter.open_company for a usable one)."""
        if realm not in self.companies:
            self.companies[realm] = Company(realm, self.clock, self.behaviour)
        return self.companies[realm]
