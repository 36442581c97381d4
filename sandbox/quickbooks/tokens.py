"""The tokens of an authorization server: who may reach which company, and until when."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.quickbooks.behaviour import Behaviour

_CODE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client holds after connecting or refreshing."""

    realm: str
    access_token: str
    refresh_token: str


@dataclass(slots=True)
class _Connection:
    """One realm's consent: the refresh value in force, and the one before it while it still works."""

    realm: str
    value: str
    issued_at: datetime
    used_at: datetime
    connected_at: datetime
    previous: str = ""
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    """An authorization code: what it opens, where it must be redeemed from, and until when."""

    realm: str
    redirect_uri: str
    until: datetime


class TokenStore:
    """Issues, refreshes and revokes. One app with `client_id` and `client_secret`. Thread-safe.

    Token values are made from a counter, so that two runs of one script see the same ones.
    """

    def __init__(self, clock: Clock, behaviour: Behaviour) -> None:
        self.client_id = "ABmilepostsandboxclientid"
        self.client_secret = "milepost-sandbox-client-secret"  # noqa: S105  opens nothing but this sandbox
        self._clock = clock
        self._behaviour = behaviour
        self._lock = threading.Lock()
        self._made = 0
        self._connections: list[_Connection] = []
        self._access: dict[str, tuple[str, datetime]] = {}
        self._codes: dict[str, _Code] = {}

    def connect(self, realm: str, refresh_token: str = "") -> Grant:
        """A person consents for `realm`: fresh tokens, with `refresh_token` as that value if given."""
        with self._lock:
            now = self._clock.now()
            connection = _Connection(realm, refresh_token or self._new("AB11"), now, now, now)
            self._connections.append(connection)
            return self._grant(connection)

    def authorize(self, realm: str, redirect_uri: str = "") -> str:
        """The code of an approved authorization request, good for one exchange within ten minutes."""
        with self._lock:
            code = self._new("code")
            self._codes[code] = _Code(realm, redirect_uri, self._clock.now() + _CODE_LIFETIME)
            return code

    def exchange(self, code: str, redirect_uri: str = "") -> Grant | None:
        """The tokens of an authorization code; None when it is unknown, used, late, or of another redirect."""
        with self._lock:
            known = self._codes.pop(code, None)
        if known is None or self._clock.now() >= known.until:
            return None
        return self.connect(known.realm) if known.redirect_uri in ("", redirect_uri) else None

    def hard_expiry(self, refresh_token: str) -> datetime | None:
        """When the connection of a refresh value ends, however often it is refreshed."""
        with self._lock:
            for known in self._connections:
                if refresh_token in (known.value, known.previous):
                    return known.connected_at + self._behaviour.hard_lifetime
            return None

    def refresh(self, value: str) -> Grant | None:
        """New tokens for a refresh value; None when it is unknown, replaced too long ago, or expired."""
        with self._lock:
            connection = next((known for known in self._connections if self._accepts(known, value)), None)
            if connection is None:
                return None
            now = connection.used_at = self._clock.now()
            if (
                value == connection.value
                and now - connection.issued_at >= self._behaviour.refresh_rotates_after
            ):
                connection.previous, connection.replaced_at = value, now
                connection.value, connection.issued_at = self._new("AB11"), now
            return self._grant(connection)

    def revoke(self, value: str) -> bool:
        """End the connection that a refresh or access token belongs to; False when there is none."""
        with self._lock:
            realm = self._access.get(value, ("", None))[0]
            ended = [c for c in self._connections if value in (c.value, c.previous) or c.realm == realm]
            self._connections = [c for c in self._connections if c not in ended]
            realms = {connection.realm for connection in ended}
            self._access = {key: entry for key, entry in self._access.items() if entry[0] not in realms}
            return bool(ended)

    def realm_of(self, access_token: str) -> str | None:
        """The company an access token opens; None when it is unknown or expired."""
        with self._lock:
            realm, expires_at = self._access.get(access_token, (None, None))
            return realm if expires_at is not None and self._clock.now() < expires_at else None

    def _accepts(self, connection: _Connection, value: str) -> bool:
        now = self._clock.now()
        if now - connection.used_at >= self._behaviour.refresh_lifetime:
            return False
        if now - connection.connected_at >= self._behaviour.hard_lifetime:
            return False
        if value == connection.value:
            return True
        replaced_at = connection.replaced_at
        in_grace = replaced_at is not None and now - replaced_at < self._behaviour.refresh_grace
        return value == connection.previous and in_grace

    def _grant(self, connection: _Connection) -> Grant:
        token = self._new("eyJlbmMi")
        self._access[token] = (connection.realm, self._clock.now() + self._behaviour.access_lifetime)
        return Grant(connection.realm, token, connection.value)

    def _new(self, prefix: str) -> str:
        self._made += 1
        return prefix + hashlib.sha256(f"{self.client_id}/{self._made}".encode()).hexdigest()
