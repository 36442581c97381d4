"""A small office: one project of epics, one client's books, one contract, and no work yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sandbox.clock import Clock
from sandbox.jira import verbs
from sandbox.jira.issue import Issue
from sandbox.jira.people import Person
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Row
from sandbox.world.company import open_books
from sandbox.world.generate import Cast, World
from sandbox.world.site import ACCOUNTS, Place, open_site

PERCENT = "Billing %"
_MARKER = re.compile(r"\[MP-\w{10}\]")
_CONTRACT = """\
[contract]
id = "shop"
client = "Harbor & Pine Outfitters"
company = "main"
site = "main"
currency = "USD"
value = "{value}"
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


@dataclass(frozen=True, slots=True)
class SmallOffice:
    """The world of the office, and the place of its one project."""

    world: World
    place: Place

    @property
    def lead(self) -> Person:
        """The team's lead, at work in Jira."""
        return Person(self.world.jira, self.world.clock, ACCOUNTS[0])

    @property
    def finance(self) -> FinancePerson:
        """Somebody of finance, at work in QuickBooks."""
        return FinancePerson(self.world.company)

    def epic(
        self, title: str, percent: float, *, closed: bool = True, labels: tuple[str, ...] = ("billable",)
    ) -> Issue:
        """The lead makes an epic worth `percent` of the contract and, if `closed`, closes it at once."""
        issue = verbs.create_issue(
            self.world.jira,
            self.place.project.id,
            self.place.types["Epic"],
            title,
            by=ACCOUNTS[0],
            at=self.world.clock.now(),
            labels=labels,
            values={self.place.fields[PERCENT]: percent},
        )
        return self.lead.close(issue.key) if closed else issue

    def made(self) -> list[Row]:
        """Every invoice that Milepost ever made, oldest first, voided and deleted ones too."""
        everything = self.world.company.changed("Invoice", datetime.min.replace(tzinfo=UTC))
        return sorted((row for row in everything if marker_of(row)), key=lambda row: int(row.id))


def open_small_office(
    clock: Clock, *, reopened: str = "hold", value: Decimal = Decimal("1000.00")
) -> SmallOffice:
    """An office at the clock's present moment. `reopened` is the contract's policy, `value` its USD."""
    until = clock.now()
    state, places = open_site()
    books = open_books(clock, until)
    contract = _CONTRACT.format(
        starts=(until - timedelta(days=30)).date(), reopened=reopened, value=f"{value:.2f}"
    )
    world = World(1, 1, clock, state, books, {"shop.toml": contract}, Cast({}, 0, 0))
    return SmallOffice(world, places["HPO"])


def marker_of(invoice: Row) -> str:
    """The token by which Milepost knows its own; "" on invoices of others."""
    found = _MARKER.search(str(invoice.body.get("PrivateNote", "")))
    return found.group() if found else ""


def is_voided(invoice: Row) -> bool:
    """Whether it was voided, as people see it in QuickBooks."""
    return not invoice.deleted and str(invoice.body["PrivateNote"]).startswith("Voided")
