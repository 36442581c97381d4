"""The one door to the network: a session for one base URL that sends allowed requests only, and counts."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Literal
from urllib.parse import urlsplit

import requests
import structlog
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Route:
    """A request that may be made: `method`, a pattern of the whole path below the base URL, and its effect.

    `effect` says what it does to the service, whatever its method: many services read by POST.
    """

    method: str
    path: re.Pattern[str]
    effect: Literal["read", "write"]

    @classmethod
    def read(cls, method: str, path: str) -> Route:
        """A route without effects; `path` is a regular expression of the whole path."""
        return cls(method, re.compile(path), "read")

    @classmethod
    def write(cls, method: str, path: str) -> Route:
        """A route that changes something; `path` is a regular expression of the whole path."""
        return cls(method, re.compile(path), "write")


@dataclass(frozen=True, slots=True)
class Usage:
    """How many requests left the process; `reads` + `writes` = `requests`."""

    requests: int = 0
    reads: int = 0
    writes: int = 0


class Forbidden(Exception):
    """A request outside the allow-list. Nothing was sent; this is a defect, not an outage."""


def forbidden(request: requests.PreparedRequest, why: str) -> Forbidden:
    """The error that stops a request, after the alarm. `why` holds nothing that may be a secret."""
    log.error("request.forbidden", method=request.method, path=urlsplit(request.url or "").path, reason=why)
    return Forbidden(f"{request.method} {why}")


class CheckedSession(requests.Session):
    """A session that sends nothing but `routes` below `base_url`; every request passes `send`.

    It ignores proxies, netrc and certificates of the environment, follows no redirect (credentials would
    travel along), never waits without a limit and never repeats a request by itself. `timeout_seconds`
    bounds the wait for each piece of an answer; connecting is bounded by 10 s. A `base_url` that is neither
    https nor loopback is a ValueError.
    """

    def __init__(
        self, base_url: str, routes: Sequence[Route], *, timeout_seconds: float = 30.0, pool: int = 10
    ) -> None:
        super().__init__()
        self.base_url = checked_base_url(base_url)
        self.routes = tuple(routes)
        self.timeout = (min(10.0, timeout_seconds), timeout_seconds)
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # only the login says who we are
        self._usage = Usage()
        self.skew: timedelta | None = (
            None  #: how far the service's clock was ahead of ours at its last answer
        )
        self._counting = threading.Lock()
        self.adapters.clear()
        scheme = urlsplit(self.base_url).scheme
        self.mount(f"{scheme}://", HTTPAdapter(pool_connections=1, pool_maxsize=pool, max_retries=0))

    @property
    def usage(self) -> Usage:
        """What was sent so far."""
        return self._usage

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Check, count and send one request. Raises Forbidden before anything leaves the process."""
        route = self._route_of(request)
        kwargs["timeout"] = kwargs.get("timeout") or self.timeout
        self._count(route)
        answer = super().send(request, **kwargs)
        self.skew = _skew(answer.headers.get("Date"))
        return answer

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the signature of requests
        """No answer is a redirect to follow: its Location would receive our credentials."""
        return

    def _route_of(self, request: requests.PreparedRequest) -> Route:
        url, method = request.url or "", request.method or ""
        target, base = urlsplit(url), urlsplit(self.base_url)
        below = target.path[len(base.path) :] if target.path.startswith(base.path + "/") else None
        if (target.scheme, target.netloc) != (base.scheme, base.netloc) or below is None:
            raise forbidden(request, f"to another address than {self.base_url} is not allowed")
        for route in self.routes:
            if route.method == method and route.path.fullmatch(below):
                return route
        raise forbidden(request, f"{below} is not on the list of allowed requests")

    def _count(self, route: Route) -> None:
        with self._counting:
            now, write = self._usage, route.effect == "write"
            self._usage = Usage(now.requests + 1, now.reads + (not write), now.writes + write)


def _skew(said: str | None) -> timedelta | None:
    """How far a Date header is ahead of our clock; None where there is none that can be read."""
    try:
        return parsedate_to_datetime(said or "") - datetime.now(UTC)
    except (ValueError, TypeError):  # no date, or one without a zone
        return None


def checked_base_url(url: str) -> str:
    """`url` without its trailing slash. ValueError unless it is https, or http on this machine's loopback."""
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise ValueError("a base URL is scheme, host and path only, without a login in it")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError(
            f"{parts.scheme}://{parts.hostname} is not allowed: use https (http only on loopback)"
        )
    # Same normal form as the prepared requests it is compared with (lower-case host, no default port).
    prepared = requests.Request("GET", url.rstrip("/") + "/").prepare()
    return (prepared.url or "").rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name or number is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no whole answer arrived, in words without addresses or secrets.

    `sent` is False only when it is certain that the service never saw the request.
    """

    reason: str
    sent: bool


def failure_of(error: requests.RequestException) -> Failure:
    """Why a request ended without an answer. Never quotes the error: it may hold URLs and headers."""
    causes = _causes(error)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Failure("no connection within the time allowed", sent=False)
    if isinstance(error, requests.exceptions.ReadTimeout):
        return Failure("no answer within the time allowed", sent=True)
    if isinstance(error, requests.exceptions.SSLError) or any(isinstance(c, ssl.SSLError) for c in causes):
        handshake = any(isinstance(c, ssl.SSLCertVerificationError) for c in causes)
        return Failure("no secure connection (certificate or TLS)", sent=not handshake)
    if any(isinstance(c, socket.gaierror) for c in causes):
        return Failure("the host name is not known (DNS)", sent=False)
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return Failure("the connection was refused", sent=False)
    if any(isinstance(c, NewConnectionError) for c in causes):
        return Failure("no connection could be made", sent=False)
    if isinstance(
        error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
    ):
        return Failure("the answer broke off", sent=True)
    return Failure("the connection was lost", sent=True)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what lies beneath it: requests and urllib3 nest causes in args, reason and context."""
    found: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        item = queue.pop()
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            queue += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]
    return found
