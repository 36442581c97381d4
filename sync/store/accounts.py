"""The ledger's side of a contract: facts read back as one account, and what QuickBooks shows of it.

Every public method is one transaction. Facts are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, true

from model.billing import Claim, Document, DocumentKind, DocumentState, Leaf
from model.money import Money
from sync.planning.observe import LineClaim, derive_state
from sync.planning.views import QUEUED, Account, Head, Pending
from sync.store.claims import Step, folded_claims, steps_since
from sync.store.codec import decode
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

Place = tuple[DocumentKind, str]  #: a document in QuickBooks: its kind and its id there


@dataclass(frozen=True, slots=True)
class Known:
    """A document of ours as the ledger knows it."""

    document_key: str
    contract: str


class AccountStore:
    """Reads and writes the facts of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def account(self, contract: str, now: datetime) -> Account:
        """Everything recorded about one contract, as one snapshot."""
        with reading(self._engine) as connection:
            claims = folded_claims(connection, claim.c.contract == contract)
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
            return tuple(entry.claim for entry in folded_claims(connection, true()))

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

    def observe(self, realm: str, shown: Sequence[Document], source: str, at: datetime) -> int:
        """Record what QuickBooks shows of our documents, and the facts that follow. Returns how many were new."""
        with writing(self._engine) as connection:
            keys = [each.external_id for each in shown]
            rows = connection.execute(
                select(document).where(document.c.realm == realm, document.c.external_id.in_(keys))
            )
            ours = {(row.kind, row.external_id): row for row in rows}
            return sum(
                _observe(connection, ours[each.kind, each.external_id], each, source, at)
                for each in shown
                if (each.kind, each.external_id) in ours
            )


def _observe(connection: Connection, ours: AnyRow, shown: Document, source: str, at: datetime) -> bool:
    last = _last(connection, ours.document_key)
    if last is not None and (last.version, last.state) == (shown.version, shown.state.value):
        return False
    if last is not None and shown.state is not DocumentState.DELETED and _older(shown, last):
        return False  # an overlap repeats what was seen before a newer copy
    sequence = record_observation(connection, ours.document_key, shown, source, at)
    record_facts(connection, ours.document_key, shown, sequence, at)
    touch(connection, ours.contract)
    return True


def _older(shown: Document, last: AnyRow) -> bool:
    return shown.version.isdigit() and last.version.isdigit() and int(shown.version) < int(last.version)


def _revision(connection: Connection, contract: str) -> int:
    where = contract_state.c.contract == contract
    return connection.scalar(select(contract_state.c.revision).where(where)) or 0


def _last(connection: Connection, document_key: str) -> AnyRow | None:
    return connection.execute(
        select(document_observation.c.version, document_observation.c.state)
        .join(document, document.c.last_observation == document_observation.c.seq)
        .where(document.c.document_key == document_key)
    ).first()


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
    return {row.document_key: _head(row, lines.get(row.document_key, {}), now) for row in rows}


def _head(row: AnyRow, line_ids: Mapping[str, str], now: datetime) -> Head:
    shown = None if row.doc is None else decode(row.doc, Document)
    return Head(
        document_key=row.document_key,
        realm=row.realm,
        state=DocumentState.UNKNOWN if shown is None else derive_state(shown, row.base_content),
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
