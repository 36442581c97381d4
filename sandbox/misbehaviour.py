"""Faults of the wire and of servers: answers that never come, come broken, or say what did not happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

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


def failing_after(status: int = 500) -> Fault:
    """The application commits, then a proxy's HTML page of this status hides it."""
    return answer_after(status, _page(status), {"Content-Type": "text/html"})


def html_page(status: int = 200) -> Fault:
    """A page of HTML where data was asked for (a login page, a maintenance page); nothing happened."""
    return answer(status, _page(status), {"Content-Type": "text/html"})


def bad_gateway() -> Fault:
    """A proxy's HTML page with status 502; the application never sees the request."""
    return html_page(502)


def too_many_requests(retry_after: str | None = None, body: bytes | str = b"") -> Fault:
    """Status 429 with the given Retry-After (seconds or an HTTP date), or without the header."""
    return answer(429, body, {} if retry_after is None else {"Retry-After": retry_after})


def empty_answer(status: int = 200) -> Fault:
    """The application commits, and an empty body comes back."""
    return answer_after(status)


def wrong_object(body: bytes | str = '{"Unexpected":{}}') -> Fault:
    """The application commits, and JSON comes back that is not what was asked for."""
    return answer_after(200, body, {"Content-Type": "application/json"})


def drop_before() -> Fault:
    """The connection closes and nothing happened."""
    return lambda _request, _ask: Response(wire=Wire(drop=True))


def drop_after() -> Fault:
    """The application commits, then the connection closes without an answer."""
    return _mistreated(lambda _response: Wire(drop=True))


def refused(seconds: float) -> Fault:
    """The server goes away: this connection is reset, nothing happened, and new ones are refused for so long."""
    return lambda _request, _ask: Response(wire=Wire(drop=True, reset=True, refuse=seconds))


def hanging_before(seconds: float) -> Fault:
    """Nothing happens, nothing is answered, and after so long the connection closes: the client times out."""
    return lambda _request, _ask: Response(wire=Wire(delay=seconds, drop=True))


def hanging_after(seconds: float) -> Fault:
    """The application commits at once, and the client times out: no answer before the connection closes."""
    return _mistreated(lambda _response: Wire(delay=seconds, drop=True))


def reset_before() -> Fault:
    """The connection is reset (RST) and nothing happened, like a server that goes away."""
    return lambda _request, _ask: Response(wire=Wire(drop=True, reset=True))


def reset_after() -> Fault:
    """The application commits, then the connection is reset without an answer."""
    return _mistreated(lambda _response: Wire(drop=True, reset=True))


def reset_midway() -> Fault:
    """The application commits, then the connection is reset in the middle of its answer."""
    return _mistreated(lambda response: Wire(cut=len(response.body) // 2, reset=True))


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


def trickled(pause: float, chunk: int = 64) -> Fault:
    """The application's own answer in pieces of `chunk` bytes with a pause in seconds after each."""
    return _mistreated(lambda _response: Wire(chunk=chunk, pause=pause))


def _mistreated(wire: Callable[[Response], Wire]) -> Fault:
    def fault(request: Request, ask: Application) -> Response:
        response = ask(request)
        return replace(response, wire=wire(response))

    return fault


def _made(status: int, body: bytes | str, headers: Mapping[str, str] | None) -> Response:
    content = body.encode() if isinstance(body, str) else body
    return Response(status, content, dict(headers or {}))


def _page(status: int) -> str:
    return f"<html><head><title>{status}</title></head><body><h1>{status} from the proxy</h1></body></html>"
