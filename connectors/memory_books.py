"""MemoryBooks: the port Books in memory, with a pretend finance and the ways a real service misbehaves.

It ships, so that rules and plans can be tried without an account, and passes the same contract suite as the
QuickBooks client. What QuickBooks computes (tax, due dates) it does not have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from connectors.errors import ConnectorError, Rejected, Stale, Transient, Unknown
from connectors.memory_shelf import (
    MARKER,
    Entry,
    PretendFinance,
    Shelf,
    legible,
    made_line,
    sum_of,
    with_lines,
)
from connectors.names import client_of, pick
from connectors.ports import BILLS, BooksChanges, LineEdits, Sighting, Trace, WriteRequest
from connectors.tombstone import tombstone
from model.billing import (
    BookInvoice,
    BooksCatalogue,
    Document,
    DocumentKind,
    DocumentState,
    DraftLine,
    InvoiceDraft,
    called,
)
from model.money import Money

_SERVICE = "the books"
_REACH_BACK = timedelta(minutes=10)  # as the real look-up does, for clocks that differ


class MemoryBooks:
    """One company in memory; not thread-safe. `clock` tells aware UTC.

    Misbehaviour, for the next writes: `lose_answers` is how many take effect without an answer,
    `fail_next` errors to raise instead of writing; `honours_request_ids` False makes a repeat a second write.
    `posts` counts the writes that arrived.
    """

    def __init__(
        self, catalogue: BooksCatalogue, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.lose_answers = 0
        self.fail_next: list[ConnectorError] = []
        self.honours_request_ids = True
        self.posts = 0
        self._catalogue, self._clock = catalogue, clock
        self._shelf = Shelf(clock)
        self.finance = PretendFinance(self._shelf)
        self._answered: dict[str, Document] = {}

    def catalogue(self) -> BooksCatalogue:
        """The one it was made with."""
        return self._catalogue

    def refresh(self) -> None:
        """See `Books`: nothing is cached here."""

    def changes_since(self, cursor: str | None) -> BooksChanges:
        """Documents changed after `cursor`, a position in the log of changes."""
        position = len(self._shelf.log) if cursor is None else int(cursor)
        changed = dict.fromkeys(self._shelf.log[position:])
        documents = tuple(self._shelf.entries[id_].document for id_ in changed)
        return BooksChanges(documents, str(len(self._shelf.log)))

    def read(self, external_id: str, kind: DocumentKind = "invoice") -> Document:
        """The document as it is now; an unknown id reads as deleted."""
        entry = self._shelf.entries.get(external_id)
        known = entry is not None and entry.document.kind == kind
        return entry.document if entry and known else tombstone(external_id, self._clock(), kind)

    def legible(self, shown: Document) -> Mapping[tuple[str, str], str]:
        """See `Books`."""
        return legible(shown)

    def numbered(self, numbers: tuple[str, ...]) -> tuple[BookInvoice, ...]:
        """See `Books`. There is no tax here."""
        shown = (entry.document for entry in self._shelf.entries.values())
        found = [
            BookInvoice(each.number, each.external_id, each.client_id, each.total, each.state)
            for each in shown
            if each.number in numbers
            and each.number
            and each.state is not DocumentState.DELETED
            and each.kind == "invoice"
        ]
        return tuple(sorted(found, key=lambda each: (each.number, int(each.external_id))))

    def dated(self, client: str, first: date, last: date) -> tuple[Document, ...]:
        """See `Books`."""
        ids = {each.id for each in self._catalogue.clients if each.name == client}
        shown = (entry.document for entry in self._shelf.entries.values())
        return tuple(
            each
            for each in shown
            if each.client_id in ids
            and each.kind == "invoice"
            and each.state is not DocumentState.DELETED
            and each.invoice_date is not None
            and first <= each.invoice_date <= last
        )

    def touched(
        self, client: str, since: datetime, kinds: Collection[DocumentKind] = BILLS
    ) -> tuple[Document, ...]:
        """See `Books`."""
        ids = {each.id for each in self._catalogue.clients if each.name == client}
        shown = (entry.document for entry in self._shelf.entries.values())
        return tuple(
            each
            for each in shown
            if each.client_id in ids
            and each.kind in kinds
            and each.state is not DocumentState.DELETED
            and each.changed_at >= since - _REACH_BACK
        )

    def marked(self, since: datetime) -> tuple[Document, ...]:
        """See `Books`."""
        recent = (
            entry.document for entry in self._shelf.entries.values() if entry.made_at >= since - _REACH_BACK
        )
        return tuple(each for each in recent if each.marker and each.state is not DocumentState.DELETED)

    def look_for(self, trace: Trace) -> Sighting:
        """Documents made since the traced write, by marker or by likeness."""
        client_id = next((entry.id for entry in self._catalogue.clients if entry.name == trace.client), None)
        since = trace.since - _REACH_BACK
        recent = (entry.document for entry in self._shelf.entries.values() if entry.made_at >= since)
        documents = [document for document in recent if document.kind == trace.kind]
        return Sighting(
            found=tuple(document for document in documents if document.marker == trace.marker),
            suspects=tuple(document for document in documents if _resembles(document, trace, client_id)),
            vanished=sum(
                document.state is DocumentState.DELETED and document.external_id not in trace.known
                for document in documents
            ),
        )

    def render_create(self, draft: InvoiceDraft) -> WriteRequest:
        """The draft as this company's own JSON. Rejected for a name that is not in the catalogue."""
        if not MARKER.fullmatch(draft.marker):
            raise ValueError(f"not a marker that could be found again: {draft.marker!r}")
        known = self._catalogue
        for line in draft.lines:
            self._look_up_names(line)
        body = {
            "client": client_of(draft, known).id,
            "currency": draft.currency,
            "date": draft.invoice_date.isoformat(),
            "terms": None if draft.terms is None else pick("terms", draft.terms, known.terms),
            "note": draft.marker,
            "memo": draft.memo,
            "location": None if draft.location is None else pick("location", draft.location, known.locations),
            "lines": [_wire_line(line) for line in draft.lines],
        }
        return WriteRequest("create", None, _bytes(body), draft.kind)

    def render_update(self, current: Document, edits: LineEdits) -> WriteRequest:
        """The edits, for the version of `current`."""
        missing = sorted({*edits.changed, *edits.removed} - {line.id for line in current.lines})
        if missing:
            action = f"update {called(current.kind)} {current.external_id}"
            raise Rejected(_SERVICE, action, f"its line {', '.join(missing)} is no longer there")
        for line in edits.added:
            self._look_up_names(line)
        body = {
            "version": current.version,
            "lines": {id_: _wire_line(line) for id_, line in edits.changed.items()},
            "added": [_wire_line(line) for line in edits.added],
            "removed": sorted(edits.removed),
        }
        return WriteRequest("update", current.external_id, _bytes(body), current.kind)

    def render_withdrawal(self, current: Document) -> WriteRequest:
        """The void of an invoice, or the rejection of an estimate, in its version."""
        if current.kind == "credit_memo":
            raise Rejected(
                _SERVICE, f"take credit memo {current.external_id} back", "there is no void for it"
            )
        operation: Literal["void", "reject"] = "reject" if current.kind == "estimate" else "void"
        body = _bytes({"version": current.version})
        return WriteRequest(operation, current.external_id, body, current.kind)

    def send(self, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        """Take effect once per request id, then answer, unless told to misbehave."""
        action = f"{request.operation} {called(request.kind)} {request.target or ''}".rstrip()
        if self._clock() >= send_by:
            raise Transient(_SERVICE, action, "its deadline passed before it was sent")
        if self.fail_next:
            raise self.fail_next.pop(0)
        self.posts += 1
        if not (self.honours_request_ids and request_id in self._answered):
            self._answered[request_id] = self._written(request, action)
        if self.lose_answers:
            self.lose_answers -= 1
            raise Unknown(_SERVICE, action, "the connection was lost", sent=True)
        return self._answered[request_id]

    def _written(self, request: WriteRequest, action: str) -> Document:
        body = json.loads(request.body)
        if request.target is None:
            return self._shelf.put(self._made(body, request.kind))
        entry = self._shelf.entries.get(request.target)
        if entry is None or entry.document.state is DocumentState.DELETED:
            raise Rejected(_SERVICE, action, "it was deleted", code="610", sent=True)
        if body["version"] != entry.document.version:
            raise Stale(_SERVICE, action, "someone changed it meanwhile", code="5010", sent=True)
        if request.operation == "void":
            return self.finance.void(request.target)
        if request.operation == "reject":
            return self.finance.answer(request.target, DocumentState.REJECTED)
        edited = with_lines(entry, body["lines"], body["removed"], body["added"])
        return self._shelf.put(edited)

    def _look_up_names(self, line: DraftLine) -> None:
        known = self._catalogue
        pick("item", line.item, ((item.name, item.id) for item in known.items))
        if line.klass is not None:
            pick("class", line.klass, known.classes)
        if line.tax_code is not None:
            pick("tax code", line.tax_code, known.tax_codes)

    def _made(self, body: dict[str, Any], kind: DocumentKind) -> Entry:
        id_, currency = str(len(self._shelf.entries) + 1), body["currency"]
        lines = tuple(made_line(str(number), line, currency) for number, line in enumerate(body["lines"], 1))
        whole = sum_of(lines, currency)
        document = replace(
            tombstone(id_, self._clock(), kind),
            number=str(1000 + int(id_)),
            state=DocumentState.DRAFT,
            client_id=body["client"],
            currency=currency,
            total=whole,
            balance=Money.zero(currency) if kind == "estimate" else whole,
            invoice_date=date.fromisoformat(body["date"]),
            lines=lines,
        )
        return Entry(document, body["note"], body["memo"], body["terms"], self._clock())


def _resembles(document: Document, trace: Trace, client_id: str | None) -> bool:
    if document.marker is not None or document.external_id in trace.known:
        return False
    if document.state is DocumentState.DELETED or document.currency != trace.total.currency:
        return False
    same_client = document.client_id == client_id
    same_text = any(line.text in trace.texts for line in document.lines)
    return same_client or same_text or document.total == trace.total


def _wire_line(line: DraftLine) -> dict[str, Any]:
    return {
        "amount": line.amount.minor,
        "text": line.text,
        "quantity": str(line.quantity),
        "unit_price": str(line.unit_price),
        "service_on": line.service_on.isoformat(),
    }


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
