"""What finance does to estimates in a story, and what becomes of them."""

from __future__ import annotations

from datetime import date

from story_words import AMOUNT, DAY, id_of, sentence

from connectors.memory_books import MemoryBooks
from model.billing import DocumentState
from model.money import Money

_ANSWERS = {
    "accepts": DocumentState.ACCEPTED,
    "rejects": DocumentState.REJECTED,
    "takes up": DocumentState.DRAFT,
}


class Offers:
    """The estimates of one company; documents are known by their number, from 1001."""

    def __init__(self, books: MemoryBooks) -> None:
        self._books = books

    @sentence(r"finance makes an invoice of (?P<estimate>\d+)(?P<bare>, without its note)?")
    def convert(self, estimate: str, bare: str | None) -> None:
        """All of it; it takes the next number."""
        self._books.finance.convert(id_of(estimate), keeps_note=bare is None)

    @sentence(r"finance adds estimate (?P<estimate>\d+) to (?P<invoice>\d+)")
    def add(self, estimate: str, invoice: str) -> None:
        """One more estimate billed on an invoice."""
        self._books.finance.add_estimate(id_of(invoice), id_of(estimate))

    @sentence(rf"finance makes an invoice of {AMOUNT} of line (?P<line>\d+) of (?P<estimate>\d+)")
    def convert_part(self, amount: str, line: str, estimate: str) -> None:
        """A part of one line."""
        shown = self._books.read(id_of(estimate), "estimate")
        self._books.finance.convert(id_of(estimate), {line: Money.of(amount, shown.currency)})

    @sentence(r"(?:finance|the client) (?P<verb>accepts|rejects|takes up) estimate (?P<estimate>\d+)")
    def answer(self, verb: str, estimate: str) -> None:
        """An answer, or the estimate opened again."""
        self._books.finance.answer(id_of(estimate), _ANSWERS[verb])

    @sentence(rf"estimate (?P<estimate>\d+) holds until {DAY}")
    def expire(self, estimate: str, day: str) -> None:
        """Its last day."""
        self._books.finance.set_expiry(id_of(estimate), date.fromisoformat(day))
