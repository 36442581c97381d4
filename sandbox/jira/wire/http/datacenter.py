"""The search of Data Center, by offset."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import REMOVED, Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.expansion import expanded_issue
from sandbox.jira.wire.ticket.issue import names_and_schema, select

_MOST = 1000
_SCHEMA: body.Schema = {
    "jql": str, "startAt": int, "maxResults": int, "fields": list, "expand": (list, str), "validateQuery":
    (bool, str), "properties": (list, str), "fieldsByKeys": bool,
}  # fmt: skip


def search(visit: Visit) -> Response:
    """GET or POST search: by offset in Data Center; removed from the Cloud in 2025."""
    from sandbox.jira.wire.ticket.search import find_for_offsets

    if visit.state.site.is_cloud:
        raise Refusal(410, REMOVED)
    posted = visit.request.method == "POST"
    given = body.read(visit, _SCHEMA) if posted else {}
    jql = given.get("jql", "") if posted else visit.request.arg("jql")
    start = given.get("startAt", 0) if posted else visit.number("startAt", 0)
    count = min(given.get("maxResults", 50) if posted else visit.number("maxResults", 50), _MOST)
    expand = given.get("expand", []) if posted else visit.names("expand")
    expand = expand.split(",") if isinstance(expand, str) else expand
    fields = given.get("fields", []) if posted else visit.names("fields")
    selection = select(visit, fields, "*navigable", expand=expand)
    found = find_for_offsets(visit, jql)
    shown = [expanded_issue(visit, issue, selection) for issue in found[start : start + count]]
    page = {"expand": "schema,names", "startAt": start, "maxResults": count, "total": len(found)}
    return Response.json({**page, "issues": shown, **names_and_schema(selection)})
