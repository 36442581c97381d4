"""`[write_back]` as a person writes it, and what it means."""

from __future__ import annotations

from typing import Annotated

from mappings.contract.write_back import WriteBack
from mappings.tables.written import Table, says


class WriteBackTable(Table):
    """`[write_back]`"""

    amount: Annotated[bool, says("true: the link in Jira also says how much; false: only number and state")]


def write_back_of(table: WriteBackTable | None) -> WriteBack | None:
    """What a sound `table` agrees."""
    return WriteBack(table.amount) if table else None
