"""Sends what webhooks are owed, to loopback addresses only, again and again by the clock until settled."""

from __future__ import annotations

import http.client
import threading
from urllib.parse import urlsplit

from sandbox.clock import Clock
from sandbox.jira.state import JiraState
from sandbox.jira.webhooks import Delivery

_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


def deliver(state: JiraState, clock: Clock, *, timeout: float = 5.0) -> int:
    """Send every delivery that is due by the clock; returns how many were tried.

    The state is not locked while a hook is asked. What is not on loopback fails without being sent.
    """
    with state.lock:
        due = state.webhooks.due(clock.now())
    for delivery in due:
        status = _send(delivery, timeout)
        with state.lock:
            delivery.settle(status, clock.now())
    return len(due)


def _send(delivery: Delivery, timeout: float) -> int:
    target = urlsplit(delivery.url)
    if target.scheme != "http" or target.hostname not in _LOOPBACK:
        return 0
    connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=timeout)
    try:
        path = f"{target.path or '/'}{f'?{target.query}' if target.query else ''}"
        connection.request("POST", path, delivery.body, delivery.headers())
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


class Sender:
    """Delivers in the background until stopped; a context manager."""

    def __init__(self, state: JiraState, clock: Clock, every: float = 0.2) -> None:
        self._state = state
        self._clock = clock
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            deliver(self._state, self._clock)
