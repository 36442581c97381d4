"""What changed in the books since a cursor of theirs, and whether that is known to be all of it.

Change data capture remembers 30 days and answers at most 1,000 rows, deleted ones last
(https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/change-data-capture).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.errors import Rejected
from connectors.ports import BooksChanges
from connectors.quickbooks import query
from connectors.quickbooks.company import Changed, Company
from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.kinds import ENTITIES
from connectors.quickbooks.observe import is_deleted, time_of
from connectors.tombstone import tombstone
from model.billing import Document, DocumentKind

CDC_ROWS = 1000
Read = Callable[[DocumentKind, JsonObject], Document]


@dataclass(frozen=True, slots=True)
class Feed:
    """One answer of the change feed: live rows, tombstones, the service's time, and whether that is all."""

    rows: list[Changed]
    tombstones: list[Changed]
    answered_at: datetime
    complete: bool


def feed_since(company: Company, since: datetime) -> Feed:
    """The feed since then. One that is full, older than its memory or ahead of its clock is not complete."""
    try:
        rows, now = company.changes(since)
    except Rejected:
        # How the service answers beyond its memory is unverified; a refusal is one possible way.
        return Feed([], [], company.info()[1], complete=False)
    complete = len(rows) < CDC_ROWS and since <= now <= since + company.login.horizon
    dead = [(kind, row) for kind, row in rows if is_deleted(row)]
    return Feed([(kind, row) for kind, row in rows if not is_deleted(row)], dead, now, complete)


def changes_since(company: Company, cursor: str | None, read: Read) -> BooksChanges:
    """The port's verb. Cursors are the service's own times, less an overlap for what was in the making."""
    if cursor is None:
        _, now = company.info()
        return BooksChanges((), _cursor(company, now))
    since = time_of(cursor)
    feed = feed_since(company, since)
    rows = feed.rows if feed.complete else list(_walked(company, since))
    documents = {(kind, str(row["Id"])): read(kind, row) for kind, row in rows}
    for kind, row in feed.tombstones:
        id_ = str(row["Id"])
        documents[kind, id_] = tombstone(id_, _died_at(row, feed.answered_at), kind)
    return BooksChanges(tuple(documents.values()), _cursor(company, feed.answered_at), feed.complete)


def _walked(company: Company, since: datetime) -> Iterator[Changed]:
    """What the feed could not say: all documents changed since then, page by page, but for the deleted."""
    for kind in ENTITIES:
        for row in company.documents_since(kind, "MetaData.LastUpdatedTime", since):
            yield kind, row


def _cursor(company: Company, now: datetime) -> str:
    return query.stamp(now - company.login.overlap)


def _died_at(row: JsonObject, answered_at: datetime) -> datetime:
    stamp = (row.get("MetaData") or {}).get("LastUpdatedTime")
    return time_of(stamp) if stamp else answered_at
