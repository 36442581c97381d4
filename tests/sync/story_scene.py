"""A story played: its team, its books and its rules around a real engine, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from story_finance import Finance
from story_offers import Offers
from story_team import Team
from story_telling import Teller
from story_words import hear, id_of, sentence
from sync_bench import ZONE, company
from watched_books import WatchedBooks

from mappings.contract.book import RuleBook
from mappings.load import load_folder
from model.billing import BookClient, BookItem, BooksCatalogue, InvoiceDraft
from sync.apply import Patience, apply
from sync.deciding.take import Wish, take
from sync.deciding.undo import undo
from sync.engine import Engine
from sync.plans import Applied
from sync.store import Store

REALM = "9000"
HEAD = {
    "id": '"{name}"',
    "client": '"Acme Corp"',
    "company": '"books"',
    "site": '"jira"',
    "currency": '"USD"',
    "starts": "2026-01-01",
    "draft": '"unsent_invoice"',
    "item": '"Consulting"',
}
ITEMS = (
    BookItem("7", "Consulting", "Income"),
    BookItem("8", "Advances", "Other Current Liability"),
    BookItem("9", "Withheld", "Other Current Asset"),
)
_WHEN = re.compile(r"(?:(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))? )? *(.+)")


class Scene:
    """One story under way. `folder` takes its rule files; invoices are known by their number, from 1001."""

    def __init__(self, store: Store, folder: Path, story: Mapping[str, Any]) -> None:
        self._folder, self._story = folder, story
        self.now = datetime.fromisoformat("2026-01-01T15:00:00+00:00")
        self._files = {name: headed(name, text) for name, text in contracts_of(story).items()}
        book = self._book()
        fields = {name for contract in book.contracts for name in contract.fields}
        self._team = Team(story.get("work", ()), {*fields, *story.get("fields", ())}, lambda: self.now)
        self._zone = story.get("zone", ZONE)
        self.books = WatchedBooks(company_of(book, self._zone), lambda: self.now)
        self._listeners = (self, self._team, Offers(self.books), Finance(self.books))
        companies = {"books": company("books", REALM, self.books)}
        self.engine = Engine(store, book, {"jira": self._team.tracker}, companies, lambda: self.now)
        self._drafts: dict[str | None, InvoiceDraft] = {}  # as sent, by marker
        self.told: list[str] = []
        self.applied: Applied | None = None  # what the last apply did

    def hear(self, line: str) -> None:
        """Let happen what a line says. A date in front moves the clock; every line takes a minute."""
        matched = _WHEN.fullmatch(line)
        assert matched, line
        day, moment, said = matched.groups()
        if day:
            then = datetime.fromisoformat(f"{day}T{moment or '15:00'}:00+00:00")
            assert then > self.now, f"{line!r}: a story goes forward"
            self.now = then
        self.now += timedelta(minutes=1)
        self.told = []
        assert any(hear(listener, said) for listener in self._listeners), f"no such sentence: {said!r}"

    @sentence(r"Milepost applies(?P<in_sums>, in sums)?")
    def apply(self, in_sums: str | None) -> None:
        """One run of the real thing, and what it did and says."""
        result = apply(self.engine, Patience(timedelta(0), lambda _seconds: None))
        assert not result.trouble, result.trouble
        assert not result.after.actions, "a second run would do more"
        self.applied = result
        drafts = (action.draft for action in result.plan.actions)
        self._drafts |= {draft.marker: draft for draft in drafts if draft is not None}
        teller = Teller(self.engine, self._team.names, self.books.documents(), self._zone)
        self.told = teller.sums(result) if in_sums else teller.each(result)

    @sentence(
        r"(?P<who>[A-Z][a-z]+) decides (?P<choice>[a-z]+) for (?P<subject>\S+)(?: with (?P<needed>\S+))?"
    )
    def decide(self, who: str, choice: str, subject: str, needed: str | None) -> None:
        """A person decides on what the last run said; what the next plan makes of it."""
        taken = take(self.engine, Wish(subject, choice, needed or "", who, "as agreed"))
        told = [f"then {action.kind} {action.amount.decimal}" for action in taken.actions]
        self.told = told or ["then nothing yet"]

    @sentence(r"(?P<who>[A-Z][a-z]+) undoes the last run")
    def undo(self, who: str) -> None:
        """What the last run that applied something wrote is taken back, as far as it is still as it wrote it."""
        assert self.applied is not None
        run = self.applied.plan.digest
        undone = undo(self.engine, run, who, "as agreed", Patience(timedelta(0), lambda _seconds: None))
        assert not undone.waiting
        self.told = [f"{draft.name} is taken back" for draft in undone.undoing.drafts]
        self.told += [f"{draft.name} stays: {draft.reason}" for draft in undone.undoing.others]

    @sentence(r"Milepost reads everything again and applies")
    def reread(self) -> None:
        """The daily look at all work by its id, and the run that follows."""
        self.engine.reread(self.engine.read())
        self.apply(None)

    @sentence(r"line (?P<line>\d+) of (?P<invoice>\d+) reads")
    def read(self, line: str, invoice: str) -> None:
        """What the client reads on a line."""
        document = self.books.read(id_of(invoice))
        self.told = [next(each.text for each in document.lines if each.id == line)]

    @sentence(r"the length of line (?P<line>\d+) of (?P<invoice>\d+) is")
    def measure(self, line: str, invoice: str) -> None:
        """How much the client has to read."""
        self.read(line, invoice)
        self.told = [f"{len(self.told[0])} characters"]

    @sentence(r"the tax codes of (?P<invoice>\d+) are")
    def taxed(self, invoice: str) -> None:
        """The tax code that each line was sent with."""
        draft = self._drafts[self.books.read(id_of(invoice)).marker]
        self.told = [f"{line.item} {line.tax_code}" for line in draft.lines]

    @sentence(r"the memo of (?P<invoice>\d+) is")
    def read_memo(self, invoice: str) -> None:
        """What the client reads above the lines."""
        self.told = [self._drafts[self.books.read(id_of(invoice)).marker].memo]

    @sentence(r"the rules say (?P<new>.+) in place of (?P<old>.+)")
    def edit_rules(self, new: str, old: str) -> None:
        """The admin edits a file."""
        names = [name for name, text in self._files.items() if old in text]
        assert len(names) == 1, f"{old!r} is in {len(names)} files"
        self._files[names[0]] = self._files[names[0]].replace(old, new)
        self._adopt()

    @sentence(r"the rules gain (?P<name>.+)")
    def add_rules(self, name: str) -> None:
        """The admin writes a table of the story's `later` below the others."""
        first = next(file for file in self._files if not file.startswith("shared/"))
        self._files[first] += f"\n{self._story['later'][name]}"
        self._adopt()

    def _adopt(self) -> None:
        self.engine.adopt(self._book())

    def _book(self) -> RuleBook:
        for name, text in self._files.items():
            file = self._folder / f"{name}.toml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        book = load_folder(self._folder)
        assert not book.problems, "\n".join(map(str, book.problems))
        return book


