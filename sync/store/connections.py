"""What logins were granted, sealed: one text for each account, and all of them at once when the key changes.

Every public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, bindparam, select, update

from sync.store.audit import note
from sync.store.database import reading, writing
from sync.store.rows import upsert
from sync.store.schema import token

_SEALED = select(token.c.sealed).where(token.c.account == bindparam("account"))


class ConnectionStore:
    """Reads and writes the sealed grants of one database. What is in them is the vault's affair."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sealed(self, account: str) -> str | None:
        """The sealed grant of an account as last stored."""
        with reading(self._engine) as connection:
            return connection.scalar(_SEALED, {"account": account})

    def keep(
        self,
        account: str,
        sealed: str,
        now: datetime,
        unused_until: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> None:
        """Store a grant at once: a rotated pair that is lost is a connection that is lost. The times say when it ends
        without use, and in any case; None: not known."""
        row = {"account": account, "sealed": sealed, "stored_at": now}
        with writing(self._engine) as connection:
            upsert(connection, token, [row | {"unused_until": unused_until, "ends_at": ends_at}])
            note(connection, "tokens.stored", "", account, {}, now)

    def lasting(self) -> dict[str, tuple[datetime | None, datetime | None]]:
        """Until when each account's grant lasts without use, and at most."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(token.c.account, token.c.unused_until, token.c.ends_at)).all()
            return {row.account: (row.unused_until, row.ends_at) for row in rows}

    def stored_at(self, account: str) -> datetime | None:
        """When the grant of an account was last stored; None where it has none."""
        with reading(self._engine) as connection:
            at: datetime | None = connection.scalar(
                select(token.c.stored_at).where(token.c.account == account)
            )
            return at

    def accounts(self) -> tuple[str, ...]:
        """Every account that has a grant, sorted."""
        with reading(self._engine) as connection:
            return tuple(connection.scalars(select(token.c.account).order_by(token.c.account)))

    def reseal(self, anew: Callable[[str, str], str], now: datetime) -> int:
        """Put `anew(account, sealed)` in place of every sealed text, or of none where one call raises. Returns how
        many there are."""
        with writing(self._engine) as connection:
            rows = connection.execute(select(token.c.account, token.c.sealed)).all()
            for account, sealed in rows:
                mine = update(token).where(token.c.account == account)
                connection.execute(mine.values(sealed=anew(account, sealed)))
                note(connection, "tokens.resealed", "", account, {}, now)
            return len(rows)
