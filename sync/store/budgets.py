"""What must outlive a process of each account's allowance: its pace, and the reads of the month.

Every public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update

from connectors.limits import Pace
from sync.store.codec import decode, encode
from sync.store.database import reading, writing
from sync.store.rows import upsert
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
        # A clock that was set back must not make the pace older than it is.
        kept = (
            _FRESH
            if row is None
            else decode(row.doc, Pace).later(max(0.0, (now - row.kept_at).total_seconds()))
        )
        return replace(kept, started=(*kept.started, *((now - at).total_seconds() for at in begun)))

    def reads(self, account: str, month: str) -> int:
        """The reads of a month."""
        mine = metered.c.account == account, metered.c.month == month
        with reading(self._engine) as connection:
            return connection.scalar(select(metered.c.reads).where(*mine)) or 0

    def keep(self, account: str, stands: Pace, reads: Mapping[str, int], now: datetime) -> None:
        """Keep how the limiter stands, and add `reads` by month."""
        with writing(self._engine) as connection:
            upsert(connection, pace, [{"account": account, "doc": encode(stands), "kept_at": now}])
            for month, count in reads.items():
                mine = metered.c.account == account, metered.c.month == month
                added = update(metered).where(*mine).values(reads=metered.c.reads + count)
                if not connection.execute(added).rowcount:
                    row = {"account": account, "month": month, "reads": count}
                    connection.execute(insert(metered), row)
