"""One account's token pair, sealed in the store, refreshed by one process at a time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from connectors.errors import Transient, Unauthorized
from connectors.oauth.tokens import Tokens
from sync.installation.vault import Unsealable, Vault
from sync.log import conceal_passing
from sync.store import Store
from sync.store.holder import this_process

FIELD = "tokens"
_REFRESH_LASTS = timedelta(seconds=90)  # two HTTP requests with their time-outs, and room
_PAUSE = 0.1
SERVICES = {"quickbooks": "QuickBooks", "jira": "Jira"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is sealed: the pair, which configured value it began with, and what it opens (a site's cloud id)."""

    tokens: Tokens
    began_with: str
    place: str = ""


class StoredTokens:
    """The vault of one account's pair. A configured refresh token is where it starts; None: a person connects.

    A configured token other than the one that the stored pair began with was put there by a person who
    connected again: it wins.
    """

    def __init__(
        self, store: Store, vault: Vault, account: str, configured: str | None, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._vault, self._account, self._clock = store, vault, account, clock
        self._configured = configured
        self._origin = hashlib.sha256((configured or "").encode()).hexdigest()
        self._holder = this_process(f"refresh-{id(self)}")
        self._service = SERVICES[account.partition("/")[0]]

    def load(self) -> Tokens | None:
        """The pair last saved, by any process; before the first, one of the configured value that needs a refresh at
        once, or None. Unauthorized when what is stored does not open."""
        kept = self.kept()
        if kept is not None:
            conceal_passing(kept.tokens.access, kept.tokens.refresh)
            return kept.tokens
        if self._configured is None:
            return None
        return Tokens(access="", refresh=self._configured, access_expires_at=self._clock())

    def kept(self) -> Kept | None:
        """What is stored and in use, if anything is. Unauthorized when it does not open."""
        sealed = self._store.connections.sealed(self._account)
        kept = self._opened(sealed) if sealed is not None else None
        return kept if kept is not None and kept.began_with == self._origin else None

    def place(self) -> str:
        """What the pair opens. Unauthorized when nobody connected yet."""
        kept = self.kept()
        if kept is None:
            hint = "Connect it first: `milepost connect`."
            raise Unauthorized(self._service, "use the connection", "it was never connected", hint=hint)
        return kept.place

    def save(self, tokens: Tokens) -> None:
        """Keep a refreshed pair, sealed, durably before it returns."""
        kept = self.kept()
        self._seal(Kept(tokens, self._origin, kept.place if kept else ""))

    def begin(self, tokens: Tokens, place: str = "") -> None:
        """Keep the first pair of a person's consent, in place of whatever was there, even if that does not open."""
        self._seal(Kept(tokens, self._origin, place))

    def _seal(self, kept: Kept) -> None:
        conceal_passing(kept.tokens.access, kept.tokens.refresh)
        text = msgspec.json.encode(kept).decode()
        sealed = self._vault.seal(text, account=self._account, field=FIELD)
        ends = kept.tokens.refresh_expires_at, kept.tokens.ends_at
        self._store.connections.keep(self._account, sealed, self._clock(), *ends)

    def _opened(self, sealed: str) -> Kept:
        try:
            opened = self._vault.open(sealed, account=self._account, field=FIELD)
        except Unsealable as error:
            reason = "its stored tokens do not open"
            raise Unauthorized(self._service, "use the connection", reason, hint=f"{error}.") from None
        return msgspec.json.decode(opened, type=Kept)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Exclusive over all processes. Transient when another one holds it for longer than a refresh takes."""
        with held(self._store, self._account, self._service, self._holder, self._clock):
            yield


@contextmanager
def held(
    store: Store, account: str, service: str, holder: str, clock: Callable[[], datetime]
) -> Iterator[None]:
    """The lease of an account's pair: while it lasts no other process refreshes, replaces or reseals it."""
    name = f"refresh:{account}"
    for _ in range(int(_REFRESH_LASTS.total_seconds() / _PAUSE)):
        if store.leases.acquire(name, holder, clock(), _REFRESH_LASTS) is not None:
            break
        time.sleep(_PAUSE)
    else:
        raise Transient(service, "refresh the connection", "another process is at it for too long")
    try:
        yield
    finally:
        store.leases.release(name, holder, clock())
