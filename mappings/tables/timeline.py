"""`late = { … }` as a person writes it, and what it means."""

from __future__ import annotations

from mappings.contract.timeline import Late
from mappings.tables.written import PercentText, Table, percent


class LateTable(Table):
    """`{ per_day = "0.5 %", at_most = "10 %" }`"""

    per_day: PercentText
    at_most: PercentText = "100 %"


def late_of(table: LateTable) -> Late:
    """What a sound `table` agrees."""
    return Late(percent(table.per_day), percent(table.at_most))
