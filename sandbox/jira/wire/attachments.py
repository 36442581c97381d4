"""Files on issues: uploaded as multipart forms, described, downloaded and deleted."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP
from typing import cast

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.parts import Attachment
from sandbox.jira.verbs import to_millisecond
from sandbox.jira.wire.contributions import attachment_shape
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.visit import Visit

_LIMIT = 10 * 1024 * 1024


def meta(_visit: Visit) -> Response:
    """GET attachment/meta"""
    return Response.json({"enabled": True, "uploadLimit": _LIMIT})


def upload(visit: Visit, key: str) -> Response:
    """POST issue/{key}/attachments: every part called "file"; the token header is a must."""
    issue = visit.issue(key)
    if visit.request.headers.get("x-atlassian-token") not in ("no-check", "nocheck"):
        return Response.text("XSRF check failed", 403)
    visit.require(
        "CREATE_ATTACHMENTS", "You do not have permission to create attachments for this issue.",
        issue.project_id,
    )  # fmt: skip
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
    kind = visit.request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refusal(415, "Unsupported Media Type")
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    form = message_from_bytes(head + visit.request.body, policy=HTTP)
    found = []
    for part in form.iter_parts():
        if part.get_param("name", header="content-disposition") == "file":
            content = cast("bytes", part.get_payload(decode=True))
            found.append((part.get_filename() or "file", part.get_content_type(), content))
    return found


def get(visit: Visit, attachment_id: str) -> Response:
    """GET attachment/{id}"""
    _, entry = _find(visit, attachment_id)
    return Response.json(attachment_shape(visit, entry))


def content(visit: Visit, attachment_id: str) -> Response:
    """GET attachment/content/{id}: the bytes (the real site redirects to where they lie)."""
    _, entry = _find(visit, attachment_id)
    headers = {
        "Content-Type": entry.media_type,
        "Content-Disposition": f'attachment; filename="{entry.name}"',
    }
    return Response(200, entry.content, headers)


def server_content(visit: Visit, attachment_id: str, name: str) -> Response:
    """GET /secure/attachment/{id}/{name} (Data Center): the bytes."""
    if _find(visit, attachment_id)[1].name != name:
        raise Refusal(404, f"The attachment with id '{attachment_id}' does not exist")
    return content(visit, attachment_id)


def delete(visit: Visit, attachment_id: str) -> Response:
    """DELETE attachment/{id}"""
    issue, entry = _find(visit, attachment_id)
    message = "You do not have permission to delete this attachment."
    visit.require("DELETE_ALL_ATTACHMENTS", message, issue.project_id)
    issue.attachments = [kept for kept in issue.attachments or () if kept is not entry]
    visit.state.touch(issue, to_millisecond(visit.now))
    return Response(204)


def _find(visit: Visit, attachment_id: str) -> tuple[Issue, Attachment]:
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
    ("GET", "attachment/content/{attachment_id}", content),
)
SECURE_ROUTES = (("GET", "secure/attachment/{attachment_id}/{name}", server_content),)
