"""Documents: what we made, what QuickBooks shows."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint

from sync.store.columns import Big, Text, UtcStamp
from sync.store.tables import seq, table

document = table(
    "document",
    Column("document_key", Text, primary_key=True),  # <contract>|<group>#<successor>
    Column("contract", Text, nullable=False),
    Column("realm", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "invoice", "estimate" or "credit_memo"
    Column("marker", Text, nullable=False, index=True),  # a converted estimate and its invoice share one
    Column("made_at", UtcStamp, nullable=False),
    Column("writable_until_at", UtcStamp, nullable=False),  # end of the review window
    Column("external_id", Text, nullable=True),
    Column("base_content", Text, nullable=True),  # digest of the copy we last wrote; null after an adoption
    Column("last_observation", Big, nullable=True),
    UniqueConstraint("realm", "kind", "external_id"),
    Index(None, "contract"),
)
document_observation = table(
    "document_observation",
    seq(),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("source", Text, nullable=False),  # "answer", "changes", "read", or "date": time passed
    Column("observed_at", UtcStamp, nullable=False),
    Column("doc", Text, nullable=False),
    Index(None, "document_key", "seq"),
)
