"""`[write_back]` as a person writes it, and what it means."""

from __future__ import annotations

from mappings.contract.write_back import WriteBack
from mappings.tables.written import Table


class WriteBackTable(Table):
    """`[write_back]`"""

    amount: bool


def write_back_of(table: WriteBackTable | None) -> WriteBack | None:
    """What a sound `table` agrees."""
    return WriteBack(table.amount) if table else None
