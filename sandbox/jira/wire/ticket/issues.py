"""Issues by id or key, one or many. Reads here never lag."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.expansion import expanded_issue
from sandbox.jira.wire.ticket.issue import names_and_schema, select

_BULK_SCHEMA = {
    "issueIdsOrKeys": list,
    "fields": list,
    "fieldsByKeys": bool,
    "expand": list,
    "properties": list,
}
_BULK_HISTORIES = 40


def get(visit: Visit, key: str) -> Response:
    """GET issue/{key}"""
    selection = select(
        visit,
        visit.names("fields"),
        "*all",
        expand=visit.names("expand"),
        properties=visit.names("properties"),
    )
    issue = visit.issue(key)
    if visit.request.arg("updateHistory") == "true":
        visit.state.viewed.look(visit.user.account_id, issue.id, visit.now)
    shape = expanded_issue(visit, issue, selection)
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
    shapes = [expanded_issue(visit, visible[i], selection) for i in sorted(visible)]
    return Response.json({"issues": shapes, "issueErrors": []})


ROUTES = (
    ("POST", "issue/bulkfetch", bulk_fetch),
    ("GET", "issue/{key}", get),
)
