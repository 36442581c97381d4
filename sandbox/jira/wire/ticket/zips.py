"""What is inside zip files on issues, for people and for programs."""

from __future__ import annotations

import io
import zipfile

from sandbox.http import Response
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.attachments import find


def for_people(visit: Visit, attachment_id: str) -> Response:
    """GET attachment/{id}/expand/human: names, and sizes in words."""
    _, attachment = find(visit, attachment_id)
    held = [
        {"path": entry.filename, "index": index, "size": _size(entry.file_size), "label": entry.filename}
        for index, entry in enumerate(_entries(attachment.content))
    ]
    told: Json = {"id": attachment.id, "name": attachment.name, "mediaType": attachment.media_type}
    return Response.json(told | {"entries": held, "totalEntryCount": len(held)})


def for_programs(visit: Visit, attachment_id: str) -> Response:
    """GET attachment/{id}/expand/raw: names, and sizes in bytes."""
    held = [
        {
            "entryIndex": index,
            "name": entry.filename,
            "size": entry.file_size,
            "mediaType": "application/octet-stream",
        }
        for index, entry in enumerate(_entries(find(visit, attachment_id)[1].content))
    ]
    return Response.json({"entries": held, "totalEntryCount": len(held)})


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [entry for entry in archive.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile:
        raise Refusal(409, "The attachment is not an archive.") from None


def _size(count: int) -> str:
    return f"{count} B" if count < 1024 else f"{count / 1024:.1f} kB"


ROUTES = (
    ("GET", "attachment/{attachment_id}/expand/human", for_people),
    ("GET", "attachment/{attachment_id}/expand/raw", for_programs),
)
