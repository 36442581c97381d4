"""A bench for sync: sites and companies in memory, a contract for each, and a clock that moves only when told."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from watched_books import WatchedBooks

from connectors.memory_noticeboard import MemoryNoticeboard
from connectors.memory_tracker import MemoryTracker
from connectors.ports import Books
from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.load import parse_contract
from model.billing import BookClient, BookItem, BooksCatalogue, Document, DocumentState
from model.money import Money
from model.work import Change, FieldInfo, Issue, Project, TrackerCatalogue
from sync.apply import Patience, apply
from sync.engine import Engine
from sync.outbox.company import Company
from sync.plans import Applied, Plan
from sync.store import Store
from sync.telling.report import Summary, summarise

START = datetime(2026, 2, 3, 15, tzinfo=UTC)  # ten in the morning where the company is
ZONE = "America/New_York"
AMOUNT = "customfield_1"
SETTLE, SEND_WITHIN = timedelta(seconds=150), timedelta(seconds=30)
GONE = (DocumentState.VOIDED, DocumentState.DELETED)

CONTRACT = """
[contract]
id = "{client}"
client = "{client} Corp"
company = "{client}-books"
site = "{client}-site"
currency = "USD"
value = "100000.00"
starts = 2026-01-01
draft = "{draft}"
item = "Consulting"
reopened = "{reopened}"
review_days = {review_days}
{more}
"""
MILESTONE = """
[[milestone]]
rule = "billable epics"
phase = "delivery"
work = {{ epics = {{ project = "{project}", label = "billable" }} }}
price = {{ amount = {{ field = "Amount" }} }}
"""
EXCLUSION = """
[[exclude]]
rule = "goodwill"
work = {{ epics = {{ project = "{project}", label = "goodwill" }} }}
reason = "done as a favour"
"""


def usd(text: str) -> Money:
    """Dollars."""
    return Money.of(text, "USD")


#: Tables of a contract file: two clients who share what is billed, two parts to one.
TWO_PAYERS = """
[[payer]]
name = "city"
client = "acme Corp"
share = 2
[[payer]]
name = "harbour"
client = "Harbour"
share = 1
"""


def rules(
    client: str = "acme",
    *,
    draft: str = "unsent_invoice",
    reopened: str = "hold",
    review_days: int = 0,
    milestone: str = MILESTONE,
    more: str = "",
) -> str:
    """The text of a client's contract file; `milestone` "" is a contract that reaches nothing, `more` are further
    keys of [contract] and tables behind it."""
    text = CONTRACT + milestone + (EXCLUSION if milestone else "")
    terms = {"draft": draft, "reopened": reopened, "review_days": review_days, "more": more}
    return text.format(client=client, project=client.upper(), **terms)


def contract_of(text: str) -> Contract:
    """The contract that `text` is; any problem fails the test."""
    found, problems = parse_contract(text, "contract.toml")
    assert found is not None, "\n".join(map(str, problems))
    return found


def book_of(*texts: str) -> RuleBook:
    """All contracts of these texts."""
    contracts = sorted((contract_of(text) for text in texts), key=lambda each: each.id)
    return RuleBook(
        tuple(contracts), (), {contract_of(text).version: ("contract.toml", text) for text in texts}
    )


def site_of(client: str) -> TrackerCatalogue:
    """A site with one project of the client's name and the field that prices its epics."""
    return TrackerCatalogue(
        site=f"{client}-cloud",
        base_url=f"https://{client}.example",
        account_id="bot",
        account_zone="UTC",
        projects=(Project("1", client.upper(), client, "classic"),),
        fields=(FieldInfo(AMOUNT, "Amount", "float", None),),
    )


