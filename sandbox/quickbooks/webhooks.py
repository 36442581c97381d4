"""Notifications of changes: collected, put in either of the two formats, signed, delivered to loopback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from sandbox.quickbooks.state import Company, Happening, QuickBooksState

Format = Literal["legacy", "cloudevents"]
_PATIENCE = 3.0  # seconds in which the service wants its answer
_SILENT = frozenset(("CompanyInfo", "TaxCode", "TaxRate", "TaxAgency", "CompanyCurrency", "CustomerType"))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where notifications go: a loopback URL, the verifier token that signs them, and their format."""

    url: str
    verifier_token: str
    format: Format = "cloudevents"


@dataclass(slots=True)
class _Letter:
    """One notification on its way: its bytes, and when it is tried next."""

    endpoint: Endpoint
    body: bytes
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt that was made, with the status it met (0 where nobody answered)."""

    url: str
    body: bytes
    status: int
    at: datetime


@dataclass(slots=True)
class _Collected:
    realm: str
    happening: Happening


@dataclass(slots=True)
class _Desk:
    collected: list[_Collected] = field(default_factory=list)
    letters: list[_Letter] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    made: int = 0


class Webhooks:
    """Watches the companies of `state` and notifies subscribers. Thread-safe.

    Nothing leaves by itself: deliver() sends what is due by the state's clock, and start() calls it from a
    thread of its own. An endpoint that does not answer 200 within three seconds is tried again after the
    waits of the knob `webhook_retries`, and then given up.
    """

    def __init__(self, state: QuickBooksState) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._endpoints: list[Endpoint] = []
        self._desk = _Desk()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        for company in state.companies.values():
            self.watch(company)

    def watch(self, company: Company) -> None:
        """Notify of this company too (those of the state at construction are watched already)."""
        company.watchers.append(lambda happening: self._collect(company.realm, happening))

    def subscribe(self, url: str, verifier_token: str, format: Format = "cloudevents") -> Endpoint:  # noqa: A002
        """Send what happens from now on to `url`; ValueError unless it is http on loopback."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        loopback = host == "localhost" or _is_loopback(host)
        if parts.scheme != "http" or not loopback:
            raise ValueError(f"the sandbox notifies loopback addresses only, not {url!r}")
        endpoint = Endpoint(url, verifier_token, format)
        with self._lock:
            self._endpoints.append(endpoint)
        return endpoint

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every attempt so far, in order."""
        with self._lock:
            return tuple(self._desk.deliveries)

    @property
    def waiting(self) -> int:
        """Notifications that are not delivered yet and not given up."""
        with self._lock:
            return len(self._desk.letters) + bool(self._desk.collected and self._endpoints)

    def deliver(self) -> int:
        """Send everything that is due; returns how many attempts were made."""
        now = self._state.clock.now()
        with self._lock:
            self._write_letters(now)
            due = [letter for letter in self._desk.letters if letter.due_at <= now]
        for letter in due:
            for _ in range(self._state.behaviour.webhook_copies):
                self._send(letter, now)
        return len(due)

    def start(self, every: float = 0.2) -> None:
        """Deliver in the background, looking every so many seconds."""
        self._thread = threading.Thread(target=self._run, args=(every,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the background delivery; a second call does nothing."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, every: float) -> None:
        while not self._stopping.wait(every):
            self.deliver()

    def _collect(self, realm: str, happening: Happening) -> None:
        if happening.kind in _SILENT:
            return
        with self._lock:
            if self._endpoints:
                self._desk.collected.append(_Collected(realm, happening))

    def _write_letters(self, now: datetime) -> None:
        collected, self._desk.collected = self._desk.collected, []
        if not collected:
            return
        for endpoint in self._endpoints:
            events = _legacy(collected) if endpoint.format == "legacy" else self._cloud_events(collected)
            body = json.dumps(events, separators=(",", ":")).encode()
            self._desk.letters.append(_Letter(endpoint, body, now))

    def _cloud_events(self, collected: Iterable[_Collected]) -> list[dict[str, Any]]:
        suffixes = self._state.behaviour.webhook_suffixes
        events = []
        for entry in collected:
            self._desk.made += 1
            happening = entry.happening
            merged = {"deletedId": happening.deleted_id} if happening.deleted_id else {}
            events.append(
                {
                    "specversion": "1.0",
                    "id": hashlib.sha256(f"event/{self._desk.made}".encode()).hexdigest()[:36],
                    "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
                    "type": f"qbo.{happening.kind.lower()}.{suffixes[happening.operation]}.v1",
                    "datacontenttype": "application/json",
                    "time": _utc(happening.at),
                    "intuitentityid": happening.id,
                    "intuitaccountid": entry.realm,
                    "data": merged,
                }
            )
        return events

    def _send(self, letter: _Letter, now: datetime) -> None:
        status = _post(letter.endpoint, letter.body)
        with self._lock:
            self._desk.deliveries.append(Delivery(letter.endpoint.url, letter.body, status, now))
            waits = self._state.behaviour.webhook_retries
            if letter not in self._desk.letters:
                return
            if status == 200 or letter.attempts >= len(waits):
                self._desk.letters.remove(letter)
            else:
                letter.due_at = now + waits[letter.attempts]
                letter.attempts += 1


def signature(body: bytes, verifier_token: str) -> str:
    """The value of `intuit-signature` for these bytes."""
    return base64.b64encode(hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()).decode()


def _legacy(collected: Iterable[_Collected]) -> dict[str, Any]:
    """One notification for each realm, each with its entities in the order of events."""
    realms: dict[str, list[dict[str, str]]] = {}
    for entry in collected:
        happening = entry.happening
        entity = {
            "name": happening.kind,
            "id": happening.id,
            "operation": happening.operation,
            "lastUpdated": _utc(happening.at),
        }
        if happening.deleted_id:
            entity["deletedId"] = happening.deleted_id
        realms.setdefault(entry.realm, []).append(entity)
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": entities}} for realm, entities in realms.items()
    ]
    return {"eventNotifications": notifications}


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _post(endpoint: Endpoint, body: bytes) -> int:
    parts = urlsplit(endpoint.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_PATIENCE)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "intuit_notification_server/1.0 (milepost sandbox)",
        "intuit-signature": signature(body, endpoint.verifier_token),
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
