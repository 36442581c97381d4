"""An invoice that somebody else made taken for a draft of ours: its document and its claims, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from model.billing import Document, InvoiceDraft
from model.decision import Decision
from sync.planning.actions import Action
from sync.store.audit import record
from sync.store.claims import times_ended
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
        record(
            connection,
            claim,
            {
                "charge_key": step.charge_key,
                "payer": step.payer,
                "contract": change.draft.contract,
                "round": 1 + times_ended(connection, step.charge_key, step.payer, key),
                "origin": "linked",
                "document_key": key,
                "line_id": change.lines[step.charge_key],
                "amount": step.amount.minor,
                "currency": step.amount.currency,
                "quantity": step.line.quantity,
                "share": step.share,
                "rule": step.line.rule,
                "rule_version": step.line.rule_version,
                "leaves": encode(step.leaves),
                "inputs": {},
                "recorded_at": at,
            },
        )
    record_facts(connection, key, change.shown, sequence, at)
    touch(connection, change.draft.contract)