def contracts_of(story: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a story's rule files by name; shared ones stand in `shared/`."""
    shared = {f"shared/{name}": text for name, text in story.get("shared", {}).items()}
    return {
        **story.get("contracts", {}),
        **({"acme": story["contract"]} if "contract" in story else {}),
        **shared,
    }


def company_of(book: RuleBook, zone: str) -> BooksCatalogue:
    """A company that has every client whom the contracts bill."""
    billed = {
        (client, contract.currency): None
        for contract in book.contracts
        for client in (contract.client, *(payer.client for payer in contract.payers))
    }
    clients = (BookClient(str(id_), name, currency) for id_, (name, currency) in enumerate(billed, 1))
    return BooksCatalogue(
        realm=REALM, name="Books", country="US", home_currency="USD", multicurrency=True, zone=zone,
        books_closed_on=None, clients=tuple(clients), items=ITEMS,
        terms=(("Net 30", "3"),), tax_codes=(("TAX", "4"), ("NON", "5")),
    )  # fmt: skip


def headed(name: str, text: str) -> str:
    """A contract's text with the keys of [contract] that every story's contract has and this one does not say."""
    if name.startswith("shared/"):
        return text
    own = text.partition("\n[")[0] if not text.lstrip().startswith("[") else ""
    said = {line.partition("=")[0].strip() for line in own.splitlines()}
    usual = (f"{key} = {value.format(name=name)}" for key, value in HEAD.items() if key not in said)
    return "\n".join(["[contract]", *usual, text])
