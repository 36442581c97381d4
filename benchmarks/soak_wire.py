"""How a client of the soak reaches both services: the same bytes until an answer arrives whole, and its tally."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sandbox.http import Application, Request, Response
from sandbox.world.running import RunningSandbox, Service
from sandbox.world.site import LOGIN, TOKEN

OVER_HTTP = 20  # every so many requests takes the way over a socket
_TRIES = 60
_BASIC = "Basic " + base64.b64encode(f"{LOGIN}:{TOKEN}".encode()).decode()
_PASSING = (0, 429, 502, 503)  # what the scripted faults leave of an answer


@dataclass(slots=True)
class Tally:
    """What one client did and met: requests sent, answers by kind, repeats, and anything that must not be."""

    requests: int = 0
    over_http: int = 0
    repeats: int = 0
    refused: int = 0
    writes: int = 0
    failures: list[str] = field(default_factory=list)


class Caller:
    """Caller `number` of a served sandbox, with chances of its own."""

    def __init__(self, number: int, running: RunningSandbox, seed: int) -> None:
        self.tally = Tally()
        self.number = number
        self.running = running
        self.chance = Random(seed * 1000 + number)  # noqa: S311  a repeatable draw, not a secret
        self.company = f"/v3/company/{running.world.company.realm}"
        self._apps: dict[str, Application] = {n: running.application(n) for n in ("jira", "quickbooks")}
        self._connections: dict[str, http.client.HTTPConnection] = {}
        self._access = ""

    def begin_lap(self) -> None:
        """Forget what a restored world has forgotten too."""
        self._access = ""

    def hang_up(self) -> None:
        """Close every connection."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def jira(self, method: str, path: str, query: Mapping[str, str], body: object = None) -> None:
        """Ask Jira as the product's login."""
        self._until_answered("jira", method, path, query, body, _BASIC)

    def books(self, method: str, path: str, query: Mapping[str, str], body: object = None) -> dict[str, Any]:
        """Ask about the company, with a new token where the last one is worn out."""
        for _ in range(_TRIES):
            bearer = f"Bearer {self._access}"
            status, found = self._until_answered(
                "quickbooks", method, self.company + path, query, body, bearer
            )
            if status != 401:
                return found
            tokens = self.running.world.quickbooks.tokens
            self._access = tokens.connect(self.running.world.realm).access_token
        raise RuntimeError("the company never let this client in")

    def look(self, service: Service, method: str, path: str, body: object = None) -> None:
        """Ask for anything at all: every answer will do but a failure of the server."""
        login = _BASIC if service == "jira" else f"Bearer {self._access}"
        status, text = self._send(service, _request(method, path, {}, body, login))
        self.tally.refused += 400 <= status < 500
        if status >= 500 and status not in (*_PASSING, 501):
            self.tally.failures.append(f"{method} {path}: {status} {text[:200]!r}")

    def _until_answered(
        self, service: Service, method: str, path: str, query: Mapping[str, str], body: object, login: str
    ) -> tuple[int, dict[str, Any]]:
        """Send the same bytes until an answer arrives whole; what stays without one is a failure."""
        request = _request(method, path, query, body, login)
        for _ in range(_TRIES):
            status, text = self._send(service, request)
            if status in (200, 201, 204, 400, 401, 404):
                self.tally.refused += status in (400, 404)
                try:
                    return status, json.loads(text or b"{}")
                except ValueError:
                    pass  # the answer was cut on its way
            elif status not in _PASSING:
                self.tally.failures.append(f"{method} {path}: {status} {text[:200]!r}")
            self.tally.repeats += 1
        raise RuntimeError(f"{method} {path} was never answered")

    def _send(self, service: Service, request: Request) -> tuple[int, bytes]:
        self.tally.requests += 1
        if self.tally.requests % OVER_HTTP == 0:
            self.tally.over_http += 1
            return self._over_http(service, request)
        try:
            answer = self._apps[service](request)
        except Exception as error:  # noqa: BLE001  what a server would answer, and the run must hear of
            return 500, repr(error).encode()
        return (0, b"") if _is_lost(answer) else (answer.status, answer.body)

    def _over_http(self, service: Service, request: Request) -> tuple[int, bytes]:
        url = self.running.jira_url if service == "jira" else self.running.quickbooks_url
        connection = self._connections.get(service)
        if connection is None:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
            self._connections[service] = connection
        target = quote(request.path) + "?" + urlencode(request.query)
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        try:
            connection.request(request.method, target, request.body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, ConnectionError):
            connection.close()
            return 0, b""


def _request(method: str, path: str, query: Mapping[str, str], body: object, login: str) -> Request:
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"authorization": login, "accept": "application/json", "content-type": "application/json"}
    return Request(method, path, tuple(query.items()), {"host": "127.0.0.1", **headers}, content)


def _is_lost(answer: Response) -> bool:
    return answer.wire.drop or answer.wire.cut is not None or answer.wire.raw is not None
