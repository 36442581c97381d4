"""The tokens of an authorization server: who may reach which company, and until when."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.quickbooks.behaviour import Behaviour

_CODE_LIFETIME = timedelta(minutes=10)
ACCOUNTING = "com.intuit.quickbooks.accounting"
EVERY_SCOPE = frozenset((ACCOUNTING, "openid", "profile", "email", "phone", "address"))


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client holds after connecting or refreshing."""

    realm: str
    access_token: str
    refresh_token: str
    scopes: frozenset[str] = EVERY_SCOPE


@dataclass(slots=True)
class _Connection:
    """One realm's consent: the refresh value in force, and the one before it while it still works."""

    realm: str
    value: str
    issued_at: datetime
    used_at: datetime
    connected_at: datetime
    scopes: frozenset[str]
    previous: str = ""
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    """An authorization code: what it opens, where it must be redeemed from, and until when."""

    realm: str
    redirect_uri: str
    until: datetime
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Access:
    """What an access token opens, and until when."""

    realm: str
    until: datetime
    scopes: frozenset[str]


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
        self._access: dict[str, _Access] = {}
        self._codes: dict[str, _Code] = {}
        self._retired: set[str] = set()

    def connect(self, realm: str, refresh_token: str = "", scopes: frozenset[str] = EVERY_SCOPE) -> Grant:
        """A person consents for `realm`: fresh tokens, with `refresh_token` as that value if given."""
        with self._lock:
            now = self._clock.now()
            connection = _Connection(realm, refresh_token or self._new("AB11"), now, now, now, scopes)
            self._connections.append(connection)
            return self._grant(connection)

    def authorize(self, realm: str, redirect_uri: str = "", scopes: frozenset[str] = EVERY_SCOPE) -> str:
        """The code of an approved authorization request, good for one exchange within ten minutes."""
        with self._lock:
            code = self._new("code")
            until = self._clock.now() + _CODE_LIFETIME
            self._codes[code] = _Code(realm, redirect_uri, until, scopes)
            return code

    def exchange(self, code: str, redirect_uri: str = "") -> Grant | None:
        """The tokens of an authorization code; None when it is unknown, used, late, or of another redirect."""
        with self._lock:
            known = self._codes.pop(code, None)
        if known is None or self._clock.now() >= known.until:
            return None
        if known.redirect_uri not in ("", redirect_uri):
            return None
        return self.connect(known.realm, scopes=known.scopes)

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
                self._retired.add(connection.previous)
                connection.previous, connection.replaced_at = value, now
                connection.value, connection.issued_at = self._new("AB11"), now
            return self._grant(connection)

    def complaint(self, value: str) -> str:
        """What the server says of a refresh value that it refused: nothing of one that it issued itself."""
        with self._lock:
            if value in self._access:
                return "Incorrect Token type or clientID"
            issued = {known.value for known in self._connections} | self._retired
            issued |= {known.previous for known in self._connections}
            return "" if value in issued else "Incorrect or invalid refresh token"

    def revoke(self, value: str) -> bool:
        """End the connection that a refresh or access token belongs to; False when there is none."""
        with self._lock:
            realm = self._access[value].realm if value in self._access else None
            ended = [c for c in self._connections if value in (c.value, c.previous) or c.realm == realm]
            self._connections = [c for c in self._connections if c not in ended]
            self._retired |= {known for c in ended for known in (c.value, c.previous)}
            realms = {connection.realm for connection in ended}
            self._access = {key: entry for key, entry in self._access.items() if entry.realm not in realms}
            return bool(ended)

    def realm_of(self, access_token: str) -> str | None:
        """The company an access token opens; None when it is unknown or expired."""
        access = self._live(access_token)
        return access.realm if access else None

    def scopes_of(self, access_token: str) -> frozenset[str]:
        """What an access token may be used for; nothing when it is unknown or expired."""
        access = self._live(access_token)
        return access.scopes if access else frozenset()

    def _live(self, access_token: str) -> _Access | None:
        with self._lock:
            access = self._access.get(access_token)
            return access if access is not None and self._clock.now() < access.until else None

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
        until = self._clock.now() + self._behaviour.access_lifetime
        self._access[token] = _Access(connection.realm, until, connection.scopes)
        return Grant(connection.realm, token, connection.value, connection.scopes)

    def _new(self, prefix: str) -> str:
        self._made += 1
        return prefix + hashlib.sha256(f"{self.client_id}/{self._made}".encode()).hexdigest()
