"""The ports: few verbs, each says what a repeat means. Real clients and memory fakes satisfy them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from model.billing import BookInvoice, BooksCatalogue, Document, DocumentKind, DraftLine, InvoiceDraft
from model.money import Money
from model.work import Issue, Sprint, TrackerCatalogue, TrackerNames, Version

#: Documents that bill a client, or offer to.
BILLS: tuple[DocumentKind, ...] = ("invoice", "estimate")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the rules reach on one site: project keys, board and field names, as the rules write them.

    `timed_projects` and `timed_boards` are those of them whose logged time is billed: elsewhere it is not read.
    `component_projects` are those of them whose components are listed; `named_projects` are looked up, not read.
    """

    projects: tuple[str, ...]
    boards: tuple[str, ...]
    fields: tuple[str, ...]
    timed_projects: tuple[str, ...] = ()
    timed_boards: tuple[str, ...] = ()
    component_projects: tuple[str, ...] = ()
    named_projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Issues in order of `updated_at`, and the cursor that is right once these are stored. Opaque text.

    `deleted_worklogs` are ids that the tracker says were deleted, known to us or not, later than the issues read.
    """

    issues: tuple[Issue, ...]
    cursor: str
    deleted_worklogs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """A first look at a site. `catalogue` lists every visible project and all custom fields, with the boards of
    the project that was looked at; `sample` are the issues changed last, newest first, as they are now: without
    history, time, or any field that holds neither a number nor a choice."""

    catalogue: TrackerCatalogue
    sample: tuple[Issue, ...]


class Tracker(Protocol):
    """A work tracker, read only. Every verb may be repeated freely.

    Raises Transient, Rejected or Unauthorized. An answer that says itself incomplete is Transient: a
    cursor is never handed out for a walk that was not complete.
    """

    def catalogue(self, scope: Scope) -> TrackerCatalogue:
        """Who we are and what names in `scope` mean, with the projects that its boards stand in. Lists only what
        is visible; a constant few requests, and one for each project whose components are listed. Its `timed`
        projects decide whose worklogs every verb reads."""
        ...

    def names(self) -> TrackerNames:
        """What the site has under any name. Kept for a while; the requests grow with projects and boards up to a
        bound, beyond which a list is cut."""
        ...

    def changed_since(self, scope: Scope, catalogue: TrackerCatalogue, cursor: str | None) -> Iterator[Batch]:
        """Issues of the visible projects in `scope` that changed since `cursor` (None, or a cursor of another
        scope: all of them), each with its history. May repeat issues. Always ends with one batch, perhaps empty.

        Issues of timed projects come with every visible worklog. One that was written or edited is a change of its
        issue, one that was deleted is told by id, each at the latest by the first walk that begins a minute later;
        deletions are told even when `cursor` is of another scope."""
        ...

    def sprints(self, catalogue: TrackerCatalogue, known: Mapping[str, str]) -> tuple[Sprint, ...]:
        """Sprints of the boards in `catalogue` that are new or may have changed. `known` maps sprint ids to the
        state last seen; with none known for a board, all its sprints. Cost does not grow with closed ones."""
        ...

    def versions(self, catalogue: TrackerCatalogue) -> tuple[Version, ...]:
        """All fix versions of the projects in `catalogue`, released and archived ones too, one request for each
        project. What is not visible, or was deleted or merged, is simply absent."""
        ...

    def survey(self, project: str | None = None) -> Survey:
        """What there is, for somebody who writes the first rules. The sample holds at most 1,000 issues of one
        project (its key), or of all of them (None; no boards then). A project that is not visible has none."""
        ...

    def read(self, catalogue: TrackerCatalogue, issue_ids: tuple[str, ...]) -> tuple[Issue, ...]:
        """Issues by id, with history. What is not visible is simply absent: no statement that it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One write as stored before it is sent: the same `body` and `request_id` go out on every try.

    `target` is the external id for update, void and reject, None for create.
    """

    operation: Literal["create", "update", "void", "reject"]
    target: str | None
    body: bytes
    kind: DocumentKind = "invoice"


@dataclass(frozen=True, slots=True)
class LineEdits:
    """What an update does to our lines of a document: those `changed` by line id, those `added` at the end of
    its sales lines, the ids of those `removed`. Every other line stays as it is."""

    changed: Mapping[str, DraftLine] = field(default_factory=dict)
    added: tuple[DraftLine, ...] = ()
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BooksChanges:
    """Documents of every kind that changed, whoever made them, with their state, and the next cursor. Deleted ones
    carry state DELETED.

    `complete` is False when the service could not say (its horizon was passed): read known ids instead.
    """

    documents: tuple[Document, ...]
    cursor: str
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Trace:
    """How a document whose write has an unknown outcome is recognised in the books.

    `known` holds ids of documents of this kind that are certainly others; a deletion of one means nothing.
    """

    marker: str
    client: str
    total: Money
    texts: tuple[str, ...]
    since: datetime
    known: frozenset[str] = frozenset()
    kind: DocumentKind = "invoice"


@dataclass(frozen=True, slots=True)
class Sighting:
    """The answer of a look-up: the document that carries the marker, and what else could be it.

    `suspects` were made since without any marker and share the client, the total or a text; `vanished`
    counts documents made and deleted since, which nobody can tell apart from ours.
    """

    found: tuple[Document, ...]
    suspects: tuple[Document, ...]
    vanished: int


class Books(Protocol):
    """An accounting company (one realm).

    Reads raise Transient, Rejected or Unauthorized. `send` also raises Stale and Unknown; it never retries
    by itself, and the same `request_id` with the same body has the effect of once where the service honours it.
    """

    def catalogue(self) -> BooksCatalogue:
        """What names mean in this company. Cached until `refresh`."""
        ...

    def refresh(self) -> None:
        """Forget what names meant: the next `catalogue` reads them anew."""
        ...

    def changes_since(self, cursor: str | None) -> BooksChanges:
        """Invoices, estimates and credit memos that changed since `cursor`; None starts a cursor at now and lists
        nothing."""
        ...

    def read(self, external_id: str, kind: DocumentKind = "invoice") -> Document:
        """One document by its kind and id, as it is now (state DELETED when it is gone)."""
        ...

    def legible(self, shown: Document) -> Mapping[tuple[str, str], str]:
        """What a person could have typed on it, as text, by (line id, name of the field on the form); "" is the line of
        what belongs to the document itself. Empty fields are left out, and all of a deleted one. No request."""
        ...

    def numbered(self, numbers: tuple[str, ...]) -> tuple[BookInvoice, ...]:
        """Every invoice that carries one of these numbers, of whatever client and age, sorted by number and id. A
        number may be on several; what was deleted is absent."""
        ...

    def dated(self, client: str, first: date, last: date) -> tuple[Document, ...]:
        """Every invoice of the client called so whose date lies from `first` through `last`, whoever made it; what was
        deleted is absent. Nothing for a client that the company does not have."""
        ...

    def touched(
        self, client: str, since: datetime, kinds: Collection[DocumentKind] = BILLS
    ) -> tuple[Document, ...]:
        """Every document of these kinds, of the client called so, that was made or changed since then, whoever did;
        what was deleted is absent. Nothing for a client that the company does not have."""
        ...

    def marked(self, since: datetime) -> tuple[Document, ...]:
        """Documents of every kind made since then that bear a marker of Milepost's, this ledger's or another's."""
        ...

    def look_for(self, trace: Trace) -> Sighting:
        """Documents of the traced kind made since `trace.since` that are, or could be, the traced one."""
        ...

    def render_create(self, draft: InvoiceDraft) -> WriteRequest:
        """The exact bytes that make `draft` an unsent invoice, a pending estimate or a credit memo. Pure but for the
        catalogue. Rejected when a name (client, item, class, terms, tax code) is not in the catalogue, naming it."""
        ...

    def render_update(self, current: Document, edits: LineEdits) -> WriteRequest:
        """The exact bytes that do `edits` to our lines of `current`; everything else of `current.raw`, unknown
        fields included, passes through untouched. Rejected when one of our lines is no longer there."""
        ...

    def render_withdrawal(self, current: Document) -> WriteRequest:
        """The exact bytes that take `current` back: an invoice is voided, an estimate rejected. Nothing is ever
        deleted; a credit memo cannot be taken back (Rejected)."""
        ...

    def send(self, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        """Send one write. After `send_by` nothing leaves the process (Transient). Returns the document as the
        answer shows it; an answer without it, or a document with another total, is Unknown."""
        ...


@dataclass(frozen=True, slots=True)
class WebLink:
    """A link on an issue, as people see it there: `title` and `summary` are one line each. `resolved` shows it as
    a thing that is over. An issue has one link of the same `name`."""

    name: str
    url: str
    title: str
    summary: str
    resolved: bool


#: What became of a notice: it stands there, the login may not put it there, or the issue is not to be seen.
Posted = Literal["done", "denied", "gone"]


class Noticeboard(Protocol):
    """What a tracker lets us say on its issues: data for machines under a name, and links for people.

    Every verb may be repeated: it brings about a state, whatever stood there before. A repeat after an answer was
    lost does no harm. Each sends one request. Raises Transient, Rejected, or Unauthorized when the login itself
    no longer works.
    """

    def mark(self, issue_id: str, name: str, value: Mapping[str, object]) -> Posted:
        """Keep `value`, which is at most some ten thousand characters of JSON, on the issue under `name`."""
        ...

    def unmark(self, issue_id: str, name: str) -> Posted:
        """Take away what is kept under `name`; nothing there, or no such issue, is "gone"."""
        ...

    def link(self, issue_id: str, link: WebLink) -> Posted:
        """Show `link` on the issue, in place of the one of the same name."""
        ...

    def unlink(self, issue_id: str, name: str) -> Posted:
        """Take the link of that name away; none there, or no such issue, is "gone"."""
        ...
