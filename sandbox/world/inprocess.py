"""Applications reached without a socket, by the same clients: an adapter for the `requests` library."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import cast
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from sandbox.framing import packed, plain
from sandbox.http import Application, Request


class InProcess(BaseAdapter):
    """Mount it on a session for a base URL: `session.mount("http://jira.example", InProcess(app))`.

    Answers are those of the server over HTTP, header by header and byte by byte, and faults of the wire
    are raised as requests raises them; only delays do not take their time.
    """

    def __init__(self, application: Application) -> None:
        super().__init__()
        self._application = application
        self._builder = HTTPAdapter()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002  the signature is the library's
        timeout: object = None,
        verify: object = True,  # noqa: FBT002
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask the application."""
        del stream, timeout, verify, cert, proxies
        received = _received(request)
        answer = packed(self._application(received), received.headers.get("accept-encoding", ""))
        if answer.wire.drop and answer.wire.delay:
            raise requests.ReadTimeout("the sandbox did not answer in time", request=request)
        if answer.wire.drop or answer.wire.raw is not None:
            raise requests.ConnectionError("the sandbox closed the connection", request=request)
        if answer.wire.cut is not None:
            raise requests.exceptions.ChunkedEncodingError("the sandbox cut its answer", request=request)
        body = b"" if request.method == "HEAD" or answer.bodiless else answer.body
        raw = HTTPResponse(
            io.BytesIO(body),
            answer.head(),
            answer.status,
            preload_content=False,
            request_method=request.method,
        )
        built: requests.Response = self._builder.build_response(request, raw)
        return built

    def close(self) -> None:
        """Nothing is open."""


def _received(request: requests.PreparedRequest) -> Request:
    """The request as a server would have read it off the wire."""
    url, body = request.url or "", request.body or b""
    headers = {"host": urlsplit(url).netloc} | {name.lower(): str(v) for name, v in request.headers.items()}
    content = body.encode() if isinstance(body, str) else b"".join(_pieces(body))
    content = plain(content, headers.get("content-encoding", ""))
    return Request.received(request.method or "GET", url, headers.items(), content)


def _pieces(body: object) -> Iterator[bytes]:
    """A body as the library sends it: bytes, or whatever yields them."""
    if isinstance(body, bytes):
        yield body
    else:
        for piece in cast("Iterable[str | bytes]", body):
            yield piece.encode() if isinstance(piece, str) else piece
