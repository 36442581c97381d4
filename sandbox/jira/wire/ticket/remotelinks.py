"""Remote links of an issue; one with a `globalId` that is known already replaces that link."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.issue import Issue, RemoteLink
from sandbox.jira.links import link_remote, unlink_remote
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SCHEMA = {"globalId": str, "application": dict, "relationship": str, "object": dict}


def every(visit: Visit, key: str) -> Response:
    """GET issue/{key}/remotelink; with globalId the one link alone, or 404."""
    issue, wanted = _issue(visit, key), visit.request.arg("globalId")
    if not wanted:
        return Response.json([_shape(visit, issue, link) for link in issue.remote_links or []])
    for link in issue.remote_links or []:
        if link.global_id == wanted:
            return Response.json(_shape(visit, issue, link))
    raise Refusal(404, f"The remote link with globalId '{wanted}' does not exist on this issue.")


def get(visit: Visit, key: str, link_id: str) -> Response:
    """GET issue/{key}/remotelink/{id}"""
    issue = _issue(visit, key)
    return Response.json(_shape(visit, issue, _find(issue, link_id)))


def post(visit: Visit, key: str) -> Response:
    """POST issue/{key}/remotelink: 201 when new, 200 when its globalId was known."""
    issue = _issue(visit, key, write=True)
    given = _given(visit)
    link, new = link_remote(visit.state, issue, given, by=visit.user.account_id, at=visit.now)
    return Response.json({"id": link.id, "self": _home(visit, issue, link)}, 201 if new else 200)


def put(visit: Visit, key: str, link_id: str) -> Response:
    """PUT issue/{key}/remotelink/{id}: the whole link anew."""
    issue = _issue(visit, key, write=True)
    link, given = _find(issue, link_id), _given(visit)
    link.body, link.global_id = given, given.get("globalId", link.global_id)
    visit.state.touch(issue, visit.now)
    return Response(204)


def delete(visit: Visit, key: str, link_id: str) -> Response:
    """DELETE issue/{key}/remotelink/{id}"""
    issue = _issue(visit, key, write=True)
    unlink_remote(visit.state, issue, _find(issue, link_id), by=visit.user.account_id, at=visit.now)
    return Response(204)


def delete_global(visit: Visit, key: str) -> Response:
    """DELETE issue/{key}/remotelink?globalId="""
    issue, wanted = _issue(visit, key, write=True), visit.request.arg("globalId")
    if not wanted:
        raise Refusal(400, "The globalId is required.")
    link = next((link for link in issue.remote_links or [] if link.global_id == wanted), None)
    if link is None:
        raise Refusal(404, f"The remote link with globalId '{wanted}' does not exist on this issue.")
    unlink_remote(visit.state, issue, link, by=visit.user.account_id, at=visit.now)
    return Response(204)


def _issue(visit: Visit, key: str, *, write: bool = False) -> Issue:
    issue = visit.issue(key)
    if not visit.state.knobs.remote_links_allowed:
        raise Refusal(403, "Issue linking is disabled.")
    if write:
        visit.require("LINK_ISSUES", "No Link Issue Permission for issue.", issue)
    return issue


def _given(visit: Visit) -> dict[str, Any]:
    given = body.read(visit, _SCHEMA, others=True)
    target = given.get("object", {})
    missing = {name: f"'{name}' is required." for name in ("title", "url") if not target.get(name)}
    if missing:
        raise Refusal(400, fields=missing)
    return given


def _find(issue: Issue, link_id: str) -> RemoteLink:
    for link in issue.remote_links or []:
        if str(link.id) == link_id:
            return link
    raise Refusal(404, f"The remote link with id '{link_id}' does not exist on this issue.")


def _home(visit: Visit, issue: Issue, link: RemoteLink) -> str:
    return visit.rest(f"issue/{issue.key}/remotelink/{link.id}")


def _shape(visit: Visit, issue: Issue, link: RemoteLink) -> Json:
    return {"id": link.id, "self": _home(visit, issue, link), "application": {}, **link.body}


ROUTES = (
    ("GET", "issue/{key}/remotelink", every),
    ("POST", "issue/{key}/remotelink", post),
    ("DELETE", "issue/{key}/remotelink", delete_global),
    ("GET", "issue/{key}/remotelink/{link_id}", get),
    ("PUT", "issue/{key}/remotelink/{link_id}", put),
    ("DELETE", "issue/{key}/remotelink/{link_id}", delete),
)
