"""Intents as rows: one read back as a job with its newest bytes, and a generation of bytes stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from connectors.ports import WriteRequest
from model.billing import DocumentKind
from sync.planning.actions import Action
from sync.planning.intent import Generation, Job
from sync.store.audit import record
from sync.store.codec import decode
from sync.store.rows import AnyRow
from sync.store.schema import attempt, document, generation, intent

_GENERATIONS = (
    select(generation)
    .where(generation.c.intent == bindparam("of"))
    .order_by(generation.c.number.desc())
    .limit(1)
)
# A try that never left the process ("todo") says nothing about when QuickBooks may have got it.
_FIRST_SENT = select(func.min(attempt.c.started_at)).where(
    attempt.c.intent == bindparam("of"), or_(attempt.c.outcome.is_(None), attempt.c.outcome != "todo")
)


def intents() -> Select[*tuple[Any, ...]]:
    """Intents with what `job_of` needs of their documents."""
    return select(intent, document.c.marker, document.c.kind).join(
        document, document.c.document_key == intent.c.document_key
    )


def job_of(connection: Connection, row: AnyRow) -> Job:
    bytes_row = connection.execute(_GENERATIONS, {"of": row.seq}).first()
    return Job(
        intent=row.seq,
        realm=row.realm,
        action=decode(row.action, Action),
        marker=row.marker,
        kind=row.kind,
        state=row.state,
        attempts=row.attempts,
        fence=row.fence,
        made_at=row.made_at,
        first_sent_at=connection.scalar(_FIRST_SENT, {"of": row.seq}),
        settled_after_at=row.settled_after_at,
        generation=None if bytes_row is None or row.generation == 0 else _generation(bytes_row, row.kind),
        generations=0 if bytes_row is None else bytes_row.number,
    )


def _generation(row: AnyRow, kind: DocumentKind) -> Generation:
    request = WriteRequest(row.operation, row.target, row.body, kind)
    return Generation(row.number, row.request_id, request, row.base_version, row.made_at)


def store_generation(connection: Connection, job: Job, made: Generation) -> None:
    record(
        connection,
        generation,
        {
            "intent": job.intent,
            "number": made.number,
            "request_id": made.request_id,
            "operation": made.request.operation,
            "target": made.request.target,
            "base_version": made.base_version,
            "body": made.request.body,
            "made_at": made.made_at,
        },
        contract=job.action.contract,
    )
