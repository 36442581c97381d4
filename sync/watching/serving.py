"""The door for monitoring: GET /healthz and /metrics, for whoever may reach the address, and nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sync.watching.watch import Figures

_MISSED = 3  # polls without a tick that ended well, after which it is not healthy
_SILENCE = 5.0  # seconds that a caller may take
_PLAIN, _METRICS = "text/plain; charset=utf-8", "text/plain; version=0.0.4; charset=utf-8"

Page = Callable[[], tuple[int, str, bytes]]


class Health:
    """Whether ticks end well. `began_at` is when the service began: the first tick has as long as the others."""

    def __init__(
        self, figures: Callable[[], Figures], clock: Callable[[], datetime], poll: timedelta
    ) -> None:
        self._figures, self._clock, self._poll = figures, clock, poll
        self._began_at = clock()

    def page(self) -> tuple[int, str, bytes]:
        """200 while a tick ended well within three polls, else 503 with the reason."""
        figures, now = self._figures(), self._clock()
        since = now - (figures.ended_at or self._began_at)
        if since <= self._poll * _MISSED:
            return 200, _PLAIN, b"ok\n"
        reason = figures.problem or "no tick ended well"
        return (
            503,
            _PLAIN,
            f"{reason}; the last good one ended {round(since.total_seconds())} s ago\n".encode(),
        )


@contextmanager
def serving(address: tuple[str, int], health: Health, metrics: Callable[[], bytes]) -> Iterator[int]:
    """Serve while the block runs; the port, which may be asked for as 0. OSError when it is not to be had."""
    pages: dict[str, Page] = {"/healthz": health.page, "/metrics": lambda: (200, _METRICS, metrics())}
    server = _Server(address, pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], pages: dict[str, Page]) -> None:
        self.pages = pages
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE
    server_version, sys_version = "milepost", ""
    server: _Server

    def do_GET(self) -> None:
        """One of the pages."""
        page = self.server.pages.get(self.path.partition("?")[0])
        status, kind, body = page() if page is not None else (404, _PLAIN, b"")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a look by monitoring is no event."""
