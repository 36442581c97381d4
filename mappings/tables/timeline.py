"""`late = { … }` as a person writes it, and what it means."""

from __future__ import annotations

from typing import Annotated

from mappings.contract.timeline import Late
from mappings.tables.written import PercentText, Table, percent, says


class LateTable(Table):
    """`{ per_day = "0.5 %", at_most = "10 %" }`"""

    per_day: Annotated[PercentText, says('what each day takes off the fee, such as "0.5 %"')]
    at_most: PercentText = "100 %"


def late_of(table: LateTable) -> Late:
    """What a sound `table` agrees."""
    return Late(percent(table.per_day), percent(table.at_most))
