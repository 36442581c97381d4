"""The listening socket and its connections: threads, keep-alive, answers mistreated on purpose."""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.messages import Application, Request, Response, Wire

_log = logging.getLogger(__name__)


class Listener(HTTPServer):
    """The listening socket and its connections; unlike ThreadingHTTPServer it can end idle keep-alives."""

    request_queue_size = 128

    def __init__(
        self, application: Application, port: int, record: Callable[[Request, Response], None]
    ) -> None:
        self.application = application
        self.record = record
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        self._reset: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Connection)

    def server_bind(self) -> None:
        """Bind without the name look-up of HTTPServer, which can take seconds without a resolver."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()
        self.server_address = (self.server_name, self.server_port)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in its own thread."""
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        with self._lock:
            self._open[thread] = request
        thread.start()

    def _serve(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:  # noqa: BLE001  the server outlives any one connection
            self.handle_error(request, client_address)
        finally:
            with self._lock:
                self._open.pop(threading.current_thread(), None)
            if request in self._reset:
                self._reset.discard(request)
                self.close_request(request)
            else:
                self.shutdown_request(request)

    def reset(self, request: socket.socket) -> None:
        """Close the connection without the orderly goodbye that would keep its RST from being sent."""
        self._reset.add(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no event; anything else is a bug of the sandbox and is logged."""
        if not isinstance(sys.exception(), ConnectionError):
            _log.exception("connection of %s failed on %s", client_address, request)

    def server_close(self) -> None:
        """Stop listening, wake the threads that wait for a next request, and join them."""
        self.stopping.set()
        super().server_close()
        with self._lock:
            threads = dict(self._open)
            for connection in threads.values():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


class Connection(BaseHTTPRequestHandler):
    """One client's connection: reads requests, asks the application, writes each answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def _answer(self) -> None:
        request = self._read()
        if request is None:
            self._send(Response.text("a body needs a Content-Length\n", 411))
            self.close_connection = True
            return
        try:
            response = self.server.application(request)
        except Exception as error:  # noqa: BLE001  a bug here must reach the test as an answer, not as a hang
            _log.exception("%s %s failed in the sandbox", request.method, request.path)
            response = Response.text(f"sandbox failed: {type(error).__name__}: {error}\n", 500)
        self.server.record(request, response)
        self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _answer  # noqa: N815  names the base class calls

    def _read(self) -> Request | None:
        if "transfer-encoding" in self.headers:
            return None
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        target = urlsplit(self.path)
        return Request(
            method=self.command,
            path=unquote(target.path),
            query=tuple(parse_qsl(target.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _send(self, response: Response) -> None:
        wire = response.wire
        if wire.delay:
            self.server.stopping.wait(wire.delay)
        if wire.raw is not None or wire.drop or wire.reset or wire.cut is not None:
            self.close_connection = True
        if not wire.drop:
            self._write(self._bytes(response) if wire.raw is None else wire.raw, wire)
        if wire.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.reset(self.connection)

    def _write(self, data: bytes, wire: Wire) -> None:
        size = wire.chunk or len(data)
        for at in range(0, len(data), size):
            self.wfile.write(data[at : at + size])
            if wire.pause:
                self.server.stopping.wait(wire.pause)

    def _bytes(self, response: Response) -> bytes:
        headers = {
            "Date": self.date_time_string(),
            "X-Milepost-Sandbox": "true",
            **response.headers,
            "Content-Length": str(len(response.body)),
        }
        if self.close_connection:
            headers["Connection"] = "close"
        phrase = self.responses.get(response.status, ("",))[0]
        lines = [f"HTTP/1.1 {response.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        body = b"" if self.command == "HEAD" else response.body[: response.wire.cut]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
        """Say nothing: the call log is the record."""
