"""The bytes of files: the Cloud redirects to its media service, Data Center serves them under /secure."""

from __future__ import annotations

import re
import uuid
from urllib.parse import quote

from sandbox.http import Response
from sandbox.jira.parts import Attachment
from sandbox.jira.state import JiraState
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.attachments import find

MEDIA = "/file/"  # an address under it is its own permission
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def content(visit: Visit, attachment_id: str) -> Response:
    """GET attachment/content/{id}: where the bytes lie, or with redirect=false the bytes."""
    return _there(visit, find(visit, attachment_id)[1])


def thumbnail(visit: Visit, attachment_id: str) -> Response:
    """GET attachment/thumbnail/{id}: the picture itself stands for its smaller version."""
    _, entry = find(visit, attachment_id)
    if not entry.is_picture:
        raise Refusal(404, f"The attachment with id '{attachment_id}' has no thumbnail")
    return _there(visit, entry)


def secured(visit: Visit, attachment_id: str, name: str) -> Response:
    """GET /secure/attachment/{id}/{name} and /secure/thumbnail/{id}/{name}; in the Cloud they redirect, too."""
    del name
    _, entry = find(visit, attachment_id)
    return _there(visit, entry) if visit.state.site.is_cloud else _bytes(visit, entry)


def media(visit: Visit, media_id: str) -> Response:
    """GET /file/{id}/binary, to whoever knows the id."""
    for issue in visit.state.issues.values():
        for entry in issue.attachments or ():
            if _media_id(visit.state, entry) == media_id:
                return _bytes(visit, entry)
    raise Refusal(404, "Not found")


def _there(visit: Visit, entry: Attachment) -> Response:
    if visit.request.arg("redirect") == "false":
        return _bytes(visit, entry)
    home = f"{visit.state.site.base_url}{MEDIA}{_media_id(visit.state, entry)}"
    return Response(303, headers={"Location": f"{home}/binary?dl=true&name={quote(entry.name)}"})


def _media_id(state: JiraState, entry: Attachment) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{state.site.cloud_id}/attachment/{entry.id}"))


def _bytes(visit: Visit, entry: Attachment) -> Response:
    headers = {
        "Content-Type": entry.media_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(entry.name)}",
        "Accept-Ranges": "bytes",
    }
    size = len(entry.content)
    asked = _RANGE.fullmatch(visit.request.headers.get("range", ""))
    if asked is None or asked.group() == "bytes=-":
        return Response(200, entry.content, headers)
    first, last = asked.groups()
    start, end = (int(first), int(last or size)) if first else (max(size - int(last), 0), size)
    if start >= size or end < start:
        return Response(416, headers={"Content-Range": f"bytes */{size}"})
    part = entry.content[start : end + 1]
    headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{size}"
    return Response(206, part, headers)


ROUTES = (
    ("GET", "attachment/content/{attachment_id}", content),
    ("GET", "attachment/thumbnail/{attachment_id}", thumbnail),
)
OPEN_ROUTES = (
    ("GET", "file/{media_id}/binary", media),
    ("GET", "secure/attachment/{attachment_id}/{name}", secured),
    ("GET", "secure/thumbnail/{attachment_id}/{name}", secured),
)
