"""A small office to run `milepost` in: one team in Jira, its client's books, a home, and both services served."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sandbox.clock import Clock
from sandbox.jira import verbs
from sandbox.jira.entities import Issue
from sandbox.jira.people import Person
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.world.company import open_books
from sandbox.world.generate import Cast, World
from sandbox.world.running import RunningSandbox
from sandbox.world.site import ACCOUNTS, Place, open_site

SERVICE_ACCOUNT = "712020:milepost"
VALUE = Decimal("1000.00")
_MARKER = re.compile(r"\[MP-\w{10}\]")
_CONTRACT = """\
[contract]
id = "shop"
client = "Harbor & Pine Outfitters"
company = "main"
site = "main"
currency = "USD"
value = "1000.00"
starts = {starts}
draft = "unsent_invoice"
reopened = "{reopened}"
review_days = 5
item = "Development"

[[milestone]]
rule = "epics"
phase = "delivery"
work = {{ epics = {{ project = "HPO", label = "billable" }} }}
price = {{ percent = {{ field = "Billing %" }} }}
"""


@dataclass(slots=True)
class Office:
    """A running office. People act in it by name of the epic; money is Decimal dollars."""

    sandbox: RunningSandbox
    place: Place
    home: Path

    @property
    def config(self) -> Path:
        """The home's config.toml."""
        return self.home / "config.toml"

    @property
    def contract(self) -> Path:
        """The home's one contract file."""
        return self.home / "rules" / "shop.toml"

    @property
    def books(self) -> Company:
        """The company, behind the wire."""
        return self.sandbox.world.company

    @property
    def finance(self) -> FinancePerson:
        """Somebody of finance, at work in QuickBooks."""
        return FinancePerson(self.books)

    @property
    def lead(self) -> Person:
        """The team's lead, at work in Jira."""
        return Person(self.sandbox.world.jira, self.sandbox.clock, ACCOUNTS[0])

    def epic(self, title: str, percent: float, *, closed: bool = True) -> Issue:
        """An epic worth `percent` of the contract, made some days ago; a closed one was closed since."""
        state, made_at = self.sandbox.world.jira, self.sandbox.clock.now() - timedelta(days=9)
        issue = verbs.create_issue(
            state,
            self.place.project.id,
            self.place.types["Epic"],
            title,
            by=ACCOUNTS[0],
            at=made_at,
            labels=("billable",),
            values={self.place.fields["Billing %"]: percent},
        )
        if closed:
            done, at = self.place.statuses["Done"], made_at + timedelta(days=2)
            verbs.transition(state, issue, done, by=ACCOUNTS[0], at=at)
        return issue

    def configure(self, text: str) -> None:
        """Add lines to the end of config.toml: tables, or more keys of the company's."""
        self.config.write_text(self.config.read_text("utf-8") + text, "utf-8")

    def use_store(self, url: str) -> None:
        """Keep the store somewhere else."""
        text = self.config.read_text("utf-8")
        self.config.write_text(text.replace("sqlite:///milepost.db", url), "utf-8")

    def made(self) -> list[Row]:
        """Every invoice that Milepost ever made, voided and deleted ones too."""
        everything = self.books.changed("Invoice", datetime.min.replace(tzinfo=UTC))
        return [row for row in everything if marker_of(row)]

    def invoice_for(self, epic: Issue) -> Row:
        """The one invoice that was ever made for an epic."""
        (row,) = [row for row in self.made() if epic.key in our_line(row)["Description"].split()]
        return row

    def writes(self, invoice: Row | None = None) -> int:
        """Requests that could have changed the books since the log was cleared."""
        del invoice
        return self.sandbox.quickbooks_log.count("POST", r"/invoice")


def our_line(invoice: Row) -> Json:
    """The first line of an invoice, which is the one that Milepost made."""
    line: Json = invoice.body["Line"][0]
    return line


def marker_of(invoice: Row) -> str:
    """The token by which Milepost knows its own; "" on invoices of others."""
    found = _MARKER.search(str(invoice.body.get("PrivateNote", "")))
    return found.group() if found else ""


def open_office(home: Path, *, reopened: str = "hold") -> Office:
    """An office without work whose home is `home`; not served before its sandbox is started."""
    clock, until = Clock.real(), datetime.now(UTC)
    state, places = open_site()
    books = open_books(clock, until)
    contract = _CONTRACT.format(starts=(until - timedelta(days=30)).date(), reopened=reopened)
    world = World(1, 1, clock, state, books, {"shop.toml": contract}, Cast({}, 0, 0))
    office = Office(RunningSandbox(world), places["HPO"], home)
    office.sandbox.write_home(home)
    office.configure("send_seconds = 1\n")
    return office


def markers(invoices: list[Row]) -> Counter[str]:
    """How many invoices carry each marker."""
    return Counter(map(marker_of, invoices))
