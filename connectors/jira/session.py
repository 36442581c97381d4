"""The connection to one site: the `jira` library's client over our session, answers typed from bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec
import requests
from jira import JIRA
from jira.client import TokenAuth
from jira.resilientsession import ResilientSession
from requests.auth import AuthBase, HTTPBasicAuth

from connectors.errors import Transient, Unauthorized
from connectors.http import CheckedSession, Route, Usage, failure_of
from connectors.jira.faults import SERVICE, fault_of, unreadable
from connectors.jira.login import JiraLogin
from connectors.jira.wire import Listed, ServerInfo
from connectors.oauth.tokens import TokenSource
from connectors.retry import ReadRetry, http_date

T = TypeVar("T")

_LISTED_AT_ONCE = 50  # what Jira gives of projects, boards and sprints, whatever is asked
_MOST_LIST_PAGES = 500  # 25,000 entries
_SERVER_INFO = msgspec.json.Decoder(ServerInfo)
_ANY = msgspec.json.Decoder(object)
#: The requests that read. What a login may do here beyond them is in `NOTICES`, for a session of its own.
READS = (
    Route.read("GET", r"/rest/api/2/(serverInfo|myself|mypermissions|field|status|issuetype|resolution)"),
    Route.read("GET", r"/rest/api/2/(project/search|search/jql|project/\d+/(versions|components))"),
    Route.read("GET", r"/rest/api/2/(issue/\d+/worklog|worklog/(updated|deleted))"),
    Route.read("POST", r"/rest/api/2/((issue|changelog)/bulkfetch|worklog/list)"),
    Route.read("GET", r"/rest/agile/1\.0/(board|board/\d+|board/\d+/sprint|sprint/\d+)"),
    Route.read("GET", r"/_edge/tenant_info"),
)
#: The only requests that change something: our own properties of an issue, and its links.
NOTICES = (
    Route.write("PUT", r"/rest/api/2/issue/\d{1,19}/properties/milepost\.[a-z0-9._-]{1,60}"),
    Route.write("DELETE", r"/rest/api/2/issue/\d{1,19}/properties/milepost\.[a-z0-9._-]{1,60}"),
    Route.write("POST", r"/rest/api/2/issue/\d{1,19}/remotelink"),
    Route.write("DELETE", r"/rest/api/2/issue/\d{1,19}/remotelink"),
)
# Half an emoji, as a cut at a length limit leaves it: one such title must not make a batch unreadable.
_LONE_SURROGATE = re.compile(rb"(?i)(\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}")
_TENANT = re.compile(r"https://api\.atlassian\.com/ex/jira/([A-Za-z0-9-]+)")


class JiraSession(CheckedSession, ResilientSession):
    """The library's session type with our rules: no repeats, no redirects, only the requests listed here."""

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ARG002 - the library's extra argument concerns its own repeats only
        """One request, one answer, whatever its status.

        Passes by the library's loop, which repeats POST after a lost connection and waits as it likes, and
        its reading of error bodies, which breaks on `null` and puts the whole answer into the error.
        """
        return requests.Session.request(self, method, url, **kwargs)


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A typed answer, and the service's own time of it (to the second; None when it does not say)."""

    value: T
    answered_at: datetime | None


