"""A decision: what a person chose about something that needed one. It is a fact and is never taken back, only
followed by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Made:
    """`who` chose `choice` on `subject` (the `ref` of the finding that asked), and `why`, in their own words.

    `detail` holds texts, whole numbers and lists of them: "code", the code of that finding; "seen", the fingerprint of
    what was decided on; what more the choice needs.
    """

    contract: str
    subject: str
    choice: str
    detail: Mapping[str, Any]
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision(Made):
    """What was made, as it was recorded. `seq` grows with every decision of the ledger."""

    seq: int
    decided_at: datetime

    @property
    def code(self) -> str:
        """The code of the finding it answers."""
        return str(self.detail.get("code", ""))

    @property
    def seen(self) -> str:
        """The fingerprint of the state and the amounts it was made on."""
        return str(self.detail.get("seen", ""))

    @property
    def said(self) -> str:
        """Who decided when and why, for a sentence."""
        return f"{self.who} on {self.decided_at:%Y-%m-%d}: {self.why}"
