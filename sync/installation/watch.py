"""The watch over the connections: what ends soon and what does not work is told once, and kept for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from connectors.errors import ConnectorError, Unauthorized
from model.finding import Finding
from sync.installation.lasting import endings
from sync.installation.settings import Settings
from sync.store import Store
from sync.store.journal import Aged

log = structlog.get_logger()

CONNECTIONS = "(connections)"  #: in place of a contract: findings about logins stand under it
_LOST = "connection.lost"


class ConnectionWatch:
    """Looks after each tick. What it found stays in the journal until it is over, over restarts too."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store

    def look(self, trouble: Sequence[ConnectorError], now: datetime) -> tuple[Finding, ...]:
        """Keep what ends soon and which accounts of `trouble` refuse their login, for people; what of it is new. That a
        login ends is told in the log here, once for each stage; who cannot be reached, by the service."""
        known = {each.finding.ref for each in kept(self._store)}
        found = (*ending_soon(self._settings, self._store, now), *self._lost(trouble))
        fresh = tuple(each for each in found if each.ref not in known)
        for each in fresh:
            if each.code != _LOST:
                log.warning(each.code, connection=each.subject, reason=each.reason, hint=each.hint)
        if found or known:
            self._store.journal.keep_findings(CONNECTIONS, found, now)
        return fresh

    def _lost(self, trouble: Sequence[ConnectorError]) -> list[Finding]:
        refused = {each.account or each.service: each for each in trouble if isinstance(each, Unauthorized)}
        return [
            Finding(
                _LOST, name, error.reason, self._how(name, error.hint), "admin", f"connection|{name}|lost"
            )
            for name, error in sorted(refused.items())
        ]

    def _how(self, name: str, hint: str) -> str:
        """What to do, with the command where it is one that a person connects."""
        kind, _, alias = name.partition(".")
        site = self._settings.jira.get(alias)
        by_person = kind == "quickbooks" or (kind == "jira" and site is not None and site.token is None)
        return f"{hint} `milepost connect {kind} {alias}`" if by_person and alias else hint


def ending_soon(settings: Settings, store: Store, now: datetime) -> tuple[Finding, ...]:
    """A finding for each login that ends within two weeks, or has ended."""
    warnings = (ending.warning(now) for ending in endings(settings, store))
    return tuple(each for each in warnings if each is not None)


def standing(settings: Settings, store: Store, now: datetime) -> tuple[Finding, ...]:
    """What is to be said of the connections now, without asking anybody: what ends soon, and what was last refused."""
    refused = (each.finding for each in kept(store) if each.finding.code == _LOST)
    return (*ending_soon(settings, store, now), *refused)


def connected_again(store: Store, name: str, now: datetime) -> None:
    """A person connected it: what was said of it is over."""
    others = [each.finding for each in kept(store) if each.finding.subject != name]
    store.journal.keep_findings(CONNECTIONS, others, now)


def kept(store: Store) -> list[Aged]:
    """The open findings about connections, with their age."""
    return [each for each in store.journal.findings() if each.contract == CONNECTIONS]
