"""What a service granted us, where it is kept for all processes, and who hands it out."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tokens:
    """One pair as granted. Times are aware UTC.

    `previous_refresh` is the refresh value before this one. `refresh_expires_at` moves with each use of the pair,
    `ends_at` does not: after it a person has to connect again. None: not known.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime | None = None
    previous_refresh: str | None = field(default=None, repr=False)
    ends_at: datetime | None = None


class TokenVault(Protocol):
    """Where one account's pair is kept, encrypted, for all processes."""

    def load(self) -> Tokens | None:
        """The pair last saved, by any process; None when the account was never connected."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep `tokens`, durably before it returns."""
        ...

    def lock(self) -> AbstractContextManager[object]:
        """Exclusive over all processes for the length of one refresh."""
        ...


class TokenSource(Protocol):
    """Hands out the access token of one account."""

    def access_token(self) -> str:
        """A token that is good for minutes. Raises Unauthorized or Transient."""
        ...

    def refreshed(self, after_failed: str) -> str:
        """Another token than `after_failed`, which the service refused."""
        ...


class MemoryVault:
    """A vault for trials, tests and a pair that was just granted: one process, nothing kept."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()

    def load(self) -> Tokens | None:
        """The pair last saved."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keep it until the process ends."""
        self._tokens = tokens

    def lock(self) -> AbstractContextManager[object]:
        """Exclusive over the threads of this process."""
        return self._lock
