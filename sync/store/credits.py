"""Credit memos that finance made: counted among our documents where they are for a client of ours, and placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from model.billing import Document
from model.money import Money
from sync.planning.observe import GONE, LineClaim
from sync.planning.placing import Creditable, names, placed
from sync.planning.views import given_key, is_given
from sync.store.audit import record
from sync.store.claims import GIVEN, folded_claims
from sync.store.codec import decode
from sync.store.rows import AnyRow
from sync.store.schema import claim, document, document_observation


@dataclass(frozen=True, slots=True)
class Placement:
    """A credit memo that finance made gives `amount` back of a charge on a document, by its line `line_id`."""

    charge_key: str
    payer: str
    document_key: str
    memo_key: str
    amount: Money
    line_id: str


def adopt_credits(connection: Connection, realm: str, shown: Iterable[Document], at: datetime) -> None:
    """Count credit memos that name an invoice of ours among our documents. They are never ours to write."""
    memos = [each for each in shown if each.kind == "credit_memo" and each.state not in GONE]
    if not memos:
        return
    ids = [each.external_id for each in memos]
    mine = document.c.realm == realm, document.c.kind == "credit_memo"
    known = set(
        connection.scalars(select(document.c.external_id).where(*mine, document.c.external_id.in_(ids)))
    )
    markers = set(connection.scalars(select(document.c.marker).where(*mine)))
    for memo in memos:
        if memo.external_id in known or (memo.marker is not None and memo.marker in markers):
            continue  # ours: its answer may still be out
        named = [row for row, invoice in _invoices(connection, realm, memo) if names(memo, invoice)]
        if named:
            connection.execute(
                insert(document),
                {
                    "document_key": given_key(named[-1].contract, memo.external_id),
                    "contract": named[-1].contract,
                    "realm": realm,
                    "kind": "credit_memo",
                    "marker": "",
                    "made_at": at,
                    "writable_until_at": at,
                    "external_id": memo.external_id,
                },
            )


def place_credit(connection: Connection, document_key: str, memo: Document, at: datetime) -> None:
    """Record what a credit memo of finance's gives back, once it can be told."""
    here = claim.c.document_key == document_key
    if not is_given(document_key) or memo.state in GONE or connection.scalar(select(claim.c.seq).where(here)):
        return
    row = connection.execute(select(document).where(document.c.document_key == document_key)).one()
    named = [
        (each.document_key, shown)
        for each, shown in _invoices(connection, row.realm, memo)
        if names(memo, shown)
    ]
    lines = [one for key, shown in named for one in _creditable(connection, row.contract, key, shown)]
    for each in placed(memo, lines):
        about = each.claim.charge_key, each.claim.payer, each.claim.document_key
        place(connection, Placement(*about, document_key, each.amount, each.line_id), at)


def place(connection: Connection, placement: Placement, at: datetime) -> None:
    """Record what one line of a credit memo of finance's gives back."""
    about = placement.charge_key, placement.payer, placement.document_key
    basis = connection.execute(_basis(*about)).first()
    if basis is None:
        return
    names = ("charge_key", "payer", "contract", "rule", "rule_version")
    kept = {name: getattr(basis, name) for name in names}
    amount = placement.amount
    record(
        connection,
        claim,
        {
            **kept,
            "document_key": placement.memo_key,
            "corrects": placement.document_key,
            "line_id": placement.line_id,
            "amount": -amount.minor,
            "currency": amount.currency,
            "quantity": Decimal(0),
            "round": 1,
            "origin": GIVEN,
            "leaves": "[]",
            "inputs": {},
            "recorded_at": at,
        },
    )


def _invoices(connection: Connection, realm: str, memo: Document) -> list[tuple[AnyRow, Document]]:
    """Our invoices to the client of a credit memo, as last seen, oldest first."""
    rows = connection.execute(
        select(document, document_observation.c.doc)
        .join(document_observation, document_observation.c.seq == document.c.last_observation)
        .where(document.c.realm == realm, document.c.kind == "invoice")
        .order_by(document.c.made_at, document.c.document_key)
    )
    seen = [(row, decode(row.doc, Document)) for row in rows]
    return [
        (row, shown) for row, shown in seen if shown.client_id == memo.client_id and shown.state not in GONE
    ]


def _creditable(connection: Connection, contract: str, key: str, shown: Document) -> list[Creditable]:
    entries = folded_claims(connection, claim.c.contract == contract)
    live = [entry for entry in entries if entry.claim.ended is None]
    texts = {line.id: line.text for line in shown.lines}
    return [
        Creditable(entry.claim, texts.get(entry.line_id, ""), _room(entry, live))
        for entry in live
        if entry.claim.document_key == key and not entry.claim.is_credit
    ]


def _room(entry: LineClaim, live: Sequence[LineClaim]) -> Money:
    mine = (entry.claim.charge_key, entry.claim.payer, entry.claim.document_key)
    room = entry.claim.net
    for other in live:
        if (other.claim.charge_key, other.claim.payer, other.claim.corrects) == mine:
            room = room + other.claim.net
    return room


def _basis(charge_key: str, payer: str, document_key: str) -> Select[Any]:
    mine = claim.c.charge_key == charge_key, claim.c.payer == payer, claim.c.document_key == document_key
    return select(claim).where(*mine).order_by(claim.c.seq.desc()).limit(1)
