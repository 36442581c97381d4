"""The audit as rows: every fact enters it in the transaction that makes the fact, chained to the entry before.

`record` adds a fact; no other way of adding one may exist. `note` adds what is no fact of its own: a write that leaves,
its outcome, rules put in force.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, tuple_

from sync.chain import EMPTY, Entry, Head, Said, canonical, linked, stamp
from sync.store.database import reading
from sync.store.rows import CHUNK, AnyRow
from sync.store.schema import (
    audit,
    audit_private,
    claim,
    claim_end,
    decision,
    document_observation,
    generation,
    revival,
    rule_source,
    waiver,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A table of facts in the audit: its action there, the column of its moment, the column it is about, and the
    columns that hold text about people and work."""

    table: Table
    action: str
    moment: str
    about: str
    private: tuple[str, ...] = ()


FACTS: Mapping[str, Fact] = {
    fact.table.name: fact
    for fact in (
        Fact(rule_source, "rules.recorded", "seen_at", "contract", ("file", "source")),
        Fact(generation, "bytes.stored", "made_at", "request_id", ("body",)),
        Fact(document_observation, "document.seen", "observed_at", "document_key", ("doc",)),
        Fact(claim, "claim.recorded", "recorded_at", "document_key"),
        Fact(claim_end, "claim.ended", "recorded_at", "document_key", ("reason",)),
        Fact(waiver, "claim.reduced", "recorded_at", "document_key"),
        Fact(revival, "claim.revived", "recorded_at", "document_key"),
        Fact(decision, "decision.made", "decided_at", "subject", ("detail", "why")),
    )
}

_RECORD = {name: insert(fact.table).returning(fact.table) for name, fact in FACTS.items()}
_LAST = select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
_ENTER, _ENTER_PRIVATE = insert(audit), insert(audit_private)


def record(
    connection: Connection, table: Table, values: Mapping[str, Any], *, contract: str | None = None
) -> AnyRow:
    """Add a fact and its entry; the row as it stands then. `contract` where the row itself does not tell."""
    row = connection.execute(_RECORD[table.name], dict(values)).one()
    fact = FACTS[table.name]
    doc, private = told(fact, row)
    moment, subject = getattr(row, fact.moment), str(getattr(row, fact.about))
    actor = row.who if table is decision else None
    belongs = contract_of(row) if contract is None else contract
    note(connection, fact.action, belongs, subject, doc, moment, private=private, actor=actor)
    return row


def note(
    connection: Connection,
    action: str,
    contract: str,
    subject: str,
    doc: Mapping[str, Any],
    at: datetime,
    *,
    private: str | None = None,
    actor: str | None = None,
) -> None:
    """Chain an entry. Who acts is who opened the store, if nobody else is named."""
    who = str(connection.get_execution_options().get("actor", "")) if actor is None else actor
    said = Said(at, who, action, contract, subject, doc, private)
    entry = linked(said, _head(connection), secrets.token_hex(16))
    values = {"seq": entry.seq, "at": at, "actor": who, "action": action, "contract": contract}
    more = {"subject": subject, "doc": dict(doc), "sealed": entry.sealed}
    connection.execute(_ENTER, values | more | {"previous": entry.previous, "hash": entry.hash})
    if private is not None:
        kept = {"seq": entry.seq, "salt": entry.salt, "doc": private.encode()}
        connection.execute(_ENTER_PRIVATE, kept)


def told(fact: Fact, row: AnyRow) -> tuple[dict[str, Any], str | None]:
    """What a row is in the chain, and its private text beside it."""
    values = {column.name: _plain(getattr(row, column.name)) for column in fact.table.columns}
    apart = {name: values.pop(name) for name in fact.private}
    return {"fact": fact.table.name, "row": values}, canonical(apart) if apart else None


def contract_of(row: AnyRow) -> str:
    """The contract that a fact belongs to: its own column, or how the keys of its charge or document begin."""
    named: dict[str, Any] = row._asdict()
    if "contract" in named:
        return str(named["contract"])
    return str(named.get("document_key") or "").partition("|")[0]


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return stamp(value)
        case Decimal():
            return str(value)
        case bytes():
            return value.decode("utf-8", "backslashreplace")
        case _:
            return value


def _head(connection: Connection) -> Head:
    row = connection.execute(_LAST).first()
    return EMPTY if row is None else Head(row.seq, row.hash)


class AuditStore:
    """Reads the audit of one database. Entries are added with what they tell of, never alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def head(self) -> Head:
        """The newest entry."""
        with reading(self._engine) as connection:
            return _head(connection)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """All entries after one, in order, read in portions."""
        while True:
            query = (
                select(audit, audit_private.c.salt, audit_private.c.doc.label("private"))
                .outerjoin(audit_private, audit_private.c.seq == audit.c.seq)
                .where(audit.c.seq > after)
                .order_by(audit.c.seq)
                .limit(CHUNK)
            )
            with reading(self._engine) as connection:
                rows = connection.execute(query).all()
            yield from map(_entry, rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].seq

    def standing(self, name: str, keys: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], AnyRow]:
        """The rows of a table of facts by their primary keys, as they stand now."""
        columns = FACTS[name].table.primary_key.columns
        query = select(FACTS[name].table).where(tuple_(*columns).in_(keys))
        with reading(self._engine) as connection:
            return {
                tuple(getattr(row, column.name) for column in columns): row
                for row in connection.execute(query)
            }

    def count(self, name: str) -> int:
        """How many facts a table holds."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(FACTS[name].table)) or 0


def _entry(row: AnyRow) -> Entry:
    private = None if row.private is None else row.private.decode()
    said = Said(row.at, row.actor, row.action, row.contract, row.subject, row.doc, private)
    return Entry(row.seq, said, row.sealed, row.salt, row.previous, row.hash)
