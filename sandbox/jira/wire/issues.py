"""Issues by id or key, one or many. Reads here never lag."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.richtext import as_html
from sandbox.jira.wire import body, createmeta, transitions
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.issue import Selection, issue_shape, names_and_schema, select
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
    shape = issue_shape(visit, issue, selection)
    shape.setdefault("fields", {})
    shape |= _expanded(visit, issue, selection)
    return Response.json(shape | names_and_schema(selection))


def _expanded(visit: Visit, issue: Issue, selection: Selection) -> Json:
    """What `expand` adds to a single issue: its transitions, edit screen, and texts as HTML."""
    added: Json = {}
    if "transitions" in selection.expand:
        steps = transitions.offered(visit, issue)
        added["transitions"] = [transitions.shape(visit, issue, step, with_fields=False) for step in steps]
    if "editmeta" in selection.expand:
        added["editmeta"] = {"fields": createmeta.edit_fields(visit, issue)}
    if "operations" in selection.expand:
        added["operations"] = {"linkGroups": []}
    if "renderedFields" in selection.expand:
        texts = {"description": issue.description, "environment": issue.environment}
        shown = {field.id for field in selection.fields}
        added["renderedFields"] = {name: as_html(text or "") for name, text in texts.items() if name in shown}
    return added


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
    return Response.json({"issues": shapes, "issueErrors": []})


ROUTES = (
    ("POST", "issue/bulkfetch", bulk_fetch),
    ("GET", "issue/{key}", get),
)
