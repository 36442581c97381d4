"""Another document taken for what a write of ours would bill: its row and its claims, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from model.billing import Document
from model.decision import Decision
from sync.planning.actions import Action
from sync.store.audit import record
from sync.store.claims import billed
from sync.store.codec import encode
from sync.store.facts import record_facts, record_observation, touch
from sync.store.schema import claim, document


@dataclass(frozen=True, slots=True)
class Linking:
    """`shown` bills what `action` would: each charge that `lines` has, on that line. It goes by `document_key`, `known`
    to the ledger or new to it, and stays as it is for good."""

    action: Action
    document_key: str
    marker: str
    realm: str
    shown: Document
    lines: Mapping[str, str]
    known: bool = False


def link(connection: Connection, change: Linking, by: Decision) -> None:
    """Count the document among ours and its lines as what they bill."""
    key, at = change.document_key, by.decided_at
    if not change.known:
        _take_in(connection, change, at)
    sequence = record_observation(connection, key, change.shown, "read", at)
    for step in (each for each in change.action.steps() if each.charge_key in change.lines):
        line_id = change.lines[step.charge_key]
        own: dict[str, Any] = {"origin": "linked", "leaves": encode(step.leaves), "inputs": {}}
        own["corrects"] = change.action.corrects or None
        row = billed(connection, step, change.action.contract, key, line_id, at)
        record(connection, claim, row | own)
    record_facts(connection, key, change.shown, sequence, at)
    touch(connection, change.action.contract)


def _take_in(connection: Connection, change: Linking, at: datetime) -> None:
    key = change.document_key
    seen = {
        "external_id": change.shown.external_id,
        "realm": change.realm,
        "kind": change.shown.kind,
        "made_at": at,
        "writable_until_at": at,
    }
    planned = update(document).where(document.c.document_key == key, document.c.external_id.is_(None))
    if not connection.execute(planned.values(seen)).rowcount:
        named = {"document_key": key, "contract": change.action.contract, "marker": change.marker}
        connection.execute(insert(document), seen | named)
