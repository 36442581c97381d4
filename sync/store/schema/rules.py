"""Rules by content, and the state of each contract."""

from __future__ import annotations

from sqlalchemy import Column

from sync.store.columns import Big, Text, UtcStamp
from sync.store.tables import table

rule_source = table(
    "rule_source",
    Column("version", Text, primary_key=True),
    Column("contract", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("seen_at", UtcStamp, nullable=False),
)
contract_state = table(
    "contract_state",
    Column("contract", Text, primary_key=True),
    Column("rule_version", Text, nullable=False),
    Column("dirty", Big, nullable=False),  # counts marks; 0 is clean
    Column(
        "revision", Big, nullable=False
    ),  # one more with every fact or intent: plans compare-and-set on it
    Column("due_at", UtcStamp, nullable=True),  # the next moment a date alone makes the contract dirty
)
