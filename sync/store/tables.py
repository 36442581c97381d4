"""What every table has in common: how constraints are named, and what SQLite is to be strict about."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.schema import SchemaItem

from sync.store.columns import Big

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: SchemaItem) -> Table:
    """A table of the schema."""
    # AUTOINCREMENT: a plain INTEGER PRIMARY KEY hands a deleted last row's number out again.
    serial = any(
        isinstance(part, Column) and part.primary_key and part.autoincrement is True for part in parts
    )
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_autoincrement=serial)


def seq(name: str = "seq") -> Column[int]:
    """The number of a row, never handed out again."""
    return Column(name, Big, primary_key=True, autoincrement=True)
