"""Requests and responses as plain values, and what an application is: a function from one to the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request as received: `path` percent-decoded, `query` in order, header names in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def arg(self, name: str, default: str = "") -> str:
        """The first query argument called `name`."""
        return next((value for key, value in self.query if key == name), default)

    def args(self, name: str) -> tuple[str, ...]:
        """All query arguments called `name`, in order."""
        return tuple(value for key, value in self.query if key == name)

    def json(self) -> Any:
        """The body parsed as JSON; ValueError when it is none."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Wire:
    """How an answer is mistreated on its way out (a plain one is not).

    `delay` seconds to wait first; `drop` closes the connection without a byte; `cut` sends only that many
    bytes of the body under the full Content-Length, then closes; `raw` is sent instead of everything;
    `reset` ends the connection with RST; `chunk` bytes go out at a time, with `pause` seconds between.
    """

    delay: float = 0.0
    drop: bool = False
    cut: int | None = None
    raw: bytes | None = None
    reset: bool = False
    chunk: int = 0
    pause: float = 0.0


@dataclass(slots=True)
class Response:
    """One answer. Content-Length, Date and Connection are the server's unless given in `headers`."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wire: Wire = Wire()

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """`value` as compact JSON."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, body, {"Content-Type": "application/json;charset=utf-8", **(headers or {})})

    @classmethod
    def text(
        cls, text: str, status: int = 200, kind: str = "text/plain", headers: Mapping[str, str] | None = None
    ) -> Response:
        """`text` as UTF-8 of media type `kind`."""
        return cls(status, text.encode(), {"Content-Type": f"{kind};charset=utf-8", **(headers or {})})


Application = Callable[[Request], Response]
