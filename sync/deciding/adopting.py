"""Adopting an invoice as the outcome of a write whose answer was lost: only one that is there and is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from connectors.errors import ConnectorError
from connectors.ports import Books
from model.billing import BooksCatalogue, Document, DocumentKind, InvoiceDraft, called
from model.money import Money, total
from sync.deciding.refusals import Moved, Undecidable
from sync.engine import Engine
from sync.outbox.company import Company
from sync.outbox.recovery import match_lines, trace_of
from sync.planning.intent import Job
from sync.planning.observe import GONE
from sync.store.changing import Adoption


def adoption(engine: Engine, company: Company, job: Job, named: str) -> Adoption:
    """The invoice `named` by its number or id in QuickBooks as what `job` made. Undecidable when it is not there, is
    another client's, comes to something else, was made before that was sent, or is ours already; Moved when it
    cannot be read now."""
    draft = job.action.draft
    if draft is None:
        return _as_shown(company, job)
    try:
        shown = read_named(company.books, named, draft.kind)
        catalogue = company.books.catalogue()
        possible = _could_be(company.books, job, engine.clock())
    except ConnectorError as error:
        raise Moved([f"{called(draft.kind)} {named} could not be read: {error}"]) from error
    known = engine.store.accounts.documents(company.realm).get((draft.kind, shown.external_id))
    if known is not None:
        raise Undecidable(f"{called(draft.kind)} {named} is ours already, for {known.document_key}")
    differs = _differs(shown, draft, catalogue)
    if not differs and shown.external_id not in possible:
        differs = "it was made before that was sent, or carries the marker of another write"
    if differs:
        raise Undecidable(f"{called(draft.kind)} {named} is not what was sent: {differs}")
    return Adoption(job, shown, match_lines(job.action, shown))


def _as_shown(company: Company, job: Job) -> Adoption:
    """The document that `job` changed, as it shows now: a person says that our change is in it."""
    action = job.action
    name = f"{called(action.document_kind)} {action.external_id}"
    try:
        shown = company.books.read(action.external_id or "", action.document_kind)
    except ConnectorError as error:
        raise Moved([f"{name} could not be read: {error}"]) from error
    there = {line.id for line in shown.lines}
    missing = [change.line.text for change in action.changes if change.line_id not in there]
    if shown.state in GONE or shown.marker != job.marker or missing:
        raise Undecidable(f"our change cannot be in {name}: it, its marker or our line is gone")
    return Adoption(job, shown, match_lines(action, shown))


def read_named(books: Books, named: str, kind: DocumentKind) -> Document:
    """The one invoice of that number, else the document of that id: only invoices are looked up by number."""
    numbered = books.numbered((named,)) if kind == "invoice" else ()
    if len(numbered) > 1:
        ids = ", ".join(each.external_id for each in numbered)
        raise Undecidable(f"more than one invoice has the number {named}: name it by its id ({ids})")
    if not numbered and not named.isdigit():
        raise Undecidable(f"QuickBooks has no {called(kind)} that is called {named}")
    return books.read(numbered[0].external_id if numbered else named, kind)


def _could_be(books: Books, job: Job, now: datetime) -> frozenset[str]:
    """Ids of the documents made since `job` was first sent that it may have made. Where our clock was ahead then, a
    person alone can tell, and every one since the epoch may be it."""
    trace = trace_of(job, frozenset())
    if trace is None:
        return frozenset()
    since = trace.since if trace.since <= now else datetime.fromtimestamp(0, UTC)
    sighting = books.look_for(replace(trace, since=since))
    return frozenset(each.external_id for each in (*sighting.found, *sighting.suspects))


def _differs(shown: Document, draft: InvoiceDraft, catalogue: BooksCatalogue) -> str:
    """How an invoice differs from what was sent, in words; "" when it does not."""
    if shown.state in GONE:
        return f"it is {shown.state.value}"
    clients = {client.id: client.name for client in catalogue.clients}
    if clients.get(shown.client_id) != draft.client:
        return f"it is for {clients.get(shown.client_id, 'another client')}, not for {draft.client}"
    if shown.currency != draft.currency:
        return f"it is in {shown.currency}, not in {draft.currency}"
    net = _net(shown)
    if net != draft.total:
        return f"its lines come to {net}, not to {draft.total}"
    ours = {line.text for line in draft.lines}
    return "" if any(line.text in ours for line in shown.lines) else "no line of it says what ours say"


def _net(shown: Document) -> Money:
    return total([line.amount for line in shown.lines if line.amount is not None], shown.currency)
