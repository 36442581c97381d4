"""One company's token pair, sealed in the store, refreshed by one process at a time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from connectors.errors import Transient, Unauthorized
from connectors.quickbooks.tokens import Tokens
from sync.installation.vault import Unsealable, Vault
from sync.log import conceal
from sync.store import Store
from sync.store.holder import this_process

_FIELD = "tokens"
_REFRESH_LASTS = timedelta(seconds=60)  # one HTTP request with its time-out, and room
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is sealed: the pair, and which configured value it began with."""

    tokens: Tokens
    began_with: str


class StoredTokens:
    """The vault of one company's pair. The configured refresh token is where it starts.

    A configured token other than the one that the stored pair began with was put there by a person who
    connected again: it wins.
    """

    def __init__(
        self, store: Store, vault: Vault, account: str, configured: str, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._vault, self._account, self._clock = store, vault, account, clock
        self._configured = configured
        self._origin = hashlib.sha256(configured.encode()).hexdigest()
        self._holder = this_process(f"refresh-{id(self)}")

    def load(self) -> Tokens:
        """The pair last saved, by any process; before the first, one that needs a refresh at once."""
        sealed = self._store.connections.sealed(self._account)
        if sealed is not None:
            kept = self._opened(sealed)
            if kept.began_with == self._origin:
                conceal(kept.tokens.access, kept.tokens.refresh)
                return kept.tokens
        return Tokens(access="", refresh=self._configured, access_expires_at=self._clock())

    def _opened(self, sealed: str) -> _Kept:
        try:
            opened = self._vault.open(sealed, account=self._account, field=_FIELD)
        except Unsealable as error:
            reason = "its stored tokens do not open"
            raise Unauthorized("QuickBooks", "use the connection", reason, hint=f"{error}.") from None
        return msgspec.json.decode(opened, type=_Kept)

    def save(self, tokens: Tokens) -> None:
        """Keep `tokens`, sealed, durably before it returns."""
        conceal(tokens.access, tokens.refresh)
        text = msgspec.json.encode(_Kept(tokens, self._origin)).decode()
        sealed = self._vault.seal(text, account=self._account, field=_FIELD)
        self._store.connections.keep(self._account, sealed, self._clock())

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Exclusive over all processes. Transient when another one holds it for longer than a refresh takes."""
        name, tries = f"refresh:{self._account}", int(_REFRESH_LASTS.total_seconds() / _PAUSE)
        for _ in range(tries):
            if self._store.leases.acquire(name, self._holder, self._clock(), _REFRESH_LASTS) is not None:
                break
            time.sleep(_PAUSE)
        else:
            raise Transient("QuickBooks", "refresh the connection", "another process is at it for too long")
        try:
            yield
        finally:
            self._store.leases.release(name, self._holder, self._clock())
