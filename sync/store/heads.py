"""A contract's documents as they stand, and the writes on them that are not over: rows read back as views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from model.billing import Document, DocumentState
from model.money import Money
from sync.planning.former import free_lines
from sync.planning.observe import LineClaim, derive_state
from sync.planning.views import OUT, Head, Pending
from sync.store.claims import standing_claims
from sync.store.codec import decode
from sync.store.rows import AnyRow, chunks
from sync.store.schema import claim, document, document_observation, intent, intent_claim
from sync.store.writes import client_written, last_writes


def heads_of(
    connection: Connection, contract: str, claims: Sequence[LineClaim], now: datetime
) -> dict[str, Head]:
    """The documents of a contract by key, each as QuickBooks showed it last, with the lines that carry its `claims`:
    its own, and those of other contracts on which finance billed its work."""
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
    rows = _rows(connection, document.c.contract == contract)
    strange = {entry.claim.document_key for entry in claims} - {row.document_key for row in rows}
    for keys in chunks(sorted(strange)):
        rows += _rows(connection, document.c.document_key.in_(keys))
    out = _once_out(connection, document.c.contract == contract)
    for keys in chunks(sorted(strange)):
        out |= _once_out(connection, document.c.document_key.in_(keys))
    heads = {row.document_key: _head(row, lines.get(row.document_key, {}), out, now) for row in rows}
    for key, others in beside.items():
        heads[key] = replace(heads[key], beside=others)
    for key, gone in former.items():
        left = {charge: id_ for charge, id_ in gone.items() if charge not in heads[key].line_ids}
        heads[key] = replace(heads[key], former=left)
    loose = [key for key, head in heads.items() if next(free_lines(head), None) is not None]
    for key, ids in counted_elsewhere(connection, contract, loose).items():
        heads[key] = replace(heads[key], others=ids)
    return {
        key: replace(head, written=last_writes(connection, key), client_id=client_written(connection, key))
        if head.state is DocumentState.EDITED
        else head
        for key, head in heads.items()
    }


def _rows(connection: Connection, where: Any) -> list[AnyRow]:
    seen = document_observation.c.seq == document.c.last_observation
    columns = document, document_observation.c.doc, document_observation.c.source
    query = select(*columns).outerjoin(document_observation, seen)
    return list(connection.execute(query.where(where)))


def counted_elsewhere(
    connection: Connection, contract: str, keys: Sequence[str]
) -> dict[str, frozenset[str]]:
    """The lines, by document of `keys`, on which live claims of other contracts stand; "" stands for no contract."""
    found: dict[str, frozenset[str]] = {}
    for some in chunks(keys):
        here = claim.c.document_key.in_(some), claim.c.contract != contract
        for entry in standing_claims(connection, and_(*here)):
            if entry.claim.ended is None:
                before = found.get(entry.claim.document_key, frozenset())
                found[entry.claim.document_key] = before | {entry.line_id}
    return found


def _once_out(connection: Connection, where: Any) -> frozenset[str]:
    """Documents that the client had at some time: that cannot be undone, whatever they show now."""
    states = [state.value for state in OUT]
    query = (
        select(document_observation.c.document_key)
        .join(document, document.c.document_key == document_observation.c.document_key)
        .where(where, document_observation.c.state.in_(states))
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
        overtaken=row.source == "answer" and state in OUT,
    )


def pending_of(
    connection: Connection, contract: str, claims: Sequence[LineClaim] = ()
) -> tuple[Pending, ...]:
    """Unfinished intents, and refused ones after which nothing was tried for the same document. All lines of a document
    are one payer's: of one that bills nothing more, that of its `claims`."""
    newest = (
        select(func.max(intent.c.seq)).where(intent.c.contract == contract).group_by(intent.c.document_key)
    )
    rows = connection.execute(
        select(intent).where(intent.c.seq.in_(newest), intent.c.state.not_in(("done", "dropped")))
    ).all()
    if not rows:
        return ()
    amounts: dict[int, dict[str, Money]] = {}
    payers = {entry.claim.document_key: entry.claim.payer for entry in claims}
    document_keys = {row.seq: row.document_key for row in rows}
    wanted = [row.seq for row in rows]
    for row in connection.execute(select(intent_claim).where(intent_claim.c.intent.in_(wanted))):
        amounts.setdefault(row.intent, {})[row.charge_key] = Money(row.amount, row.currency)
        payers[document_keys[row.intent]] = row.payer
    return tuple(
        Pending(
            document_key=row.document_key,
            charge_keys=frozenset(amounts.get(row.seq, {})),
            state=row.state,
            problem=row.problem or "",
            hint=row.hint or "",
            refused_at=row.finished_at,
            amount=amounts.get(row.seq, {}),
            payer=payers.get(row.document_key, ""),
        )
        for row in rows
    )
