"""Signs: how the last tick ended and what the last reconciling found, for those who look from outside.

Every public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from sync.store.database import reading, writing
from sync.store.rows import upsert
from sync.store.schema import sign


@dataclass(frozen=True, slots=True)
class Sign:
    """What was said last under a name, and when."""

    doc: Mapping[str, Any]
    at: datetime


class SignStore:
    """Reads and writes the signs of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, name: str, doc: Mapping[str, Any], now: datetime) -> None:
        """Say this in place of what was said before."""
        with writing(self._engine) as connection:
            upsert(connection, sign, [{"name": name, "doc": dict(doc), "at": now}])

    def last(self, name: str) -> Sign | None:
        """What was said last; None where nothing ever was."""
        with reading(self._engine) as connection:
            row = connection.execute(select(sign).where(sign.c.name == name)).first()
        return None if row is None else Sign(row.doc, row.at)
