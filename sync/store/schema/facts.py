"""The ledger of facts: claims, how they ended, and what people decided."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint

from sync.store.columns import Big, Exact, Json, Minor, Text, UtcStamp
from sync.store.tables import seq, table

claim = table(
    "claim",
    seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("round", Big, nullable=False),  # one more each time a charge comes back to a document it had left
    Column(
        "origin", Text, nullable=False
    ),  # "posted", "credit", "deferred" by a decision, "followed" to an invoice
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=True),
    Column(
        "moved_from", Text, ForeignKey("document.document_key"), nullable=True
    ),  # the estimate it came from
    Column(
        "corrects", Text, ForeignKey("document.document_key"), nullable=True
    ),  # of a credit: the document whose line it takes from
    Column("line_id", Text, nullable=False),  # QuickBooks' own line id
    Column("amount", Minor, nullable=False),  # signed: an update records its difference
    Column("currency", Text, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("share", Exact, nullable=True),  # percent of the contract, for percent prices
    Column("rule", Text, nullable=False),
    Column("rule_version", Text, ForeignKey("rule_source.version"), nullable=False),
    Column("leaves", Text, nullable=False),
    Column("inputs", Json, nullable=False),  # the observations it was computed from
    Column("intent", Big, ForeignKey("intent.seq"), nullable=True),
    Column("recorded_at", UtcStamp, nullable=False),
    Index(None, "contract"),
)
claim_end = table(
    "claim_end",
    seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("round", Big, nullable=False),
    Column("ended", Text, nullable=False),  # "withdrawn" by us, "declined" by finance
    Column("reason", Text, nullable=False),
    Column("observation", Big, nullable=True),
    Column("decision", Big, ForeignKey("decision.seq"), nullable=True),
    Column("recorded_at", UtcStamp, nullable=False),
    UniqueConstraint("charge_key", "payer", "document_key", "round"),  # a claim ends once
)
waiver = table(
    "waiver",
    seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("round", Big, nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", Text, nullable=False),
    Column("observation", Big, nullable=True),
    Column("decision", Big, ForeignKey("decision.seq"), nullable=True),
    Column("recorded_at", UtcStamp, nullable=False),
)
decision = table(
    "decision",
    seq(),
    Column("contract", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("decided_at", UtcStamp, nullable=False),
    Index(None, "contract"),
)
revival = table(  # a claim that finance ended does not block its charge any more
    "revival",
    seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("round", Big, nullable=False),
    Column("decision", Big, ForeignKey("decision.seq"), nullable=False),
    Column("recorded_at", UtcStamp, nullable=False),
    UniqueConstraint("charge_key", "payer", "document_key", "round"),
)
