"""The outbox: plans, intents, their bytes and every try."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, text

from sync.store.columns import Big, Blob, Json, Minor, Text, UtcStamp
from sync.store.tables import seq, table

plan = table(
    "plan",
    seq(),
    Column("digest", Text, nullable=False, index=True),
    Column("doc", Text, nullable=False),
    Column("made_at", UtcStamp, nullable=False),
)
_OPEN = text("finished_at IS NULL")
intent = table(
    "intent",
    seq(),
    Column("plan_digest", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("realm", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("action", Text, nullable=False),  # the planned action itself: planned, printed, stored, applied
    Column("state", Text, nullable=False),  # see sync/outbox/intent.py
    Column("generation", Big, nullable=False),
    Column("attempts", Big, nullable=False),
    Column("fence", Big, nullable=False),
    Column("not_before_at", UtcStamp, nullable=False),
    Column("settled_after_at", UtcStamp, nullable=True),  # an unknown outcome cannot still be under way then
    Column("problem", Text, nullable=True),
    Column("hint", Text, nullable=True),
    Column("made_at", UtcStamp, nullable=False),
    Column("finished_at", UtcStamp, nullable=True),
    Index("uq_intent_open_document", "document_key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "realm", "finished_at", "not_before_at"),
)
intent_claim = table(
    "intent_claim",
    Column("intent", Big, ForeignKey("intent.seq"), nullable=False),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", Text, nullable=False),
    Column("leaves", Text, nullable=False),
    Column("inputs", Json, nullable=False),
    Column("finished_at", UtcStamp, nullable=True),
    PrimaryKeyConstraint("intent", "charge_key", "payer"),
    # At most one unfinished claim per charge and payer across all documents: the last guard against billing twice.
    Index(
        "uq_intent_claim_open", "charge_key", "payer", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
)
generation = table(
    "generation",
    Column("intent", Big, ForeignKey("intent.seq"), nullable=False),
    Column("number", Big, nullable=False),
    Column("request_id", Text, nullable=False, unique=True),
    Column("operation", Text, nullable=False),
    Column("target", Text, nullable=True),
    Column("base_version", Text, nullable=True),  # the document's version that the bytes build on
    Column("body", Blob, nullable=False),
    Column("made_at", UtcStamp, nullable=False),
    PrimaryKeyConstraint("intent", "number"),
)
attempt = table(
    "attempt",
    Column("intent", Big, ForeignKey("intent.seq"), nullable=False),
    Column("number", Big, nullable=False),
    Column("generation", Big, nullable=False),
    Column("fence", Big, nullable=False),
    Column("started_at", UtcStamp, nullable=False),
    Column("send_by_at", UtcStamp, nullable=False),
    Column("outcome", Text, nullable=True),  # null: nobody knows yet
    Column("detail", Text, nullable=True),
    Column("finished_at", UtcStamp, nullable=True),
    PrimaryKeyConstraint("intent", "number"),
)