def company_of(client: str, realm: str) -> BooksCatalogue:
    """A company with one customer and one item."""
    return BooksCatalogue(
        realm=realm,
        name=f"Books of {client}",
        country="US",
        home_currency="USD",
        multicurrency=False,
        zone=ZONE,
        books_closed_on=None,
        clients=(BookClient("1", f"{client} Corp", "USD"), BookClient("2", "Harbour", "USD")),
        items=(
            BookItem("7", "Consulting", "Income"),
            BookItem("8", "Advances", "Other Current Liability"),
            BookItem("9", "Withheld", "Other Current Asset"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Epic:
    """An epic as a person of the team sees it. `turns` are its closings and reopenings in order."""

    number: int
    amount: str | None = "100.00"
    turns: tuple[datetime, ...] = ()
    labels: tuple[str, ...] = ("billable",)
    resolution: str = "Done"
    child: Literal["none", "open", "done"] = "none"

    @property
    def is_closed(self) -> bool:
        """Every second turn reopens it."""
        return len(self.turns) % 2 == 1

    def issues(self, client: str) -> list[Issue]:
        """The epic, and its child if it has one, as the tracker shows them."""
        steps = itertools.cycle((("indeterminate", "done"), ("done", "indeterminate")))
        history = tuple(
            Change(str(at), when, "someone", "category", *step)
            for at, (when, step) in enumerate(zip(self.turns, steps, strict=False))
        )
        known = {AMOUNT: (self.amount,)} if self.amount is not None else {}
        resolution = self.resolution if self.is_closed else None
        epic = _issue(self.number, client, 1, history, known, self.labels, resolution)
        if self.child == "none":
            return [epic]
        child = _issue(self.number + 500, client, 0, (), {}, (), "Done" if self.child == "done" else None)
        return [epic, replace(child, parent_id=epic.id)]


def _issue(
    number: int,
    client: str,
    level: int,
    history: tuple[Change, ...],
    fields: Mapping[str, tuple[str, ...]],
    labels: tuple[str, ...],
    resolution: str | None,
) -> Issue:
    return Issue(
        id=str(10000 + number),
        key=f"{client.upper()}-{number}",
        project_id="1",
        project_key=client.upper(),
        summary="Work",
        type_name="Epic" if level else "Story",
        level=level,
        status="Done" if resolution else "In Progress",
        category="done" if resolution else "indeterminate",
        resolution=resolution,
        parent_id=None,
        labels=labels,
        components=(),
        sprint_ids=(),
        fields=fields,
        created_at=START - timedelta(days=20),
        updated_at=START,
        history=history,
    )


@dataclass(slots=True)
class Client:
    """One client: its site, its books, its epics by number."""

    name: str
    tracker: MemoryTracker
    books: WatchedBooks
    company: Company
    board: MemoryNoticeboard = field(default_factory=MemoryNoticeboard)
    epics: dict[int, Epic] = field(default_factory=dict)

    def show(self, epic: Epic) -> None:
        """The team changed an epic."""
        self.epics[epic.number] = epic
        self.tracker.put(*epic.issues(self.name))
        self.board.issues.add(str(10000 + epic.number))


class Bench:
    """Everything an engine needs. `engine` may be made anew on the same store, as after a crash."""

    def __init__(self, store: Store, *names: str, texts: Sequence[str] = ()) -> None:
        self.store = store
        self.now = START
        self.clients = {
            name: self._client(name, str(9000 + at)) for at, name in enumerate(names or ("acme",))
        }
        self.book = book_of(*(texts or [rules(name) for name in self.clients]))
        self.engine = self.restart()

    def _client(self, name: str, realm: str) -> Client:
        books = WatchedBooks(company_of(name, realm), self.clock)
        return Client(name, MemoryTracker(site_of(name)), books, company(f"{name}-books", realm, books))

    def clock(self) -> datetime:
        """The time of the bench."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def restart(self, *texts: str, reprice: bool = False) -> Engine:
        """A new engine on the same store, with other rules if given."""
        if texts:
            self.book = book_of(*texts)
        trackers = {f"{name}-site": client.tracker for name, client in self.clients.items()}
        companies = {client.company.alias: client.company for client in self.clients.values()}
        boards = {f"{name}-site": client.board for name, client in self.clients.items()}
        self.engine = Engine(
            self.store, self.book, trackers, companies, self.clock, reprice=reprice, noticeboards=boards
        )
        self.engine.put_in_force()
        return self.engine

    def live(self) -> list[Document]:
        """Invoices of the first client that are neither voided nor deleted."""
        return [document for document in self.books.documents() if document.state not in GONE]

    @property
    def acme(self) -> Client:
        """The first client."""
        return next(iter(self.clients.values()))

    @property
    def books(self) -> WatchedBooks:
        """The books of the first client."""
        return self.acme.books

    def close(self, number: int, amount: str | None = "100.00", **more: object) -> None:
        """An epic of the first client is closed now; it is made when it is new."""
        before = self.acme.epics.get(number, Epic(number))
        turns = before.turns if before.is_closed else (*before.turns, self.now)
        self.acme.show(replace(before, amount=amount, turns=turns, **more))  # type: ignore[arg-type]

    def reopen(self, number: int) -> None:
        """A closed epic of the first client is opened again."""
        before = self.acme.epics[number]
        assert before.is_closed
        self.acme.show(replace(before, turns=(*before.turns, self.now)))

    def price(self, number: int, amount: str | None) -> None:
        """Somebody types another amount into an epic of the first client."""
        self.acme.show(replace(self.acme.epics[number], amount=amount))

    def plan(self) -> Plan:
        """Read both sides and plan everything."""
        return self.engine.plan(self.engine.read())

    def apply(self, approved: str | None = None, *, patience: float = 0) -> Applied:
        """One apply that may wait `patience` seconds of the bench's time."""
        return apply(self.engine, Patience(timedelta(seconds=patience), self.wait), approved)

    def status(self) -> Summary:
        """The four buckets by what was read last."""
        return summarise(self.engine.plan(self.engine.last_read()).assessments)

    def sums(self) -> dict[str, str]:
        """Buckets that hold something, as dollars."""
        amounts = self.status().amounts
        return {bucket: str(sums["USD"].decimal) for bucket, sums in amounts.items() if sums.get("USD")}

    def codes(self) -> set[str]:
        """Codes of all findings of a plan made now."""
        plan = self.engine.plan(self.engine.last_read())
        return {finding.code for each in plan.assessments for finding in each.plan.findings}


def company(alias: str, realm: str, books: Books) -> Company:
    """A company with the bench's delays."""
    page = "https://books.example/{kind}/{id}"
    return Company(alias, realm, books, settle=SETTLE, send_within=SEND_WITHIN, page=page)
