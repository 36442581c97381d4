"""Notifications of changes: collected, put in either of the two formats, signed, delivered to loopback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sandbox.postman import Postman, Rounds, is_loopback
from sandbox.quickbooks.notices import Collected, Delivery, Endpoint, Format, Letter
from sandbox.quickbooks.state import QuickBooksState

__all__ = ["Delivery", "Endpoint", "Format", "Webhooks", "signature"]

_PATIENCE = 3.0  # seconds in which the service wants its answer


class Webhooks:
    """Notifies the subscribers of `state` of what happens in its companies. Thread-safe.

    Nothing leaves by itself: deliver() sends what is due by the state's clock, and start() calls it from a
    thread of its own. An endpoint that does not answer 200 within three seconds is tried again after the
    waits of the knob `webhook_retries`, and then given up.
    """

    def __init__(self, state: QuickBooksState) -> None:
        self._state = state
        self._rounds: Rounds | None = None

    def subscribe(self, url: str, verifier_token: str, format: Format = "cloudevents") -> Endpoint:  # noqa: A002
        """Send what happens from now on to `url`; ValueError unless it is http on loopback."""
        if not is_loopback(url):
            raise ValueError(f"the sandbox notifies loopback addresses only, not {url!r}")
        endpoint, outbox = Endpoint(url, verifier_token, format), self._state.outbox
        with outbox.lock:
            outbox.endpoints.append(endpoint)
        return endpoint

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The last attempts, in order."""
        outbox = self._state.outbox
        with outbox.lock:
            return tuple(outbox.deliveries)

    @property
    def waiting(self) -> int:
        """Notifications that are not delivered yet and not given up."""
        outbox = self._state.outbox
        with outbox.lock:
            return len(outbox.letters) + bool(outbox.collected)

    def deliver(self, postman: Postman | None = None) -> int:
        """Send everything that is due; returns how many notifications were tried."""
        postman, tried = postman or Postman(_PATIENCE), 0
        now, outbox = self._state.clock.now(), self._state.outbox
        with outbox.lock:
            self._write_letters(now)
            due = [letter for letter in outbox.letters if letter.due_at <= now]
        for letter in due:
            for _ in range(self._state.behaviour.webhook_copies):
                status = _post(postman, letter)
                if postman.off or self._state.outbox is not outbox:
                    return tried
                delivery = Delivery(letter.endpoint.url, letter.body, status, now)
                outbox.settle(letter, delivery, self._next_try(letter, status, now))
            tried += 1
        return tried

    def start(self, every: float = 0.2) -> None:
        """Deliver in the background, looking every so many seconds."""
        self._rounds = Rounds(self.deliver, _PATIENCE, every)
        self._rounds.start()

    def stop(self) -> None:
        """End the background delivery; a second call does nothing."""
        if self._rounds is not None:
            self._rounds.stop()

    def _next_try(self, letter: Letter, status: int, now: datetime) -> datetime | None:
        waits: tuple[timedelta, ...] = self._state.behaviour.webhook_retries
        given_up = status == 200 or letter.attempts >= len(waits)
        return None if given_up else now + waits[letter.attempts]

    def _write_letters(self, now: datetime) -> None:
        outbox = self._state.outbox
        collected, outbox.collected = outbox.collected, []
        if not collected:
            return
        for endpoint in outbox.endpoints:
            events = _legacy(collected) if endpoint.format == "legacy" else self._cloud_events(collected)
            body = json.dumps(events, separators=(",", ":")).encode()
            outbox.letters.append(Letter(endpoint, body, now))

    def _cloud_events(self, collected: Iterable[Collected]) -> list[dict[str, Any]]:
        suffixes, outbox = self._state.behaviour.webhook_suffixes, self._state.outbox
        events = []
        for entry in collected:
            outbox.made += 1
            happening = entry.happening
            merged = {"deletedId": happening.deleted_id} if happening.deleted_id else {}
            events.append(
                {
                    "specversion": "1.0",
                    "id": hashlib.sha256(f"event/{outbox.made}".encode()).hexdigest()[:36],
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


def signature(body: bytes, verifier_token: str) -> str:
    """The value of `intuit-signature` for these bytes."""
    return base64.b64encode(hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()).decode()


def _legacy(collected: Iterable[Collected]) -> dict[str, Any]:
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


def _post(postman: Postman, letter: Letter) -> int:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "intuit_notification_server/1.0 (milepost sandbox)",
        "intuit-signature": signature(letter.body, letter.endpoint.verifier_token),
    }
    return postman.post(letter.endpoint.url, letter.body, headers)
