"""Leases with fences: one process at a time does a named thing, and a late one can be told from the present one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, insert, select, update

from sync.store.database import reading, writing
from sync.store.holder import surely_dead
from sync.store.schema import lease

_NAMED = select(lease).where(lease.c.name == bindparam("named"))
_RENEWED = update(lease).where(lease.c.name == bindparam("named"))


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that is held; `dead` where its holder surely is, so that nobody waits for it."""

    name: str
    holder: str
    expires_at: datetime
    dead: bool


class LeaseStore:
    """Leases in one database. The fence of a name only ever grows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def acquire(self, name: str, holder: str, now: datetime, lasts: timedelta) -> int | None:
        """The fence under which `holder` has the lease until `now + lasts`, or None while another has it.

        A holder that surely died does not have to be waited for; its own renewal keeps the fence.
        """
        with writing(self._engine) as connection:
            row = connection.execute(_NAMED, {"named": name}).first()
            until = {"holder": holder, "expires_at": now + lasts}
            if row is None:
                connection.execute(insert(lease), {"name": name, "fence": 1} | until)
                return 1
            if row.holder == holder and row.expires_at > now:
                connection.execute(_RENEWED, {"named": name} | until)
                return int(row.fence)
            if row.expires_at > now and not surely_dead(row.holder):
                return None
            connection.execute(_RENEWED, {"named": name, "fence": row.fence + 1} | until)
            return int(row.fence) + 1

    def held(self, now: datetime) -> tuple[Held, ...]:
        """The leases that are held now, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(lease).where(lease.c.expires_at > now).order_by(lease.c.name)
            ).all()
        return tuple(Held(row.name, row.holder, row.expires_at, surely_dead(row.holder)) for row in rows)

    def release(self, name: str, holder: str, now: datetime) -> None:
        """Give the lease back, if it is still this holder's."""
        with writing(self._engine) as connection:
            mine = lease.c.name == name, lease.c.holder == holder
            connection.execute(update(lease).where(*mine).values(expires_at=now))
