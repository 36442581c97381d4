"""What an answer of Jira means for the caller: errors by recovery, from status, headers and body.

Sentences are ours: bodies and headers are matched, never quoted. Wordings marked unverified in Jira's
documentation are matched loosely. https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.errors import ConnectorError, Rejected, Transient, Unauthorized
from connectors.retry import http_date, retry_after_of

SERVICE = "Jira"
NO_SPRINTS = "board.no_sprints"
NO_PROJECT = "jql.project_missing"

_LOGIN_REFUSED = frozenset({"AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "AUTHORISATION_FAILED"})
_THROTTLES = {
    "jira-quota-global-based": "the hourly quota of this login is used up",
    "jira-quota-tenant-based": "the hourly quota of this site is used up",
    "jira-burst-based": "too many requests at once",
    "jira-per-issue-on-write": "too many writes to one issue",
    "jira-cost-based": "the requests of the last hour were too expensive for this site",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """A refusal that is recognised by its text."""

    pattern: re.Pattern[str]
    code: str
    reason: str
    hint: str = ""


_KNOWN_400 = (
    _Known(
        re.compile(r"does not support sprints", re.IGNORECASE),
        NO_SPRINTS,
        "the board does not support sprints",
        "Name a scrum board in the rule.",
    ),
    _Known(
        re.compile(r"does not exist for the field '?project", re.IGNORECASE),
        NO_PROJECT,
        "a project of the query does not exist or is not visible to this login",
        "Ask for access to the project, or take it out of the rules.",
    ),
    _Known(
        re.compile(r"^field .*does not exist or you do not have permission", re.IGNORECASE | re.DOTALL),
        "jql.field_missing",
        "a field of the query does not exist or is not visible to this login",
    ),
    _Known(re.compile(r"unbounded jql", re.IGNORECASE), "jql.unbounded", "the query has no restriction"),
    _Known(
        re.compile(r"ordered by at most", re.IGNORECASE),
        "jql.order",
        "the query is ordered by too many fields",
    ),
    _Known(re.compile(r"page ?token", re.IGNORECASE), "search.token", "the page token is no longer valid"),
    _Known(re.compile(r"error in the jql", re.IGNORECASE), "jql.syntax", "the query is not understood"),
)


def fault_of(action: str, status: int, headers: Mapping[str, str], body: bytes) -> ConnectorError | None:
    """The error that an answer is, or None for one that may be read.

    `headers` is case-insensitive. A 2xx whose login was refused is an error: Jira then answers as to an
    anonymous visitor, with less or nothing.
    """
    if headers.get("X-Seraph-LoginReason", "").strip() in _LOGIN_REFUSED or status == 401:
        return _unauthorized(action, status, headers)
    if 200 <= status < 300:
        return None
    if status == 429:
        return _throttled(action, headers)
    if status >= 500 or status in (408, 409, 425):
        return Transient(
            SERVICE,
            action,
            f"the service is not available ({status})",
            status=status,
            trace=trace_of(headers),
            retry_after=_wait_of(headers),
        )
    if status == 403:
        return _forbidden(action, headers, body)
    if 300 <= status < 400:
        return _redirected(action, status, headers)
    return _rejected(action, status, headers, body)


def unreadable(action: str, headers: Mapping[str, str], body: bytes) -> Transient:
    """The error of a 2xx answer that is not what was asked for: cut off, a web page, another shape."""
    start = body[:200].lstrip().lower()
    is_page = start.startswith((b"<!doctype", b"<html", b"<head")) or "html" in headers.get(
        "Content-Type", ""
    )
    what = (
        "a web page instead of data (a proxy, a login page or maintenance)" if is_page else "unreadable data"
    )
    return Transient(SERVICE, action, f"the answer is {what}", code="unreadable", trace=trace_of(headers))


def trace_of(headers: Mapping[str, str]) -> str | None:
    """Atlassian's id of the request, for their support; None when it does not look like one."""
    found = headers.get("Atl-Traceid") or headers.get("X-Arequestid") or ""
    return found if re.fullmatch(r"[A-Za-z0-9-]{1,64}", found) else None


