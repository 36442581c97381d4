"""What people call a document of ours and how it stands, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from model.billing import Document, DocumentState, called
from model.money import total
from sync.planning.ledger import Standing
from sync.planning.views import Head

_WHAT = {
    DocumentState.EDITED: "finance edited it",
    DocumentState.QUEUED: "finance queued it for sending",
    DocumentState.SENT: "the client has it",
    DocumentState.PAID: "a payment is on it",
    DocumentState.VOIDED: "it was voided",
    DocumentState.DELETED: "it was deleted",
    DocumentState.ACCEPTED: "the client accepted it",
    DocumentState.CONVERTED: "it was turned into an invoice",
    DocumentState.REJECTED: "it was rejected",
    DocumentState.EXPIRED: "it expired",
    DocumentState.DRAFT: "it is an untouched draft",
    DocumentState.UNKNOWN: "its outcome is not known yet",
}


def how_it_stands(head: Head) -> str:
    """What became of a document of ours, in words."""
    if head.closed and head.state is DocumentState.DRAFT:
        return "its date lies in closed books"
    if head.state is DocumentState.DRAFT and not head.writable:
        return "its review window has passed"
    return _WHAT[head.state]


def document_name(head: Head) -> str:
    """How a person finds the document: its number in QuickBooks, else its id."""
    return "its draft" if head.shown is None else document_title(head.shown)


def document_title(shown: Document) -> str:
    """How a person finds a document, whoever made it."""
    number, kind = shown.number, called(shown.kind)
    return f"{kind} {number}" if number else f"{kind} id {shown.external_id}"


def billed_reason(now: Standing, heads: Mapping[str, Head]) -> str:
    """Which documents carry the live claims, and how they stand; where none does, what of it credit memos give back."""
    parts = []
    for key in dict.fromkeys(claim.document_key for claim in now.live):
        head = heads[key]
        parts.append(f"{document_name(head)} ({head.state.value})")
    memos = (document_name(heads[key]) for key in dict.fromkeys(claim.document_key for claim in now.credits))
    back = -total([claim.net for claim in now.credits], now.claimed.currency)
    credited = f"{back} given back on {', '.join(memos)}"
    if not parts:
        return f"{credited} of what finance ended"
    less = f", less {credited}" if now.credits else ""
    waived = f"; finance let go {now.waived}" if now.waived else ""
    return "on " + ", ".join(parts) + less + waived
