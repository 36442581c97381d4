"""Rate limits: of the Cloud points per hour for apps, bursts per endpoint, writes per issue; or buckets.

Off until a knob is set. Everything counts by the clock it is given; the caller holds the state's lock.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sandbox.jira.buckets import Buckets, Fill

Reason = Literal[
    "jira-quota-global-based", "jira-quota-tenant-based", "jira-burst-based", "jira-per-issue-on-write"
]
_POLICIES: dict[Reason, tuple[str, int]] = {
    "jira-quota-global-based": ("global-app-quota", 3600),
    "jira-quota-tenant-based": ("tenant-app-quota", 3600),
    "jira-burst-based": ("jira-burst-based", 1),
    "jira-per-issue-on-write": ("jira-per-issue-on-write", 2),
}
_WINDOWS = (timedelta(seconds=2), timedelta(seconds=30))
_WRITTEN_ISSUE = re.compile(r"/rest/(?:api/\w+|agile/1\.0)/issue/([^/]+)(?:/.*)?$")
_NEAR = 0.2


@dataclass(slots=True)
class Allowances:
    """What is allowed; None: without limit. The documented values are in the comments."""

    global_points: int | None = None  #: 65 000 an hour, shared by all tenants of an app
    tenant_points: int | None = None  #: 100 000 an hour and more, of one site
    burst: Mapping[str, int] | None = None  #: per second by method: GET 100, POST 100, PUT 50, DELETE 50
    issue_writes: tuple[int, int] | None = None  #: in 2 s and in 30 s: 20 and 100
    spare_tokens: bool = True  #: logins by API token spend no points
    server: tuple[int, int, int] | None = None  #: Data Center, per person: requests, seconds, most at once


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a limit says of one request: refused or let through, with these headers."""

    refused: bool
    headers: dict[str, str]


class Limits:
    """The counters of one site."""

    def __init__(self) -> None:
        self.allowed = Allowances()
        self._spent: dict[Reason, int] = defaultdict(int)
        self._hour: datetime | None = None
        self._tokens: dict[tuple[str, str], tuple[float, datetime]] = {}
        self._writes: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._buckets = Buckets()

    def admit(self, method: str, path: str, now: datetime, *, by_app: bool) -> Verdict:
        """Judge a request that has arrived."""
        allowed = self.allowed
        if allowed.burst is not None:
            refused = self._burst(method, path, now, allowed.burst.get(method, 100))
            if refused:
                return refused
        written = _WRITTEN_ISSUE.search(path) if method != "GET" else None
        if written and allowed.issue_writes is not None:
            refused = self._issue_write(written[1], now, allowed.issue_writes)
            if refused:
                return refused
        return self._quotas(now, by_app=by_app)

    def admit_to_server(self, who: str, now: datetime) -> Verdict:
        """Judge a request to Data Center, by whom it is."""
        if self.allowed.server is None:
            return Verdict(refused=False, headers={})
        allowed, headers = self._buckets.take(who, Fill(*self.allowed.server), now)
        return Verdict(not allowed, headers)

    def spend(self, points: int, *, by_app: bool) -> None:
        """Charge an answered request: 1 and one more per object it showed."""
        if by_app or not self.allowed.spare_tokens:
            for reason in ("jira-quota-global-based", "jira-quota-tenant-based"):
                self._spent[reason] += points

    def _burst(self, method: str, path: str, now: datetime, size: int) -> Verdict | None:
        """A token bucket per endpoint and method that holds `size` and refills with it every second."""
        endpoint = (method, re.sub(r"/[A-Z][A-Z0-9_]*-\d+|/\d+", "/*", path))
        left, then = self._tokens.get(endpoint, (float(size), now))
        left = min(float(size), left + (now - then).total_seconds() * size)
        if left < 1:
            self._tokens[endpoint] = (left, now)
            return _refusal("jira-burst-based", size, now, timedelta(seconds=1))
        self._tokens[endpoint] = (left - 1, now)
        return None

    def _issue_write(self, key: str, now: datetime, most: tuple[int, int]) -> Verdict | None:
        writes = self._writes[key]
        while writes and writes[0] <= now - _WINDOWS[-1]:
            writes.popleft()
        for window, size in zip(_WINDOWS, most, strict=True):
            recent = [at for at in writes if at > now - window]
            if len(recent) >= size:
                return _refusal("jira-per-issue-on-write", size, now, recent[0] + window - now)
        writes.append(now)
        return None

    def _quotas(self, now: datetime, *, by_app: bool) -> Verdict:
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            self._hour = hour
            self._spent.clear()
        if not by_app and self.allowed.spare_tokens:
            return Verdict(refused=False, headers={})
        until = hour + timedelta(hours=1) - now
        headers: dict[str, str] = {}
        quotas: tuple[tuple[Reason, int | None], ...] = (
            ("jira-quota-global-based", self.allowed.global_points),
            ("jira-quota-tenant-based", self.allowed.tenant_points),
        )
        for reason, quota in quotas:
            if quota is None:
                continue
            left = quota - self._spent[reason]
            if left <= 0:
                return _refusal(reason, quota, now, until)
            headers |= _told(reason, quota, left, until)
        return Verdict(refused=False, headers=headers)


def _refusal(reason: Reason, size: int, now: datetime, wait: timedelta) -> Verdict:
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    reset = (now + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = _told(reason, size, 0, wait) | {
        "Retry-After": str(seconds),
        "X-RateLimit-Reset": reset,
        "RateLimit-Reason": reason,
    }
    return Verdict(refused=True, headers=headers)


def _told(reason: Reason, size: int, left: int, until: timedelta) -> dict[str, str]:
    name, window = _POLICIES[reason]
    shown = {
        "X-RateLimit-Limit": str(size),
        "X-RateLimit-Remaining": str(left),
        "Beta-RateLimit-Policy": f'"{name}";q={size};w={window}',
        "Beta-RateLimit": f'"{name}";r={left};t={max(1, int(until.total_seconds()))}',
    }
    return shown | ({"X-RateLimit-NearLimit": "true"} if left < size * _NEAR else {})
