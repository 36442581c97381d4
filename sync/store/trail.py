"""What became of one document: every write of ours on it, and everything that QuickBooks showed of it.

Every public method is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from model.billing import Document
from sync.planning.actions import Action
from sync.store.codec import decode
from sync.store.database import reading
from sync.store.rows import AnyRow
from sync.store.schema import document_observation, intent, intent_claim


@dataclass(frozen=True, slots=True)
class Written:
    """A write of ours: planned in the plan `digest`, in `state` since `at` (see sync/outbox/intent.py)."""

    at: datetime
    action: Action
    digest: str
    state: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The document as it was seen: in the `source` "answer" (to our own write), "changes" or "read"."""

    at: datetime
    document: Document
    source: str


class TrailStore:
    """Reads the history of documents in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def written(self, document_key: str) -> tuple[Written, ...]:
        """Our writes on a document, oldest first."""
        query = select(intent).where(intent.c.document_key == document_key).order_by(intent.c.seq)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(_written(row) for row in rows)

    def billing(self, charge_key: str, payer: str) -> tuple[Written, ...]:
        """Our writes that billed a charge to a payer, or gave it back, on whatever documents, oldest first."""
        mine = intent_claim.c.charge_key == charge_key, intent_claim.c.payer == payer
        steps = select(intent_claim.c.intent).where(*mine)
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(intent).where(intent.c.seq.in_(steps)).order_by(intent.c.seq)
            ).all()
        return tuple(_written(row) for row in rows)

    def runs(self, prefix: str) -> tuple[str, ...]:
        """The digests of plans that begin so and of which something was taken in."""
        mine = intent.c.plan_digest.startswith(prefix, autoescape=True)
        with reading(self._engine) as connection:
            return tuple(connection.scalars(select(intent.c.plan_digest).where(mine).distinct()))

    def of_run(self, digest: str) -> tuple[Written, ...]:
        """Our writes that the plan with this digest asked for, oldest first."""
        query = select(intent).where(intent.c.plan_digest == digest).order_by(intent.c.seq)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(_written(row) for row in rows)

    def shown(self, document_key: str) -> tuple[Shown, ...]:
        """What was seen of a document, oldest first."""
        table = document_observation
        query = select(table).where(table.c.document_key == document_key).order_by(table.c.seq)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(Shown(row.observed_at, decode(row.doc, Document), row.source) for row in rows)


def _written(row: AnyRow) -> Written:
    return Written(row.finished_at or row.made_at, decode(row.action, Action), row.plan_digest, row.state)
