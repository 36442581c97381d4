"""What SQLAlchemy spells differently per database, spelled once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]
CHUNK = 500  # SQLite's limit of bound values is 32,766; the widest row here has 19


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert each row, or overwrite all its other columns where its primary key stands already."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    for chunk in chunks(rows):
        connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=others)
            if others
            else statement.on_conflict_do_nothing(index_elements=keys),
            [dict(row) for row in chunk],
        )


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """`items` in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