def _unauthorized(action: str, status: int, headers: Mapping[str, str]) -> Unauthorized:
    if "AUTHENTICATION_DENIED" in headers.get("X-Seraph-LoginReason", ""):
        return Unauthorized(
            SERVICE,
            action,
            "the login is locked until a person solves a CAPTCHA",
            hint="Log in to Jira once with a browser as this account, then run again.",
            status=status,
            code="captcha",
        )
    return Unauthorized(
        SERVICE,
        action,
        "the login was not accepted",
        hint="Check the e-mail address and make a new API token: tokens expire within a year.",
        status=status,
        trace=trace_of(headers),
    )


def _forbidden(action: str, headers: Mapping[str, str], body: bytes) -> Unauthorized:
    code, reason, hint = (
        None,
        "the login lacks the right to do this",
        "Give the account the right, or use another account.",
    )
    if "X-Authentication-Denied-Reason" in headers:
        code, reason = "captcha", "the login is locked until a person solves a CAPTCHA"
        hint = "Log in to Jira once with a browser as this account, then run again."
    elif b"scope" in body[:2000].lower():
        reason, hint = (
            "the token lacks a scope",
            "Make a token with the scopes to read issues, boards and sprints.",
        )
    return Unauthorized(SERVICE, action, reason, hint=hint, status=403, code=code, trace=trace_of(headers))


def _throttled(action: str, headers: Mapping[str, str]) -> Transient:
    code = headers.get("RateLimit-Reason", "").strip().lower()
    code = code if code in _THROTTLES else "throttled"
    reason = _THROTTLES.get(code, "too many requests")
    return Transient(
        SERVICE,
        action,
        f"{reason} (429)",
        status=429,
        code=code,
        trace=trace_of(headers),
        retry_after=_wait_of(headers),
    )


def _wait_of(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: Retry-After, else until X-RateLimit-Reset by the service's own clock."""
    asked = retry_after_of(headers)
    if asked is not None or "X-RateLimit-Reset" not in headers:
        return asked
    try:
        reset_at = datetime.fromisoformat(headers["X-RateLimit-Reset"].strip())
    except ValueError:
        return None
    reset_at = reset_at if reset_at.tzinfo else reset_at.replace(tzinfo=UTC)
    answered_at = http_date(headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (reset_at - answered_at).total_seconds())


def _redirected(action: str, status: int, headers: Mapping[str, str]) -> ConnectorError:
    if "login" in headers.get("Location", "").lower():
        return _unauthorized(action, status, headers)
    return Rejected(
        SERVICE,
        action,
        f"the site answers from another address ({status})",
        hint="Write the site's final https address into the configuration.",
        status=status,
    )


def _rejected(action: str, status: int, headers: Mapping[str, str], body: bytes) -> Rejected:
    trace = trace_of(headers)
    if status == 404:
        reason, hint = (
            "it does not exist or is not visible to this login",
            "Check the address and the rights.",
        )
        return Rejected(SERVICE, action, reason, hint=hint, status=status, trace=trace)
    if status == 410:
        reason, hint = "the site no longer offers this request (410)", "Milepost must be updated."
        return Rejected(SERVICE, action, reason, hint=hint, status=status, code="removed", trace=trace)
    text = body[:8000].decode(errors="replace")
    messages = re.findall(r'"((?:[^"\\]|\\.)*)"', text) or [text]
    for known in _KNOWN_400 if status == 400 else ():
        if any(known.pattern.search(message) for message in messages):
            return Rejected(
                SERVICE,
                action,
                known.reason,
                hint=known.hint,
                status=status,
                code=known.code,
                trace=trace,
            )
    return Rejected(SERVICE, action, f"the request was refused ({status})", status=status, trace=trace)
