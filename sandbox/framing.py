"""How bodies travel: read by their length, in chunks or packed, or refused with the reason; packed when asked."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from io import BufferedIOBase

from sandbox.messages import Response, Wire

MOST_BODY = 256 * 1024 * 1024
_PACKABLE = re.compile(r"json|xml|html|javascript|text/")
_WORTH_PACKING = 1024  # bytes
_QUICKLY = 1
_LONGEST_LINE = 8 * 1024


class Unreadable(Exception):
    """The request cannot be read; `status` and the message say why, and the connection is of no more use."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def plain(body: bytes, codings: str) -> bytes:
    """A body as it was before its Content-Encoding, which lists what was done to it, the last thing last.

    Unreadable for one that is not that, or unpacks to too much.
    """
    for coding in reversed(codings.split(",")):
        body = _unpacked(body, coding) if body else body
    return body


def _unpacked(body: bytes, coding: str) -> bytes:
    match coding.strip().casefold():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip":
            windows = [zlib.MAX_WBITS | 16]
        case "deflate":  # with its frame, as the standard wants it, or bare, as many send it
            windows = [zlib.MAX_WBITS, -zlib.MAX_WBITS]
        case other:
            raise Unreadable(415, f"a body packed as {other} cannot be read")
    for window in windows:
        unpacker = zlib.decompressobj(window)
        try:
            unpacked = unpacker.decompress(body, MOST_BODY)
        except zlib.error:
            continue
        if unpacker.unconsumed_tail:
            raise Unreadable(413, f"a body has at most {MOST_BODY:,} bytes")
        if unpacker.eof:
            return unpacked
    raise Unreadable(400, f"the body is not {coding}")


def packed(response: Response, accepted: str) -> Response:
    """The answer for a client that takes gzip; short ones, pictures, parts and mistreated ones stay plain."""
    kind = response.headers.get("Content-Type", "")
    fit = len(response.body) >= _WORTH_PACKING and _PACKABLE.search(kind) and response.wire == Wire()
    if (
        not fit
        or response.status == 206
        or "Content-Encoding" in response.headers
        or not _takes_gzip(accepted)
    ):
        return response
    told = response.headers | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(response, body=gzip.compress(response.body, _QUICKLY, mtime=0), headers=told)


def _takes_gzip(accepted: str) -> bool:
    offers = (offer.partition(";") for offer in accepted.lower().split(","))
    weights = {name.strip(): rest.replace(" ", "") for name, _, rest in offers}
    return weights.get("gzip", weights.get("*", "q=0")) not in ("q=0", "q=0.0", "q=0.00", "q=0.000")


def announced_length(headers: Message) -> int | None:
    """How long the body says it is; None for one in chunks. Unreadable when it says nonsense, or too much."""
    codings = headers.get("transfer-encoding", "").strip().casefold()
    if codings:
        if codings != "chunked":
            raise Unreadable(501, f"a body in {codings} cannot be read")
        return None
    lengths = {each.strip() for value in headers.get_all("content-length", []) for each in value.split(",")}
    if not lengths:
        return 0
    text = lengths.pop()
    if lengths or not (text.isascii() and text.isdigit()):
        raise Unreadable(400, "a Content-Length is one number")
    if len(text) > len(str(MOST_BODY)) or int(text) > MOST_BODY:
        raise Unreadable(413, f"a body has at most {MOST_BODY:,} bytes")
    return int(text)


def read_body(source: BufferedIOBase, headers: Message) -> bytes:
    """The whole body. Unreadable when it is malformed; ConnectionError when the client went away within it."""
    length = announced_length(headers)
    return b"".join(_chunks(source)) if length is None else _exactly(source, length)


def _chunks(source: BufferedIOBase) -> Iterator[bytes]:
    whole = 0
    while size := _chunk_size(source):
        whole += size
        if whole > MOST_BODY:
            raise Unreadable(413, f"a body has at most {MOST_BODY:,} bytes")
        yield _exactly(source, size)
        if _line(source):
            raise Unreadable(400, "a chunk is longer than it says")
    while _line(source):
        pass  # trailers say nothing that anyone here asks for


def _chunk_size(source: BufferedIOBase) -> int:
    text = _line(source).partition(b";")[0].strip()
    try:
        size = int(text, 16) if text.isalnum() else -1
    except ValueError:
        size = -1
    if size < 0:
        raise Unreadable(400, "a chunk begins with its size in hexadecimal digits")
    return size


def _line(source: BufferedIOBase) -> bytes:
    line = source.readline(_LONGEST_LINE)
    if not line:
        raise ConnectionError("the client went away within a body")
    if not line.endswith(b"\n"):
        raise Unreadable(400, "a line between chunks is too long")
    return line.rstrip(b"\r\n")


def _exactly(source: BufferedIOBase, size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise ConnectionError("the client went away within a body")
    return data
