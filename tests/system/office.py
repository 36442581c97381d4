"""A small office to run `milepost` in: a team in Jira, its client's books, a home, and both services served."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sandbox.clock import Clock
from sandbox.faults import Fault
from sandbox.jira.issue import Issue
from sandbox.jira.people import Person
from sandbox.messages import Application, Request, Response
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.world.running import RunningSandbox
from sandbox.world.site import Place
from sandbox.world.small import PERCENT, SmallOffice, is_voided, marker_of, open_small_office
from sync.installation.settings import load
from sync.store import Store

SERVICE_ACCOUNT = "712020:milepost"
VALUE = Decimal("1000.00")
WRITES = r"/invoice$"


@dataclass(frozen=True, slots=True)
class Office:
    """A running office; money in it is Decimal dollars."""

    sandbox: RunningSandbox
    small: SmallOffice
    home: Path

    @property
    def place(self) -> Place:
        """Where the team's tickets go."""
        return self.small.place

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
        return self.small.finance

    @property
    def lead(self) -> Person:
        """The team's lead, at work in Jira."""
        return self.small.lead

    def epic(
        self, title: str, percent: float, *, closed: bool = True, labels: tuple[str, ...] = ("billable",)
    ) -> Issue:
        """The lead makes an epic worth `percent` of the contract and, if `closed`, closes it at once."""
        return self.small.epic(title, percent, closed=closed, labels=labels)

    def configure(self, text: str) -> None:
        """Add lines to the end of config.toml: keys of the company, or further tables."""
        self.config.write_text(self.config.read_text("utf-8") + text, "utf-8")

    def set(self, key: str, value: str) -> None:
        """Change the one value of a key in config.toml; `value` as TOML."""
        text = self.config.read_text("utf-8")
        changed, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        assert count == 1, f"{key} stands {count} times in {self.config}"
        self.config.write_text(changed, "utf-8")

    def use_store(self, url: str) -> None:
        """Keep the store somewhere else."""
        text = self.config.read_text("utf-8")
        self.config.write_text(text.replace("sqlite:///milepost.db", url), "utf-8")

    def made(self) -> list[Row]:
        """Every invoice that Milepost ever made, oldest first, voided and deleted ones too."""
        return self.small.made()

    def invoice_for(self, epic: Issue) -> Row:
        """The one invoice that was ever made for an epic."""
        (row,) = [row for row in self.made() if epic.key in _texts(row)]
        return row

    def forget_requests(self) -> None:
        """Begin to count requests anew."""
        self.sandbox.jira_log.clear()
        self.sandbox.quickbooks_log.clear()

    def writes(self) -> int:
        """How many requests since then were there to change the books."""
        return self.sandbox.quickbooks_log.count("POST", WRITES)

    def ledger(self) -> dict[str, Decimal]:
        """What Milepost's own ledger says it billed, by the id of the invoice that carries it."""
        settings, problems = load(self.config)
        assert settings is not None, problems
        with closing(Store(settings.store.address)) as store:
            account = store.accounts.account("shop", datetime.now(UTC))
        billed: dict[str, Decimal] = {}
        for claim in (each for each in account.claims if each.ended is None):
            shown = account.heads[claim.document_key].shown
            assert shown is not None
            billed[shown.external_id] = billed.get(shown.external_id, Decimal(0)) + claim.amount.decimal
        return billed


@contextmanager
def open_office(home: Path, *, reopened: str = "hold") -> Iterator[Office]:
    """An office without work, served for the length of a block. Its home is in the new folder `home`."""
    small = open_small_office(Clock.real(), reopened=reopened, value=VALUE)
    with RunningSandbox(small.world) as sandbox:
        office = Office(sandbox, small, home)
        sandbox.write_home(home)
        office.set("settle_seconds", "1")
        office.configure("send_seconds = 2\n")
        yield office


def held(arrived: threading.Event, released: threading.Event) -> Fault:
    """A request that lies somewhere between us and the application until it is released."""

    def fault(request: Request, ask: Application) -> Response:
        arrived.set()
        released.wait(20)
        return ask(request)

    return fault


def our_line(invoice: Row) -> Json:
    """The first line of an invoice, which is the one that Milepost made."""
    line: Json = invoice.body["Line"][0]
    return line


def assert_billed_once(office: Office, *epics: Issue) -> None:
    """One live invoice for each of `epics` and for nothing else, none ever made beside it, ledger and books alike."""
    made = office.made()
    billed = sorted(_key_of(row) for row in made)
    assert billed == sorted(epic.key for epic in epics), f"billed: {billed}"
    assert len({marker_of(row) for row in made}) == len(made)
    assert not any(row.deleted or is_voided(row) for row in made)
    share = office.place.fields[PERCENT]
    due = {epic.key: VALUE * Decimal(str(epic.values[share])) / 100 for epic in epics}
    assert {_key_of(row): row.body["TotalAmt"] for row in made} == due
    assert office.ledger() == {row.id: our_line(row)["Amount"] for row in made}
    debits, credits_ = office.books.books.trial_balance()
    assert debits == credits_


def _key_of(invoice: Row) -> str:
    return str(our_line(invoice)["Description"]).split()[0]


def _texts(invoice: Row) -> list[str]:
    return [word for line in invoice.body["Line"] for word in str(line.get("Description", "")).split()]
