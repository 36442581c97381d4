"""Who hands out the token of an account: refreshed in time, by one process at a time, and stored before use.

Refresh values rotate. Intuit's do about daily, and the one before works for about another day; Atlassian's do with
each use, and the one before works for ten minutes; both only on record. So: one refresh at a time across processes,
the new pair stored before its first use, the value before kept for one retry.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.errors import Transient, Unauthorized
from connectors.oauth.issuer import Issuer
from connectors.oauth.tokens import Tokens, TokenVault

_SPARE = timedelta(minutes=10)  # refresh with this much left: a long write must not outlive its token
_ASK_AGAIN = timedelta(
    hours=1
)  # a dead value stays dead: a service that is told so in vain need not hear it often
_ACTION = "refresh the connection"
_HOW_TO_CONNECT = "Connect it first: `milepost connect`."


@dataclass(frozen=True, slots=True)
class _Dead:
    """A refresh value that the service called dead, and what it said. The error itself would keep its frames alive."""

    value: str = field(repr=False)
    until: datetime
    reason: str
    code: str | None
    hint: str


class RefreshedTokens:
    """TokenSource over a vault: refreshes in time, once, and stores before use. Thread-safe.

    Once the service called the refresh value dead nothing of the pair is used for an hour, unless another was stored
    meanwhile, by whoever connected again: then it goes on by itself.
    """

    def __init__(
        self, issuer: Issuer, vault: TokenVault, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._issuer, self._vault, self._clock = issuer, vault, clock
        self._lock = threading.Lock()
        self._held: Tokens | None = None
        self._dead: _Dead | None = None

    def access_token(self) -> str:
        """The token in use, refreshed when it has ten minutes left or less."""
        with self._lock:
            if self._held is None or self._dead is not None:
                self._held = self._loaded()
            self._assert_not_dead(self._held)
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
            self._assert_not_dead(current)
            try:
                self._held = self._granted(current)
            except Transient:
                if refused or not self._lasts(current, timedelta(0)):
                    raise
                self._held = current  # it still works for some minutes; the next call tries again
            except Unauthorized as error:
                until = self._clock() + _ASK_AGAIN
                self._dead = _Dead(current.refresh, until, error.reason, error.code, error.hint)
                raise
            return self._held

    def _assert_not_dead(self, current: Tokens) -> None:
        dead = self._dead
        if dead is not None and dead.value == current.refresh and self._clock() < dead.until:
            raise self._issuer.unauthorized(_ACTION, dead.reason, code=dead.code, hint=dead.hint)
        self._dead = None

    def _granted(self, current: Tokens) -> Tokens:
        values = [current.refresh]
        if current.previous_refresh and current.previous_refresh != current.refresh:
            values.append(current.previous_refresh)
        for value in values:
            tokens = self._issuer.refresh(current, value, self._clock())
            if tokens is not None:
                self._vault.save(tokens)
                return tokens
            # A process that holds no lock of ours may have won meanwhile: its pair is as good as ours.
            stored = self._loaded()
            if stored.refresh != current.refresh:
                return stored
        raise self._issuer.unauthorized(
            _ACTION, "the connection was revoked or has expired", code="invalid_grant"
        )

    def _loaded(self) -> Tokens:
        tokens = self._vault.load()
        if tokens is None:
            raise self._issuer.unauthorized(_ACTION, "it was never connected", hint=_HOW_TO_CONNECT)
        return tokens

    def _lasts(self, tokens: Tokens, spare: timedelta) -> bool:
        return tokens.access_expires_at - self._clock() > spare
