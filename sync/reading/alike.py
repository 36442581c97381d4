"""Invoices of clients that are about to be billed: asked for before anything is made, and what was seen is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from model.billing import Document, InvoiceDraft
from sync.outbox.dispatch import Company
from sync.planning.actions import Action
from sync.planning.alike import compared, window
from sync.store import Store
from sync.store.codec import decode, encode


@dataclass(frozen=True, slots=True)
class Looked:
    """What a client's invoices of some days were."""

    first: date
    last: date
    invoices: tuple[Document, ...]


def look_around(store: Store, company: Company, actions: Iterable[Action], now: datetime) -> bool:
    """Ask for the invoices near what these writes would make, once for each client. Whether there are others than when
    it was asked last; the contracts are looked at again then."""
    drafts: defaultdict[str, list[InvoiceDraft]] = defaultdict(list)
    contracts: defaultdict[str, set[str]] = defaultdict(set)
    for action in actions:
        if (draft := compared(action)) is not None:
            drafts[draft.client].append(draft)
            contracts[draft.client].add(action.contract)
    differs = False
    for client, own in drafts.items():
        first, last = window(own)
        found = Looked(first, last, company.books.dated(client, first, last))
        if found != _kept(store, company.realm, client):
            store.mirror.move(_source(company.realm, client), encode(found), now)
            for contract in sorted(contracts[client]):
                store.rules.mark(contract)
            differs = True
    return differs


def seen_around(store: Store, realm: str, client: str) -> tuple[Document, ...]:
    """The invoices of a client as they were when it was asked last."""
    kept = _kept(store, realm, client)
    return kept.invoices if kept is not None else ()


def _kept(store: Store, realm: str, client: str) -> Looked | None:
    text = store.mirror.position(_source(realm, client))
    return None if text is None else decode(text, Looked)


def _source(realm: str, client: str) -> str:
    return f"alike:{realm}|{client}"
