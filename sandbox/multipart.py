"""Multipart bodies as clients really send them: with CRLF or bare LF, contents plain or in base64."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its `name` and `filename`, media type and decoded content."""

    name: str
    filename: str
    media_type: str
    content: bytes


def boundary_of(content_type: str) -> str | None:
    """The boundary that a multipart Content-Type names; None for any other type."""
    found = _BOUNDARY.search(content_type)
    return found.group(1).strip() if found and content_type.lower().startswith("multipart/") else None


def parts_of(body: bytes, boundary: str) -> list[Part]:
    """The parts of `body`, in order; what is not between boundaries is ignored."""
    marker = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?:\r?\n|$)")
    pieces = marker.split(body)[1:]
    return [part for piece in pieces if (part := _part(piece)) is not None]


def _part(piece: bytes) -> Part | None:
    head = _HEAD_END.search(piece)
    if head is None:
        return None
    headers = {
        name.strip().lower(): value.strip()
        for line in piece[: head.start()].decode("utf-8", "replace").splitlines()
        for name, _, value in [line.partition(":")]
    }
    content = piece[head.end() :]
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error:
            return None
    disposition = headers.get("content-disposition", "")
    media_type = headers.get("content-type", "application/octet-stream")
    return Part(_parameter(disposition, "name"), _parameter(disposition, "filename"), media_type, content)


def _parameter(disposition: str, name: str) -> str:
    """A parameter as browsers and libraries write it: extended (RFC 5987), quoted or bare."""
    extended = re.search(rf"\b{name}\*=([\w-]+)'[^']*'([^;]*)", disposition)
    if extended:
        return unquote(extended.group(2).strip(), extended.group(1), "replace")
    found = re.search(rf'\b{name}=(?:"((?:[^"\\]|\\.)*)"|([^";]*))', disposition)
    if found is None:
        return ""
    return re.sub(r'\\(["\\])', r"\1", found.group(1) or found.group(2) or "").strip()
