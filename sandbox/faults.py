"""Scripted misbehaviour between the wire and an application: what fails, on which call, with what effect."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.messages import Application, Request, Response
from sandbox.misbehaviour import (
    Fault,
    answer,
    answer_after,
    bad_gateway,
    cut_off,
    delayed,
    drop_after,
    drop_before,
    empty_answer,
    failing_after,
    hanging_after,
    hanging_before,
    html_page,
    refused,
    reset_after,
    reset_before,
    reset_midway,
    too_many_requests,
    trickled,
    truncated_body,
    wrong_object,
)
from sandbox.mixups import (
    delivered_twice,
    redirected,
    repeated_token,
    shifted_page,
    stale_reads,
    without_argument,
)

__all__ = [
    "Fault",
    "Faults",
    "Script",
    "answer",
    "answer_after",
    "bad_gateway",
    "cut_off",
    "delayed",
    "delivered_twice",
    "drop_after",
    "drop_before",
    "empty_answer",
    "failing_after",
    "hanging_after",
    "hanging_before",
    "html_page",
    "redirected",
    "refused",
    "repeated_token",
    "reset_after",
    "reset_before",
    "reset_midway",
    "shifted_page",
    "stale_reads",
    "too_many_requests",
    "trickled",
    "truncated_body",
    "without_argument",
    "wrong_object",
]


@dataclass(slots=True)
class Script:
    """One scripted fault: it fires on matches number `nth` to `nth + count - 1` (`count` None: for ever).

    `seen` counts the matching requests, `fired` those that met the fault.
    """

    fault: Fault
    method: re.Pattern[str]
    path: re.Pattern[str]
    nth: int
    count: int | None
    when: Callable[[Request], bool] = field(default=lambda _request: True)
    seen: int = 0
    fired: int = 0

    def take(self, request: Request) -> bool:
        """Whether this request meets the fault; counts it."""
        if not (self.method.fullmatch(request.method) and self.path.search(request.path)):
            return False
        if not self.when(request):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.count is not None and self.seen >= self.nth + self.count):
            return False
        self.fired += 1
        return True


class Faults:
    """The script of faults of one server. The first script that takes a request decides. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripts: list[Script] = []

    def add(
        self,
        fault: Fault,
        *,
        method: str = ".*",
        path: str = "",
        nth: int = 1,
        count: int | None = 1,
        when: Callable[[Request], bool] = lambda _request: True,
    ) -> Script:
        """Let `fault` meet `count` requests from the `nth` match on.

        `method` is a pattern for the whole method, `path` one found anywhere in the decoded path; `when`
        narrows further. Returns the script, whose counters tell what happened.
        """
        script = Script(fault, re.compile(method), re.compile(path), nth, count, when)
        with self._lock:
            self._scripts.append(script)
        return script

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._scripts.clear()

    def wrap(self, application: Application) -> Application:
        """`application` as it looks with these faults."""

        def faulty(request: Request) -> Response:
            with self._lock:
                script = next((script for script in self._scripts if script.take(request)), None)
            return script.fault(request, application) if script else application(request)

        return faulty
