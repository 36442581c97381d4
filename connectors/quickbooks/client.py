"""QuickBooksBooks: the port Books over one QuickBooks Online company."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta

from connectors.errors import ConnectorError, Rejected, Transient, Unknown
from connectors.http import Usage
from connectors.limits import Limiter
from connectors.metering import ReadBudget
from connectors.names import pick
from connectors.oauth.tokens import TokenSource
from connectors.ports import BILLS, BooksChanges, LineEdits, Sighting, Trace, WriteRequest
from connectors.quickbooks import changes, lookup, render
from connectors.quickbooks.catalogue import (
    catalogue_of,
    has_classes,
    has_locations,
    home_currency_of,
    needs_tax_rates,
)
from connectors.quickbooks.company import Company
from connectors.quickbooks.confirm import doubt_about
from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.kinds import ENTITIES
from connectors.quickbooks.legible import legible
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.observe import book_invoice, from_quickbooks, is_deleted
from connectors.retry import ReadRetry
from connectors.tombstone import tombstone
from model.billing import BookInvoice, BooksCatalogue, Document, DocumentKind, InvoiceDraft, called

_GONE = "610"
_NUMBERS_AT_ONCE = 50
_REQUEST_ID = re.compile(r"[!-~]{1,50}")
_EXTERNAL_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


class QuickBooksBooks:
    """One company. Thread-safe. `clock` tells aware UTC and is the one that `send_by` and `since` go by.

    It never mails, pays or deletes anything, and could not (its session refuses).
    """

    def __init__(
        self,
        login: QuickBooksLogin,
        tokens: TokenSource,
        limiter: Limiter | None = None,
        *,
        budget: ReadBudget | None = None,
        retry: ReadRetry | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        own = Limiter(login.requests_per_second, login.requests_per_minute, login.requests_at_once)
        self._login, self._clock = login, clock
        self._company = Company(
            login, tokens, limiter or own, budget or ReadBudget(0, clock), retry or ReadRetry(), clock
        )
        self._loading = threading.Lock()
        self._preferences: JsonObject | None = None
        self._catalogue: BooksCatalogue | None = None

    @property
    def skew(self) -> timedelta | None:
        """How far the service's clock was ahead of ours at its last answer; None: not known."""
        return self._company.skew

    @property
    def usage(self) -> Usage:
        """Requests made so far: reads are metered by the service, writes are not."""
        return self._company.usage

    def catalogue(self) -> BooksCatalogue:
        """What names mean here, read once and after each `refresh`."""
        preferences = self._settings()
        with self._loading:
            if self._catalogue is None:
                self._catalogue = self._read_catalogue(preferences)
            return self._catalogue

    def refresh(self) -> None:
        """See `Books`."""
        with self._loading:
            self._catalogue = self._preferences = None

    def changes_since(self, cursor: str | None) -> BooksChanges:
        """Documents changed since `cursor`, a time of the service's as text; None starts at its now."""
        return changes.changes_since(self._company, cursor, self._document)

    def read(self, external_id: str, kind: DocumentKind = "invoice") -> Document:
        """One document as it is now."""
        if not _EXTERNAL_ID.fullmatch(external_id):
            raise Rejected(
                "QuickBooks", f"read {called(kind)} {external_id!r}", "that is no id of QuickBooks'"
            )
        try:
            row = self._company.document(kind, external_id, lambda row: self._whole(row, external_id))
        except Rejected as error:
            if error.code != _GONE:
                raise
            return tombstone(external_id, self._clock(), kind)
        gone = is_deleted(row)
        return tombstone(external_id, self._clock(), kind) if gone else self._document(kind, row)

    def legible(self, shown: Document) -> Mapping[tuple[str, str], str]:
        """See `Books`."""
        return legible(shown.raw)

    def numbered(self, numbers: tuple[str, ...]) -> tuple[BookInvoice, ...]:
        """See `Books`. One request for each 50 numbers."""
        found: list[BookInvoice] = []
        for start in range(0, len(numbers), _NUMBERS_AT_ONCE):
            rows = self._company.invoices_numbered(numbers[start : start + _NUMBERS_AT_ONCE])
            found += [book_invoice(row, self._document("invoice", row)) for row in rows]
        return tuple(sorted(found, key=lambda each: (each.number, int(each.external_id))))

    def dated(self, client: str, first: date, last: date) -> tuple[Document, ...]:
        """See `Books`. One request for each 1,000 invoices."""
        try:
            client_id = pick("client", client, ((each.name, each.id) for each in self.catalogue().clients))
        except Rejected:
            return ()
        rows = self._company.invoices_dated(client_id, first, last)
        return tuple(self._document("invoice", row) for row in rows)

    def touched(
        self, client: str, since: datetime, kinds: Collection[DocumentKind] = BILLS
    ) -> tuple[Document, ...]:
        """See `Books`. One request for each 1,000 documents of a kind."""
        try:
            client_id = pick("client", client, ((each.name, each.id) for each in self.catalogue().clients))
        except Rejected:
            return ()
        since = self._since_by_their_clock(since)
        rows = ((kind, row) for kind in kinds for row in self._company.touched(kind, client_id, since))
        return tuple(self._document(kind, row) for kind, row in rows)

    def marked(self, since: datetime) -> tuple[Document, ...]:
        """See `Books`: a walk over all that was made since then, kind by kind."""
        since = self._since_by_their_clock(since)
        rows = (
            (kind, row)
            for kind in ENTITIES
            for row in self._company.documents_since(kind, "MetaData.CreateTime", since)
        )
        return tuple(shown for kind, row in rows if (shown := self._document(kind, row)).marker)

    def look_for(self, trace: Trace) -> Sighting:
        """Documents made since `trace.since` that are, or could be, the traced one."""
        try:
            known = ((client.name, client.id) for client in self.catalogue().clients)
            client_id = pick("client", trace.client, known)
        except Rejected:
            client_id = None
        return lookup.look_for(self._company, trace, client_id, self._document, self._clock())

    def render_create(self, draft: InvoiceDraft) -> WriteRequest:
        """The bytes that make `draft` an unsent invoice, a pending estimate or a credit memo."""
        return render.to_quickbooks_create(draft, self.catalogue())

    def render_update(self, current: Document, edits: LineEdits) -> WriteRequest:
        """The bytes that do `edits` to our lines of `current` and pass everything else through."""
        return render.to_quickbooks_update(current, edits, self.catalogue())

    def render_withdrawal(self, current: Document) -> WriteRequest:
        """The bytes that void an invoice, or reject an estimate."""
        return render.to_quickbooks_withdrawal(current)

    def send(self, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        """Post the stored bytes once. Errors say by `sent` whether any byte may have reached the service."""
        if not _REQUEST_ID.fullmatch(request_id):
            raise ValueError(f"not a request id QuickBooks takes (1-50 printable signs): {request_id!r}")
        action = f"{request.operation} {called(request.kind)} {request.target or ''}".rstrip()
        self._prepare_to_send()
        envelope = self._company.write(action, request, request_id, send_by)
        try:
            row = envelope[ENTITIES[request.kind]]
            doubt = doubt_about(request, row)
            document = self._document(request.kind, row)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            doubt = f"the answer does not hold the document ({type(error).__name__})"
        if doubt is not None:
            raise Unknown("QuickBooks", action, doubt, status=200, sent=True)
        return document

    def _since_by_their_clock(self, since: datetime) -> datetime:
        """`since` was told by our clock, the books go by theirs: the earlier reading counts, less the overlap."""
        _, theirs = self._company.info()
        return min(since, since + (theirs - self._clock())) - self._login.overlap

    def _prepare_to_send(self) -> None:
        """Have at hand what the answer is read with: a read that fails afterwards would hide it."""
        try:
            self._settings()
        except ConnectorError as error:
            error.sent = False  # that read may have gone out, the write did not
            raise

    def _settings(self) -> JsonObject:
        with self._loading:
            if self._preferences is None:
                self._preferences = self._company.preferences()
            return self._preferences

    def _read_catalogue(self, preferences: JsonObject) -> BooksCatalogue:
        info, _ = self._company.info()
        lists = {entity: self._company.rows(entity) for entity in ("Account", "TaxCode")}
        named = {"Class": has_classes(preferences), "Department": has_locations(preferences)}
        for entity, kept in {"Customer": True, "Item": True, "Term": True, **named}.items():
            lists[entity] = self._company.rows(entity, inactive=True) if kept else []
        lists["TaxRate"] = self._company.rows("TaxRate") if needs_tax_rates(info, preferences) else []
        try:
            return catalogue_of(self._login.realm, info, preferences, lists)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"its settings or lists are not whole ({type(error).__name__}: {error})"
            raise Transient("QuickBooks", "read the catalogue", reason, sent=True) from error

    def _whole(self, row: JsonObject, external_id: str) -> JsonObject:
        """`row` when it is the document asked for (a wrong or partial answer is no statement about it)."""
        if str(row["Id"]) != external_id:
            raise ValueError("the answer shows another document")
        return row

    def _document(self, kind: DocumentKind, row: JsonObject) -> Document:
        return from_quickbooks(kind, row, home_currency_of(self._settings()), self._login.void_words)
