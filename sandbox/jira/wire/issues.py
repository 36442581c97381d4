"""Issues by id or key, one or many; their properties and remote links. Reads here never lag."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import Issue, RemoteLink
from sandbox.jira.links import link_remote
from sandbox.jira.wire import body
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.issue import issue_shape, names_and_schema, select
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_BULK_SCHEMA = {
    "issueIdsOrKeys": list,
    "fields": list,
    "fieldsByKeys": bool,
    "expand": list,
    "properties": list,
}
_BULK_HISTORIES = 40
_PROPERTY_LIMIT = 32_768


def get(visit: Visit, key: str) -> Response:
    """GET issue/{key}"""
    selection = select(
        visit,
        visit.names("fields"),
        "*all",
        expand=visit.names("expand"),
        properties=visit.names("properties"),
    )
    shape = issue_shape(visit, visit.issue(key), selection)
    shape.setdefault("fields", {})
    return Response.json(shape | names_and_schema(selection))


def bulk_fetch(visit: Visit) -> Response:
    """POST issue/bulkfetch: what is not visible is simply absent, also from `issueErrors`."""
    strings = dict.fromkeys(("issueIdsOrKeys", "fields", "expand", "properties"), str)
    asked = body.read(visit, _BULK_SCHEMA, lists=strings)
    selection = select(
        visit,
        asked.get("fields", []),
        "*navigable",
        expand=asked.get("expand", []),
        properties=asked.get("properties", []),
        histories=_BULK_HISTORIES,
    )
    wanted, most = asked.get("issueIdsOrKeys", []), 1000 if selection.named else 100
    if not 1 <= len(wanted) <= most:
        raise Refusal(400, f"Between 1 and {most} issue ids or keys are required.")
    found = (visit.state.issue(name) for name in wanted)
    visible = {issue.id: issue for issue in found if issue and visit.state.can_see(visit.user, issue)}
    shapes = [issue_shape(visit, visible[i], selection) for i in sorted(visible)]
    return Response.json({"issues": shapes, "issueErrors": [], **names_and_schema(selection)})


def property_keys(visit: Visit, key: str) -> Response:
    """GET issue/{key}/properties"""
    issue = visit.issue(key)
    home = visit.rest(f"issue/{issue.id}/properties")
    return Response.json(
        {"keys": [{"self": f"{home}/{name}", "key": name} for name in issue.properties or {}]}
    )


def property_get(visit: Visit, key: str, name: str) -> Response:
    """GET issue/{key}/properties/{name}"""
    held = visit.issue(key).properties or {}
    if name not in held:
        raise Refusal(404, f"The property {name} does not exist.")
    return Response.json({"key": name, "value": held[name]})


def property_put(visit: Visit, key: str, name: str) -> Response:
    """PUT issue/{key}/properties/{name}: 201 when new, 200 when replaced."""
    issue = visit.issue(key)
    if len(visit.request.body) > _PROPERTY_LIMIT or len(name) > 255:
        raise Refusal(400, "The property is too large.")
    try:
        value = visit.request.json()
    except ValueError:
        raise Refusal(400, "The property value must be valid JSON.") from None
    issue.properties = issue.properties or {}
    status = 200 if name in issue.properties else 201
    issue.properties[name] = value
    if visit.state.knobs.property_touches_issue:
        visit.state.touch(issue, visit.now)
    return Response.json({}, status)


def property_delete(visit: Visit, key: str, name: str) -> Response:
    """DELETE issue/{key}/properties/{name}"""
    held = visit.issue(key).properties or {}
    if name not in held:
        raise Refusal(404, f"The property {name} does not exist.")
    del held[name]
    return Response(204)


def remote_links(visit: Visit, key: str) -> Response:
    """GET issue/{key}/remotelink, perhaps of one globalId."""
    issue, wanted = visit.issue(key), visit.request.arg("globalId")
    links = [link for link in issue.remote_links or [] if not wanted or link.global_id == wanted]
    return Response.json([_link_shape(visit, issue, link) for link in links])


def remote_link_post(visit: Visit, key: str) -> Response:
    """POST issue/{key}/remotelink: 201 when new, 200 when its globalId was known."""
    issue = visit.issue(key)
    if not visit.state.knobs.remote_links_allowed:
        raise Refusal(403, "Issue linking is disabled.")
    given = body.read(visit, {"globalId": str, "application": dict, "relationship": str, "object": dict})
    target = given.get("object", {})
    missing = {name: f"'{name}' is required." for name in ("title", "url") if not target.get(name)}
    if missing:
        raise Refusal(400, fields=missing)
    link, new = link_remote(visit.state, issue, given, by=visit.user.account_id, at=visit.now)
    return Response.json({"id": link.id, "self": _link_home(visit, issue, link)}, 201 if new else 200)


def _link_home(visit: Visit, issue: Issue, link: RemoteLink) -> str:
    return visit.rest(f"issue/{issue.key}/remotelink/{link.id}")


def _link_shape(visit: Visit, issue: Issue, link: RemoteLink) -> Json:
    return {"id": link.id, "self": _link_home(visit, issue, link), **link.body}
