"""Finding the row that a request means, with the service's words when it is gone, stale or locked."""

from __future__ import annotations

from datetime import date

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json, Row, called
from sandbox.quickbooks.vocabulary.values import present


def read(company: Company, kind: str, row_id: str) -> Row:
    """The row of `kind`; 610 when it is gone or never was."""
    row = company.find(kind, row_id)
    if row is not None:
        return row
    if company.known(kind, row_id):
        raise refusals.deleted()
    raise refusals.not_found()


def named(company: Company, kind: str, row_id: str) -> Json:
    """The reference to a row that is known to be there."""
    return read(company, kind, row_id).reference()


def current(company: Company, kind: str, sent: Json) -> Row:
    """The row that a change is meant for: 610 when it is gone, 5010 when its SyncToken moved on."""
    row_id = present(sent, "Id")
    if row_id is None:
        raise refusals.missing("Id")
    row = read(company, kind, str(row_id))
    token = present(sent, "SyncToken")
    if token is None:
        raise refusals.missing("SyncToken")
    if str(token) != str(row.version):
        raise refusals.stale(called(row.changed_by))
    return row


def refuse_closed(company: Company, body: Json) -> None:
    """6210 when the transaction's date lies in closed books."""
    closed = company.books_closed_on
    if closed is not None and date.fromisoformat(body["TxnDate"]) <= closed:
        raise refusals.period_closed()


def voided_note(company: Company, body: Json) -> str:
    """The private note of what is voided: the mark, and the old note after it."""
    mark, old = company.behaviour.void_note, body.get("PrivateNote", "")
    return f"{mark} - {old}" if old else mark
