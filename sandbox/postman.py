"""Posts notifications to loopback addresses only, and makes rounds in the background until it is called off."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

_log = logging.getLogger(__name__)


def is_loopback(url: str) -> bool:
    """Whether `url` is plain http on this very machine: nothing else is ever notified."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and (host == "localhost" or _is_loopback_number(host))


def _is_loopback_number(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Postman:
    """Posts one notification after the other. `off` is true once it was called off: it posts nothing then."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._line: http.client.HTTPConnection | None = None
        self.off = False

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status that was answered; 0 where nobody answered in time, or the address is not loopback."""
        if not is_loopback(url):
            return 0
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=self._patience)
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        try:
            line.connect()
            with self._lock:
                if self.off:
                    return 0
                self._line = line
            line.request("POST", path, body, dict(headers))
            answer = line.getresponse()
            answer.read(65536)
        except (OSError, http.client.HTTPException):
            return 0
        else:
            return answer.status
        finally:
            with self._lock:
                self._line = None
            line.close()

    def call_off(self) -> None:
        """Post no more, and do not wait for the answer that is waited for."""
        with self._lock:
            self.off = True
            if self._line is not None and self._line.sock is not None:
                with contextlib.suppress(OSError):
                    self._line.sock.shutdown(socket.SHUT_RDWR)


class Rounds:
    """Lets `deliver` send what is due with a postman, again and again, from start() to stop()."""

    def __init__(self, deliver: Callable[[Postman], object], patience: float, every: float = 0.2) -> None:
        self._deliver = deliver
        self._every = every
        self._postman = Postman(patience)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, also in the middle of a round; a second call does nothing."""
        self._stopping.set()
        self._postman.call_off()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self._deliver(self._postman)
            except Exception:  # noqa: BLE001  one round that fails must not end all others
                _log.exception("a round of notifications failed")
