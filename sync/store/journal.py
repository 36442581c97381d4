"""What is kept for people: plans as shown, findings with their age.

Every public method is one transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from model.finding import Finding
from sync.planning.actions import ContractPlan
from sync.store.audit import note
from sync.store.codec import decode, encode
from sync.store.database import reading, writing
from sync.store.rows import upsert
from sync.store.schema import contract_state, finding, identity, plan

_FINDINGS = (
    select(finding).where(finding.c.cleared_at.is_(None)).order_by(finding.c.first_seen_at, finding.c.ref)
)


@dataclass(frozen=True, slots=True)
class Aged:
    """A finding with the moment it was first seen."""

    contract: str
    finding: Finding
    first_seen_at: datetime


class JournalStore:
    """Reads and writes the journal of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ledger_id(self, now: datetime) -> str:
        """This ledger's own opaque id, made on first use: part of every marker."""
        with writing(self._engine) as connection:
            return str(_identity(connection, now).ledger)

    def bind(self, environment: str, now: datetime) -> str:
        """The environment that this ledger is for: `environment`, unless it was bound to another one before."""
        with writing(self._engine) as connection:
            known = _identity(connection, now).environment
            if known is None:
                connection.execute(update(identity).values(environment=environment))
                note(connection, "ledger.bound", "", environment, {}, now)
            return str(known or environment)

    def restored(self, lost: int, why: str, now: datetime) -> int:
        """The store was put back from an older copy that lacks entries of the audit up to `lost`: its next epoch."""
        with writing(self._engine) as connection:
            number = int(connection.execute(select(identity.c.epoch)).scalar_one()) + 1
            connection.execute(update(identity).values(epoch=number))
            connection.execute(update(contract_state).values(dirty=contract_state.c.dirty + 1))
            note(connection, "store.restored", "", "", {"epoch": number, "lost": lost}, now, private=why)
            return number

    def save_plan(self, digest: str, plans: Sequence[ContractPlan], now: datetime) -> None:
        """Keep a plan as it was shown, so that a refusal can name what moved."""
        with writing(self._engine) as connection:
            doc = encode(tuple(each for each in plans if each.actions))
            connection.execute(insert(plan), {"digest": digest, "doc": doc, "made_at": now})

    def saved_plan(self, prefix: str) -> tuple[str, tuple[ContractPlan, ...]] | None:
        """The newest plan whose digest starts with `prefix`, with its full digest."""
        query = select(plan.c.digest, plan.c.doc).where(plan.c.digest.startswith(prefix, autoescape=True))
        with reading(self._engine) as connection:
            row = connection.execute(query.order_by(plan.c.seq.desc()).limit(1)).first()
        return None if row is None else (row.digest, decode(row.doc, tuple[ContractPlan, ...]))

    def keep_findings(self, contract: str, found: Sequence[Finding], now: datetime) -> None:
        """Replace the open findings of a contract; one that stays keeps its age, one that is gone is cleared."""
        with writing(self._engine) as connection:
            mine = finding.c.contract == contract, finding.c.cleared_at.is_(None)
            ages = {
                (row.code, row.ref): row.first_seen_at
                for row in connection.execute(select(finding).where(*mine))
            }
            connection.execute(update(finding).where(*mine).values(cleared_at=now))
            rows = {
                (each.code, each.ref): {
                    "contract": contract,
                    "code": each.code,
                    "ref": each.ref,
                    "doc": encode(each),
                    "first_seen_at": ages.get((each.code, each.ref), now),
                    "last_seen_at": now,
                    "cleared_at": None,
                }
                for each in found
            }
            upsert(connection, finding, list(rows.values()))

    def findings(self) -> tuple[Aged, ...]:
        """All open findings, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(_FINDINGS).all()
        return tuple(Aged(row.contract, decode(row.doc, Finding), row.first_seen_at) for row in rows)


def _identity(connection: Connection, now: datetime) -> Row[Any]:
    known = connection.execute(select(identity)).first()
    if known is not None:
        return known
    row = {"ledger": secrets.token_hex(8), "epoch": 1, "environment": None, "made_at": now}
    note(connection, "ledger.made", "", str(row["ledger"]), {}, now)
    return connection.execute(insert(identity).returning(*identity.c), row).one()
