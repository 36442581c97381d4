"""Faults of order and memory: requests seen twice or altered, reads out of date, pages that overlap."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.messages import Application, Request, Response
from sandbox.misbehaviour import Fault

_START = re.compile(r"(STARTPOSITION\s+)(\d+)", re.IGNORECASE)


def without_argument(name: str) -> Fault:
    """The application never sees the query argument `name` (a server that ignores `requestid`)."""

    def fault(request: Request, ask: Application) -> Response:
        return ask(replace(request, query=tuple(pair for pair in request.query if pair[0] != name)))

    return fault


def delivered_twice() -> Fault:
    """The application gets the request twice, as from a proxy that retries; the second answer comes back."""

    def fault(request: Request, ask: Application) -> Response:
        ask(request)
        return ask(request)

    return fault


def stale_reads() -> Fault:
    """Every answer repeats the first one that this fault gave to the same request, whatever changed since."""
    lock = threading.Lock()
    first: dict[tuple[object, ...], Response] = {}

    def fault(request: Request, ask: Application) -> Response:
        asked = (request.method, request.path, request.query, request.body)
        response = ask(request)
        with lock:
            kept = first.setdefault(asked, response)
        return replace(kept, headers=dict(kept.headers))

    return fault


def shifted_page(by: int = 1, argument: str = "startAt") -> Fault:
    """A page starts `by` rows off, as when rows came or went in between.

    The start is the query argument of that name, or STARTPOSITION within a query; a request without either
    passes as it is.
    """

    def in_text(text: str) -> str:
        return _START.sub(lambda found: found[1] + str(max(1, int(found[2]) + by)), text)

    def shifted(name: str, value: str) -> str:
        if name == argument and value.isdecimal():
            return str(max(0, int(value) + by))
        return in_text(value) if name == "query" else value

    def fault(request: Request, ask: Application) -> Response:
        query = tuple((name, shifted(name, value)) for name, value in request.query)
        body = request.body
        if _START.search(body.decode("utf-8", "replace")):
            body = in_text(body.decode("utf-8", "replace")).encode()
        return ask(replace(request, query=query, body=body))

    return fault


def repeated_token(member: str = "nextPageToken") -> Fault:
    """Each answer's page token is the first one that this fault saw: a client without a guard never ends."""
    lock = threading.Lock()
    seen: list[Any] = []

    def fault(request: Request, ask: Application) -> Response:
        response = ask(request)
        return _with_json(response, lambda value: again(value) if member in value else value)

    def again(value: dict[str, Any]) -> dict[str, Any]:
        with lock:
            if not seen:
                seen.append(value[member])
            return value | {member: seen[0]}

    return fault


def redirected(location: str, status: int = 307) -> Fault:
    """A redirect, and nothing happened. A `location` that is a path leads to the same host."""

    def fault(request: Request, _ask: Application) -> Response:
        host = request.headers.get("host", "")
        target = f"http://{host}{location}" if location.startswith("/") and host else location
        return Response(status, headers={"Location": target})

    return fault


def _with_json(response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    try:
        value = json.loads(response.body)
    except ValueError:
        return response
    if not isinstance(value, dict):
        return response
    return replace(response, body=json.dumps(change(value), separators=(",", ":")).encode())
