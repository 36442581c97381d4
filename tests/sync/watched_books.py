"""Books in memory that a test watches and troubles, and in which finance writes documents of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.errors import ConnectorError
from connectors.memory_books import MemoryBooks
from connectors.ports import BooksChanges, Sighting, Trace, WriteRequest
from model.billing import BooksCatalogue, Document, DocumentKind
from model.money import Money


class WatchedBooks(MemoryBooks):
    """Books that remember what was sent, fail on look-ups when told to, and let a test step in between.

    `before` and `after` run around each write that arrives; `trouble` are errors that the next reads raise.
    """

    def __init__(self, catalogue: BooksCatalogue, clock: Callable[[], datetime]) -> None:
        super().__init__(catalogue, clock)
        self.sent: list[tuple[WriteRequest, str]] = []
        self.trouble: list[ConnectorError] = []
        self.before: Callable[[], None] = _nothing
        self.after: Callable[[], None] = _nothing

    def send(self, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        """See `Books`."""
        self.before()
        self.sent.append((request, request_id))
        try:
            return super().send(request, request_id, send_by)
        finally:
            self.after()

    def look_for(self, trace: Trace) -> Sighting:
        """See `Books`."""
        self._stumble()
        return super().look_for(trace)

    def read(self, external_id: str, kind: DocumentKind = "invoice") -> Document:
        """See `Books`."""
        self._stumble()
        return super().read(external_id, kind)

    def changes_since(self, cursor: str | None) -> BooksChanges:
        """See `Books`."""
        self._stumble()
        position = len(self._shelf.log) if cursor is None else int(cursor)
        changed = dict.fromkeys(self._shelf.log[position:])
        return BooksChanges(
            tuple(self._shelf.entries[id_].document for id_ in changed), str(len(self._shelf.log))
        )

    def by_hand(self, client: str, amount: Money, text: str = "Services") -> Document:
        """A person of finance writes an invoice and sends it."""
        client_id = next(each.id for each in self.catalogue().clients if each.name == client)
        lines = [{"amount": amount.minor, "text": text}]
        return self.finance.send(self._written_by_hand(client_id, amount.currency, lines, "", "invoice"))

    def credit(self, invoice: Document, lines: list[dict[str, Any]]) -> Document:
        """A person of finance writes a credit memo that names the invoice."""
        note = f"for invoice {invoice.number}"
        id_ = self._written_by_hand(invoice.client_id, invoice.currency, lines, note, "credit_memo")
        return self.read(id_, "credit_memo")

    def reassign(self, client_id: str, other_id: str) -> None:
        """Every document of one customer is another's from here on."""
        for entry in list(self._shelf.entries.values()):
            if entry.document.client_id == client_id:
                self._shelf.put(replace(entry, document=replace(entry.document, client_id=other_id)))

    def _written_by_hand(
        self, client_id: str, currency: str, lines: list[dict[str, Any]], note: str, kind: DocumentKind
    ) -> str:
        words = {"client": client_id, "currency": currency, "date": self._clock().date().isoformat()}
        made = self._made({**words, "note": note, "memo": "", "terms": None, "lines": lines}, kind)
        return self._shelf.put(made).external_id

    def documents(self) -> list[Document]:
        """Every document that was ever made, oldest first, whatever troubles our reads."""
        return [entry.document for entry in self._shelf.entries.values()]

    def _stumble(self) -> None:
        if self.trouble:
            raise self.trouble.pop(0)


def _nothing() -> None:
    """Nobody steps in."""
