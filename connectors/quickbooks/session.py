"""The one door to QuickBooks: what may be asked at all, at what pace, under which token, until when."""

from __future__ import annotations

import math
import re
import threading
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from connectors.errors import Unauthorized
from connectors.http import CheckedSession, Route, forbidden
from connectors.limits import Limiter
from connectors.metering import ReadBudget
from connectors.oauth.tokens import TokenSource
from connectors.quickbooks.departure import GatedAdapter, current
from connectors.quickbooks.kinds import ENTITIES, path_of
from connectors.quickbooks.login import QuickBooksLogin

_PATIENCE_OF_READS = 30.0  # seconds a read waits for its place; longer waits go back to the caller
_DOCUMENT = "(" + "|".join(map(path_of, ENTITIES)) + ")"
_SEES = rf"(companyinfo/\d+|preferences|cdc|{_DOCUMENT}/[0-9A-Za-z-]{{1,64}})"
_ARGUMENTS = frozenset({"minorversion", "requestid", "entities", "changedSince"})


def routes_of(realm: str) -> tuple[Route, ...]:
    """Everything this connector may ask of a company. Sending, paying and deleting are not in it."""
    company = rf"/v3/company/{realm}"
    return (
        Route.read("GET", rf"{company}/{_SEES}"),
        Route.read("POST", rf"{company}/query"),
        Route.write("POST", rf"{company}/{_DOCUMENT}"),
    )


class QuickBooksSession(CheckedSession):
    """CheckedSession for one company: also checks arguments, keeps the pace and carries the token.

    The library reads `access_token` for each request. Raises Busy when no place is free in time, Spent when the
    month's reads are, TooLate when the current departure's deadline passed, Forbidden for anything off the list.
    """

    def __init__(
        self, login: QuickBooksLogin, tokens: TokenSource, limiter: Limiter, budget: ReadBudget
    ) -> None:
        super().__init__(
            login.api_url,
            routes_of(login.realm),
            timeout_seconds=login.read_timeout,
            pool=login.requests_at_once,
        )
        scheme = urlsplit(self.base_url).scheme
        self.mount(f"{scheme}://", GatedAdapter(pool_connections=1, pool_maxsize=login.requests_at_once))
        self.limiter, self._budget = limiter, budget
        self._tokens = tokens
        self._refused: str | None = None
        self._judging = threading.Lock()

    @property
    def access_token(self) -> str:
        """The token in use. Raises Unauthorized or Transient when there is none."""
        return self._tokens.access_token()

    def accepted(self) -> None:
        """Note that the service accepted the token."""
        with self._judging:
            self._refused = None

    def refused(self, token: str, action: str) -> None:
        """Get another token after a 401, for the next call; Unauthorized when a fresh one is refused too."""
        with self._judging:
            again = self._refused not in (None, token)
            self._refused = token
        if again:
            reason = "a freshly issued access token is refused as well"
            raise Unauthorized("QuickBooks", action, reason, status=401, sent=True)
        self._tokens.refreshed(token)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Check the arguments, wait for a place, send."""
        _check_arguments(request)
        departure = current()
        patience = departure.remaining() if departure is not None else math.inf
        with self.limiter.place(_PATIENCE_OF_READS if math.isinf(patience) else patience):
            if self._route_of(request).effect == "read":
                self._budget.spend()
            return super().send(request, **kwargs)


def _check_arguments(request: requests.PreparedRequest) -> None:
    """The same path voids, deletes or sends by its arguments, so these are on the list too."""
    target = urlsplit(request.url or "")
    for name, value in parse_qsl(target.query, keep_blank_values=True):
        void = (name, value) == ("operation", "void") and re.fullmatch(r".*/invoice", target.path)
        if name not in _ARGUMENTS and not void:
            raise forbidden(request, f"with {name}={value} is not on the list of allowed requests")
