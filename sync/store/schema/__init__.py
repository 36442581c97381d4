"""The tables. Facts are append-only; a mutable row is a cursor, a lease, an intent, or points at the newest fact.

Every key carries immutable ids: the site's cloud id, numeric work ids, the realm id, this ledger's id.
"""

from __future__ import annotations

from sync.store.schema.documents import document, document_observation
from sync.store.schema.facts import claim, claim_end, decision, revival, waiver
from sync.store.schema.outbox import attempt, generation, intent, intent_claim, plan
from sync.store.schema.rules import contract_state, rule_source
from sync.store.schema.seen import catalogue, cursor, identity, work, work_observation
from sync.store.schema.service import alert, finding, lease, metered, notice, pace, sign, token
from sync.store.schema.trail import audit, audit_private
from sync.store.tables import metadata

__all__ = [
    "alert",
    "attempt",
    "audit",
    "audit_private",
    "catalogue",
    "claim",
    "claim_end",
    "contract_state",
    "cursor",
    "decision",
    "document",
    "document_observation",
    "finding",
    "generation",
    "identity",
    "intent",
    "intent_claim",
    "lease",
    "metadata",
    "metered",
    "notice",
    "pace",
    "plan",
    "revival",
    "rule_source",
    "sign",
    "token",
    "waiver",
    "work",
    "work_observation",
]
