"""Notifications of Jira: their signature, and what they name.

https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import msgspec

from connectors.heard import Heard, Unreadable

SIGNATURE = "X-Hub-Signature"
_MOST_DIGITS = 19


class _Thing(msgspec.Struct):
    id: str | int = ""


class _Worklog(msgspec.Struct):
    issue_id: str | int = msgspec.field(name="issueId", default="")


class _Link(msgspec.Struct):
    source: str | int = msgspec.field(name="sourceIssueId", default="")
    target: str | int = msgspec.field(name="destinationIssueId", default="")


class _Told(msgspec.Struct):
    event: str = msgspec.field(name="webhookEvent")
    timestamp: int | None = None
    issue: _Thing | None = None
    sprint: _Thing | None = None
    version: _Thing | None = None
    worklog: _Worklog | None = None
    link: _Link | None = msgspec.field(name="issueLink", default=None)


_READ = msgspec.json.Decoder(_Told)


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the one of these very bytes under the webhook's secret, compared in constant time."""
    digest = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return hmac.compare_digest(f"sha256={digest}".encode(), signature.encode("utf-8", "replace"))


def heard(body: bytes) -> tuple[Heard, ...]:
    """What a notification names: an issue as a rule. Unreadable when it is none of Jira's.

    A repeat is known by its bytes, which are signed; the id in its headers is not.
    """
    try:
        told = _READ.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable from None
    key, at = hashlib.sha256(body).hexdigest(), _moment(told.timestamp)
    named = {
        ("issue", _id(told.issue.id) if told.issue else ""),
        ("issue", _id(told.worklog.issue_id) if told.worklog else ""),
        ("issue", _id(told.link.source) if told.link else ""),
        ("issue", _id(told.link.target) if told.link else ""),
        ("sprint", _id(told.sprint.id) if told.sprint else ""),
        ("version", _id(told.version.id) if told.version else ""),
    }
    return tuple(
        Heard(f"{key}/{kind}/{identity}", "", kind, identity, at)
        for kind, identity in sorted(named)
        if identity
    )


def _id(value: str | int) -> str:
    text = str(value)
    return text if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else ""


def _moment(milliseconds: int | None) -> datetime | None:
    try:
        return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
