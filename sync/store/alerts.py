"""Alerts: what people were asked to look at, each told once and once when it is over, over restarts.

Every public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, or_, select, update

from sync.store.database import reading, writing
from sync.store.rows import upsert
from sync.store.schema import alert

_STANDING = select(alert.c.ref).where(alert.c.over_at.is_(None))


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that asks for a person. `ref` tells it from others; the text names no client and quotes nobody."""

    ref: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Untold:
    """An alert that nobody was told of yet, or not that it is over."""

    alert: Alert
    since_at: datetime
    over_at: datetime | None


class AlertStore:
    """Reads and writes the alerts of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, standing: Iterable[Alert], now: datetime) -> None:
        """These stand now; what stood before and is not among them is over. What was over before anybody was told of
        it is forgotten."""
        wanted = {each.ref: each for each in standing}
        with reading(self._engine) as connection:
            if set(connection.scalars(_STANDING)) == wanted.keys():
                return
        with writing(self._engine) as connection:
            known = {row.ref: row for row in connection.execute(select(alert))}
            for ref in known.keys() - wanted.keys():
                mine, row = alert.c.ref == ref, known[ref]
                if row.told_at is None and row.over_at is None:
                    connection.execute(delete(alert).where(mine))
                elif row.over_at is None:
                    connection.execute(update(alert).where(mine).values(over_at=now))
            rows = [
                {"ref": ref, "kind": each.kind, "text": each.text, "since_at": now, "told_at": None}
                | {"over_at": None}
                for ref, each in wanted.items()
                if ref not in known or known[ref].over_at is not None
            ]
            upsert(connection, alert, rows)

    def untold(self) -> tuple[Untold, ...]:
        """What is to be told, the oldest first."""
        waits = or_(alert.c.told_at.is_(None), alert.c.over_at.is_not(None))
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(alert).where(waits).order_by(alert.c.since_at, alert.c.ref)
            ).all()
        return tuple(Untold(Alert(row.ref, row.kind, row.text), row.since_at, row.over_at) for row in rows)

    def told(self, what: Iterable[Untold], now: datetime) -> None:
        """These were told: what is over is forgotten."""
        with writing(self._engine) as connection:
            for each in what:
                mine = alert.c.ref == each.alert.ref
                if each.over_at is not None:
                    connection.execute(delete(alert).where(mine, alert.c.over_at == each.over_at))
                else:
                    connection.execute(update(alert).where(mine).values(told_at=now))

    def standing(self) -> Mapping[str, int]:
        """How many stand now, by kind."""
        with reading(self._engine) as connection:
            kinds = connection.scalars(select(alert.c.kind).where(alert.c.over_at.is_(None))).all()
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}
