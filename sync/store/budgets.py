"""What must outlive a process of each account's allowance: its pace, and the reads of the month.

Every public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, insert, select, update

from connectors.limits import Pace
from sync.store.codec import decode, encode
from sync.store.database import reading, writing
from sync.store.holder import surely_dead
from sync.store.rows import AnyRow, upsert
from sync.store.schema import attempt, intent, metered, pace

_MINUTE = timedelta(minutes=1)
_FRESH = Pace(1.0, (), 0.0)


class BudgetStore:
    """Reads and writes the allowances of one database, by account."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pace(self, account: str, realm: str, now: datetime) -> Pace | None:
        """How the limiter of a company stands now, by how it stood when it was kept and the writes begun since then: a
        process that was killed kept nothing. None when neither is known."""
        with reading(self._engine) as connection:
            row = connection.execute(select(pace).where(pace.c.account == account)).first()
            since = max(now - _MINUTE, now - _MINUTE if row is None else row.kept_at)
            begun = connection.scalars(
                select(attempt.c.started_at)
                .join(intent, intent.c.seq == attempt.c.intent)
                .where(intent.c.realm == realm, attempt.c.started_at > since, attempt.c.started_at <= now)
                .order_by(attempt.c.started_at)
            ).all()
        if row is None and not begun:
            return None
        kept = _FRESH if row is None else _later(row, now)
        return replace(kept, started=(*kept.started, *((now - at).total_seconds() for at in begun)))

    def reads(self, account: str, month: str) -> int:
        """The reads of a month."""
        mine = metered.c.account == account, metered.c.month == month
        with reading(self._engine) as connection:
            return connection.scalar(select(metered.c.reads).where(*mine)) or 0

    def others(self, account: str, process: str, now: datetime) -> tuple[Pace, ...]:
        """How the limiters of other processes stand that asked this company within the last minute."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(pace).where(_asking(account))).all()
        return tuple(
            _later(row, now)
            for row in rows
            if (holder := row.account.partition("|")[2]) != process
            and now - row.kept_at < _MINUTE
            and not surely_dead(holder)
        )

    def keep(
        self, account: str, stands: Pace, reads: Mapping[str, int], now: datetime, process: str = ""
    ) -> None:
        """Keep how the limiter of a `process` stands ("": of one that nobody else need know), and add `reads` by
        month. Those of processes that have not asked for a minute are forgotten."""
        rows = [{"account": account, "doc": encode(stands), "kept_at": now}]
        if process:
            rows.append(rows[0] | {"account": f"{account}|{process}"})
        with writing(self._engine) as connection:
            connection.execute(delete(pace).where(_asking(account), pace.c.kept_at <= now - _MINUTE))
            upsert(connection, pace, rows)
            for month, count in reads.items():
                mine = metered.c.account == account, metered.c.month == month
                added = update(metered).where(*mine).values(reads=metered.c.reads + count)
                if not connection.execute(added).rowcount:
                    row = {"account": account, "month": month, "reads": count}
                    connection.execute(insert(metered), row)


def _asking(account: str) -> ColumnElement[bool]:
    """The rows of single processes."""
    return pace.c.account.startswith(f"{account}|", autoescape=True)


def _later(row: AnyRow, now: datetime) -> Pace:
    """A pace that was kept, now. A clock that was set back must not make it older than it is."""
    return decode(row.doc, Pace).later(max(0.0, (now - row.kept_at).total_seconds()))
