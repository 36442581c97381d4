"""The door for notifications: a small HTTP server that answers at once and says nothing.

It takes POST for `/quickbooks` and `/jira/NAME` alone, bodies of a stated and bounded length, and as many callers at a
time as it has room for. TLS is the affair of the proxy before it.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from connectors.jira import webhooks as jira
from connectors.quickbooks import webhooks as quickbooks
from sync.hearing.ear import Ear
from sync.installation.settings import Settings

_LARGEST = 1024 * 1024  # bytes; an issue with a long description comes to a tenth
_AT_ONCE = 16
_SILENCE = 5.0  # seconds without a byte
_IN_ALL = 10.0  # seconds for a whole request
_PIECE = 64 * 1024
_STATUS = {"taken": 200, "forged": 401, "unreadable": 400}


@contextmanager
def listening(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Ear | None]:
    """The ear of an installation, its door open while the block runs; None where its settings want none. OSError when
    the address is not to be had."""
    address = settings.webhooks.address
    if address is None:
        yield None
        return
    ear = Ear(
        {name: site.webhook_secret.reveal() for name, site in settings.jira.items() if site.webhook_secret},
        {
            each.realm: each.webhook_verifier.reveal()
            for each in settings.quickbooks.values()
            if each.webhook_verifier
        },
        clock,
    )
    with receiving(ear, *address):
        yield ear


@contextmanager
def receiving(ear: Ear, host: str, port: int) -> Iterator[int]:
    """Serve while the block runs; the port, which may be asked for as 0. OSError when it is not to be had."""
    server = _Server((host, port), ear)
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
    block_on_close = False  # a caller that dawdles must not hold up a stop
    request_queue_size = 64  # a storm of them is answered, not left to try again

    def __init__(self, address: tuple[str, int], ear: Ear) -> None:
        self.ear, self._room = ear, threading.BoundedSemaphore(_AT_ONCE)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for the caller, or no answer where there is no room: services come again."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """One caller, and room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a caller that went away is no event, and what it sent does not belong in a log."""


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE
    server_version, sys_version = "milepost", ""
    server: _Server

    def do_POST(self) -> None:
        """Take a notification."""
        ear, (service, _, site) = self.server.ear, self.path.strip("/").partition("/")
        self.close_connection = True
        if (service, site) != ("quickbooks", "") and not (service == "jira" and ear.knows(site)):
            self._answer(404)
            return
        body = self._body()
        if isinstance(body, int):
            self._answer(body)
        elif service == "jira":
            self._answer(_STATUS[ear.jira(site, body, self.headers.get(jira.SIGNATURE, ""))])
        else:
            self._answer(_STATUS[ear.quickbooks(body, self.headers.get(quickbooks.SIGNATURE, ""))])

    def _body(self) -> bytes | int:
        """The whole body as it came, or the status that says why not."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            return 411
        if len(length) > 9 or int(length) > _LARGEST:
            return 413
        body, until = bytearray(), time.monotonic() + _IN_ALL
        while len(body) < int(length) and time.monotonic() < until:
            piece = self.rfile.read1(min(int(length) - len(body), _PIECE))
            if not piece:
                break
            body += piece
        return bytes(body) if len(body) == int(length) else 408

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: what strangers send does not belong in a log."""
