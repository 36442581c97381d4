"""The page of this machine that a browser is sent back to: on 127.0.0.1, for one path, while somebody connects.

It shows nothing of what it was told, and believes nothing that was not asked for: another page of the same browser
may call it, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

Told = Callable[[str], str | None]

_HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_DONE = "Thank you. Go back to the terminal: it says whether the connection works. This page can be closed."


def listens(redirect_url: str) -> bool:
    """Whether a redirect to this address comes to this machine, and not to a page somewhere."""
    return urlsplit(redirect_url).scheme == "http"


@contextmanager
def listening(redirect_url: str, told: Told) -> Iterator[None]:
    """Serve the address while the block runs. `told` gets each whole address that a browser was sent to, and returns
    why it is refused or None. OSError when its port is taken."""
    parts = urlsplit(redirect_url)
    server = HTTPServer(("127.0.0.1", parts.port or 80), _handler(redirect_url, told))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(redirect_url: str, told: Told) -> type[BaseHTTPRequestHandler]:
    expected = urlsplit(redirect_url)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # a caller that says nothing must not keep the browser out

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != expected.path or self.headers.get("Host") != expected.netloc:
                self._answer(404, "There is nothing here.")
                return
            refused = told(f"{expected.scheme}://{expected.netloc}{self.path}")
            self._answer(400 if refused else 200, f"Refused: {refused}." if refused else _DONE)

        def _answer(self, status: int, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the request line holds the code."""

    return Handler
