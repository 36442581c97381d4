"""The listening socket: a thread for each connection, and an end that leaves neither thread nor socket."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from collections.abc import Callable
from http.server import HTTPServer
from typing import Any

from sandbox.connection import Connection
from sandbox.messages import Application, Request, Response

_log = logging.getLogger(__name__)


class Listener(HTTPServer):
    """The listening socket and its connections; unlike ThreadingHTTPServer it can end idle keep-alives."""

    request_queue_size = 1024

    def __init__(
        self,
        application: Application,
        port: int,
        record: Callable[[Request, Response], None],
        refuse: Callable[[float], None],
    ) -> None:
        self.application = application
        self.record = record
        self._refuse = refuse
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

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; where no file is left for it, the loop that asks again must not spin."""
        try:
            return super().get_request()
        except OSError:
            self.stopping.wait(0.05)
            raise

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

    def refuse(self, seconds: float) -> None:
        """Accept nobody from this moment on, and let the server see to the rest of the absence."""
        self.shutdown()
        self.socket.close()
        self._refuse(seconds)

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
