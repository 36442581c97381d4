"""Rule sources by content, and each contract's state: version in force, dirty marks, next due date.

Every public method is one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, or_, select, update

from sync.store.audit import note, record
from sync.store.database import reading, writing
from sync.store.rows import upsert
from sync.store.schema import claim, contract_state, cursor, rule_source
from sync.store.seen import mark_dirty

_WAITING = select(contract_state.c.contract, contract_state.c.dirty).where(
    or_(contract_state.c.dirty > 0, contract_state.c.due_at <= bindparam("now"))
)
_RECORDED = select(rule_source).where(rule_source.c.version.in_(select(claim.c.rule_version).distinct()))
_IN_FORCE = "rules:in_force"  # which contracts are, in the table of cursors: others were once


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one version of a contract file."""

    contract: str
    version: str
    file: str
    text: str


class RuleStore:
    """Reads and writes rule versions of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put_in_force(self, sources: Mapping[str, Source], now: datetime) -> None:
        """Record these versions (by contract id) and mark every contract whose version is new. Contracts that are
        not among them are not in force any more."""
        with writing(self._engine) as connection:
            present = {"source": _IN_FORCE, "position": json.dumps(sorted(sources)), "moved_at": now}
            upsert(connection, cursor, [present])
            in_force = {
                row.contract: row.rule_version for row in connection.execute(select(contract_state)).all()
            }
            known = set(connection.scalars(select(rule_source.c.version)))
            for source in sources.values():
                before = in_force.get(source.contract)
                if before != source.version:
                    if source.version not in known:
                        record(connection, rule_source, _row(source, now))
                    _turn(connection, source, before, now)

    def recorded(self) -> dict[str, Source]:
        """The sources of all versions that have claims: history keeps its version."""
        with reading(self._engine) as connection:
            rows = connection.execute(_RECORDED).all()
        return {row.version: Source(row.contract, row.version, row.file, row.source) for row in rows}

    def in_force(self) -> dict[str, Source]:
        """The contracts in force, with the version of each."""
        with reading(self._engine) as connection:
            listed = connection.scalar(select(cursor.c.position).where(cursor.c.source == _IN_FORCE))
            present = json.loads(listed or "[]")
            query = (
                select(rule_source)
                .join(contract_state, contract_state.c.rule_version == rule_source.c.version)
                .where(
                    contract_state.c.contract == rule_source.c.contract, rule_source.c.contract.in_(present)
                )
            )
            rows = connection.execute(query).all()
        return {row.contract: Source(row.contract, row.version, row.file, row.source) for row in rows}

    def retired(self, present: Collection[str]) -> dict[str, Source]:
        """Contracts that were once in force and are not among `present`, with their last version."""
        query = (
            select(rule_source)
            .join(contract_state, contract_state.c.rule_version == rule_source.c.version)
            .where(contract_state.c.contract == rule_source.c.contract)
            .where(rule_source.c.contract.not_in(present))
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {row.contract: Source(row.contract, row.version, row.file, row.source) for row in rows}

    def dirty(self, now: datetime) -> dict[str, int]:
        """Contracts to look at, with the mark to hand back to `clean`."""
        with reading(self._engine) as connection:
            return {row.contract: row.dirty for row in connection.execute(_WAITING, {"now": now})}

    def clean(self, contract: str, mark: int, due_at: datetime | None) -> None:
        """A contract was looked at. A mark made in between stays; `due_at` is when a date alone makes it due."""
        with writing(self._engine) as connection:
            mine = contract_state.c.contract == contract
            connection.execute(update(contract_state).where(mine).values(due_at=due_at))
            unmoved = update(contract_state).where(mine, contract_state.c.dirty == mark)
            connection.execute(unmoved.values(dirty=0))

    def mark(self, contract: str) -> None:
        """Have one contract looked at again."""
        with writing(self._engine) as connection:
            mark_dirty(connection, [contract])

    def mark_all(self) -> None:
        """Look at everything again, as after a re-reading by id."""
        with writing(self._engine) as connection:
            connection.execute(update(contract_state).values(dirty=contract_state.c.dirty + 1))


def _row(source: Source, now: datetime) -> dict[str, object]:
    named = {"version": source.version, "contract": source.contract}
    return named | {"file": source.file, "source": source.text, "seen_at": now}


def _turn(connection: Connection, source: Source, before: str | None, now: datetime) -> None:
    """From now on a contract is billed by this version; it is looked at again."""
    values = {"rule_version": source.version}
    if before is None:
        state = values | {"contract": source.contract, "dirty": 1, "revision": 0, "due_at": None}
        upsert(connection, contract_state, [state])
    else:
        mine = update(contract_state).where(contract_state.c.contract == source.contract)
        connection.execute(mine.values(dirty=contract_state.c.dirty + 1, **values))
    doc = {"version": source.version, "before": before}
    note(connection, "rules.put_in_force", source.contract, source.contract, doc, now)
