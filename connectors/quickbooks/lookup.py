"""Looking for a document whose write has an unknown outcome: by its marker, among all made since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connectors.ports import Sighting, Trace
from connectors.quickbooks.changes import feed_since
from connectors.quickbooks.company import Company
from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.observe import net_total
from connectors.quickbooks.render import MAX_LINE_TEXT, printable
from model.billing import Document, DocumentKind
from model.money import Money


def look_for(
    company: Company,
    trace: Trace,
    client_id: str | None,
    read: Callable[[DocumentKind, JsonObject], Document],
    now: datetime,
) -> Sighting:
    """Everything made since `trace.since` that is, or could be, the traced document. `now` is our time.

    All clients' documents are listed, not the traced one's: finance may have moved it. They are listed before
    the deletions, so that one deleted in between is in the first list and one made in between in the second.
    """
    since = _since_by_their_clock(company, trace.since, now)
    rows = company.documents_since(trace.kind, "MetaData.CreateTime", since)
    documents = [(read(trace.kind, row), row) for row in rows]
    return Sighting(
        found=tuple(document for document, _ in documents if document.marker == trace.marker),
        suspects=tuple(document for document, row in documents if _could_be(document, row, trace, client_id)),
        vanished=_vanished(company, trace.kind, since, trace.known | {str(row["Id"]) for row in rows}),
    )


def _since_by_their_clock(company: Company, since: datetime, now: datetime) -> datetime:
    """`since` was told by our clock, the books go by theirs: the earlier reading counts, less the overlap."""
    _, theirs = company.info()
    return min(since, since + (theirs - now)) - company.login.overlap


def _could_be(document: Document, row: JsonObject, trace: Trace, client_id: str | None) -> bool:
    """Without its marker anything else may have been changed too: one likeness is enough to ask a person."""
    if document.external_id in trace.known or document.marker is not None:
        return False
    if document.currency != trace.total.currency:
        return False
    texts = {printable(text, MAX_LINE_TEXT) for text in trace.texts}
    return (
        document.client_id == client_id
        or any(line.text in texts for line in document.lines)
        or Money.rounded(net_total(row), document.currency) == trace.total
    )


def _vanished(company: Company, wanted: DocumentKind, since: datetime, others: frozenset[str]) -> int:
    """Deletions since then of all of that kind but `others`: a tombstone does not say when its document was made.

    A feed that cannot say everything counts as one more, for nobody can rule it out.
    """
    feed = feed_since(company, since)
    gone = {str(row["Id"]) for kind, row in feed.tombstones if kind == wanted} - others
    return len(gone) + (not feed.complete)
