"""Webhooks: who wants to hear of what, what they were told, and what is still to be delivered.

Deliveries are kept here as data; `deliveries` sends them. A hook of an administrator hears everything it
names, a dynamic one only of issues its filter finds, and it expires.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.jira.events import Event
from sandbox.jira.issue import Issue

LIFE = timedelta(days=30)
TRIES = 5
WAITS = (timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=15), timedelta(minutes=15))
_KEPT_FAILED = timedelta(hours=72)
DYNAMIC_EVENTS = (
    "jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated",
    "comment_deleted", "issue_property_set", "issue_property_deleted",
)  # fmt: skip
RETRIED = frozenset((408, 409, 425, 429)) | frozenset(range(500, 600))


@dataclass(slots=True)
class Hook:
    """One registration. `expires_at` is set on dynamic ones, which belong to an app's `owner`."""

    id: int
    url: str
    events: tuple[str, ...]
    jql: str
    owner: str
    name: str = ""
    secret: str = ""
    enabled: bool = True
    expires_at: datetime | None = None
    field_ids: tuple[str, ...] = ()
    changed_at: datetime | None = None


@dataclass(slots=True)
class Delivery:
    """One event on its way to one hook. `due_at` None: settled, well or not."""

    id: str
    hook_id: int
    url: str
    body: bytes
    created_at: datetime
    due_at: datetime | None
    secret: str = ""
    tries: int = 0
    failed_at: datetime | None = None

    def headers(self) -> dict[str, str]:
        """What goes with the body: the dedupe key, the retry count, and the signature of the raw body."""
        shown = {
            "Content-Type": "application/json;charset=UTF-8",
            "User-Agent": "Atlassian Webhook HTTP Client",
            "X-Atlassian-Webhook-Identifier": self.id,
            "X-Atlassian-Webhook-Flow": "Primary",
        }
        if self.tries:
            shown["X-Atlassian-Webhook-Retry"] = str(self.tries)
        if self.secret:
            digest = hmac.new(self.secret.encode(), self.body, hashlib.sha256).hexdigest()
            shown["X-Hub-Signature"] = f"sha256={digest}"
        return shown

    def settle(self, status: int, at: datetime) -> None:
        """Note the answer (0: none): delivered, to be tried again later, or given up."""
        self.tries += 1
        if status and status not in RETRIED:
            self.due_at, self.failed_at = None, None if status < 400 else at
        elif self.tries >= TRIES:
            self.due_at, self.failed_at = None, at
        else:
            self.due_at = at + WAITS[self.tries - 1]


Matches = Callable[[Hook, Issue], bool]
Payload = Callable[[Event], dict[str, Any]]


@dataclass(slots=True)
class Webhooks:
    """The registrations of a site and its outbox. `matches` runs a hook's filter, `payload` shows an event."""

    hooks: dict[int, Hook] = field(default_factory=dict)
    outbox: list[Delivery] = field(default_factory=list)
    matches: Matches = lambda _hook, _issue: True
    payload: Payload = lambda event: {"webhookEvent": event.name}
    _count: int = 0
    _issued: int = 0

    def next_id(self) -> int:
        """The id of the next hook."""
        self._issued += 1
        return self._issued

    def hear(self, event: Event) -> None:
        """Queue an event for every hook that wants it."""
        wanted = [hook for hook in self.hooks.values() if self._wants(hook, event)]
        if not wanted:
            return
        shown = self.payload(event)
        for hook in wanted:
            self._count += 1
            body = shown | ({"matchedWebhookIds": [hook.id]} if hook.expires_at else {})
            identity = str(uuid5(NAMESPACE_URL, f"{hook.id}/{self._count}"))
            raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            self.outbox.append(Delivery(identity, hook.id, hook.url, raw, event.at, event.at, hook.secret))

    def due(self, now: datetime) -> list[Delivery]:
        """Deliveries to be made by now."""
        return [entry for entry in self.outbox if entry.due_at is not None and entry.due_at <= now]

    def tidy(self, now: datetime) -> None:
        """Keep what is still to be delivered, and what was given up within 72 hours."""
        long_ago = now - _KEPT_FAILED
        self.outbox = [e for e in self.outbox if e.due_at or (e.failed_at and e.failed_at > long_ago)]

    def failed(self, now: datetime, owner_hooks: set[int]) -> list[Delivery]:
        """What was given up within 72 hours, oldest first."""
        kept = (entry for entry in self.outbox if entry.failed_at and entry.failed_at > now - _KEPT_FAILED)
        return sorted(
            (entry for entry in kept if entry.hook_id in owner_hooks),
            key=lambda entry: entry.failed_at or now,
        )

    def _wants(self, hook: Hook, event: Event) -> bool:
        if not hook.enabled or event.name not in hook.events:
            return False
        if hook.expires_at is not None and event.at >= hook.expires_at:
            return False
        if hook.field_ids and event.history is not None:
            changed = {item.field_id for item in event.history.items}
            if changed.isdisjoint(hook.field_ids):
                return False
        return not hook.jql or event.issue is None or self.matches(hook, event.issue)
