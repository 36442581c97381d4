"""What a contract says on its epics in Jira about the money."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WriteBack:
    """The documents that bill an epic and how they stand; with `amount` also what each bills for it."""

    amount: bool
