"""What the books still show of a deleted document: its kind, its id and a time, nothing else."""

from __future__ import annotations

from datetime import datetime

from model.billing import Document, DocumentKind, DocumentState
from model.money import Money

NO_CURRENCY = "XXX"  # ISO 4217 for "none"


def tombstone(external_id: str, changed_at: datetime, kind: DocumentKind = "invoice") -> Document:
    """What is left of a deleted document; `changed_at` is when that happened, or was seen."""
    nothing = Money.zero(NO_CURRENCY)
    return Document(
        external_id=external_id,
        version="",
        number=None,
        state=DocumentState.DELETED,
        client_id="",
        currency=NO_CURRENCY,
        total=nothing,
        balance=nothing,
        invoice_date=None,
        marker=None,
        lines=(),
        content="",
        changed_at=changed_at,
        raw="",
        kind=kind,
    )
