"""When work was agreed to be finished, and what a later day costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Late:
    """`per_day` percent of the fee for each day after the agreed one, `at_most` percent in all."""

    per_day: Decimal
    at_most: Decimal
