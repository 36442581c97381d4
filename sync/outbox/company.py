"""One accounting company as the program needs it, and what a drain of its outbox did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from connectors.errors import ConnectorError
from connectors.ports import Books
from sync.planning.fuse import Limits


@dataclass(frozen=True, slots=True)
class Company:
    """One accounting company as the program needs it. `settle`: after this long past its deadline an unanswered
    write can no longer be under way; `send_within`: a claimed write leaves the process in this time or not;
    `limits`: what its plans may move without a person; `page`: where people see a document, with `{kind}` and `{id}`
    in it; `at_once`: how many writes may be under way together; `keep` stores what of its allowance
    must outlive the process, and `glance` does so in the middle of long work, where others share it."""

    alias: str
    realm: str
    books: Books
    settle: timedelta
    send_within: timedelta
    limits: Limits = field(default_factory=Limits)
    page: str = ""
    at_once: int = 1
    keep: Callable[[], None] = lambda: None
    glance: Callable[[], None] = lambda: None

    def page_of(self, kind: str, external_id: str) -> str:
        """Where people see one document; "" where nobody said."""
        return self.page.replace("{kind}", kind).replace("{id}", quote(external_id, safe=""))


@dataclass(slots=True)
class Drained:
    """What one drain did. `trouble` holds the errors that stopped or postponed something."""

    done: int = 0
    refused: int = 0
    dropped: int = 0
    absent: int = 0
    parked: int = 0
    busy: bool = False
    waiting_until: datetime | None = None
    trouble: list[ConnectorError] = field(default_factory=list)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is left that waits, was refused, or has to be planned or decided anew."""
        left = self.refused or self.parked or self.dropped or self.absent
        return bool(left) or self.waiting_until is not None
