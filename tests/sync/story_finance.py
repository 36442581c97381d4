"""What finance does in a story: to documents of ours, with documents of their own, and in the company's settings."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from story_words import AMOUNT, DAY, id_of, sentence
from watched_books import WatchedBooks

from model.billing import BookClient
from model.money import Money


class Finance:
    """The people of finance of one company; documents are known by their number, from 1001."""

    def __init__(self, books: WatchedBooks) -> None:
        self._books, self._inactive = books, tuple[BookClient, ...]()

    @sentence(rf"finance receives (?:{AMOUNT} )?on (?P<invoice>\d+)")
    def pay(self, amount: str | None, invoice: str) -> None:
        """A payment, of all that is open if no amount is said."""
        self._books.finance.pay(id_of(invoice), self._money(invoice, amount) if amount else None)

    @sentence(r"finance (?P<verb>sends|queues|voids|deletes) (?P<invoices>\d+(?:(?: to |, | and )\d+)*)")
    def turn(self, verb: str, invoices: str) -> None:
        """Invoices sent, put up for sending, voided or deleted."""
        numbers = [int(each) for each in re.findall(r"\d+", invoices)]
        if " to " in invoices:
            numbers = list(range(numbers[0], numbers[1] + 1))
        does = {
            "sends": self._books.finance.send,
            "queues": self._books.finance.queue,
            "voids": self._books.finance.void,
            "deletes": self._books.finance.delete,
        }[verb]
        for number in numbers:
            does(id_of(str(number)))

    @sentence(rf"finance bills (?P<client>.+?) {AMOUNT} by hand(?: for \"(?P<text>.+)\")?")
    def bill_by_hand(self, client: str, amount: str, text: str | None) -> None:
        """An invoice that is not of our making; it takes the next number."""
        known = next(each for each in self._books.catalogue().clients if each.name == client)
        self._books.by_hand(client, Money.of(amount, known.currency), text or "Services")

    @sentence(rf"finance gives back {AMOUNT} of line (?P<line>\d+) of (?P<invoice>\d+)")
    def give_back(self, amount: str, line: str, invoice: str) -> None:
        """A credit memo of their own, which names the invoice; it takes the next number."""
        shown = self._books.read(id_of(invoice))
        text = next(each.text for each in shown.lines if each.id == line)
        given: dict[str, Any] = {"amount": self._money(invoice, amount).minor, "text": text}
        self._books.credit(shown, [given])

    @sentence(rf"finance changes line (?P<line>\d+) of (?P<invoice>\d+) to {AMOUNT}")
    def edit(self, line: str, invoice: str, amount: str) -> None:
        """Another amount on a line."""
        self._books.finance.edit_line(id_of(invoice), line, self._money(invoice, amount))

    @sentence(r"finance words line (?P<line>\d+) of (?P<invoice>\d+) as \"(?P<text>.+)\"")
    def word(self, line: str, invoice: str, text: str) -> None:
        """Another text on a line."""
        shown = next(each for each in self._books.read(id_of(invoice)).lines if each.id == line)
        assert shown.amount is not None
        self._books.finance.edit_line(id_of(invoice), line, shown.amount, text)

    @sentence(r"finance writes \"(?P<memo>.+)\" on (?P<invoice>\d+)")
    def write(self, memo: str, invoice: str) -> None:
        """Another message to the client."""
        self._books.finance.edit(id_of(invoice), memo=memo)

    @sentence(r"finance removes line (?P<line>\d+) of (?P<invoice>\d+)")
    def remove(self, line: str, invoice: str) -> None:
        """A line less."""
        self._books.finance.remove_line(id_of(invoice), line)

    @sentence(r"finance moves line (?P<line>\d+) of (?P<invoice>\d+) to (?P<other>\d+)")
    def move(self, line: str, invoice: str, other: str) -> None:
        """A line billed on another document."""
        self._books.finance.move_line(id_of(invoice), line, id_of(other))

    @sentence(r"finance copies (?P<invoice>\d+)")
    def copy(self, invoice: str) -> None:
        """Another document like it, note and all, under the next number."""
        self._books.finance.copy(id_of(invoice))

    @sentence(rf"finance closes the books through {DAY}")
    def close_books(self, day: str) -> None:
        """Nothing dated that day or earlier is written from here on."""
        self._set(books_closed_on=date.fromisoformat(day))

    @sentence(r"finance opens the books again")
    def open_books(self) -> None:
        """Every day may be written."""
        self._set(books_closed_on=None)

    @sentence(r"finance makes (?P<client>.+) (?P<how>inactive|active)")
    def turn_client(self, client: str, how: str) -> None:
        """A customer that QuickBooks takes no new invoice for, or takes them again."""
        books = self._books.catalogue()
        own = [each for each in books.clients if each.name == client] or list(self._inactive)
        self._inactive = tuple(own) if how == "inactive" else ()
        others = tuple(each for each in books.clients if each.name != client)
        gone = tuple(("client", each.name) for each in self._inactive)
        self._set(clients=others if how == "inactive" else (*others, *own), inactive=gone)

    @sentence(r"finance keeps (?P<client>.+) in (?P<currency>[A-Z]{3})")
    def turn_currency(self, client: str, currency: str) -> None:
        """A customer whose currency is another one from here on."""
        clients = self._books.catalogue().clients
        self._set(
            clients=tuple(
                replace(each, currency=currency) if each.name == client else each for each in clients
            )
        )

    @sentence(r"finance merges (?P<client>.+) into (?P<other>.+)")
    def merge(self, client: str, other: str) -> None:
        """Of two customers one is left, with the documents of both."""
        known = {each.name: each for each in self._books.catalogue().clients}
        gone, left = known[client], known[other]
        self._set(clients=tuple(each for each in known.values() if each is not gone))
        self._books.reassign(gone.id, left.id)

    @sentence(r"finance makes the customer (?P<client>.+)")
    def make_client(self, client: str) -> None:
        """A customer more, of the home currency."""
        books = self._books.catalogue()
        made = BookClient(str(100 + len(books.clients)), client, books.home_currency)
        self._set(clients=(*books.clients, made))

    def _set(self, **changed: Any) -> None:
        self._books._catalogue = replace(self._books.catalogue(), **changed)

    def _money(self, invoice: str, amount: str) -> Money:
        return Money.of(amount, self._books.read(id_of(invoice)).currency)
