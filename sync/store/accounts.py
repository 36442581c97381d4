"""The ledger's side of a contract: facts read back as one account, and what QuickBooks shows of it.

Every public method is one transaction. Facts are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, select, true

from model.billing import Claim, Document, DocumentKind, Leaf
from model.money import Money
from sync.planning.observe import as_of
from sync.planning.views import Account
from sync.store.claims import STEPS_UNDER_WAY, Step, standing_claims, steps_since
from sync.store.codec import decode
from sync.store.credits import adopt_credits, place_credit
from sync.store.database import reading, writing
from sync.store.decisions import decisions_of
from sync.store.facts import is_new, record_facts, record_observation, touch
from sync.store.heads import counted_elsewhere, heads_of, pending_of
from sync.store.rows import AnyRow
from sync.store.schema import (
    claim,
    contract_state,
    document,
    document_observation,
)

#: Estimates name invoices that become ours, invoices the payments by which credit memos are known.
_STANDS_AT = select(document.c.external_id).where(document.c.document_key == bindparam("key"))
_IN_ORDER: tuple[DocumentKind, ...] = ("estimate", "invoice", "credit_memo")

Place = tuple[DocumentKind, str]  #: a document in QuickBooks: its kind and its id there


@dataclass(frozen=True, slots=True)
class Known:
    """A document of ours as the ledger knows it."""

    document_key: str
    contract: str


@dataclass(frozen=True, slots=True)
class Bearing:
    """The places and the markers of the documents of a ledger."""

    places: frozenset[Place]
    markers: frozenset[str]

    def knows(self, shown: Document) -> bool:
        """Whether it is one of them."""
        return (shown.kind, shown.external_id) in self.places

    def has(self, shown: Document) -> bool:
        """Whether it is one of them, or bears a marker of theirs: a copy, or one whose answer is not in."""
        return self.knows(shown) or shown.marker in self.markers


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
                heads=heads_of(connection, contract, claims, now),
                pending=pending_of(connection, contract, claims),
                decisions=decisions_of(connection, contract),
            )

    def claims(self) -> tuple[Claim, ...]:
        """The claims of all contracts: work billed under one of them is not billed under another."""
        with reading(self._engine) as connection:
            return tuple(entry.claim for entry in standing_claims(connection, true()))

    def claims_under_way(self) -> tuple[Claim, ...]:
        """What writes under way would claim: the same work is not billed meanwhile by another contract."""
        with reading(self._engine) as connection:
            return tuple(_under_way(row) for row in connection.execute(STEPS_UNDER_WAY))

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

    def stands_at(self, document_key: str) -> str | None:
        """QuickBooks' id of one of our documents; None for one that is not made yet."""
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(_STANDS_AT, {"key": document_key})
        return found

    def counted(self, keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """The lines, by document key, on which live claims of any contract stand."""
        with reading(self._engine) as connection:
            return counted_elsewhere(connection, "", keys)

    def bearing(self, realm: str) -> Bearing:
        """By what the documents of this ledger in one company are known."""
        query = select(document.c.kind, document.c.external_id, document.c.marker)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(document.c.realm == realm)).all()
        places = frozenset((row.kind, row.external_id) for row in rows)
        return Bearing(places, frozenset(row.marker for row in rows))

    def observe(self, realm: str, shown: Iterable[Document], source: str, at: datetime) -> int:
        """Record what QuickBooks shows of our documents, and the facts that follow. Returns how many were new.

        All is recorded before any of it is judged: an estimate and the invoice made of it tell of each other.
        """
        seen = [as_of(each, at) for each in shown]
        if not seen:
            return 0
        fresh = []
        with writing(self._engine) as connection:
            for kind in _IN_ORDER:
                some = [each for each in seen if each.kind == kind]
                if not some:
                    continue
                adopt_credits(connection, realm, some, at)
                fresh += [
                    (row, each, record_observation(connection, row.document_key, each, source, at))
                    for row, each in _ours(connection, realm, some)
                    if is_new(connection, row.document_key, each)
                ]
            for row, each, sequence in fresh:
                told = record_facts(connection, row.document_key, each, sequence, at)
                place_credit(connection, row.document_key, each, at)
                for contract in sorted(told | {row.contract}):
                    touch(connection, contract)
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
