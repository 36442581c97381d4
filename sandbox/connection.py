"""One client's connection: requests read as clients write them, answers sent whole or mistreated on purpose."""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from sandbox.framing import Unreadable, announced_length, packed, plain, read_body
from sandbox.messages import Application, Request, Response, Wire

_log = logging.getLogger(__name__)
_PATIENCE = 300  # seconds in which a client that sends nothing keeps its connection
_FAREWELL = 1.0  # seconds in which what a refused client still sends is read, so that it hears why


class Host(Protocol):
    """The server behind a connection, as far as the connection knows it."""

    application: Application
    stopping: threading.Event

    def record(self, request: Request, response: Response, /) -> None:
        """Note one call and its answer."""

    def reset(self, request: socket.socket) -> None:
        """Close this connection without a goodbye."""

    def refuse(self, seconds: float, /) -> None:
        """Let nobody connect for so long."""


class Connection(BaseHTTPRequestHandler):
    """Reads requests one after the other, asks the application, writes each answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _PATIENCE

    @property
    def _host(self) -> Host:
        host: Any = self.server
        return host  # type: ignore[no-any-return]  # only a Listener makes connections

    def _answer(self) -> None:
        try:
            request = self._read()
        except Unreadable as problem:
            self._refuse(problem)
            return
        try:
            response = self._host.application(request)
        except Exception as error:  # noqa: BLE001  a bug here must reach the test as an answer, not as a hang
            _log.exception("%s %s failed in the sandbox", request.method, request.path)
            response = Response.text(f"sandbox failed: {type(error).__name__}: {error}\n", 500)
        self._host.record(request, response)
        self._send(packed(response, self.headers.get("accept-encoding", "")))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _answer  # noqa: N815  names the base class calls

    def _read(self) -> Request:
        # The base class reads the line as Latin-1; clients that do not encode write UTF-8.
        target = self.path.encode("latin-1").decode("utf-8", "replace")
        body = plain(read_body(self.rfile, self.headers), self.headers.get("content-encoding", ""))
        try:
            return Request.received(self.command, target, self.headers.items(), body)
        except ValueError as error:
            raise Unreadable(400, f"no address: {error}") from error

    def handle_expect_100(self) -> bool:
        """Ask for the body only where it will be read."""
        try:
            announced_length(self.headers)
        except Unreadable as problem:
            self._refuse(problem)
            return False
        return super().handle_expect_100()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what the base class could not read as a request; it closes the connection then."""
        self.close_connection = True
        phrase = message or explain or self.responses.get(code, ("",))[0]
        self._send(
            Response.text(f"This is the Milepost sandbox, and this is no request to it: {phrase}\n", code)
        )

    def _refuse(self, problem: Unreadable) -> None:
        self.send_error(problem.status, str(problem))
        # Closing with bytes unread would reset the connection, and the client might never see the answer.
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(_FAREWELL)
        end = time.monotonic() + _FAREWELL
        with contextlib.suppress(OSError):
            while self.connection.recv(65536) and time.monotonic() < end:
                pass

    def _send(self, response: Response) -> None:
        wire = response.wire
        if wire.delay and self._host.stopping.wait(wire.delay):
            self.close_connection = True
            return
        if wire.raw is not None or wire.drop or wire.reset or wire.cut is not None:
            self.close_connection = True
        if not wire.drop:
            self._write(self._bytes(response) if wire.raw is None else wire.raw, wire)
        if wire.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._host.reset(self.connection)
        if wire.refuse:
            self._host.refuse(wire.refuse)

    def _write(self, data: bytes, wire: Wire) -> None:
        size = wire.chunk or len(data)
        for at in range(0, len(data), size):
            self.wfile.write(data[at : at + size])
            if wire.pause:
                self._host.stopping.wait(wire.pause)

    def _bytes(self, response: Response) -> bytes:
        headers = {"Date": self.date_time_string(), **response.head()}
        if self.close_connection:
            headers["Connection"] = "close"
        elif self.request_version == "HTTP/1.0":
            headers["Connection"] = "keep-alive"
        phrase = self.responses.get(response.status, ("",))[0]
        lines = [f"HTTP/1.1 {response.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        without = self.command == "HEAD" or response.bodiless
        body = b"" if without else response.body[: response.wire.cut]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
        """Say nothing: the call log is the record."""
