"""The kinds of documents we read and write, by the names that QuickBooks has for them."""

from __future__ import annotations

from collections.abc import Mapping

from model.billing import DocumentKind

#: Our kind → the entity of QuickBooks, which also names it in queries, envelopes and links.
ENTITIES: Mapping[DocumentKind, str] = {
    "invoice": "Invoice",
    "estimate": "Estimate",
    "credit_memo": "CreditMemo",
}
_KINDS: Mapping[str, str] = {entity: kind for kind, entity in ENTITIES.items()}


def path_of(kind: DocumentKind) -> str:
    """The part of an address that stands for it."""
    return ENTITIES[kind].lower()


def link_kind(entity: object) -> str:
    """What a link's TxnType is in our words; of a kind that we do not handle, that name in small letters."""
    return _KINDS.get(str(entity), str(entity).lower())
