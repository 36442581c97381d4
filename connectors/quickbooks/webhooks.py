"""Notifications of QuickBooks: their signature, and what they name, in the present format and in the former one.

https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from connectors.heard import Heard, Unreadable

SIGNATURE = "intuit-signature"
_KINDS = {"invoice": "invoice", "estimate": "estimate", "creditmemo": "credit_memo", "payment": "payment"}
_TYPE = re.compile(r"qbo\.([a-z]{1,40})\.([a-z_]{1,40})\.v\d{1,3}", re.IGNORECASE)
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


class _CloudEvent(msgspec.Struct):
    id: str
    type: str
    intuitentityid: str
    intuitaccountid: str
    time: str = ""


class _Entity(msgspec.Struct):
    name: str
    id: str
    operation: str
    last_updated: str = msgspec.field(name="lastUpdated", default="")


class _Change(msgspec.Struct):
    entities: list[_Entity] = []


class _Notification(msgspec.Struct):
    realm: str = msgspec.field(name="realmId")
    change: _Change = msgspec.field(name="dataChangeEvent", default_factory=_Change)


class _Former(msgspec.Struct):
    notifications: list[_Notification] = msgspec.field(name="eventNotifications")


_READ = msgspec.json.Decoder(list[_CloudEvent] | _Former)


def is_signed(body: bytes, signature: str, verifier: str) -> bool:
    """Whether `signature` is the one of these very bytes under the verifier token, compared in constant time."""
    digest = hmac.digest(verifier.encode(), body, hashlib.sha256)
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))


def heard(body: bytes) -> tuple[Heard, ...]:
    """What a notification names; one may mix companies. Unreadable when it is of neither format."""
    try:
        told = _READ.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable from None
    return tuple(_present(told) if isinstance(told, list) else _former(told))


def _present(events: list[_CloudEvent]) -> Iterator[Heard]:
    for event in events:
        named = _TYPE.fullmatch(event.type)
        if named and _ID.fullmatch(event.intuitentityid):
            kind = _KINDS.get(named[1].lower(), "other")
            yield Heard(
                event.id[:100], event.intuitaccountid, kind, event.intuitentityid, _moment(event.time)
            )


def _former(told: _Former) -> Iterator[Heard]:
    for notification in told.notifications:
        for entity in notification.change.entities:
            if _ID.fullmatch(entity.id):
                parts = (notification.realm, entity.name, entity.id, entity.operation, entity.last_updated)
                kind = _KINDS.get(entity.name.lower(), "other")
                key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
                yield Heard(key, notification.realm, kind, entity.id, _moment(entity.last_updated))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
