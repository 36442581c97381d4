"""Requests and responses as plain values, and what an application is: a function from one to the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_SLASH = re.compile("%2f", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as received: `path` percent-decoded, `query` in order, header names in lower case.

    A slash that was encoded stays `%2F` in `path`: it separates nothing. Routers decode it in parameters.
    `announced` is the address that links to this server begin with, where it is not the one that was asked.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    announced: str = ""

    @property
    def base_url(self) -> str:
        """What links to this server begin with."""
        return self.announced or f"http://{self.headers.get('host', '127.0.0.1')}"

    @classmethod
    def received(
        cls, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes = b""
    ) -> Request:
        """The request of a request line and its header lines; `target` is a path or a whole address.

        Lines of one name are joined by a comma, as a list would have been written in one.
        """
        parts = urlsplit(target)
        joined: dict[str, str] = {}
        for name, value in headers:
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        path = unquote(_SLASH.sub("%252F", parts.path))
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return cls(method, path or "/", query, joined, body)

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
    `reset` ends the connection with RST; `chunk` bytes go out at a time, with `pause` seconds between;
    `refuse` lets nobody connect for so many seconds from then on.
    """

    delay: float = 0.0
    drop: bool = False
    cut: int | None = None
    raw: bytes | None = None
    reset: bool = False
    chunk: int = 0
    pause: float = 0.0
    refuse: float = 0.0


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

    @property
    def bodiless(self) -> bool:
        """Whether HTTP lets no body follow this status."""
        return self.status < 200 or self.status in (204, 304)

    def head(self) -> dict[str, str]:
        """The header lines that go out, each in one line, with those every answer of a sandbox has."""
        told = {"X-Milepost-Sandbox": "true", **self.headers}
        if not self.bodiless:
            told["Content-Length"] = str(len(self.body))
        return {name: _LINE_ENDS.sub(" ", value) for name, value in told.items()}


Application = Callable[[Request], Response]
