"""Work outside of Jira that belongs to a version: links under a category."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.http import Response
from sandbox.jira.wire.administration import releases
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit

_SCHEMA: body.Schema = {
    "category": str, "title": str, "url": str, "relatedWorkId": str, "issueId": int,
}  # fmt: skip


def every(visit: Visit, version_id: str) -> Response:
    """GET version/{id}/relatedwork"""
    return Response.json(releases.find(visit, version_id).related_work)


def create(visit: Visit, version_id: str) -> Response:
    """POST version/{id}/relatedwork"""
    found, given = releases.find(visit, version_id), _given(visit)
    releases.may_change(visit, found.project_id)
    number = f"{visit.state.site.cloud_id}/relatedwork/{visit.state.next_id('relatedwork')}"
    made = {**given, "relatedWorkId": str(uuid.uuid5(uuid.NAMESPACE_URL, number))}
    found.related_work.append(made)
    return Response.json(made, 201)


def update(visit: Visit, version_id: str) -> Response:
    """PUT version/{id}/relatedwork: the one whose id is in the body."""
    found, given = releases.find(visit, version_id), _given(visit)
    releases.may_change(visit, found.project_id)
    entry = _find(found.related_work, given.get("relatedWorkId", ""))
    entry.update(given)
    return Response.json(entry)


def delete(visit: Visit, version_id: str, number: str) -> Response:
    """DELETE version/{id}/relatedwork/{id}"""
    found = releases.find(visit, version_id)
    releases.may_change(visit, found.project_id)
    found.related_work.remove(_find(found.related_work, number))
    return Response(204)


def _given(visit: Visit) -> dict[str, Any]:
    given = body.read(visit, _SCHEMA)
    if not given.get("category", "").strip():
        raise Refusal(400, "The category of the related work must be given.")
    return given


def _find(held: list[dict[str, Any]], number: str) -> dict[str, Any]:
    for entry in held:
        if entry["relatedWorkId"] == number:
            return entry
    raise Refusal(404, f"The related work with id '{number}' does not exist.")


ROUTES = (
    ("GET", "version/{version_id}/relatedwork", every),
    ("POST", "version/{version_id}/relatedwork", create),
    ("PUT", "version/{version_id}/relatedwork", update),
    ("DELETE", "version/{version_id}/relatedwork/{number}", delete),
)
