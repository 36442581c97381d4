"""Content codings: request bodies that clients compress, as the vendor's Java and .NET kits can."""

from __future__ import annotations

import zlib
from dataclasses import replace

from sandbox.http import Request

_WINDOW_BITS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}  # deflate: framed by zlib, or raw


class UnknownCodingError(ValueError):
    """A body under a coding that the service does not read, or not in the coding it claims."""


def decoded(request: Request) -> Request:
    """`request` with its body as it was before the client compressed it."""
    body = request.body
    codings = request.headers.get("content-encoding", "").casefold().split(",")
    for coding in reversed([coding.strip() for coding in codings]):
        if body and coding not in ("", "identity"):
            body = _inflated(body, coding)
    return request if body is request.body else replace(request, body=body)


def _inflated(body: bytes, coding: str) -> bytes:
    for bits in _WINDOW_BITS.get(coding, ()):
        try:
            return zlib.decompress(body, bits)
        except zlib.error:
            continue
    raise UnknownCodingError(coding)
