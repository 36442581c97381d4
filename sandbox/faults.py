"""Scripted misbehaviour between the wire and an application: what fails, on which call, with what effect."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sandbox.messages import Application, Request, Response, Wire

Fault = Callable[
    [Request, Application], Response
]  #: decides whether the application is asked, and what leaves


def answer(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """This answer instead of the application's, which never sees the request."""
    return lambda _request, _ask: _made(status, body, headers)


def answer_after(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """The application does its work, and its answer is replaced by this one (an error that had an effect)."""

    def fault(request: Request, ask: Application) -> Response:
        ask(request)
        return _made(status, body, headers)

    return fault


def bad_gateway() -> Fault:
    """A proxy's HTML page with status 502; the application never sees the request."""
    page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return answer(502, page, {"Content-Type": "text/html"})


def too_many_requests(retry_after: str | None = None, body: bytes | str = b"") -> Fault:
    """Status 429 with the given Retry-After (seconds or an HTTP date), or without the header."""
    return answer(429, body, {} if retry_after is None else {"Retry-After": retry_after})


def drop_before() -> Fault:
    """The connection closes and nothing happened."""
    return lambda _request, _ask: Response(wire=Wire(drop=True))


def drop_after() -> Fault:
    """The application commits, then the connection closes without an answer."""
    return _mistreated(lambda _response: Wire(drop=True))


def cut_off() -> Fault:
    """The application commits, then the connection closes in the middle of its answer."""
    return _mistreated(lambda response: Wire(cut=len(response.body) // 2))


def truncated_body() -> Fault:
    """The application commits; half of its body arrives as a complete and correct HTTP answer."""

    def fault(request: Request, ask: Application) -> Response:
        response = ask(request)
        return replace(response, body=response.body[: len(response.body) // 2])

    return fault


def delayed(seconds: float) -> Fault:
    """The application's own answer, late."""
    return _mistreated(lambda _response: Wire(delay=seconds))


def without_argument(name: str) -> Fault:
    """The application never sees the query argument `name` (a server that ignores `requestid`)."""

    def fault(request: Request, ask: Application) -> Response:
        return ask(replace(request, query=tuple(pair for pair in request.query if pair[0] != name)))

    return fault


def _mistreated(wire: Callable[[Response], Wire]) -> Fault:
    def fault(request: Request, ask: Application) -> Response:
        response = ask(request)
        return replace(response, wire=wire(response))

    return fault


def _made(status: int, body: bytes | str, headers: Mapping[str, str] | None) -> Response:
    content = body.encode() if isinstance(body, str) else body
    return Response(status, content, dict(headers or {}))


@dataclass(slots=True)
class Script:
    """One scripted fault: it fires on matches number `nth` to `nth + count - 1` (`count` None: for ever).

    `seen` counts the matching requests, `fired` those that met the fault.
    """

    fault: Fault
    method: re.Pattern[str]
    path: re.Pattern[str]
    nth: int
    count: int | None
    when: Callable[[Request], bool] = field(default=lambda _request: True)
    seen: int = 0
    fired: int = 0

    def take(self, request: Request) -> bool:
        """Whether this request meets the fault; counts it."""
        if not (self.method.fullmatch(request.method) and self.path.search(request.path)):
            return False
        if not self.when(request):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.count is not None and self.seen >= self.nth + self.count):
            return False
        self.fired += 1
        return True


class Faults:
    """The script of faults of one server. The first script that takes a request decides. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripts: list[Script] = []

    def add(
        self,
        fault: Fault,
        *,
        method: str = ".*",
        path: str = "",
        nth: int = 1,
        count: int | None = 1,
        when: Callable[[Request], bool] = lambda _request: True,
    ) -> Script:
        """Let `fault` meet `count` requests from the `nth` match on.

        `method` is a pattern for the whole method, `path` one found anywhere in the decoded path; `when`
        narrows further. Returns the script, whose counters tell what happened.
        """
        script = Script(fault, re.compile(method), re.compile(path), nth, count, when)
        with self._lock:
            self._scripts.append(script)
        return script

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._scripts.clear()

    def wrap(self, application: Application) -> Application:
        """`application` as it looks with these faults."""

        def faulty(request: Request) -> Response:
            with self._lock:
                script = next((script for script in self._scripts if script.take(request)), None)
            return script.fault(request, application) if script else application(request)

        return faulty
