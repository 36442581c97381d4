"""A contract's documents as they stand, and the writes on them that are not over: rows read back as views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from model.billing import Document, DocumentState
from model.money import Money
from sync.planning.observe import LineClaim, derive_state
from sync.planning.views import OUT, Head, Pending
from sync.store.codec import decode
from sync.store.rows import AnyRow
from sync.store.schema import document, document_observation, intent, intent_claim
from sync.store.writes import client_written, last_writes


def heads_of(
    connection: Connection, contract: str, claims: Iterable[LineClaim], now: datetime
) -> dict[str, Head]:
    """The documents of a contract by key, each as QuickBooks showed it last, with the lines that carry its `claims`."""
    lines: dict[str, dict[str, str]] = {}
    beside: dict[str, dict[str, tuple[str, ...]]] = {}
    former: dict[str, dict[str, str]] = {}
    for entry in claims:
        where = lines if entry.claim.ended is None else former if entry.claim.ended == "withdrawn" else {}
        charges, charge = where.setdefault(entry.claim.document_key, {}), entry.claim.charge_key
        if entry.claim.ended is None and charges.get(charge, entry.line_id) != entry.line_id:
            others = beside.setdefault(entry.claim.document_key, {})
            others[charge] = (*others.get(charge, ()), charges[charge])
        charges[charge] = entry.line_id
    rows = connection.execute(
        select(document, document_observation.c.doc)
        .outerjoin(document_observation, document_observation.c.seq == document.c.last_observation)
        .where(document.c.contract == contract)
    )
    out = _once_out(connection, contract)
    heads = {row.document_key: _head(row, lines.get(row.document_key, {}), out, now) for row in rows}
    for key, others in beside.items():
        heads[key] = replace(heads[key], beside=others)
    for key, gone in former.items():
        left = {charge: id_ for charge, id_ in gone.items() if charge not in heads[key].line_ids}
        heads[key] = replace(heads[key], former=left)
    return {
        key: replace(head, written=last_writes(connection, key), client_id=client_written(connection, key))
        if head.state is DocumentState.EDITED
        else head
        for key, head in heads.items()
    }


def _once_out(connection: Connection, contract: str) -> frozenset[str]:
    """Documents that the client had at some time: that cannot be undone, whatever they show now."""
    states = [state.value for state in OUT]
    query = (
        select(document_observation.c.document_key)
        .join(document, document.c.document_key == document_observation.c.document_key)
        .where(document.c.contract == contract, document_observation.c.state.in_(states))
    )
    return frozenset(connection.scalars(query.distinct()))


def _head(row: AnyRow, line_ids: Mapping[str, str], out: frozenset[str], now: datetime) -> Head:
    shown = None if row.doc is None else decode(row.doc, Document)
    state = DocumentState.UNKNOWN if shown is None else derive_state(shown, row.base_content)
    if row.document_key in out and state in (DocumentState.DRAFT, DocumentState.EDITED, DocumentState.QUEUED):
        state = DocumentState.SENT
    return Head(
        document_key=row.document_key,
        realm=row.realm,
        state=state,
        writable=now <= row.writable_until_at,
        shown=shown,
        line_ids=line_ids,
    )


def pending_of(connection: Connection, contract: str) -> tuple[Pending, ...]:
    """Unfinished intents, and refused ones after which nothing was tried for the same document."""
    newest = (
        select(func.max(intent.c.seq)).where(intent.c.contract == contract).group_by(intent.c.document_key)
    )
    rows = connection.execute(
        select(intent).where(intent.c.seq.in_(newest), intent.c.state.not_in(("done", "dropped")))
    ).all()
    if not rows:
        return ()
    claims: dict[int, dict[str, Money]] = {}
    wanted = [row.seq for row in rows]
    for row in connection.execute(select(intent_claim).where(intent_claim.c.intent.in_(wanted))):
        claims.setdefault(row.intent, {})[row.charge_key] = Money(row.amount, row.currency)
    return tuple(
        Pending(
            document_key=row.document_key,
            charge_keys=frozenset(claims.get(row.seq, {})),
            state=row.state,
            problem=row.problem or "",
            hint=row.hint or "",
            refused_at=row.finished_at,
            amount=claims.get(row.seq, {}),
        )
        for row in rows
    )
