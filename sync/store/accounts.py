"""The ledger's side of a contract: facts read back as one account, and what QuickBooks shows of it.

Every public method is one transaction. Facts are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, true

from model.billing import Claim, Document, DocumentKind, DocumentState, Leaf
from model.money import Money
from sync.planning.observe import LineClaim, as_of, derive_state
from sync.planning.views import OUT, QUEUED, Account, Head, Pending
from sync.store.claims import Step, standing_claims, steps_since
from sync.store.codec import decode
from sync.store.credits import adopt_credits, place_credit
from sync.store.database import reading, writing
from sync.store.decisions import decisions_of
from sync.store.facts import record_facts, record_observation, touch
from sync.store.rows import AnyRow
from sync.store.schema import (
    claim,
    contract_state,
    document,
    document_observation,
    intent,
    intent_claim,
)
from sync.store.writes import client_written, last_writes

#: Estimates name invoices that become ours, invoices the payments by which credit memos are known.
_IN_ORDER: tuple[DocumentKind, ...] = ("estimate", "invoice", "credit_memo")

Place = tuple[DocumentKind, str]  #: a document in QuickBooks: its kind and its id there


@dataclass(frozen=True, slots=True)
class Known:
    """A document of ours as the ledger knows it."""

    document_key: str
    contract: str


@dataclass(frozen=True, slots=True)
class Bearing:
    """The ids and the markers of the invoices of a ledger."""

    ids: frozenset[str]
    markers: frozenset[str]

    def has(self, shown: Document) -> bool:
        """Whether it made an invoice, or one bears a marker of its own: a copy, or one whose answer is not in."""
        return shown.external_id in self.ids or shown.marker in self.markers


class AccountStore:
    """Reads and writes the facts of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def account(self, contract: str, now: datetime) -> Account:
        """Everything recorded about one contract, as one snapshot."""
        with reading(self._engine) as connection:
            claims = standing_claims(connection, claim.c.contract == contract)
            return Account(
                revision=_revision(connection, contract),
                claims=tuple(entry.claim for entry in claims),
                heads=_heads(connection, contract, claims, now),
                pending=_pending(connection, contract),
                decisions=decisions_of(connection, contract),
            )

    def claims(self) -> tuple[Claim, ...]:
        """The claims of all contracts: work billed under one of them is not billed under another."""
        with reading(self._engine) as connection:
            return tuple(entry.claim for entry in standing_claims(connection, true()))

    def claims_under_way(self) -> tuple[Claim, ...]:
        """What writes under way would claim: the same work is not billed meanwhile by another contract."""
        query = (
            select(intent_claim, intent.c.document_key, intent.c.made_at)
            .join(intent, intent.c.seq == intent_claim.c.intent)
            .where(intent.c.finished_at.is_(None), intent.c.state.not_in(QUEUED))
        )
        with reading(self._engine) as connection:
            return tuple(_under_way(row) for row in connection.execute(query))

    def steps_since(self, since: datetime) -> tuple[Step, ...]:
        """What all contracts billed since then, step by step: for what is usual."""
        with reading(self._engine) as connection:
            return tuple(steps_since(connection, since))

    def documents(self, realm: str) -> Mapping[Place, Known]:
        """Our documents in one company, by QuickBooks' kind and id."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(document).where(document.c.realm == realm, document.c.external_id.is_not(None))
            )
            return {(row.kind, row.external_id): Known(row.document_key, row.contract) for row in rows}

    def bearing(self, realm: str) -> Bearing:
        """By what the invoices of this ledger in one company are known."""
        query = select(document.c.kind, document.c.external_id, document.c.marker)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(document.c.realm == realm)).all()
        ids = frozenset(row.external_id for row in rows if row.kind == "invoice")
        return Bearing(ids, frozenset(row.marker for row in rows))

    def observe(self, realm: str, shown: Iterable[Document], source: str, at: datetime) -> int:
        """Record what QuickBooks shows of our documents, and the facts that follow. Returns how many were new.

        All is recorded before any of it is judged: an estimate and the invoice made of it tell of each other.
        """
        seen = [as_of(each, at) for each in shown]
        fresh = []
        with writing(self._engine) as connection:
            for kind in _IN_ORDER:
                some = [each for each in seen if each.kind == kind]
                adopt_credits(connection, realm, some, at)
                fresh += [
                    (row, each, record_observation(connection, row.document_key, each, source, at))
                    for row, each in _ours(connection, realm, some)
                    if _is_new(connection, row.document_key, each)
                ]
            for row, each, sequence in fresh:
                record_facts(connection, row.document_key, each, sequence, at)
                place_credit(connection, row.document_key, each, at)
                touch(connection, row.contract)
            return len(fresh)

    def unread(self, realm: str) -> tuple[Place, ...]:
        """Invoices that estimates of ours became, known by their id alone."""
        unseen = document.c.external_id.is_not(None), document.c.last_observation.is_(None)
        query = select(document.c.kind, document.c.external_id).where(document.c.realm == realm, *unseen)
        with reading(self._engine) as connection:
            return tuple((row.kind, row.external_id) for row in connection.execute(query))

    def lapsed(self, realm: str, at: datetime) -> tuple[Document, ...]:
        """Estimates of ours as last seen whose last day has passed since, without an answer."""
        waiting = document.c.kind == "estimate", document_observation.c.state.in_(("draft", "queued", "sent"))
        query = (
            select(document_observation.c.doc)
            .join(document, document.c.last_observation == document_observation.c.seq)
            .where(document.c.realm == realm, *waiting)
        )
        with reading(self._engine) as connection:
            seen = [decode(text, Document) for text in connection.scalars(query)]
        return tuple(each for each in seen if as_of(each, at) != each)


def _ours(connection: Connection, realm: str, shown: Sequence[Document]) -> Iterator[tuple[AnyRow, Document]]:
    """Those of the documents that are ours, with what we know of them."""
    ids = [each.external_id for each in shown]
    rows = connection.execute(
        select(document).where(document.c.realm == realm, document.c.external_id.in_(ids))
    )
    ours = {(row.kind, row.external_id): row for row in rows}
    for each in shown:
        if (each.kind, each.external_id) in ours:
            yield ours[each.kind, each.external_id], each


def _is_new(connection: Connection, document_key: str, shown: Document) -> bool:
    """Whether it differs from what was seen last, and is no older copy, as an overlap repeats them."""
    text = connection.scalar(
        select(document_observation.c.doc)
        .join(document, document.c.last_observation == document_observation.c.seq)
        .where(document.c.document_key == document_key)
    )
    if text is None:
        return True
    last = decode(text, Document)
    if _moving(last) == _moving(shown):
        return False
    return shown.state is DocumentState.DELETED or not _older(shown, last)


def _moving(shown: Document) -> tuple[object, ...]:
    """What may differ without another version: a payment or an invoice made of it need not raise it."""
    return shown.version, shown.state, shown.balance, shown.links, shown.closed, shown.approval


def _older(shown: Document, last: Document) -> bool:
    return shown.version.isdigit() and last.version.isdigit() and int(shown.version) < int(last.version)


def _revision(connection: Connection, contract: str) -> int:
    where = contract_state.c.contract == contract
    return connection.scalar(select(contract_state.c.revision).where(where)) or 0


def _under_way(row: AnyRow) -> Claim:
    return Claim(
        charge_key=row.charge_key,
        payer=row.payer,
        document_key=row.document_key,
        amount=Money(row.amount, row.currency),
        share=None,
        rule_version="",
        recorded_at=row.made_at,
        leaves=decode(row.leaves, tuple[Leaf, ...]),
        open_intent=True,
    )


def _heads(
    connection: Connection, contract: str, claims: Iterable[LineClaim], now: datetime
) -> dict[str, Head]:
    lines: dict[str, dict[str, str]] = {}
    for entry in claims:
        if entry.claim.ended is None:
            lines.setdefault(entry.claim.document_key, {})[entry.claim.charge_key] = entry.line_id
    rows = connection.execute(
        select(document, document_observation.c.doc)
        .outerjoin(document_observation, document_observation.c.seq == document.c.last_observation)
        .where(document.c.contract == contract)
    )
    out = _once_out(connection, contract)
    heads = {row.document_key: _head(row, lines.get(row.document_key, {}), out, now) for row in rows}
    return {
        key: replace(head, written=last_writes(connection, key), client_id=client_written(connection, key))
        if head.state is DocumentState.EDITED
        else head
        for key, head in heads.items()
    }


def _once_out(connection: Connection, contract: str) -> frozenset[str]:
    """Documents that the client had at some time: that cannot be undone, whatever they show now."""
    states = [state.value for state in OUT]
    query = (
        select(document_observation.c.document_key)
        .join(document, document.c.document_key == document_observation.c.document_key)
        .where(document.c.contract == contract, document_observation.c.state.in_(states))
    )
    return frozenset(connection.scalars(query.distinct()))


def _head(row: AnyRow, line_ids: Mapping[str, str], out: frozenset[str], now: datetime) -> Head:
    shown = None if row.doc is None else decode(row.doc, Document)
    state = DocumentState.UNKNOWN if shown is None else derive_state(shown, row.base_content)
    if row.document_key in out and state in (DocumentState.DRAFT, DocumentState.EDITED, DocumentState.QUEUED):
        state = DocumentState.SENT
    return Head(
        document_key=row.document_key,
        realm=row.realm,
        state=state,
        writable=now <= row.writable_until_at,
        shown=shown,
        line_ids=line_ids,
    )


def _pending(connection: Connection, contract: str) -> tuple[Pending, ...]:
    """Unfinished intents, and refused ones after which nothing was tried for the same document."""
    newest = (
        select(func.max(intent.c.seq)).where(intent.c.contract == contract).group_by(intent.c.document_key)
    )
    rows = connection.execute(
        select(intent).where(intent.c.seq.in_(newest), intent.c.state.not_in(("done", "dropped")))
    ).all()
    claims: dict[int, dict[str, Money]] = {}
    wanted = [row.seq for row in rows]
    for row in connection.execute(select(intent_claim).where(intent_claim.c.intent.in_(wanted))):
        claims.setdefault(row.intent, {})[row.charge_key] = Money(row.amount, row.currency)
    return tuple(
        Pending(
            document_key=row.document_key,
            charge_keys=frozenset(claims.get(row.seq, {})),
            state=row.state,
            problem=row.problem or "",
            hint=row.hint or "",
            refused_at=row.finished_at,
            amount=claims.get(row.seq, {}),
        )
        for row in rows
    )
