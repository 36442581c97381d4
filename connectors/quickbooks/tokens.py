"""Access to one company by OAuth 2: who hands out the token, and how a rotated pair is never lost.

The refresh value rotates about daily; the one before works for about another day, or not at all (both are
on record). So: one refresh at a time across processes, the new pair stored before its first use, the pair
before kept for one retry. Our own POST, because the library's client fetches a discovery document without a
timeout and keeps the rotated pair in memory only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import requests

from connectors.errors import Transient, Unauthorized
from connectors.quickbooks import figures
from connectors.quickbooks.login import QuickBooksLogin

_SPARE = timedelta(minutes=10)  # refresh with this much left: a long write must not outlive its token
_ANSWER_WITHIN = 30.0  # seconds
_ACTION = "refresh the connection"
_DEAD_GRANTS = frozenset({"invalid_grant"})
_DEAD_CLIENTS = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """One pair as granted. Times are aware UTC; `previous_refresh` is the refresh value before this one."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime | None = None
    previous_refresh: str | None = field(default=None, repr=False)


class TokenVault(Protocol):
    """Where one company's pair is kept, encrypted, for all processes."""

    def load(self) -> Tokens | None:
        """The pair last saved, by any process; None when the company was never connected."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep `tokens`, durably before it returns."""
        ...

    def lock(self) -> AbstractContextManager[object]:
        """Exclusive over all processes for the length of one refresh."""
        ...


class TokenSource(Protocol):
    """Hands out the access token of one company."""

    def access_token(self) -> str:
        """A token that is good for minutes. Raises Unauthorized or Transient."""
        ...

    def refreshed(self, after_failed: str) -> str:
        """Another token than `after_failed`, which the service refused."""
        ...


class OAuthTokens:
    """TokenSource over a vault: refreshes in time, once, and stores before use. Thread-safe."""

    def __init__(
        self,
        login: QuickBooksLogin,
        vault: TokenVault,
        *,
        session: requests.Session | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._login, self._vault, self._clock = login, vault, clock
        self._session = session or _quiet_session()
        self._lock = threading.Lock()
        self._held: Tokens | None = None

    def access_token(self) -> str:
        """The token in use, refreshed when it has ten minutes left or less."""
        with self._lock:
            if self._held is None:
                self._held = self._loaded()
            if self._lasts(self._held, _SPARE):
                return self._held.access
            return self._refresh(self._held).access

    def refreshed(self, after_failed: str) -> str:
        """A token other than `after_failed`: another thread's or process's, else a fresh one."""
        with self._lock:
            held = self._held or self._loaded()
            if held.access != after_failed:
                return held.access
            return self._refresh(held, refused=True).access

    def _refresh(self, held: Tokens, *, refused: bool = False) -> Tokens:
        with self._vault.lock():
            current = self._loaded()
            if current.access != held.access and self._lasts(current, _SPARE):
                self._held = current  # another process was quicker
                return current
            try:
                self._held = self._granted(current)
            except Transient:
                if refused or not self._lasts(current, timedelta(0)):
                    raise
                self._held = current  # it still works for some minutes; the next call tries again
            return self._held

    def _granted(self, current: Tokens) -> Tokens:
        values = [current.refresh]
        if current.previous_refresh and current.previous_refresh != current.refresh:
            values.append(current.previous_refresh)
        for value in values:
            answer = self._ask(value)
            if answer is not None:
                tokens = self._read(answer, previous=value)
                self._vault.save(tokens)
                return tokens
            # A process that holds no lock of ours may have won meanwhile: its pair is as good as ours.
            stored = self._loaded()
            if stored.refresh != current.refresh:
                return stored
        raise _unauthorized("the connection was revoked or has expired", code="invalid_grant")

    def _ask(self, refresh: str) -> dict[str, Any] | None:
        """The token endpoint's grant for `refresh`; None when it says the value is dead."""
        response = self._posted(refresh)
        if isinstance(response, str):
            raise Transient("QuickBooks", _ACTION, f"no answer ({response})")
        answer = _object(response)
        code = answer.get("error")
        if code in _DEAD_GRANTS:
            return None
        if code in _DEAD_CLIENTS:
            hint = "Check client_id and client_secret of the application."
            raise _unauthorized("the application's keys are refused", code=str(code), hint=hint)
        if response.status_code != 200 or code is not None or not _complete(answer):
            reason = f"the token service answered {response.status_code} without a token"
            raise Transient("QuickBooks", _ACTION, reason, status=response.status_code)
        return answer

    def _posted(self, refresh: str) -> requests.Response | str:
        """The answer, or the name of what went wrong: the error itself holds the request and its secrets."""
        try:
            return self._session.post(
                self._login.token_url,
                data={"grant_type": "refresh_token", "refresh_token": refresh},
                headers={"Accept": "application/json"},
                auth=(self._login.client_id, self._login.client_secret),
                timeout=(self._login.connect_timeout, _ANSWER_WITHIN),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return type(error).__name__

    def _read(self, answer: dict[str, Any], previous: str) -> Tokens:
        now = self._clock()
        lasts = answer.get("x_refresh_token_expires_in")
        return Tokens(
            access=answer["access_token"],
            refresh=answer["refresh_token"],
            access_expires_at=now + timedelta(seconds=int(answer["expires_in"])),
            refresh_expires_at=now + timedelta(seconds=int(lasts)) if lasts else None,
            previous_refresh=previous,
        )

    def _loaded(self) -> Tokens:
        tokens = self._vault.load()
        if tokens is None:
            raise _unauthorized("the company is not connected", hint="Connect it first.")
        return tokens

    def _lasts(self, tokens: Tokens, spare: timedelta) -> bool:
        return tokens.access_expires_at - self._clock() > spare


class MemoryVault:
    """A vault for trials and tests: one process, nothing kept."""

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


def _quiet_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a .netrc or proxy of the machine must not see or replace the keys
    return session


def _object(response: requests.Response) -> dict[str, Any]:
    try:
        answer = figures.parse(response.content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _complete(answer: dict[str, Any]) -> bool:
    texts = all(
        isinstance(answer.get(name), str) and answer[name] for name in ("access_token", "refresh_token")
    )
    return texts and str(answer.get("expires_in", "")).isdigit()


def _unauthorized(reason: str, *, code: str | None = None, hint: str = "") -> Unauthorized:
    return Unauthorized("QuickBooks", _ACTION, reason, code=code, hint=hint)
