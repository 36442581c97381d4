"""The shares of a saved filter one by one, and with whom a person's new filters are shared."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.sharing import Share
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.views import filters, sharing

_SCHEMA: body.Schema = {
    "type": str, "groupId": str, "groupname": str, "accountId": str, "projectId": (str, int),
    "projectRoleId": (str, int), "rights": int, "view": bool, "edit": bool, "userKey": str,
}  # fmt: skip
_SCOPES = ("GLOBAL", "AUTHENTICATED", "PRIVATE")
_ALONE = ("global", "loggedin")  # with these a filter has no other shares
_EDITS = 2  # in `rights`, beside 1 for seeing


def every(visit: Visit, filter_id: str) -> Response:
    """GET filter/{id}/permission"""
    return Response.json(sharing.shown(visit, filters.find(visit, filter_id).shares))


def get(visit: Visit, filter_id: str, number: str) -> Response:
    """GET filter/{id}/permission/{id}"""
    return Response.json(sharing.shown(visit, [_find(visit, filter_id, number)])[0])


def add(visit: Visit, filter_id: str) -> Response:
    """POST filter/{id}/permission: 201 with all there are; shared with everybody excludes the others."""
    found = filters.changeable(visit, filter_id)
    given = body.read(visit, _SCHEMA)
    (made,) = sharing.read(visit, [_nested(given)])
    if any(share["type"] in _ALONE for share in (made, *found.shares)):
        found.shares = []
    found.shares.append(made)
    if given.get("rights", 1) & _EDITS or given.get("edit"):
        found.editors.append(made)
    return Response.json(sharing.shown(visit, found.shares), 201)


def remove(visit: Visit, filter_id: str, number: str) -> Response:
    """DELETE filter/{id}/permission/{id}"""
    found, gone = filters.changeable(visit, filter_id), _find(visit, filter_id, number)
    found.shares.remove(gone)
    found.editors = [share for share in found.editors if share is not gone]
    return Response(204)


def _nested(given: dict[str, Any]) -> dict[str, Any]:
    """A share as filters nest it, of the flat form that this resource takes."""
    return {
        "type": given.get("type"),
        "group": {"groupId": given.get("groupId"), "name": given.get("groupname")},
        "project": {"id": given.get("projectId")},
        "role": {"id": given.get("projectRoleId")},
        "user": {"accountId": given.get("accountId", "")},
    }


def scope(visit: Visit) -> Response:
    """GET filter/defaultShareScope"""
    return Response.json({"scope": visit.user.share_scope})


def set_scope(visit: Visit) -> Response:
    """PUT filter/defaultShareScope"""
    wanted = body.read(visit, {"scope": str}).get("scope")
    if wanted not in _SCOPES:
        raise Refusal(400, f"The scope must be one of {', '.join(_SCOPES)}.")
    visit.user.share_scope = wanted
    return scope(visit)


def _find(visit: Visit, filter_id: str, number: str) -> Share:
    for share in filters.find(visit, filter_id).shares:
        if str(share["id"]) == number:
            return share
    raise Refusal(404, f"The share permission with id '{number}' does not exist.")


ROUTES = (
    ("GET", "filter/defaultShareScope", scope),
    ("PUT", "filter/defaultShareScope", set_scope),
    ("GET", "filter/{filter_id}/permission", every),
    ("POST", "filter/{filter_id}/permission", add),
    ("GET", "filter/{filter_id}/permission/{number}", get),
    ("DELETE", "filter/{filter_id}/permission/{number}", remove),
)
