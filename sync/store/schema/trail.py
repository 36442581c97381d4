"""The audit: a chain of entries, and the private texts beside it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index

from sync.store.columns import Big, Blob, Json, Text, UtcStamp
from sync.store.tables import table

audit = table(  # a chain (sync/chain.py); triggers refuse every change of it
    "audit",
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("at", UtcStamp, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("contract", Text, nullable=False),  # "" where it is about none alone
    Column("subject", Text, nullable=False),
    Column("doc", Json, nullable=False),
    Column("sealed", Text, nullable=False),  # digest of the salted private text; "" without any
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "subject"),
)
audit_private = table(  # text about people and work: what a law may ask to erase, one row an entry
    "audit_private",
    Column("seq", Big, ForeignKey("audit.seq"), primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("doc", Blob, nullable=False),
)
