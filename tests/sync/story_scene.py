"""A story played: its team, its books and its rules around a real engine, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from story_offers import Offers
from story_team import Team
from story_telling import Teller
from story_words import AMOUNT, hear, sentence
from sync_bench import ZONE, WatchedBooks, company

from mappings.contract.book import RuleBook
from mappings.load import load_folder
from model.billing import BookClient, BookItem, BooksCatalogue, InvoiceDraft
from model.money import Money
from sync.apply import Patience, apply
from sync.deciding.take import Wish, take
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
        self._files = {name: _headed(name, text) for name, text in contracts_of(story).items()}
        book = self._book()
        fields = {name for contract in book.contracts for name in contract.fields}
        self._team = Team(story.get("work", ()), {*fields, *story.get("fields", ())}, lambda: self.now)
        self._zone = story.get("zone", ZONE)
        self.books = WatchedBooks(self._company(book), lambda: self.now)
        self._offers = Offers(self.books)
        companies = {"books": company("books", REALM, self.books)}
        self.engine = Engine(store, book, {"jira": self._team.tracker}, companies, lambda: self.now)
        self._drafts: dict[str | None, InvoiceDraft] = {}  # as sent, by marker
        self._inactive: tuple[BookClient, ...] = ()
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
        listeners = (self, self._team, self._offers)
        assert any(hear(listener, said) for listener in listeners), f"no such sentence: {said!r}"

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

    @sentence(r"Milepost reads everything again and applies")
    def reread(self) -> None:
        """The daily look at all work by its id, and the run that follows."""
        self.engine.reread(self.engine.read())
        self.apply(None)

    @sentence(r"line (?P<line>\d+) of (?P<invoice>\d+) reads")
    def read(self, line: str, invoice: str) -> None:
        """What the client reads on a line."""
        document = self.books.read(_id(invoice))
        self.told = [next(each.text for each in document.lines if each.id == line)]

    @sentence(r"the length of line (?P<line>\d+) of (?P<invoice>\d+) is")
    def measure(self, line: str, invoice: str) -> None:
        """How much the client has to read."""
        self.read(line, invoice)
        self.told = [f"{len(self.told[0])} characters"]

    @sentence(r"the tax codes of (?P<invoice>\d+) are")
    def taxed(self, invoice: str) -> None:
        """The tax code that each line was sent with."""
        draft = self._drafts[self.books.read(_id(invoice)).marker]
        self.told = [f"{line.item} {line.tax_code}" for line in draft.lines]

    @sentence(r"the memo of (?P<invoice>\d+) is")
    def read_memo(self, invoice: str) -> None:
        """What the client reads above the lines."""
        self.told = [self._drafts[self.books.read(_id(invoice)).marker].memo]

    @sentence(rf"finance receives (?:{AMOUNT} )?on (?P<invoice>\d+)")
    def pay(self, amount: str | None, invoice: str) -> None:
        """A payment, of all that is open if no amount is said."""
        self.books.finance.pay(_id(invoice), self._money(invoice, amount) if amount else None)

    @sentence(r"finance (?P<verb>sends|voids|deletes) (?P<invoices>\d+(?:(?: to |, | and )\d+)*)")
    def turn(self, verb: str, invoices: str) -> None:
        """Invoices sent, voided or deleted."""
        numbers = [int(each) for each in re.findall(r"\d+", invoices)]
        if " to " in invoices:
            numbers = list(range(numbers[0], numbers[1] + 1))
        does = {
            "sends": self.books.finance.send,
            "voids": self.books.finance.void,
            "deletes": self.books.finance.delete,
        }[verb]
        for number in numbers:
            does(_id(str(number)))

    @sentence(rf"finance bills (?P<client>.+) {AMOUNT} by hand")
    def bill_by_hand(self, client: str, amount: str) -> None:
        """An invoice that is not of our making; it takes the next number."""
        currency = next(each.currency for each in self.books.catalogue().clients if each.name == client)
        self.books.by_hand(client, Money.of(amount, currency))

    @sentence(rf"finance changes line (?P<line>\d+) of (?P<invoice>\d+) to {AMOUNT}")
    def edit(self, line: str, invoice: str, amount: str) -> None:
        """Another amount on a line."""
        self.books.finance.edit_line(_id(invoice), line, self._money(invoice, amount))

    @sentence(r"finance removes line (?P<line>\d+) of (?P<invoice>\d+)")
    def remove(self, line: str, invoice: str) -> None:
        """A line less."""
        self.books.finance.remove_line(_id(invoice), line)

    @sentence(r"finance moves line (?P<line>\d+) of (?P<invoice>\d+) to (?P<other>\d+)")
    def move(self, line: str, invoice: str, other: str) -> None:
        """A line billed on another document."""
        self.books.finance.move_line(_id(invoice), line, _id(other))

    @sentence(r"finance copies (?P<invoice>\d+)")
    def copy(self, invoice: str) -> None:
        """Another document like it, note and all, under the next number."""
        self.books.finance.copy(_id(invoice))

    @sentence(r"finance closes the books through (?P<day>\d{4}-\d\d-\d\d)")
    def close_books(self, day: str) -> None:
        """Nothing dated that day or earlier is written from here on."""
        self.books._catalogue = replace(self.books.catalogue(), books_closed_on=date.fromisoformat(day))

    @sentence(r"finance opens the books again")
    def open_books(self) -> None:
        """Every day may be written."""
        self.books._catalogue = replace(self.books.catalogue(), books_closed_on=None)

    @sentence(r"finance makes (?P<client>.+) (?P<how>inactive|active)")
    def turn_client(self, client: str, how: str) -> None:
        """A customer that QuickBooks takes no new invoice for, or takes them again."""
        books = self.books.catalogue()
        own = [each for each in books.clients if each.name == client] or list(self._inactive)
        self._inactive = tuple(own) if how == "inactive" else ()
        others = tuple(each for each in books.clients if each.name != client)
        gone = tuple(("client", each.name) for each in self._inactive)
        clients = others if how == "inactive" else (*others, *own)
        self.books._catalogue = replace(books, clients=clients, inactive=gone)

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

    def _company(self, book: RuleBook) -> BooksCatalogue:
        billed = {
            (client, contract.currency): None
            for contract in book.contracts
            for client in (contract.client, *(payer.client for payer in contract.payers))
        }
        clients = (BookClient(str(id_), name, currency) for id_, (name, currency) in enumerate(billed, 1))
        return BooksCatalogue(
            realm=REALM, name="Books", country="US", home_currency="USD", multicurrency=True, zone=self._zone,
            books_closed_on=None, clients=tuple(clients), items=ITEMS,
            terms=(("Net 30", "3"),), tax_codes=(("TAX", "4"), ("NON", "5")),
        )  # fmt: skip

    def _money(self, invoice: str, amount: str) -> Money:
        return Money.of(amount, self.books.read(_id(invoice)).currency)


def contracts_of(story: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a story's rule files by name; shared ones stand in `shared/`."""
    shared = {f"shared/{name}": text for name, text in story.get("shared", {}).items()}
    return {
        **story.get("contracts", {}),
        **({"acme": story["contract"]} if "contract" in story else {}),
        **shared,
    }


def _headed(name: str, text: str) -> str:
    """A contract's text with the keys of [contract] that every story's contract has and this one does not say."""
    if name.startswith("shared/"):
        return text
    own = text.partition("\n[")[0] if not text.lstrip().startswith("[") else ""
    said = {line.partition("=")[0].strip() for line in own.splitlines()}
    usual = (f"{key} = {value.format(name=name)}" for key, value in HEAD.items() if key not in said)
    return "\n".join(["[contract]", *usual, text])


def _id(invoice: str) -> str:
    return str(int(invoice) - 1000)
