"""HTTP on loopback for applications that are functions: a router, a server that stops cleanly, its log."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Self

from sandbox.listener import Listener
from sandbox.messages import Application, Request, Response, Wire

__all__ = ["Application", "Call", "CallLog", "Handler", "Request", "Response", "Router", "Server", "Wire"]

Handler = Callable[..., Response]


class Router:
    """An Application that picks a handler by method and path and calls `handler(request, **parameters)`.

    Templates look like `/issue/{key}` or `/api/{version:2|3}/issue`; a parameter spans one segment and the
    first template added wins. `not_found` answers unknown paths, `wrong_method` known paths under another
    method; that answer names the methods there are. HEAD is answered as GET, OPTIONS with the methods.
    With `fold_case` the fixed segments match in any case.
    """

    def __init__(
        self, not_found: Application, wrong_method: Application | None = None, *, fold_case: bool = False
    ) -> None:
        self._not_found = not_found
        self._wrong_method = wrong_method or not_found
        self._flags = re.IGNORECASE if fold_case else 0
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, template: str, handler: Handler) -> None:
        """Send `method` on paths like `template` to `handler`."""
        self._routes.append((method, _pattern(template, self._flags), handler))

    def __call__(self, request: Request) -> Response:
        wanted = "GET" if request.method == "HEAD" else request.method
        known = dict[str, None]()
        for method, pattern, handler in self._routes:
            found = pattern.fullmatch(request.path)
            if found and method == wanted:
                return handler(request, **_decoded(found))
            known |= {method: None} if found else {}
        if not known:
            return self._not_found(request)
        answer = Response(200) if wanted == "OPTIONS" else self._wrong_method(request)
        reads = ["HEAD"] if "GET" in known else []
        answer.headers["Allow"] = ", ".join([*known, *reads, "OPTIONS"])
        return answer


def _decoded(found: re.Match[str]) -> dict[str, str]:
    return {name: value.replace("%2F", "/") for name, value in found.groupdict().items()}


@cache  # there are more routes than `re` remembers, and a world may be opened many times
def _pattern(template: str, flags: int) -> re.Pattern[str]:
    return re.compile("".join(_segment(part) for part in re.split(r"(\{[^{}]+\})", template)), flags)


def _segment(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name, _, choices = part[1:-1].partition(":")
    return f"(?P<{name}>{choices or '[^/]+'})"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the server saw it, with the status it answered (0 when it dropped the connection)."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    status: int


class CallLog:
    """What a server was asked, in order of answers: the last 100,000 calls. Thread-safe."""

    KEPT = 100_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=self.KEPT)

    def record(self, call: Call) -> None:
        """Append one call."""
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._calls.clear()

    def count(self, method: str = ".*", path: str = "") -> int:
        """How many calls have a method that is, and a path that contains, the given patterns."""
        return sum(
            1 for call in self if re.fullmatch(method, call.method) and re.search(path, call.path) is not None
        )

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(tuple(self._calls))

    def __len__(self) -> int:
        with self._lock:
            return len(self._calls)


class Server:
    """Serves one application on 127.0.0.1, a thread per connection, HTTP/1.1 with keep-alive.

    `port` 0 takes a free one. `log` shows what was asked. Also a context manager that yields the base URL.
    """

    def __init__(self, application: Application, port: int = 0) -> None:
        self.log = CallLog()
        self._listener = Listener(application, port, self._record, self._go_away)
        self._thread: threading.Thread | None = None
        self._away: threading.Thread | None = None
        self._back = threading.Event()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, valid before start() too."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    def start(self) -> str:
        """Begin to serve; returns the base URL."""
        serve = self._listener.serve_forever
        self._thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self.url

    def stop(self) -> None:
        """Close every socket and join every thread; a second call does nothing."""
        self._back.set()
        if self._away is not None:
            self._away.join()
        self._close()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Let nobody listen on the port while the block runs: every new connection is refused."""
        application, port = self._listener.application, self._listener.server_port
        self._close()
        try:
            yield
        finally:
            self._listener = Listener(application, port, self._record, self._go_away)
            self.start()

    def _close(self) -> None:
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._thread = None
        self._listener.server_close()

    def _go_away(self, seconds: float) -> None:
        """Refuse for so long, in a thread of its own: the one that asks for it ends with its connection."""
        if self._away is None or not self._away.is_alive():
            self._away = threading.Thread(target=self._stay_away, args=(seconds,), daemon=True)
            self._away.start()

    def _stay_away(self, seconds: float) -> None:
        with self.refusing():
            self._back.wait(seconds)

    def _record(self, request: Request, response: Response) -> None:
        status = 0 if response.wire.drop else response.status
        self.log.record(Call(request.method, request.path, request.query, status))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
