"""New facts of the ledger: what was seen of a document, and what that says about our claims on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from model.billing import Document, DocumentState
from model.money import Money
from sync.planning.actions import Action
from sync.planning.following import ChargeName, name_of
from sync.planning.observe import Ended, PutOff, Restored, facts_from, is_taken_back, sharing
from sync.store.audit import record
from sync.store.claims import folded_claims, step_down
from sync.store.codec import decode, encode
from sync.store.families import (
    adopt_invoices,
    by_origin,
    carried,
    estimates_behind,
    family_of,
    move_claims,
    put_off_in,
)
from sync.store.schema import claim, claim_end, contract_state, document, document_observation, intent, waiver

_SEEN_LAST = (
    select(document_observation.c.doc)
    .join(document, document.c.last_observation == document_observation.c.seq)
    .where(document.c.document_key == bindparam("key"))
)


def is_new(connection: Connection, document_key: str, shown: Document) -> bool:
    """Whether it differs from what was seen last, and is no older copy, as an overlap repeats them."""
    text = connection.scalar(_SEEN_LAST, {"key": document_key})
    if text is None:
        return True
    last = decode(text, Document)
    if _moving(last) == _moving(shown):
        return False
    return shown.state is DocumentState.DELETED or not _older(shown, last)


def _moving(shown: Document) -> tuple[object, ...]:
    """What may differ without another version: a payment or an invoice made of it need not raise it."""
    return shown.version, shown.state, shown.balance, shown.links, shown.closed, shown.approval


def _older(shown: Document, last: Document) -> bool:
    return shown.version.isdigit() and last.version.isdigit() and int(shown.version) < int(last.version)


def record_observation(
    connection: Connection, document_key: str, shown: Document, source: str, at: datetime
) -> int:
    """Append one observation and point the document at it. A deleted one keeps the number by which people know it."""
    if shown.state is DocumentState.DELETED and shown.number is None:
        shown = replace(shown, number=_last_number(connection, document_key))
    values = {"version": shown.version, "state": shown.state.value, "content": shown.content}
    more = {"document_key": document_key, "source": source, "observed_at": at, "doc": encode(shown)}
    sequence = record(connection, document_observation, values | more).seq
    if shown.kind == "estimate":
        adopt_invoices(connection, document_key, shown, at)
    connection.execute(
        update(document)
        .where(document.c.document_key == document_key)
        .values(last_observation=sequence, external_id=shown.external_id)
    )
    return int(sequence)


def _last_number(connection: Connection, document_key: str) -> str | None:
    text = connection.scalar(_SEEN_LAST, {"key": document_key})
    return None if text is None else decode(text, Document).number


def record_facts(
    connection: Connection, document_key: str, shown: Document, observation: int, at: datetime
) -> frozenset[str]:
    """Append what an observation of a document says about our live claims: on it, and, where it is an estimate or was
    made of one, on the estimate and all its invoices. Returns the contracts whose claims these are."""
    families = [
        family
        for key in estimates_behind(connection, document_key)
        if (family := family_of(connection, key)) is not None
    ]
    told = frozenset[str]()
    if not families:
        told = _record_own(connection, document_key, shown, observation, at)
    for family in families:
        move_claims(connection, family, at)
        elsewhere = carried(connection, family)
        for member in family.members:
            put_off = put_off_in(connection, family)
            seen = (member.document_key, member.shown, member.observation)
            if member is not family.estimate:
                origin = family.estimate.document_key
                told |= _record_own(connection, *seen, at, put_off=put_off, origin=origin)
            elif not family.is_over:  # what an estimate shows that is over says nothing of money any more
                told |= _record_own(connection, *seen, at, elsewhere, put_off)
    return told


def _record_own(
    connection: Connection,
    document_key: str,
    shown: Document,
    observation: int,
    at: datetime,
    elsewhere: Mapping[ChargeName, Money] | None = None,
    put_off: Mapping[ChargeName, PutOff | None] | None = None,
    origin: str = "",
) -> frozenset[str]:
    ours = _under_way_there(connection, document_key)
    together = put_off or {}
    entries = [
        (came, entry)
        for came, entry in by_origin(folded_claims(connection, claim.c.document_key == document_key))
        if entry.claim.ended is None and not entry.is_elsewhere
    ]
    live = [
        replace(entry, put_off=together.get(name_of(entry.claim), entry.put_off)) if came == origin else entry
        for (came, _), entry in zip(entries, sharing([each for _, each in entries]), strict=True)
        if came in (origin, "") and not _taken_back(ours, shown, entry.claim.charge_key)
    ]
    rounds = {id(entry.claim): entry for entry in live}  # of one charge there may be several
    for fact in facts_from(shown, live, elsewhere):
        if isinstance(fact, Restored):
            share = None if fact.share is None else -fact.share
            step_down(connection, rounds[id(fact.claim)], -fact.amount, share, at)
            continue
        target = {
            "round": rounds[id(fact.claim)].round,
            "charge_key": fact.claim.charge_key,
            "payer": fact.claim.payer,
            "document_key": document_key,
            "observation": observation,
            "recorded_at": at,
        }
        if isinstance(fact, Ended):
            record(connection, claim_end, target | {"ended": fact.by, "reason": fact.reason})
        else:
            money = {"amount": fact.amount.minor, "currency": fact.amount.currency}
            record(connection, waiver, target | money)
    return frozenset(entry.claim.charge_key.partition("|")[0] for entry in live)


def record_last_facts(connection: Connection, document_key: str, at: datetime) -> None:
    """Append what the last observation says, now that no write of ours can be behind it."""
    row = connection.execute(
        select(document_observation.c.seq, document_observation.c.doc)
        .join(document, document.c.last_observation == document_observation.c.seq)
        .where(document.c.document_key == document_key)
    ).first()
    if row is not None:
        record_facts(connection, document_key, decode(row.doc, Document), row.seq, at)


def _under_way_there(connection: Connection, document_key: str) -> Action | None:
    """The write of ours on this document whose effect may be what is seen, though its answer is not in.

    Not one that never left or is proved absent: what is seen is finance's doing then."""
    sent = intent.c.state.in_(("sending", "unknown", "parked")), intent.c.finished_at.is_(None)
    query = select(intent.c.action).where(intent.c.document_key == document_key, *sent)
    found = connection.scalar(query)
    return None if found is None else decode(found, Action)


def _taken_back(action: Action | None, shown: Document, charge_key: str) -> bool:
    """Whether a claim that seems to have ended may have been ended by us: settling the write decides."""
    if action is None:
        return False
    if action.kind == "withdraw":
        return is_taken_back(shown)
    return any(each.charge_key == charge_key for each in action.removals)


def touch(connection: Connection, contract: str) -> None:
    """A fact or an intent was added: plans made before it no longer apply, and the contract is looked at."""
    connection.execute(
        update(contract_state)
        .where(contract_state.c.contract == contract)
        .values(revision=contract_state.c.revision + 1, dirty=contract_state.c.dirty + 1)
    )