class JiraClient(JIRA):
    """One login at one site, and the `routes` that it may use. Every method but `write` reads; each answer is typed
    or one of the connector errors."""

    def __init__(self, login: JiraLogin, retry: ReadRetry, routes: Sequence[Route] = READS) -> None:
        session = JiraSession(login.url, routes, timeout_seconds=login.timeout_seconds)
        super().__init__(
            session.base_url, get_server_info=False, max_retries=0, timeout=session.timeout, logging=False
        )
        session.max_retries = 0
        session.headers.update(self._session.headers)
        session.auth = _login_of(login)
        self._session.close()
        self._session = session
        self._checked = session
        self._retry, self._tokens = retry, login.tokens
        self.account_id: str | None = None  #: set once known: an answer to anybody else is refused

    def __del__(self) -> None:
        """Nothing: the library closes here what a failed start never made, or a dying interpreter lost."""

    def close(self) -> None:
        """Close the connections; a later request opens new ones."""
        self._checked.close()

    @property
    def skew(self) -> timedelta | None:
        """How far the service's clock was ahead of ours at its last answer; None: not known."""
        return self._checked.skew

    @property
    def usage(self) -> Usage:
        """What was sent so far."""
        return self._checked.usage

    @property
    def tenant(self) -> str | None:
        """The cloud id inside an api.atlassian.com address; None for a site's own address."""
        found = _TENANT.fullmatch(self.server_url)
        return found[1] if found else None

    def platform(self, path: str) -> str:
        """The URL of a platform resource (REST v2: texts instead of documents, one shape everywhere)."""
        return self._get_url(path)

    def agile(self, path: str) -> str:
        """The URL of a board or sprint resource."""
        return self._get_url(path, base=self.AGILE_BASE_URL)

    def get(
        self, action: str, url: str, shape: msgspec.json.Decoder[T], **params: str | int | list[str]
    ) -> Reply[T]:
        """GET `url`, read as `shape`. `action` names the attempt in errors ("list boards")."""
        return self._retry.call(lambda: self._ask(action, shape, "GET", url, params=params))

    def pages(
        self,
        action: str,
        url: str,
        shape: msgspec.json.Decoder[Listed[T]],
        **params: str | int | list[str],
    ) -> Iterator[list[T]]:
        """The values of a counted list, page by page. Pages may be short: the list says where it ends."""
        start = 0
        for _ in range(_MOST_LIST_PAGES):
            page = self.get(action, url, shape, **params, startAt=start, maxResults=_LISTED_AT_ONCE).value
            yield page.values
            start += len(page.values)
            if page.is_last or not page.values:
                return
        raise Transient(SERVICE, action, f"the list did not end after {_MOST_LIST_PAGES} pages")

    def post(
        self, action: str, url: str, shape: msgspec.json.Decoder[T], body: Mapping[str, object]
    ) -> Reply[T]:
        """POST `body` to a `url` that only reads, read as `shape`."""
        data = msgspec.json.encode(body)
        return self._retry.call(lambda: self._ask(action, shape, "POST", url, data=data))

    def write(
        self,
        action: str,
        method: str,
        url: str,
        shape: msgspec.json.Decoder[Any] | None,
        body: Mapping[str, object] | None,
        **params: str,
    ) -> None:
        """One write, never repeated here. Done is what Jira itself answers: a `shape`; without one nothing, or any
        data. A web page is not: what stands between may answer 200, too, and nothing was written."""
        data = None if body is None else msgspec.json.encode(body)
        response = self._accepted(action, method, url, data=data, params=params)
        if shape is None and not response.content.strip():
            return
        if _read(shape or _ANY, response.content) is None:
            raise unreadable(action, response.headers, response.content)

    def time_of(self, reply: Reply[Any]) -> datetime:
        """The service's time when it answered; asks for it where a proxy took the Date header away."""
        found = reply.answered_at or self.server_info_now().server_time
        if found is None:
            raise Transient(SERVICE, "read the site's clock", "the site does not tell its time")
        return found

    def server_info_now(self) -> ServerInfo:
        """What the site is, read afresh."""
        return self.get("read what the site is", self.platform("serverInfo"), _SERVER_INFO).value

    def _ask(
        self, action: str, shape: msgspec.json.Decoder[T], method: str, url: str, **kwargs: Any
    ) -> Reply[T]:
        response = self._accepted(action, method, url, **kwargs)
        value = _read(shape, response.content)
        if value is None:
            raise unreadable(action, response.headers, response.content)
        return Reply(value, http_date(response.headers.get("Date", "")))

    def _accepted(self, action: str, method: str, url: str, **kwargs: Any) -> requests.Response:
        """An answer that is no error, made for us."""
        response = self._answer(action, method, url, **kwargs)
        if response.status_code == 401 and self._tokens is not None:
            refused = str(response.request.headers.get("Authorization", ""))
            self._tokens.refreshed(refused.removeprefix(_Bearer.SCHEME))
            response = self._answer(action, method, url, **kwargs)  # nothing was done: it was not let in
        fault = fault_of(action, response.status_code, response.headers, response.content)
        if fault is not None:
            fault.sent = True
            raise fault
        self._assert_still_us(action, response.headers)
        return response

    def _answer(self, action: str, method: str, url: str, **kwargs: Any) -> requests.Response:
        try:
            return self._session.request(method, url, **kwargs)
        except requests.RequestException as error:
            failure = failure_of(error)
        # Raised outside the handler: the library's error holds the request with its login.
        raise Transient(SERVICE, action, failure.reason, sent=failure.sent)

    def _assert_still_us(self, action: str, headers: Mapping[str, str]) -> None:
        seen = headers.get("X-AAccountId")
        if seen and self.account_id and seen != self.account_id:
            raise Unauthorized(
                SERVICE,
                action,
                "the answer was made for another account than the one logged in",
                hint="Check for a proxy that logs in by itself.",
            )


class _Bearer(AuthBase):
    """The token of the moment, on each request."""

    SCHEME = "Bearer "

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"{self.SCHEME}{self._tokens.access_token()}"
        return request


def _login_of(login: JiraLogin) -> AuthBase:
    if login.tokens is not None:
        return _Bearer(login.tokens)
    if login.email:
        # As bytes: requests would put a letter that latin-1 lacks, and the login around it, into its error.
        return HTTPBasicAuth(login.email.encode(), login.token.encode())
    return TokenAuth(login.token)


def _read(shape: msgspec.json.Decoder[T], body: bytes) -> T | None:
    try:
        return shape.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        mended = _LONE_SURROGATE.sub(lambda found: found[1] or rb"\ufffd", body)
    return _read(shape, mended) if mended != body else None
