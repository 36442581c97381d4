"""An invoice that somebody else made taken for a draft of ours: its document and its claims, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from model.billing import Document, InvoiceDraft
from model.decision import Decision
from sync.planning.actions import Action
from sync.store.audit import record
from sync.store.claims import billed
from sync.store.codec import encode
from sync.store.facts import record_facts, record_observation, touch
from sync.store.schema import claim, document


@dataclass(frozen=True, slots=True)
class Linking:
    """`shown` bills what `action` would: each charge of it on the line of `lines`. It stays as it is for good."""

    action: Action
    draft: InvoiceDraft
    realm: str
    shown: Document
    lines: Mapping[str, str]


def link(connection: Connection, change: Linking, by: Decision) -> None:
    """Count the invoice among our documents and its lines as what they bill."""
    key, at = change.draft.key, by.decided_at
    seen = {
        "external_id": change.shown.external_id,
        "realm": change.realm,
        "kind": change.shown.kind,
        "made_at": at,
        "writable_until_at": at,
    }
    known = update(document).where(document.c.document_key == key, document.c.external_id.is_(None))
    if not connection.execute(known.values(seen)).rowcount:
        named = {"document_key": key, "contract": change.draft.contract, "marker": change.draft.marker}
        connection.execute(insert(document), seen | named)
    sequence = record_observation(connection, key, change.shown, "read", at)
    for step in change.action.steps():
        line_id, own = (
            change.lines[step.charge_key],
            {"origin": "linked", "leaves": encode(step.leaves), "inputs": {}},
        )
        row = billed(connection, step, change.draft.contract, key, line_id, at)
        record(connection, claim, row | own)
    record_facts(connection, key, change.shown, sequence, at)
    touch(connection, change.draft.contract)
