"""Files on issues: uploaded as multipart forms, described, downloaded and deleted."""

from __future__ import annotations

from mimetypes import MimeTypes

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.parts import Attachment
from sandbox.jira.verbs import to_millisecond
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.contributions import attachment_shape
from sandbox.multipart import Part, boundary_of, parts_of

_UNKNOWN = "application/octet-stream"
_TYPES = MimeTypes()  # those that Python brings, so that every machine answers alike
_LIMIT = 10 * 1024 * 1024


def meta(_visit: Visit) -> Response:
    """GET attachment/meta"""
    return Response.json({"enabled": True, "uploadLimit": _LIMIT})


def upload(visit: Visit, key: str) -> Response:
    """POST issue/{key}/attachments: every part called "file"; the token header is a must."""
    issue = visit.issue(key)
    if visit.request.headers.get("x-atlassian-token") not in ("no-check", "nocheck"):
        return Response.text("XSRF check failed", 403)
    message = "You do not have permission to create attachments for this issue."
    visit.require("CREATE_ATTACHMENTS", message, issue)
    files = _files(visit)
    if not files:
        raise Refusal(400, "No file was attached.")
    if any(len(content) > _LIMIT for _, _, content in files):
        raise Refusal(413, "The file exceeds its maximum permitted size of 10485760 bytes.")
    added = [
        Attachment(
            visit.state.next_id("attachment"),
            visit.user.account_id,
            name,
            media_type,
            content,
            to_millisecond(visit.now),
        )
        for name, media_type, content in files
    ]
    issue.attachments = [*(issue.attachments or ()), *added]
    visit.state.touch(issue, to_millisecond(visit.now))
    return Response.json([attachment_shape(visit, entry) for entry in added])


def _files(visit: Visit) -> list[tuple[str, str, bytes]]:
    boundary = boundary_of(visit.request.headers.get("content-type", ""))
    if boundary is None:
        raise Refusal(415, "Unsupported Media Type")
    return [
        (part.filename or "file", _media_type(part), part.content)
        for part in parts_of(visit.request.body, boundary)
        if part.name == "file"
    ]


def _media_type(part: Part) -> str:
    """The type the client gave, or what the ending of the name stands for."""
    given = part.media_type.partition(";")[0].strip().lower()
    return given if given != _UNKNOWN else _TYPES.guess_type(part.filename)[0] or _UNKNOWN


def get(visit: Visit, attachment_id: str) -> Response:
    """GET attachment/{id}: the Cloud numbers it, where lists of files name it."""
    _, entry = find(visit, attachment_id)
    shape = attachment_shape(visit, entry)
    return Response.json(shape | {"id": entry.id} if visit.state.site.is_cloud else shape)


def delete(visit: Visit, attachment_id: str) -> Response:
    """DELETE attachment/{id}"""
    issue, entry = find(visit, attachment_id)
    message = "You do not have permission to delete this attachment."
    visit.require_over("DELETE_ALL_ATTACHMENTS", entry.author, message, issue)
    issue.attachments = [kept for kept in issue.attachments or () if kept is not entry]
    visit.state.touch(issue, to_millisecond(visit.now))
    return Response(204)


def find(visit: Visit, attachment_id: str) -> tuple[Issue, Attachment]:
    """A visible file and its issue, or the 404 that hides which of the two it was."""
    for issue in visit.state.issues.values():
        for entry in issue.attachments or ():
            if str(entry.id) == attachment_id and visit.state.can_see(visit.user, issue):
                return issue, entry
    raise Refusal(404, f"The attachment with id '{attachment_id}' does not exist")


ROUTES = (
    ("GET", "attachment/meta", meta),
    ("POST", "issue/{key}/attachments", upload),
    ("GET", "attachment/{attachment_id}", get),
    ("DELETE", "attachment/{attachment_id}", delete),
)
